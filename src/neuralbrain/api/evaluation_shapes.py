"""What the answers about the track record look like, as models."""

from __future__ import annotations

from pydantic import Field

from neuralbrain.api.shapes import Shape


class ApartShape(Shape):
    """Scores that do not count."""

    values: int
    mean_wis: float | None


class WaitingShape(Shape):
    """What was forecast and cannot be scored yet, of all regions and signals of a source."""

    provider: str
    source: str
    values: int = Field(description="Forecast values that wait until five weeks after their target date.")
    next_at: str | None = Field(
        description="When the first of them may be scored, UTC; in the past: by the next cycle."
    )
    unknown: int = Field(description="Values that have come to that and have no truth as yet.")


class RecordHead(Shape):
    """What every answer about the record says."""

    provider: str | None
    source: str | None
    signal: str | None
    region: str | None
    by: str | None
    settles_after_days: int = Field(description="A score uses the value as known so long after its target date.")
    scored: int = Field(description="How many values count.")
    reason: str | None = Field(description="Why nothing is scored; null where something is.")
    apart: dict[str, ApartShape] = Field(
        description="Scores that do not count: repeated (a newer edition starts from the same day), revised (the same "
        "forecast against a later truth), hindsight (made five weeks after its day or later), withdrawn (its edition "
        "was)."
    )
    waiting: list[WaitingShape]


class ScoresOf(Shape):
    """What some forecast values were worth; null where nothing is scored."""

    key: str = Field(description="What they share; empty for all.")
    values: int
    means: dict[str, float | None] = Field(
        description="Mean of each score: WIS and its parts, absolute error of the median, bias, coverage; with log_ on "
        "the log(x + 1) scale."
    )
    relative_wis: float | None = Field(description="Mean WIS over that of the hub baseline; below 1 is skill.")
    relative_log_wis: float | None
    compared: int = Field(description="On how many values.")


class IntervalShape(Shape):
    """How often values fell into a central interval."""

    nominal: float
    covered: float | None


class QuantileShape(Shape):
    """How often values fell under a quantile."""

    level: float
    at_most: float | None = Field(description="Share of values at or below it.")
    below: float | None = Field(description="Share below it.")


class CoverageOf(Shape):
    """How often values fell where they were said to fall."""

    key: str
    values: int
    intervals: list[IntervalShape]
    quantiles: list[QuantileShape]


class CurvePoint(Shape):
    """One bin of a reliability curve."""

    probability: float
    frequency: float
    low: float = Field(description="Lower end of a 95 % interval of the frequency.")
    high: float
    pairs: int


class EventShape(Shape):
    """What the probabilities of one event were worth."""

    pairs: int
    frequency: float | None
    brier: dict[str, float | None]
    calibration_error: float | None
    roc_area: float | None
    reason: str | None = Field(description="Why there is no area under the ROC curve.")
    curve: list[CurvePoint]


class LevelsShape(Shape):
    """What the probabilities of three levels were worth."""

    pairs: int
    ranked_probability_score: float | None
    one_against_rest: dict[str, EventShape]


class ReliabilityOf(Shape):
    """The claims of some forecasts against what came true."""

    key: str
    claims: dict[str, EventShape]
    levels: dict[str, LevelsShape]


class RecordShape(RecordHead):
    """The whole record in short."""

    overall: ScoresOf


class ScoresShape(RecordHead):
    """What forecast values were worth, whole and split."""

    overall: ScoresOf
    groups: list[ScoresOf]


class CoverageShape(RecordHead):
    """How often values fell where they were said to fall, whole and split."""

    overall: CoverageOf
    groups: list[CoverageOf]


class ReliabilityShape(RecordHead):
    """Claims against what came true, whole and split."""

    overall: ReliabilityOf
    groups: list[ReliabilityOf]
