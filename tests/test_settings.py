"""Settings: environment before file before default, and an unknown key is an error that helps."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuralbrain.domain.lock import PRIORITY
from neuralbrain.errors import SettingsError
from neuralbrain.settings import load_settings


def write(home: Path, text: str) -> None:
    """Write the settings file."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "neuralbrain.toml").write_text(text, encoding="utf-8")


def test_defaults_need_nothing(home: Path):
    """With nothing set everything has its default, and the data are where NEURALBRAIN_HOME says."""
    settings = load_settings()
    assert settings.home == home
    assert settings.database_path.parent == home
    assert settings.enabled_providers == PRIORITY
    assert settings.sources == ("cholera-africa",)


def test_file_before_default_and_environment_before_file(home: Path, monkeypatch):
    """The file changes a default; the environment changes the file."""
    write(home, 'log_level = "info"\nlease_seconds = 200\ndisabled_providers = ["groq", "openai"]\n')
    monkeypatch.setenv("NEURALBRAIN_LOG_LEVEL", "error")
    settings = load_settings()
    assert (settings.log_level, settings.lease_seconds) == ("error", 200.0)
    assert settings.enabled_providers == ("gemini", "cloudflare", "huggingface", "local")


def test_lists_in_the_environment_are_comma_separated(monkeypatch):
    """A list in the environment is written with commas."""
    monkeypatch.setenv("NEURALBRAIN_PROVIDER_PRIORITY", "local, openai")
    assert load_settings().enabled_providers == ("local", "openai")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leese_seconds = 3", "lease_seconds"),
        ('log_level = "loud"', "log_level"),
        ("lease_renewal_seconds = 60", "a third"),
        ('disabled_providers = ["claude"]', "unknown provider 'claude'"),
        ('provider_priority = ["local", "local"]', "named twice"),
        ("this is no toml", "cannot be read"),
        ('home = "/elsewhere"', "home"),
    ],
)
def test_a_wrong_file_is_an_error_that_helps(home: Path, text: str, said: str):
    """A key or value that cannot be used is named, with where it stands and what to do."""
    write(home, text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in str(caught.value)
    assert "neuralbrain.toml" in str(caught.value)


def test_an_unknown_variable_is_an_error_too(monkeypatch):
    """A misspelt environment variable is named with the nearest known one."""
    monkeypatch.setenv("NEURALBRAIN_SAMPEL_UNTIL", "2025-01-01")
    with pytest.raises(SettingsError, match="NEURALBRAIN_SAMPLE_UNTIL") as caught:
        load_settings()
    assert caught.value.error_code == "settings-unknown-key"


def test_settings_do_not_change():
    """The object is frozen."""
    with pytest.raises(ValueError, match="frozen"):
        load_settings().log_level = "debug"
