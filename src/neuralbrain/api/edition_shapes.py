"""What lists and comparisons of editions look like, as models: for the OpenAPI document, and for its tests."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from neuralbrain.api.shapes import EditionShape, Refusal, RiskName, Shape, TrendName


class EditionsShape(Shape):
    """The last editions, newest first."""

    editions: list[EditionShape]
    next_cursor: str | None = Field(description="Leads to the editions before these; null where there is none.")


class StandingShape(Shape):
    """What one edition says of one series."""

    actual: float | None
    last_date: str
    median: float | None = Field(description="Forecast at the last horizon.")
    target_date: str
    risk_level: RiskName | None
    risk_score: float | None
    outbreak_probability: float | None
    trend: TrendName | None
    confidence_score: float | None


class DifferenceShape(Shape):
    """By how much numbers grew; null where one of the two editions has none."""

    actual: float | None
    median: float | None
    risk_score: float | None
    outbreak_probability: float | None
    confidence_score: float | None


class SeriesChangeShape(Shape):
    """One region and signal in two editions."""

    region: str
    signal: str
    unit: str
    kind: Literal["new", "gone", "changed", "same"]
    risk_level_steps: int = Field(description="By how many levels the risk rose; negative where it fell.")
    before: StandingShape | None
    after: StandingShape | None
    difference: DifferenceShape | None = Field(description="Null where only one of the two has the series.")


class KindCounts(Shape):
    """How many series are how."""

    new: int
    gone: int
    changed: int
    same: int


class EditionDiffShape(Shape):
    """Two editions compared."""

    before: EditionShape
    after: EditionShape
    provider_changed: bool
    lock_number_changed: bool
    inputs_changed: bool
    counts: KindCounts
    series: list[SeriesChangeShape] = Field(description="The largest change first.")
    refusals_new: list[Refusal]
    refusals_gone: list[Refusal]
    left_out: int = Field(description="How many more series there are beyond the limit.")
