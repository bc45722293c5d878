"""What the answers about editions look like, as models: for the OpenAPI document, and for the tests that hold it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

RiskName = Literal["RED", "YELLOW", "GREEN"]
TrendName = Literal["increasing", "decreasing", "stable"]
Numbers = list[float | None]


class Shape(BaseModel):
    """A JSON object of exactly these fields."""

    model_config = ConfigDict(extra="forbid")


class Withdrawn(Shape):
    """Why an edition no longer counts."""

    at: str
    reason: str
    actor: str


class EditionShape(Shape):
    """What an edition says about itself."""

    number: int
    provider: str
    lock_number: int
    timestamp: str = Field(description="When it was published, UTC.")
    cutoff: str = Field(description="The last moment of knowledge, UTC.")
    forecasts: int
    refused: int
    inputs_digest: str
    slot: str | None = Field(description="The slot it was made for; null where it was not the schedule's.")
    digest: str
    previous_digest: str
    withdrawn: Withdrawn | None


class Step(Shape):
    """The median of one horizon."""

    day: int = Field(description="Days after the last actual.")
    value: float


class Note(Shape):
    """What a check noted."""

    code: str
    severity: Literal["note", "refuse"]
    message: str


class Refusal(Shape):
    """A series that got no forecast, and why."""

    region: str
    signal: str
    code: str
    message: str


class ContextShape(Shape):
    """Everything about a forecast beyond the twelve fields."""

    signal: str
    unit: str = Field(description="count, per_100k or share.")
    measure: str = Field(description="incident for new events of a period, cumulative for totals.")
    cadence: str
    source: str
    last_date: str = Field(description="The day, or last day of the week, of the last actual.")
    cutoff: str
    horizons: list[int]
    target_dates: list[str]
    quantile_levels: list[float]
    quantiles: list[Numbers] = Field(description="One list a horizon: quantiles of the incidence.")
    deaths_quantiles: list[Numbers] | None
    population: float | None
    growth_probability: float | None
    outbreak_threshold: float | None
    trend_probabilities: dict[TrendName, float] | None
    risk_level_probabilities: dict[RiskName, float] | None
    volatility: float | None
    completeness: float | None = Field(
        description="Which share of its settled value the last actual usually shows at its age."
    )
    edition: int | None
    lock_number: int | None
    findings: list[Note]
    reasons: dict[str, str] = Field(description="Field to the reason why it is null.")


class Forecast(Shape):
    """Twelve fields, and ``context`` for everything else."""

    region: str
    actual_cases: float | None
    actual_deaths: float | None
    forecasted_cases: list[Step]
    forecasted_deaths: list[Step]
    confidence_score: float | None = Field(description="0 to 1.")
    risk_level: RiskName | None
    risk_score: float | None = Field(description="0 to 100.")
    outbreak_probability: float | None = Field(description="0 to 1.")
    trend: TrendName | None
    timestamp: str
    provider: str
    context: ContextShape


class RegionForecast(Forecast):
    """One region's forecast."""

    edition: EditionShape


class AllForecasts(Shape):
    """Every forecast of the edition."""

    edition: EditionShape
    regions: list[Forecast]
    refusals: list[Refusal]


class Counts(Shape):
    """How many regions stand where; ``unknown`` where it cannot be derived."""

    risk_level: dict[RiskName | Literal["unknown"], int]
    trend: dict[TrendName | Literal["unknown"], int]


class Missing(Shape):
    """A region that is not in the sum, and why."""

    region: str
    reason: str


class Within(Shape):
    """A region that is counted within another part."""

    region: str
    part: str


class WorldParts(Shape):
    """What the world's numbers were added up from."""

    parts: list[str] = Field(description="Empty where a source reports the world itself, or nothing can be added.")
    missing: list[Missing]
    counted_within: list[Within]
    all_report: bool
    population_of_parts: float | None
    counts: Counts


class GlobalForecast(Forecast):
    """The world's sum of the primary signal."""

    world: WorldParts
    edition: EditionShape


class Actual(Shape):
    """What was known, as parallel arrays, null for gaps."""

    dates: list[str]
    values: Numbers = Field(description="In the measure of the feed.")
    incidence: Numbers = Field(description="New events of each period.")


class Interval(Shape):
    """A central interval, one bound a date."""

    coverage: float
    low: Numbers
    high: Numbers


class Expected(Shape):
    """What is forecast, as parallel arrays."""

    dates: list[str]
    values: Numbers = Field(description="Medians in the measure of the feed.")
    median: Numbers = Field(description="Medians of the incidence.")
    intervals: list[Interval] = Field(description="Of the incidence.")


class Line(Shape):
    """One signal's past and future."""

    signal: str | None
    actual: Actual
    forecast: Expected | None


class Chart(Shape):
    """One region's past and future."""

    region: str
    name: str
    signal: str
    unit: str
    measure: str
    cadence: str
    source: str
    last_date: str
    outbreak_threshold: float | None = Field(description="Bound of what is usual for the last horizon's incidence.")
    cases: Line
    deaths: Line | None
    edition: EditionShape


class InShort(Shape):
    """A region in a list of the summary."""

    region: str
    name: str
    signal: str
    risk_score: float | None
    risk_level: RiskName | None
    trend: TrendName | None
    growth_probability: float | None
    outbreak_probability: float | None
    confidence_score: float | None
    last_date: str


class Summary(Shape):
    """What an edition says in short."""

    region_count: int
    left_out: list[str] = Field(description="Regions whose last report is more than a year older than the newest.")
    counts: Counts
    highest_risk: list[InShort]
    rising: list[InShort]
    falling: list[InShort]
    accuracy: float | None
    reasons: dict[str, str]
    refused: list[Refusal]
    explanation: str
    edition: EditionShape
