"""What the settings say of providers reaches lock, clients and commands, and a key reaches its client alone."""

from __future__ import annotations

import pytest
from typer import BadParameter

from neuralbrain.cli.doctor_facts import gather
from neuralbrain.cli.lock_change import known_provider
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.errors import SettingsError
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.providers.language_model import LanguageModel
from neuralbrain.settings import load_settings
from neuralbrain.wiring import Application

OLLAMA = '{"ollama": {"base_url": "http://127.0.0.1:11434/v1", "model": "llama3"}}'
CANARY = "sk-canary-0001"


def test_a_key_reaches_its_client_alone(make_application, monkeypatch: pytest.MonkeyPatch) -> None:
    """No dump of what is built shows a key, not even once the client that holds it is made."""
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    here = make_application()
    assert here.lacking("openai") == ""
    assert here.lacking("groq") == "GROQ_API_KEY not set"
    client = here.provider("openai")
    assert isinstance(client, LanguageModel)
    assert here.provider("openai") is client
    assert CANARY not in f"{vars(here)} {vars(client)} {here.catalogue} {vars(here.transport)}"
    with pytest.raises(SettingsError, match="GROQ_API_KEY not set"):
        here.provider("groq")


def test_a_server_of_ones_own_is_known_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lock's order, the commands and the doctor know a server of one's own by its name."""
    with pytest.raises(BadParameter, match="is no provider"):
        known_provider("ollama")
    monkeypatch.setenv("NEURALBRAIN_PROVIDERS", OLLAMA)
    assert known_provider(" Ollama ") == "ollama"
    here = Application(load_settings())
    try:
        assert here.lacking("ollama") == ""
        assert here.provider("ollama").version.endswith("/llama3")
        assert here.lock.get_status()["provider_priority"] == [*PRIORITY[:-1], "ollama", "local"]
        assert here.lock.acquire_lock("ollama")
    finally:
        here.close()
    found = gather()
    assert [one.name for one in found.providers] == [*PRIORITY[:-1], "ollama", "local"]
    assert ("providers", "ollama", "unset") in [(one.name, one.value, one.default) for one in found.settings or ()]


def test_a_base_url_that_cannot_be_asked_is_refused_at_start(make_application, monkeypatch) -> None:
    """Nothing is built over a base URL that leads where nothing may go, and the doctor says so and goes on."""
    wrong = {"openai": ProviderSettings(base_url="http://api.example.org/v1")}
    with pytest.raises(SettingsError, match="may only be asked by https"):
        make_application(providers=wrong)
    monkeypatch.setenv("NEURALBRAIN_PROVIDERS", '{"openai": {"base_url": "http://api.example.org/v1"}}')
    found = gather()
    assert [what for what, _ in found.errors] == ["providers"]
    assert len(found.providers) == len(PRIORITY)


def test_the_local_provider_needs_no_way_out(make_application) -> None:
    """Making the provider on this machine opens no transport."""
    here = make_application()
    assert here.provider("local").name == "local"
    assert "transport" not in vars(here)
