"""`neuralbrain providers`: who can be asked, what is missing, and a check that costs nothing."""

from __future__ import annotations

import json

import pytest
from same_process import command, opened

from health.provider_records import DOWN, PASSED, UNREACHED
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.wiring import Application

KEYS = {"GROQ_API_KEY": "gsk_canarygroq0003abcdef", "OPENAI_API_KEY": "sk-canary-openai-0001-abcdefgh"}


@pytest.fixture
def answering(monkeypatch):
    """Have probes answer what a test puts here, by name; whoever is not here passes."""
    answers = {}
    monkeypatch.setattr(Application, "probe", lambda _here, name: answers.get(name, PASSED))
    return answers


def test_the_list_says_who_lacks_what(home):
    """Each provider has a row: its place, its state, and the variable that is missing."""
    said = command("providers", "list", home=home)
    assert said.returncode == 0, said.stderr
    rows = {words[1]: line for line in said.stdout.splitlines() if (words := line.split()) and words[0].isdigit()}
    assert tuple(rows) == PRIORITY
    assert "OPENAI_API_KEY not set" in rows["openai"]
    assert "CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN not set" in rows["cloudflare"]
    assert "healthy" in rows["local"]


def test_the_list_as_json(home):
    """With --json the same is one document, without any key."""
    said = command("providers", "list", "--json", home=home, **KEYS)
    told = {one["name"]: one for one in json.loads(said.stdout)}
    assert tuple(told) == PRIORITY
    assert (told["groq"]["lacks"], told["groq"]["status"], told["gemini"]["status"]) == (
        None,
        "healthy",
        "unconfigured",
    )
    assert not any(key in said.stdout for key in KEYS.values())


def test_a_check_keeps_what_was_said(home, answering):
    """Every provider with a key is probed, what it said is kept and shown, and one that failed is exit code 1."""
    answering["groq"] = DOWN
    said = command("providers", "check", home=home, **KEYS)
    assert said.returncode == 1
    assert "openai       passed" in said.stdout
    assert "groq         failed  unavailable (http-503): It is overloaded." in said.stdout
    assert "gemini       not asked  GEMINI_API_KEY not set." in said.stdout
    with opened(home) as here:
        assert [one.passed for one in here.provider_checks.last("groq", 5)] == [False]
        assert here.lock.state().number == 0
    shown = command("providers", "show", "groq", home=home, **KEYS).stdout
    assert "degraded" in shown
    assert "It is overloaded." in shown


def test_a_check_of_some(home, answering):
    """Named ones alone are probed; what is named and cannot be asked is exit code 1, and local needs no check."""
    said = command("providers", "check", "openai", "--json", home=home, **KEYS)
    assert said.returncode == 0
    told = json.loads(said.stdout)
    assert [(one["provider"], one["passed"]) for one in told["checks"]] == [("openai", True)]
    assert told["unchecked"] == []
    assert command("providers", "check", "gemini", home=home).returncode == 1
    assert command("providers", "check", "local", home=home).returncode == 0
    assert command("providers", "check", home=home).returncode == 0


def test_offline(home, answering):
    """Where nobody can be connected to, the words say that the machine is offline and no provider pays for it."""
    answering |= {"openai": UNREACHED, "groq": UNREACHED}
    said = command("providers", "check", home=home, **KEYS)
    assert said.returncode == 1
    assert "offline" in said.stdout
    told = json.loads(command("providers", "list", "--json", home=home, **KEYS).stdout)
    assert told[0]["status"] == "healthy"


@pytest.mark.parametrize("arguments", [("show", "grok"), ("check", "grok"), ("check", "groq", "grok")])
def test_an_unknown_name(home, arguments):
    """A name that is no provider is exit code 4, with the names that are."""
    failed = command("providers", *arguments, "--json", home=home, **KEYS)
    assert failed.returncode == 4
    error = json.loads(failed.stderr)["error"]
    assert (error["code"], "huggingface" in error["remedy"]) == ("provider-unknown", True)


def test_one_that_costs_money(home):
    """A provider's own page has model, price, limits and until when its training data reach."""
    said = command("providers", "show", "openai", home=home, NEURALBRAIN_DISABLED_PROVIDERS="openai").stdout
    for words in ("OpenAI, number 1", "unconfigured: OPENAI_API_KEY not set.", "USD a million", "no cycle chooses it"):
        assert words in said, words


def test_hostile_words_stay_words(home, answering):
    """What a provider says cannot move the cursor or colour the screen."""
    answering["groq"] = DOWN.__class__(kind=DOWN.kind, rule="x", message="\x1b[2J[red]x[/red]")
    said = command("providers", "check", "groq", home=home, **KEYS).stdout
    assert "\x1b[2J" not in said
    assert "[red]x[/red]" in said


def test_the_one_that_holds_the_lock_is_marked(home):
    """The list says who holds the lock."""
    with opened(home) as here:
        here.lock.acquire_lock("local")
    assert "local (holds the lock)" in command("providers", "list", home=home).stdout
