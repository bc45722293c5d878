"""What the addresses of evaluation answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class ApartShape(TypedDict):
    """Scores that do not count."""

    values: int
    mean_wis: float | None


class WaitingShape(TypedDict):
    """What was forecast and cannot be scored yet, of all regions and signals of a source.

    Attributes:
        values: Forecast values that wait until five weeks after their target date.
        next_at: When the first of them may be scored, UTC; in the past: by the next cycle.
        unknown: Values that have come to that and have no truth as yet.
    """

    provider: str
    source: str
    values: int
    next_at: str | None
    unknown: int


class ScoresOf(TypedDict):
    """What some forecast values were worth; null where nothing is scored.

    Attributes:
        key: What they share; empty for all.
        means: Mean of each score: WIS and its parts, absolute error of the median, bias, coverage; with log_ on the
            log(x + 1) scale.
        relative_wis: Mean WIS over that of the hub baseline; below 1 is skill.
        compared: On how many values.
    """

    key: str
    values: int
    means: dict[str, float | None]
    relative_wis: float | None
    relative_log_wis: float | None
    compared: int


class RecordShape(TypedDict):
    """The whole record in short.

    Attributes:
        settles_after_days: A score uses the value as known so long after its target date.
        scored: How many values count.
        reason: Why nothing is scored; null where something is.
        apart: Scores that do not count: repeated (a newer edition starts from the same day), revised (the same forecast
            against a later truth), hindsight (made five weeks after its day or later), withdrawn (its edition was).
    """

    provider: str | None
    source: str | None
    signal: str | None
    region: str | None
    by: str | None
    settles_after_days: int
    scored: int
    reason: str | None
    apart: dict[str, ApartShape]
    waiting: list[WaitingShape]
    overall: ScoresOf


By = Literal["provider", "source", "signal", "region", "horizon", "week"]


class ScoresShape(TypedDict):
    """What forecast values were worth, whole and split.

    Attributes:
        settles_after_days: A score uses the value as known so long after its target date.
        scored: How many values count.
        reason: Why nothing is scored; null where something is.
        apart: Scores that do not count: repeated (a newer edition starts from the same day), revised (the same forecast
            against a later truth), hindsight (made five weeks after its day or later), withdrawn (its edition was).
    """

    provider: str | None
    source: str | None
    signal: str | None
    region: str | None
    by: str | None
    settles_after_days: int
    scored: int
    reason: str | None
    apart: dict[str, ApartShape]
    waiting: list[WaitingShape]
    overall: ScoresOf
    groups: list[ScoresOf]


class IntervalShape(TypedDict):
    """How often values fell into a central interval."""

    nominal: float
    covered: float | None


class QuantileShape(TypedDict):
    """How often values fell under a quantile.

    Attributes:
        at_most: Share of values at or below it.
        below: Share below it.
    """

    level: float
    at_most: float | None
    below: float | None


class CoverageOf(TypedDict):
    """How often values fell where they were said to fall."""

    key: str
    values: int
    intervals: list[IntervalShape]
    quantiles: list[QuantileShape]


class CoverageShape(TypedDict):
    """How often values fell where they were said to fall, whole and split.

    Attributes:
        settles_after_days: A score uses the value as known so long after its target date.
        scored: How many values count.
        reason: Why nothing is scored; null where something is.
        apart: Scores that do not count: repeated (a newer edition starts from the same day), revised (the same forecast
            against a later truth), hindsight (made five weeks after its day or later), withdrawn (its edition was).
    """

    provider: str | None
    source: str | None
    signal: str | None
    region: str | None
    by: str | None
    settles_after_days: int
    scored: int
    reason: str | None
    apart: dict[str, ApartShape]
    waiting: list[WaitingShape]
    overall: CoverageOf
    groups: list[CoverageOf]


class CurvePoint(TypedDict):
    """One bin of a reliability curve.

    Attributes:
        low: Lower end of a 95 % interval of the frequency.
    """

    probability: float
    frequency: float
    low: float
    high: float
    pairs: int


class EvaluationShapesEventShape(TypedDict):
    """What the probabilities of one event were worth.

    Attributes:
        reason: Why there is no area under the ROC curve.
    """

    pairs: int
    frequency: float | None
    brier: dict[str, float | None]
    calibration_error: float | None
    roc_area: float | None
    reason: str | None
    curve: list[CurvePoint]


class LevelsShape(TypedDict):
    """What the probabilities of three levels were worth."""

    pairs: int
    ranked_probability_score: float | None
    one_against_rest: dict[str, EvaluationShapesEventShape]


class ReliabilityOf(TypedDict):
    """The claims of some forecasts against what came true."""

    key: str
    claims: dict[str, EvaluationShapesEventShape]
    levels: dict[str, LevelsShape]


class ReliabilityShape(TypedDict):
    """Claims against what came true, whole and split.

    Attributes:
        settles_after_days: A score uses the value as known so long after its target date.
        scored: How many values count.
        reason: Why nothing is scored; null where something is.
        apart: Scores that do not count: repeated (a newer edition starts from the same day), revised (the same forecast
            against a later truth), hindsight (made five weeks after its day or later), withdrawn (its edition was).
    """

    provider: str | None
    source: str | None
    signal: str | None
    region: str | None
    by: str | None
    settles_after_days: int
    scored: int
    reason: str | None
    apart: dict[str, ApartShape]
    waiting: list[WaitingShape]
    overall: ReliabilityOf
    groups: list[ReliabilityOf]
