"""What the addresses of forecasts 2 answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict

from neuralbrain.client.shapes.forecasts import Counts, EditionShape, Refusal


class InShort(TypedDict):
    """A region in a list of the summary."""

    region: str
    name: str
    signal: str
    risk_score: float | None
    risk_level: Literal["RED", "YELLOW", "GREEN"] | None
    trend: Literal["increasing", "decreasing", "stable"] | None
    growth_probability: float | None
    outbreak_probability: float | None
    confidence_score: float | None
    last_date: str


class Accuracy(TypedDict):
    """How good the author's forecasts were so far, in the regions that count.

    Attributes:
        scored: Forecast values, one a horizon.
        regions: With any of them.
        coverage_50: Share that came to lie in their central 50 % interval.
        coverage_95: The same of the 95 % interval.
        compared: Regions in which the hub baseline could be scored, too.
        better_than_baseline: Those of them where relative WIS is below 1.
        median_relative_wis: Of those regions.
        known_by: No truth that was known later is in it, UTC.
    """

    scored: int
    regions: int
    coverage_50: float
    coverage_95: float
    compared: int
    better_than_baseline: int
    median_relative_wis: float | None
    known_by: str


class Summary(TypedDict):
    """What an edition says in short.

    Attributes:
        left_out: Regions whose last report is more than a year older than the newest.
        accuracy: Null until a forecast has been scored.
        explanation: In words; plain text, at most 500 characters where a provider said it.
        explanation_by: Whose words: the provider's name, or `numbers` where built from them.
    """

    region_count: int
    left_out: list[str]
    counts: Counts
    highest_risk: list[InShort]
    rising: list[InShort]
    falling: list[InShort]
    accuracy: Accuracy | None
    reasons: dict[str, str]
    refused: list[Refusal]
    explanation: str
    explanation_by: str
    edition: EditionShape
