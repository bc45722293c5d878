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
    assert settings.sources == ("cholera-africa", "pertussis-us")


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
        ("lease_renewal_seconds = 61", "a third"),
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


def test_what_the_client_is_told_is_no_setting(monkeypatch):
    """Where the Python client is told whom to ask, and as whom, the command line works all the same."""
    monkeypatch.setenv("NEURALBRAIN_URL", "http://127.0.0.1:8642")
    monkeypatch.setenv("NEURALBRAIN_TOKEN", "a secret")
    assert "a secret" not in repr(load_settings())


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


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("LEASE_SECONDS", "abc", "'abc' is no number"),
        ("LEASE_SECONDS", "inf", "'inf' is no finite number"),
        ("LEASE_RENEWAL_SECONDS", "nan", "'nan' is no finite number"),
        ("BUSY_TIMEOUT_SECONDS", "0", "'0' must be above 0"),
        ("SAMPLE_UNTIL", "2026-13-01", "'2026-13-01' is no date (YYYY-MM-DD)"),
        ("SAMPLE_UNTIL", "yesterday", "'yesterday' is no date (YYYY-MM-DD)"),
        ("LOG_LEVEL", "loud", "'loud' is none of debug, info, warning, error"),
        ("DISABLED_PROVIDERS", "claude", "unknown provider 'claude'"),
    ],
)
def test_a_wrong_value_is_refused_in_our_own_words(monkeypatch, name: str, value: str, said: str):
    """The message names the variable and says what is wrong with its value, in no library's words."""
    monkeypatch.setenv(f"NEURALBRAIN_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.happened.startswith(f"The setting NEURALBRAIN_{name} in the environment cannot be used: {said}")
    assert not any(word in caught.value.happened for word in ("Value error", "Input should", "Field required"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sources = 3", "3 is no list of names"),
        ("sources = [3]", "3 is no name"),
        ("this is no toml", "it is no TOML at line 1, column 6"),
        ("sample_until = 1.5", "1.5 is no date (YYYY-MM-DD)"),
    ],
)
def test_a_wrong_file_is_refused_in_our_own_words(home: Path, text: str, said: str):
    """What is wrong in the file is said in no library's words."""
    write(home, text)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in caught.value.happened
    assert not any(word in caught.value.happened for word in ("Input should", "Expected", "valid"))


@pytest.mark.parametrize("below", ["", "/deeper"])
def test_a_data_folder_that_is_a_file_is_named(home: Path, monkeypatch, below: str):
    """Where a file stands in the place of the data folder or above it, the error is about that, not the settings."""
    home.write_text("a file", encoding="utf-8")
    monkeypatch.setenv("NEURALBRAIN_HOME", f"{home}{below}")
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.happened.startswith(f"The data folder {home}{below} cannot be used")
    assert "NEURALBRAIN_HOME" in caught.value.remedy
    assert "settings file" not in str(caught.value)


def test_a_data_folder_of_nobody_is_named(monkeypatch):
    """A home of a user that does not exist is an error about the data folder, as it was typed."""
    monkeypatch.setenv("NEURALBRAIN_HOME", "~nobody-of-that-name/nb")
    with pytest.raises(SettingsError, match="~nobody-of-that-name/nb"):
        load_settings()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"CALL_SECONDS": "141"}, "141 must be at most lease_seconds less two times lease_renewal_seconds (140)"),
        ({"LEASE_SECONDS": "100"}, "120 must be at most"),
        ({"CALL_SECONDS": "0"}, "must be above 0"),
        ({"PROVIDER_CONCURRENCY": "0"}, "must be at least 1"),
        ({"PROVIDER_CONCURRENCY": "17"}, "must be at most 16"),
        ({"QUOTA_STRIKES": "4"}, "must be at most 3"),
        ({"LONGEST_WAIT_SECONDS": "-1"}, "must be at least 0"),
        ({"CYCLE_WAIT_SECONDS": "nan"}, "is no finite number"),
        ({"MOST_SERIES_PER_PROMPT": "0"}, "must be at least 1"),
        ({"PROXY": "https://proxy:3128"}, "not written as http://host:port"),
        ({"PROXY": "http://me:canary@proxy:3128"}, "without a password"),
    ],
)
def test_how_providers_are_asked_has_its_limits(monkeypatch, changes: dict[str, str], said: str):
    """A call must be over before another process may ask, and every limit of asking has its own range."""
    for name, value in changes.items():
        monkeypatch.setenv(f"NEURALBRAIN_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert said in caught.value.happened
    assert "canary" not in str(caught.value)


def test_a_call_may_last_as_long_as_the_lease_allows(monkeypatch):
    """The longest call and two renewals are the lease; by default there is a margin."""
    settings = load_settings()
    assert settings.call_seconds <= settings.lease_seconds - 2 * settings.lease_renewal_seconds - 20
    monkeypatch.setenv("NEURALBRAIN_CALL_SECONDS", "140")
    monkeypatch.setenv("NEURALBRAIN_PROXY", "http://proxy.example.org:3128")
    assert load_settings().call_seconds == 140
