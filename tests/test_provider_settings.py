"""The table of providers in the settings: what it may hold, and how it says that it may not."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from neuralbrain.domain.lock import PRIORITY
from neuralbrain.errors import SettingsError
from neuralbrain.settings import load_settings
from test_settings import write

OLLAMA = '[providers.ollama]\nbase_url = "http://127.0.0.1:11434/v1"\nmodel = "llama3"\n'


def test_a_table_of_a_provider_is_read(home: Path) -> None:
    """What the file says of a provider is read, and the rest stays as the catalogue has it."""
    write(home, '[providers.openai]\nmodel = "gpt-6-luna"\ndaily_usd = 2\ntrained_until = 2026-01-31\n')
    said = load_settings().providers["openai"]
    assert (said.model, said.daily_usd, said.trained_until) == ("gpt-6-luna", 2.0, date(2026, 1, 31))
    assert (said.base_url, said.context_tokens, said.private) == ("", None, False)


def test_the_environment_has_the_table_as_json(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment's table stands in the place of the file's."""
    write(home, OLLAMA)
    monkeypatch.setenv("NEURALBRAIN_PROVIDERS", '{"groq": {"context_tokens": 100000}}')
    assert {name: one.context_tokens for name, one in load_settings().providers.items()} == {"groq": 100_000}


def test_a_server_of_ones_own_stands_before_local(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An own server that the order does not name comes directly before local; one that it names, where it says."""
    write(home, OLLAMA)
    assert load_settings().enabled_providers == (*PRIORITY[:-1], "ollama", "local")
    assert load_settings().known_providers == (*PRIORITY[:-1], "ollama", "local")
    monkeypatch.setenv("NEURALBRAIN_PROVIDER_PRIORITY", "ollama,openai")
    assert load_settings().enabled_providers == ("ollama", "openai")
    assert load_settings().known_providers == (
        "ollama",
        "openai",
        "gemini",
        "groq",
        "cloudflare",
        "huggingface",
        "local",
    )
    monkeypatch.setenv("NEURALBRAIN_PROVIDER_PRIORITY", "openai")
    assert load_settings().enabled_providers == ("openai", "ollama")
    monkeypatch.setenv("NEURALBRAIN_DISABLED_PROVIDERS", "ollama")
    assert load_settings().enabled_providers == ("openai",)


def test_the_worker_has_the_same_table(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is started with these settings as its environment reads the same ones, whatever the file says."""
    write(home, OLLAMA + 'private = false\nprice_in = 0\nprice_out = 0.5\ntrained_until = "2025-01-01"\n')
    settings = load_settings()
    for name, value in settings.as_environment().items():
        monkeypatch.setenv(name, value)
    write(home, "[providers.openai]\nmodel = 'other'\n")
    assert load_settings() == settings


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"opnai": {"model": "x"}}, "did you mean openai"),
        ({"ollama": {"base_url": "http://127.0.0.1/v1"}}, "needs both base_url and model"),
        ({"openai": {"modle": "x"}}, "'modle' of openai is no setting; did you mean model?"),
        ({"openai": {"api_key": "canary"}}, "keys are read from the environment"),
        ({"openai": {"token": "canary"}}, "keys are read from the environment"),
        ({"openai": {"context_tokens": "canary"}}, "context_tokens of openai is no whole number"),
        ({"openai": {"context_tokens": 10}}, "must be at least 1000"),
        ({"openai": {"daily_usd": 0}}, "daily_usd of openai must be above 0"),
        ({"openai": {"price_in": 1}}, "belong together"),
        ({"openai": {"structured": "canary"}}, "is none of json_schema, json_object, none"),
        ({"openai": {"model": "a canary"}}, "model of openai holds a space"),
        ({"openai": {"base_url": "https://canary example"}}, "base_url of openai holds a space"),
        ({"openai": {"model": "canary" * 30}}, "longer than 100 characters"),
        ({"openai": {"key_variable": "X"}}, "key_variable of openai cannot be set"),
        ({"own": {"base_url": "https://x.org", "model": "m", "key_variable": "canary!"}}, "no name of a variable"),
        ({"openai": {"context_tokens": 5000, "answer_tokens": 6000}}, "above its answer_tokens"),
        ({"openai": {"trained_until": "canary"}}, "is no date (YYYY-MM-DD)"),
        ({"openai": {"private": "canary"}}, "neither true nor false"),
        ({"openai": {"title": "a\ncanary"}}, "not one line"),
        ({"openai": "canary"}, "openai is no table"),
        ({"local": {}}, "local is the statistical provider"),
        ({"Own Server": {}}, "is no name of a provider"),
        ({"a" * 33: {}}, "is no name of a provider"),
        (["canary"], "is no table of providers"),
    ],
)
def test_what_cannot_be_used_is_named_and_not_shown(monkeypatch, table: object, said: str) -> None:
    """The message names provider and field in our own words; a value is never shown, since it may be a key."""
    monkeypatch.setenv("NEURALBRAIN_PROVIDERS", json.dumps(table))
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in caught.value.happened
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"
    assert "NEURALBRAIN_PROVIDERS in the environment" in caught.value.happened


def test_what_is_no_json_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A table in the environment that is no JSON is refused without being repeated."""
    monkeypatch.setenv("NEURALBRAIN_PROVIDERS", "{'openai': 'canary'}")
    with pytest.raises(SettingsError, match="it is no JSON") as caught:
        load_settings()
    assert "canary" not in f"{caught.value} {caught.value.__cause__}"
