"""Each rule by hand: what raises, what holds, what clears, and the sentence with its numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from neuralbrain.alerts.decision import NOT_THERE, SWITCHED_OFF, decide
from neuralbrain.alerts.facts import EditionFacts, FeedAge, ProviderWord, ServiceFacts
from neuralbrain.alerts.rules import EDITION_RULES, SERVICE_RULES, editions_needed, seen_in_edition, seen_of_service
from neuralbrain.domain.alert import OF_REGIONS, AlertChange, AlertKey, AlertRule, Claim, OpenAlert, Says, Sighting
from neuralbrain.domain.alert_limits import AlertLimits
from neuralbrain.domain.region_signs import RegionSigns

NOW = datetime(2026, 4, 1, 12, tzinfo=UTC)
ALL = AlertLimits(enabled=frozenset(AlertRule))
RED = AlertKey(AlertRule.RISK_RED, region="AGO", signal="cholera_cases")


def facts(*, open_keys: tuple[AlertKey, ...] = (), last: str = "2026-03-29") -> EditionFacts:
    """Return two editions of two regions: Angola turns RED and upwards, Burundi's last report is of another day."""
    return EditionFacts(
        signs=RegionSigns(
            editions=(6, 7),
            regions=("AGO", "BDI"),
            signals=("cholera_cases", "cholera_cases"),
            places=np.array([[0, 4], [1, 2]]),
            last_dates=np.array(["2026-03-29", last], dtype="datetime64[D]"),
            risk_score=np.array([[30.0, 90.0], [86.9, 95.0]]),
            outbreak_probability=np.array([[0.1, 0.1], [0.825, 0.2]]),
            rising_probability=np.array([[0.25, 0.5], [0.75, 0.5]]),
            outbreak_threshold=np.array([120.0, np.nan]),
        ),
        open_keys=frozenset(open_keys),
        raised_before={},
    )


def test_each_rule_is_asked_once():
    """The two tuples hold every rule, each once."""
    assert sorted(rule for rule, _ in (*EDITION_RULES, *SERVICE_RULES)) == sorted(AlertRule)
    assert tuple(rule for rule, _ in EDITION_RULES) == OF_REGIONS


def test_rules_about_regions_say_why():
    """Each raises with its number, the place in words and its levels, and names the forecast that it rests on."""
    seen = {(one.key.rule, one.key.region): one for one in seen_in_edition(facts(), ALL)}
    assert {key: one.says for key, one in seen.items()} == dict.fromkeys(
        [("risk-red", "AGO"), ("risk-red", "BDI"), ("outbreak-likely", "AGO"), ("trend-turns", "AGO")], Says.RAISE
    )
    assert seen["risk-red", "AGO"].reason == (
        "The risk of cholera_cases in Angola is 86 of 100 after the report of 2026-03-29; RED from 80, over at 70."
    )
    assert seen["outbreak-likely", "AGO"].reason == (
        "An outbreak beyond 120.0 of cholera_cases in Angola has a probability of 82 % after the report of 2026-03-29; "
        "alert from 80%, over at 70%."
    )
    assert seen["trend-turns", "AGO"].reason == (
        "That cholera_cases in Angola rises has a probability of 75 % after the report of 2026-03-29; it was at most "
        "40% in edition 6."
    )
    assert seen["risk-red", "BDI"].claim == Claim(7, 1, 2)
    assert editions_needed(ALL) == 12


def test_a_region_that_reported_last_years_ago_raises_nothing():
    """A last report more than a year older than the newest one raises nothing; what is open is still looked at."""
    old = facts(last="2025-03-28")
    assert {one.key.region for one in seen_in_edition(old, ALL)} == {"AGO"}
    burundi = AlertKey(AlertRule.RISK_RED, region="BDI", signal="cholera_cases")
    seen = {one.key: one.says for one in seen_in_edition(facts(open_keys=(burundi,), last="2025-03-28"), ALL)}
    assert seen[burundi] is Says.HOLD


@pytest.mark.parametrize(
    ("age", "says"), [(17, Says.RAISE), (16, Says.HOLD), (15, Says.CLEAR), (0, Says.CLEAR), (None, Says.HOLD)]
)
def test_a_feed_is_stale_after_its_days(age, says):
    """It raises when it counts as stale, and clears a day before that; an archive is never looked at."""
    feeds = (
        FeedAge(name="nhsn", title="Hospital admissions", age_days=age, stale_after_days=16),
        FeedAge(name="sample", title="An archive", age_days=900, stale_after_days=None),
    )
    (seen,) = seen_of_service(ServiceFacts(feeds=feeds, providers=(), edition_age_days=None), ALL)
    assert (seen.key, seen.says) == (AlertKey(AlertRule.DATA_STALE, subject="nhsn"), says)
    if age is not None:
        assert seen.reason.startswith(f"The newest value of nhsn (Hospital admissions) is {age} days old")


@pytest.mark.parametrize(
    ("status", "says"),
    [("unavailable", Says.RAISE), ("degraded", Says.HOLD), ("healthy", Says.CLEAR), (None, Says.HOLD)],
)
def test_a_provider_is_down_while_it_is_unavailable(status, says):
    """A provider raises when it is unavailable, clears when it is healthy; doubt and silence change nothing."""
    words = (ProviderWord(name="groq", status=status, why="The last 3 checks failed."),)
    (seen,) = seen_of_service(ServiceFacts(feeds=(), providers=words, edition_age_days=None), ALL)
    assert (seen.says, seen.key.subject, seen.confirms) == (says, "groq", status is not None)


@pytest.mark.parametrize(("days", "says"), [(9.1, Says.RAISE), (9.0, Says.HOLD), (1.5, Says.HOLD), (1.0, Says.CLEAR)])
def test_an_edition_is_old_after_nine_days(days, says):
    """It raises after nine days without a good cycle, and is over with the next one."""
    (seen,) = seen_of_service(ServiceFacts(feeds=(), providers=(), edition_age_days=days), ALL)
    assert seen.says is says


def open_alert(key: AlertKey = RED, *, edition: int = 6, seen_days_ago: int = 1, reason: str = "before") -> OpenAlert:
    """Return an alert that was seen some days ago."""
    return OpenAlert(number=3, key=key, edition=edition, seen_at=NOW - timedelta(days=seen_days_ago), reason=reason)


def sighting(says: Says, *, key: AlertKey = RED, reason: str = "now", confirms: bool = True) -> Sighting:
    """Return what a rule saw."""
    return Sighting(key=key, says=says, value=75.0, reason=reason, confirms=confirms)


DOWN = AlertKey(AlertRule.PROVIDER_DOWN, subject="groq")


@pytest.mark.parametrize(
    ("seen", "alert", "change", "reason"),
    [
        ((sighting(Says.HOLD),), open_alert(), AlertChange.UPDATED, "now"),
        ((sighting(Says.HOLD, reason="before"),), open_alert(), None, "before"),
        ((sighting(Says.CLEAR),), open_alert(), AlertChange.CLEARED, "now"),
        ((), open_alert(seen_days_ago=28), AlertChange.EXPIRED, "Nothing has confirmed it since 2026-03-04"),
        ((sighting(Says.HOLD, confirms=False),), open_alert(seen_days_ago=28), AlertChange.EXPIRED, "Nothing has"),
        ((sighting(Says.HOLD),), open_alert(edition=5), AlertChange.CLEARED, "Edition 5, which it rests on, was with"),
        ((sighting(Says.RAISE),), open_alert(edition=5), AlertChange.UPDATED, "now"),
        ((), open_alert(DOWN), AlertChange.CLEARED, NOT_THERE),
        ((sighting(Says.HOLD, key=DOWN),), open_alert(DOWN), None, "now"),
        ((sighting(Says.HOLD, key=DOWN),), open_alert(DOWN, edition=5), None, "now"),
    ],
)
def test_what_becomes_of_an_open_alert(seen, alert, change, reason):
    """It is updated by another reason, cleared by its rule or a withdrawal, and expires where nothing confirms it."""
    (came_to,) = decide(seen, (alert,), limits=ALL, now=NOW, looked_at=tuple(AlertRule), withdrawn={5})
    assert (came_to.number, came_to.change) == (3, change)
    assert came_to.reason.startswith(reason)
    assert came_to.seen is (change in {None, AlertChange.UPDATED})


def test_an_alert_that_nothing_is_said_of_stays():
    """One of a rule that was not asked, or of a region that is missing for some weeks, stays as it is."""
    assert decide((), (open_alert(seen_days_ago=27),), limits=ALL, now=NOW, looked_at=OF_REGIONS) == ()
    assert decide((), (open_alert(DOWN),), limits=ALL, now=NOW, looked_at=OF_REGIONS) == ()


def test_a_withdrawal_ends_alerts_whatever_is_looked_at():
    """What rests on an edition that was withdrawn ends at a look at the service, too: there may be no other."""
    (came_to,) = decide((), (open_alert(edition=5),), limits=ALL, now=NOW, looked_at=(), withdrawn={5})
    assert (came_to.change, came_to.reason) == (AlertChange.CLEARED, "Edition 5, which it rests on, was withdrawn.")


def test_a_rule_that_is_switched_off_ends_its_alerts():
    """What is open of it is cleared at the next look of any kind, and says so."""
    (came_to,) = decide((), (open_alert(),), limits=AlertLimits(enabled=frozenset()), now=NOW, looked_at=())
    assert (came_to.change, came_to.reason) == (AlertChange.CLEARED, SWITCHED_OFF)
