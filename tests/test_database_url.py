"""The setting that names a server: what is refused, and that its password is shown nowhere."""

from __future__ import annotations

import subprocess
import sys
import traceback

import pytest
from pydantic import SecretStr

from neuralbrain.cli.doctor_facts import differing
from neuralbrain.errors import SettingsError, StoreError
from neuralbrain.settings import Settings, load_settings
from neuralbrain.wiring import Application

SECRET = "s3cret-Passw0rd"
ADDRESS = f"postgresql://me:{SECRET}@127.0.0.1:1/forecasts"


def test_unset_or_empty_is_the_file(monkeypatch):
    """Without the variable, and with an empty one, everything is kept in the data folder."""
    assert load_settings().database_url is None
    monkeypatch.setenv("NEURALBRAIN_DATABASE_URL", "")
    assert load_settings().database_url is None


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (f"mysql://me:{SECRET}@h/d", "does not begin with postgresql://"),
        (f"postgresql+psycopg2://me:{SECRET}@h/d", "does not begin with postgresql://"),
        (f"me:{SECRET}@h/d", "does not begin with postgresql://"),
        (f"postgresql://me:{SECRET}@h", "names no database"),
        (f"postgresql://me:{SECRET}@h:port/d", "host or port cannot be read"),
        (f"postgresql://me:{SECRET}@[h/d", "host or port cannot be read"),
        (f"postgresql://me:{SECRET}@x@h/d", "host or port cannot be read"),
        (f"postgresql://me:{SECRET}/x@h/d", "host or port cannot be read"),
        (f"postgresql://me:{SECRET}#x@h/d", "host or port cannot be read"),
        (f"postgresql://me:{SECRET}?x@h/d", "host or port cannot be read"),
    ],
)
@pytest.mark.parametrize("where", ["environment", "file"])
def test_what_cannot_be_used_is_refused_without_a_letter_of_it(home, monkeypatch, address, said, where):
    """A wrong address is refused in our words; neither the sentence nor what is behind it has the password."""
    if where == "environment":
        monkeypatch.setenv("NEURALBRAIN_DATABASE_URL", address)
    else:
        home.mkdir()
        (home / "neuralbrain.toml").write_text(f'database_url = "{address}"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=said) as caught:
        load_settings()
    assert "DATABASE_URL" in str(caught.value).upper()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("written", ["7", f'["{ADDRESS}"]', f'{{ url = "{ADDRESS}" }}'])
def test_what_is_no_text_is_refused_too(home, written):
    """A value of another kind is refused, and not shown either."""
    home.mkdir()
    (home / "neuralbrain.toml").write_text(f"database_url = {written}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="it is no text") as caught:
        load_settings()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_the_password_is_shown_nowhere(monkeypatch):
    """Neither the settings nor what is built from them shows the password, which the process of a cycle gets."""
    monkeypatch.setenv("NEURALBRAIN_DATABASE_URL", ADDRESS)
    settings = load_settings()
    shown = [repr(settings), str(settings), settings.model_dump_json(), repr(differing(settings))]
    here = Application(settings)
    shown += [repr(here), repr(vars(here))]
    with pytest.raises(StoreError) as caught:
        here.database  # noqa: B018 - it is opened by being asked for
    shown += [str(caught.value), "".join(traceback.format_exception(caught.value))]
    assert [one for one in shown if SECRET in one] == []
    assert settings.as_environment()["NEURALBRAIN_DATABASE_URL"] == ADDRESS


@pytest.mark.slow
@pytest.mark.parametrize("command", [["doctor"], ["status"], ["lock", "status", "--json"], ["verify"], ["run"]])
def test_no_command_shows_it(monkeypatch, command):
    """No command prints the password where the server cannot be reached, on either stream."""
    monkeypatch.setenv("NEURALBRAIN_DATABASE_URL", ADDRESS)
    monkeypatch.setenv("NEURALBRAIN_LOG_LEVEL", "debug")
    ended = subprocess.run(
        [sys.executable, "-m", "neuralbrain", *command], capture_output=True, text=True, check=False, timeout=120
    )
    assert SECRET not in ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_file_needs_no_driver():
    """With everything in a file, the driver of the server is not even loaded."""
    program = (
        "import sys; from neuralbrain.wiring import application; application().lock.get_status();"
        "print([one for one in sys.modules if one.startswith(('psycopg', 'neuralbrain.store.postgresql'))])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert ended.stdout.strip() == "[]"


def test_settings_made_in_python_hold_it_as_a_secret():
    """An address that is given in Python is checked and hidden like one from outside."""
    settings = Settings(database_url=ADDRESS)
    assert settings.database_url == SecretStr(ADDRESS)
    with pytest.raises(ValueError, match="does not begin with"):
        Settings(database_url="sqlite:///x")
