"""The stand-in does what later tests rely on: it speaks five dialects, follows scripts and remembers calls."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import stand_in_server
from provider_cases import PROVIDERS
from stand_in_server import ACCOUNT, ANSWER, KEYS, MODELS, ROOTS, StandInServer

from neuralbrain.domain.failure import FailureKind
from neuralbrain.outgoing.message import OutgoingRequest
from neuralbrain.outgoing.transport import Transport
from neuralbrain.providers.failures import Verdict, classify, classify_probe

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CLOUDFLARE = f"/cloudflare/client/v4/accounts/{ACCOUNT}/ai"


def ask(
    server: StandInServer, transport: Transport, provider: str, *, key: str | None = None, path: str = ""
) -> Verdict:
    """Return what a completion means."""
    request = OutgoingRequest(
        method="POST",
        url=server.address + (path or f"{ROOTS[provider]}/chat/completions"),
        headers=() if key == "" else (("authorization", f"Bearer {key or KEYS[provider]}"),),
        body=json.dumps({"model": MODELS[provider], "messages": [{"role": "user", "content": "7"}]}).encode(),
        total_seconds=5,
        most_bytes=10**6,
    )
    return classify(provider, transport.send(request), now=NOW)


def probe(server: StandInServer, transport: Transport, provider: str, path: str, *, key: str | None = None) -> Verdict:
    """Return what a question that costs nothing means."""
    request = OutgoingRequest(
        method="GET",
        url=server.address + path,
        headers=(("authorization", f"Bearer {key or KEYS[provider]}"),),
        total_seconds=5,
        most_bytes=10**6,
    )
    return classify_probe(provider, transport.send(request), now=NOW)


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_answer_is_made_from_the_request(server: StandInServer, transport: Transport, provider: str) -> None:
    """The content is what a function makes of the request, and the model is the one that was asked."""
    server.answer = lambda body: {"said": body["messages"][0]["content"]}
    said = ask(server, transport, provider).completion
    assert said is not None
    assert (json.loads(said.text), said.model) == ({"said": "7"}, MODELS[provider])


def test_text_is_answered_as_it_is(server: StandInServer, transport: Transport) -> None:
    """A function that gives text decides every character of the content."""
    server.answer = lambda _body: '{"value": NaN}'
    said = ask(server, transport, "openai").completion
    assert said is not None
    assert said.text == '{"value": NaN}'


def test_cloudflare_has_an_endpoint_of_its_own(server: StandInServer, transport: Transport) -> None:
    """The native endpoint answers in the native envelope, with an object for content."""
    said = ask(server, transport, "cloudflare", path=f"{CLOUDFLARE}/run/{MODELS['cloudflare']}").completion
    assert said is not None
    assert json.loads(said.text) == {"forecasts": []}


@pytest.mark.parametrize("key", ["", "wrong"])
@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_wrong_key_is_refused(server: StandInServer, transport: Transport, provider: str, key: str) -> None:
    """Each provider refuses a key that is not its own, in its own way."""
    assert ask(server, transport, provider, key=key).kind is FailureKind.AUTHENTICATION


def test_a_wrong_account_is_refused(server: StandInServer, transport: Transport) -> None:
    """Cloudflare does not know another account."""
    path = ROOTS["cloudflare"].replace(ACCOUNT, "other") + "/chat/completions"
    assert ask(server, transport, "cloudflare", path=path).rule == "account-unknown"


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("openai", f"{ROOTS['openai']}/models/{MODELS['openai']}"),
        ("gemini", f"{ROOTS['gemini']}/models"),
        ("groq", f"{ROOTS['groq']}/models"),
        ("cloudflare", f"{CLOUDFLARE}/models/search?per_page=1"),
        ("cloudflare", "/cloudflare/client/v4/user/tokens/verify"),
        ("huggingface", "/huggingface/api/whoami-v2"),
    ],
)
def test_probes_prove_the_key(server: StandInServer, transport: Transport, provider: str, path: str) -> None:
    """Each probe is well with the key and refused without it, and takes nothing from a script."""
    server.script(provider, "drip")
    assert probe(server, transport, provider, path).went_well
    assert probe(server, transport, provider, path, key="wrong").kind is FailureKind.AUTHENTICATION


def test_some_probes_prove_nothing(server: StandInServer, transport: Transport) -> None:
    """The router's list is open to everybody, and Cloudflare's list of that kind does not exist."""
    assert probe(server, transport, "huggingface", f"{ROOTS['huggingface']}/models", key="wrong").went_well
    assert probe(server, transport, "cloudflare", f"{ROOTS['cloudflare']}/models").status == 405
    assert probe(server, transport, "openai", f"{ROOTS['openai']}/models/none").rule == "model-gone"


def test_scripts_come_before_what_always_holds(server: StandInServer, transport: Transport) -> None:
    """A script is followed call by call, then the standing behaviour holds, for one provider only."""
    server.script("groq", "rate_limit", ANSWER)
    server.always("groq", "quota")
    assert [ask(server, transport, "groq").kind for _ in range(4)] == [
        FailureKind.RATE_LIMITED,
        None,
        FailureKind.QUOTA_CONFIRMED,
        FailureKind.QUOTA_CONFIRMED,
    ]
    assert ask(server, transport, "openai").went_well
    server.forget()
    assert ask(server, transport, "groq").went_well
    assert len(server.asked) == 1


def test_what_a_provider_cannot_do_is_refused_at_once(server: StandInServer) -> None:
    """A misspelt behaviour fails where it is written, not where it is missed."""
    with pytest.raises(ValueError, match="model_decommissioned"):
        server.script("openai", "model_decommissioned")


def test_calls_are_remembered(transport: Transport, tmp_path: Path) -> None:
    """Who was asked what, when and with which key is known, and the file holds it without the key."""
    log = tmp_path / "asked.jsonl"
    with StandInServer(log_path=log) as server:
        ask(server, transport, "openai")
        server.script("gemini", "truncated")
        ask(server, transport, "gemini")
        first, second = server.asked
    assert (first.provider, first.key, first.behaviour, first.status) == ("openai", KEYS["openai"], ANSWER, 200)
    assert first.body["model"] == MODELS["openai"]
    assert (second.provider, second.path, second.behaviour, second.status) == (
        "gemini",
        f"{ROOTS['gemini']}/chat/completions",
        "truncated",
        0,
    )
    written = log.read_text(encoding="utf-8")
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(line["event"], line["provider"]) for line in lines][:2] == [("begin", "openai"), ("end", "openai")]
    assert KEYS["openai"] not in written
    assert first.ended is not None
    assert lines[1]["ended"] == first.ended


def test_overlapping_calls_are_counted(server: StandInServer, transport: Transport) -> None:
    """Two calls that are worked on at once are two at once, and calls one after the other are one."""
    both = threading.Barrier(2)

    def meet(_body: dict[str, Any]) -> str:
        both.wait(10)
        return "{}"

    ask(server, transport, "openai")
    ask(server, transport, "openai")
    deadline = time.monotonic() + 5
    while any(one.ended is None for one in server.asked) and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert server.most_at_once == 1
    server.answer = meet
    threads = [threading.Thread(target=ask, args=(server, transport, name)) for name in ("openai", "groq")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert server.most_at_once == 2


def test_another_process_can_be_asked_and_told(transport: Transport, tmp_path: Path) -> None:
    """The server runs on its own too: it prints where, takes scripts, tells calls and ends with its input."""
    program = subprocess.Popen(
        [sys.executable, stand_in_server.__file__, "--log", tmp_path / "asked.jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[2] / "src")},
    )
    assert program.stdin is not None
    assert program.stdout is not None
    try:
        address = program.stdout.readline().decode().strip()
        order = json.dumps({"provider": "openai", "names": ["quota"], "always": True}).encode()
        urllib.request.urlopen(urllib.request.Request(f"{address}/-/script", data=order), timeout=5).close()
        request = OutgoingRequest(
            method="POST",
            url=f"{address}{ROOTS['openai']}/chat/completions",
            headers=(("authorization", f"Bearer {KEYS['openai']}"),),
            body=b"{}",
            total_seconds=5,
            most_bytes=10**6,
        )
        assert classify("openai", transport.send(request), now=NOW).confirmed
        with urllib.request.urlopen(f"{address}/-/asked", timeout=5) as told:
            assert [one["provider"] for one in json.load(told)] == ["openai"]
    finally:
        program.stdin.close()
        assert program.wait(10) == 0
        program.stdout.close()
    assert (tmp_path / "asked.jsonl").read_text(encoding="utf-8").count("\n") == 2
