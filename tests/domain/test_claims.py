"""Verdicts from numbers: thresholds belong to the graver side, ties to the calmer one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.claims import RISK_LEVELS, TRENDS, RiskLevel, Trend, risk_level_of, trend_of


@pytest.mark.parametrize(
    ("score", "level"),
    [
        (0.0, RiskLevel.GREEN),
        (49.999, RiskLevel.GREEN),
        (50.0, RiskLevel.YELLOW),
        (79.999, RiskLevel.YELLOW),
        (80.0, RiskLevel.RED),
        (100.0, RiskLevel.RED),
        (None, None),
    ],
)
def test_levels_begin_at_their_threshold(score: float | None, level: RiskLevel | None) -> None:
    """RED is from 80, YELLOW from 50, GREEN below; no score has no level."""
    assert risk_level_of(score) is level


@pytest.mark.parametrize(
    ("probabilities", "trend"),
    [
        ([0.6, 0.3, 0.1], Trend.DECREASING),
        ([0.2, 0.6, 0.2], Trend.STABLE),
        ([0.1, 0.3, 0.6], Trend.INCREASING),
        ([0.2, 0.4, 0.4], Trend.STABLE),
        ([0.4, 0.4, 0.2], Trend.STABLE),
        ([0.4, 0.2, 0.4], Trend.INCREASING),
    ],
)
def test_the_most_probable_trend_is_named(probabilities: list[float], trend: Trend) -> None:
    """The greatest probability wins, a tie with stable is stable, and up against down is up."""
    assert trend_of(probabilities) is trend


@given(parts=st.lists(st.floats(0, 1), min_size=3, max_size=3))
def test_no_trend_is_named_that_another_beats(parts: list[float]) -> None:
    """The trend named has the greatest probability of the three."""
    assert parts[TRENDS.index(trend_of(parts))] == max(parts)


def test_orders_are_fixed() -> None:
    """The order of probabilities is decreasing, stable, increasing, and GREEN, YELLOW, RED."""
    assert [trend.value for trend in TRENDS] == ["decreasing", "stable", "increasing"]
    assert [level.value for level in RISK_LEVELS] == ["GREEN", "YELLOW", "RED"]
