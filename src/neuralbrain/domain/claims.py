"""The published verdicts: risk level and trend, their order and their thresholds."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import numpy.typing as npt


class RiskLevel(StrEnum):
    """The traffic light."""

    GREEN = "GREEN"
    YELLOW = "YELLOW"
    RED = "RED"


class Trend(StrEnum):
    """Which way the last horizon points, against the last value."""

    DECREASING = "decreasing"
    STABLE = "stable"
    INCREASING = "increasing"


TRENDS = (Trend.DECREASING, Trend.STABLE, Trend.INCREASING)
RISK_LEVELS = (RiskLevel.GREEN, RiskLevel.YELLOW, RiskLevel.RED)
YELLOW_FROM = 50.0  # methods: RED from 80, YELLOW from 50
RED_FROM = 80.0  # near the top of its history and growing at more than half the fastest rate


def risk_level_of(score: float | None) -> RiskLevel | None:
    """Return the level of a risk score (0 to 100), or None where there is none.

    >>> risk_level_of(80.0), risk_level_of(79.9)
    (<RiskLevel.RED: 'RED'>, <RiskLevel.YELLOW: 'YELLOW'>)
    """
    if score is None:
        return None
    if score >= RED_FROM:
        return RiskLevel.RED
    return RiskLevel.YELLOW if score >= YELLOW_FROM else RiskLevel.GREEN


def trend_of(probabilities: npt.ArrayLike) -> Trend:
    """Return the most probable of the three trends; a tie with ``stable`` is stable.

    Args:
        probabilities: Of decreasing, stable, increasing.

    >>> trend_of([0.4, 0.4, 0.2])
    <Trend.STABLE: 'stable'>
    """
    down, level, up = probabilities if isinstance(probabilities, tuple) else np.asarray(probabilities).tolist()
    if level >= max(down, up):
        return Trend.STABLE
    return Trend.INCREASING if up >= down else Trend.DECREASING
