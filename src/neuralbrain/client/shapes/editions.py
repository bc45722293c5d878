"""What the addresses of editions answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict

from neuralbrain.client.shapes.forecasts import EditionShape, Refusal


class EditionsShape(TypedDict):
    """The last editions, newest first.

    Attributes:
        next_cursor: Leads to the editions before these; null where there is none.
    """

    editions: list[EditionShape]
    next_cursor: str | None


class KindCounts(TypedDict):
    """How many series are how."""

    new: int
    gone: int
    changed: int
    same: int


class StandingShape(TypedDict):
    """What one edition says of one series.

    Attributes:
        median: Forecast at the last horizon.
    """

    actual: float | None
    last_date: str
    median: float | None
    target_date: str
    risk_level: Literal["RED", "YELLOW", "GREEN"] | None
    risk_score: float | None
    outbreak_probability: float | None
    trend: Literal["increasing", "decreasing", "stable"] | None
    confidence_score: float | None


class DifferenceShape(TypedDict):
    """By how much numbers grew; null where one of the two editions has none."""

    actual: float | None
    median: float | None
    risk_score: float | None
    outbreak_probability: float | None
    confidence_score: float | None


class SeriesChangeShape(TypedDict):
    """One region and signal in two editions.

    Attributes:
        risk_level_steps: By how many levels the risk rose; negative where it fell.
        difference: Null where only one of the two has the series.
    """

    region: str
    signal: str
    unit: str
    kind: Literal["new", "gone", "changed", "same"]
    risk_level_steps: int
    before: StandingShape | None
    after: StandingShape | None
    difference: DifferenceShape | None


class EditionDiffShape(TypedDict):
    """Two editions compared.

    Attributes:
        series: The largest change first.
        left_out: How many more series there are beyond the limit.
    """

    before: EditionShape
    after: EditionShape
    provider_changed: bool
    lock_number_changed: bool
    inputs_changed: bool
    counts: KindCounts
    series: list[SeriesChangeShape]
    refusals_new: list[Refusal]
    refusals_gone: list[Refusal]
    left_out: int
