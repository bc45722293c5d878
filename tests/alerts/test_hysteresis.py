"""Two levels and a number of editions: nothing flaps, whatever the numbers do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.alerts.decision import decide
from neuralbrain.alerts.facts import EditionFacts
from neuralbrain.alerts.hysteresis import crossed, turned
from neuralbrain.alerts.rules.risk_red import risk_red
from neuralbrain.alerts.rules.trend_turns import trend_turns
from neuralbrain.domain.alert import AlertChange, AlertKey, AlertRule, OpenAlert
from neuralbrain.domain.alert_limits import AlertLimits
from neuralbrain.domain.region_signs import RegionSigns

START = datetime(2026, 4, 1, tzinfo=UTC)
SCORES = st.lists(st.one_of(st.floats(0, 100), st.just(float("nan")), st.sampled_from([70.0, 80.0])), max_size=40)


def signs(values: np.ndarray, *, last: int) -> RegionSigns:
    """Return one region with these values, whatever is asked for, in the editions up to one."""
    column = values[:last, None]
    return RegionSigns(
        editions=tuple(range(1, last + 1)),
        regions=("AGO",),
        signals=("cases",),
        places=np.array([[0, 0]]),
        last_dates=np.array(["2026-03-29"], dtype="datetime64[D]"),
        risk_score=column,
        outbreak_probability=column / 100,
        rising_probability=column / 100,
        outbreak_threshold=np.array([np.nan]),
    )


def lived(scores: list[float], limits: AlertLimits, rule) -> list[tuple[int, AlertChange]]:
    """Return what happens to alerts over editions, one a day, as the editions at which it does."""
    is_open: OpenAlert | None = None
    before: dict[AlertKey, int] = {}
    happened: list[tuple[int, AlertChange]] = []
    for edition in range(1, len(scores) + 1):
        now = START + timedelta(days=edition)
        opened = () if is_open is None else (is_open,)
        facts = EditionFacts(
            signs=signs(np.array(scores), last=edition),
            open_keys=frozenset(one.key for one in opened),
            raised_before=before,
        )
        for one in decide(rule(facts, limits), opened, limits=limits, now=now, looked_at=tuple(AlertRule)):
            if one.change in {AlertChange.CLEARED, AlertChange.EXPIRED}:
                is_open = None
            else:
                is_open = OpenAlert(number=1, key=one.key, edition=edition, seen_at=now, reason=one.reason)
            if one.change is AlertChange.RAISED:
                before[one.key] = edition
            if one.change not in {None, AlertChange.UPDATED}:
                happened.append((edition, one.change))
    return happened


def limits_of(*rules: AlertRule, up: int = 1, down: int = 2) -> AlertLimits:
    """Return limits with these rules on."""
    never = timedelta(days=10_000)
    return AlertLimits(enabled=frozenset(rules), raise_editions=up, clear_editions=down, expires_after=never)


@given(SCORES, st.integers(1, 3), st.integers(1, 3))
def test_an_alert_never_flaps(scores, up, down):
    """Raised and cleared take turns; each needs its number of editions in a row beyond its own level."""
    happened = lived(scores, limits_of(AlertRule.RISK_RED, up=up, down=down), risk_red)
    changes = [change for _, change in happened]
    assert changes == [AlertChange.RAISED, AlertChange.CLEARED] * (len(changes) // 2) + changes[len(changes) // 2 * 2 :]
    for edition, change in happened:
        count = up if change is AlertChange.RAISED else down
        row = scores[edition - count : edition]
        assert len(row) == count
        assert all(one >= 80 if change is AlertChange.RAISED else one <= 70 for one in row)


@given(st.lists(st.floats(70.001, 79.999), min_size=1, max_size=30), st.booleans())
def test_what_stays_between_the_levels_changes_nothing(noise, begun):
    """However a score moves between the two levels, nothing is raised, and what is open stays so."""
    happened = lived([*([85.0] if begun else []), *noise], limits_of(AlertRule.RISK_RED), risk_red)
    assert happened == ([(1, AlertChange.RAISED)] if begun else [])


@given(SCORES)
def test_one_rise_is_one_turn(scores):
    """Between two alerts about a turn there always was an edition in which the thing did not rise."""
    happened = lived(scores, limits_of(AlertRule.TREND_TURNS, down=1), trend_turns)
    raised = [edition for edition, change in happened if change is AlertChange.RAISED]
    for edition in raised:
        assert any(one <= 40 for one in scores[: edition - 1])
    for first, second in pairwise(raised):
        assert any(one <= 40 for one in scores[first:second])


def test_levels_are_apart():
    """Levels that would let an alert flap are refused."""
    with pytest.raises(ValueError, match="clears below"):
        crossed(np.ones((1, 1)), raise_from=0.5, clear_until=0.5, raise_editions=1, clear_editions=1)


def test_a_slow_turn_is_found():
    """A turn over several editions is found where it began; what rose all along has not turned."""
    values = np.array([[0.30, 0.70, 0.35], [0.50, 0.70, np.nan], [0.65, 0.90, 0.59]])
    assert turned(values, rising_from=0.6, rising_until=0.4, editions=(7, 8, 9)).tolist() == [7, 0, 0]
