"""The table of alerts in the settings: sane by default, exact in its refusals, silent about its secrets."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from neuralbrain.alert_settings import RED, AlertSettings
from neuralbrain.domain.alert import AlertRule
from neuralbrain.domain.claims import RED_FROM
from neuralbrain.errors import SettingsError
from neuralbrain.settings import Settings, load_settings

HOOK = {"webhook": "https://example.org/canary-path", "secret": "canary-secret-0123"}


def test_by_default_nobody_is_told():
    """RED, stale data, a provider that is down and an old edition are on; no channel is."""
    settings = Settings().alerts
    assert settings.limits.enabled == {
        AlertRule.RISK_RED,
        AlertRule.DATA_STALE,
        AlertRule.PROVIDER_DOWN,
        AlertRule.EDITION_OLD,
    }
    assert settings.channels == {}
    assert RED == RED_FROM


def test_secrets_are_shown_nowhere_and_reach_a_child():
    """Neither a channel's URL nor its secret is in any text of the settings; a process that is started gets both."""
    settings = Settings(alerts={"channels": {"ops": HOOK, "chat": {"apprise": "discord://canary-hook/canary-token"}}})
    assert "canary" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    given = settings.as_environment()["NEURALBRAIN_ALERTS"]
    assert Settings(alerts=given).alerts == settings.alerts


def test_the_file_says_it_as_a_table(home):
    """`[alerts]` and `[alerts.channels.NAME]` of neuralbrain.toml are read; the clearing level follows the raising."""
    home.mkdir()
    table = "[alerts]\noutbreak_probability = 0.9\ntrend_turns = true\n[alerts.channels.ops]\n"
    table += "\n".join(f'{name} = "{value}"' for name, value in HOOK.items())
    (home / "neuralbrain.toml").write_text(table, encoding="utf-8")
    read = load_settings().alerts
    assert (read.limits.outbreak_from, read.limits.outbreak_until) == (0.9, pytest.approx(0.8))
    assert {AlertRule.OUTBREAK_LIKELY, AlertRule.TREND_TURNS} < read.limits.enabled
    assert list(read.channels) == ["ops"]


@pytest.mark.parametrize(("raises", "clears"), [(0.8, 0.7), (0.2, 0.1), (0.1, 0.05), (0.04, 0.02)])
def test_an_outbreak_can_always_be_over(raises, clears):
    """Unless it is set, the clearing level is a tenth below the raising one, and of a low one the half: never none."""
    assert AlertSettings(outbreak_probability=raises).limits.outbreak_until == pytest.approx(clears)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"risk": True}, "'risk' of alerts is no setting; did you mean risk_red?"),
        ({"red_until": 80}, "red_until of alerts 80 must be below 80"),
        ({"outbreak_probability": 0.5, "outbreak_until": 0.5}, "must be below outbreak_probability (0.5)"),
        ({"channels": {"Ops": HOOK}}, "is no name of a channel"),
        ({"channels": {"ops": {}}}, "has one of apprise and webhook"),
        ({"channels": {"ops": {**HOOK, "apprise": "json://canary"}}}, "has one of apprise and webhook"),
        ({"channels": {"ops": {**HOOK, "secret": "canary"}}}, "needs a secret of 16 characters"),
        ({"channels": {"ops": {**HOOK, "webhook": "ftp://canary"}}}, "must begin with https://"),
        ({"channels": {"ops": {"apprise": "canary"}}}, "is none, or holds a space"),
        ({"channels": {"ops": {"apprise": "json://canary", "private": True}}}, "are for webhooks alone"),
        ({"channels": {"ops": {"webhok": "canary"}}}, "did you mean webhook?"),
        ("{", "it is no JSON"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_value(table, said, home, monkeypatch):
    """A refusal names the field and the channel, and never what stood there."""
    with pytest.raises(ValidationError):
        Settings(alerts=table)
    given = table if isinstance(table, str) else json.dumps(table)
    monkeypatch.setenv("NEURALBRAIN_ALERTS", given)
    with pytest.raises(SettingsError) as refused:
        load_settings()
    assert said in str(refused.value)
    assert "canary" not in str(refused.value)
