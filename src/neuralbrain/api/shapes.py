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


class RecordHereShape(Shape):
    """What the provider's own record of this source, signal and region was worth when the edition was made."""

    scored: int = Field(description="Forecast values that counted: one each horizon of each forecast.")
    weeks: int = Field(description="Weeks that their last actuals lie in.")
    relative_wis: float | None = Field(
        description="Mean WIS over that of the hub baseline, below 1 is skill; null where no value has a baseline."
    )
    coverage_50: float = Field(description="Share of truths within the central 50 % interval.")
    coverage_95: float = Field(description="Share of truths within the central 95 % interval.")
    known_by: str = Field(description="The cutoff: no truth that was known later is in it, UTC.")


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
    record: RecordHereShape | None = Field(
        description="What the provider's own record was worth here by the cutoff; null where nothing was scored."
    )
    edition: int | None
    lock_number: int | None
    findings: list[Note]
    reasons: dict[str, str] = Field(description="Field to the reason why it is null.")


class ReadableInterval(Shape):
    """The bounds of a central interval, in rounded words."""

    coverage: float
    low: str | None
    high: str | None


class Readable(Shape):
    """The numbers as they are said to people, rounded as the CDC rounds them; the exact ones stand beside."""

    actual_cases: str | None = Field(examples=["1,200"])
    actual_deaths: str | None
    forecasted_cases: list[str]
    forecasted_deaths: list[str]
    intervals: list[ReadableInterval] = Field(description="Of the incidence, one a horizon.")
    risk_score: str | None
    confidence_score: str | None
    outbreak_probability: str | None = Field(examples=["less than 1 %"])
    growth_probability: str | None


class Forecast(Shape):
    """Twelve fields, ``context`` for everything else, and ``readable`` for people."""

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
    readable: Readable


class Chosen(BaseModel):
    """What is answered where fields are named: those alone, and what names the edition."""

    model_config = ConfigDict(extra="allow")

    edition: EditionShape


class RegionForecast(Forecast):
    """One region's forecast."""

    edition: EditionShape


class AllForecasts(Shape):
    """Every forecast of the edition."""

    edition: EditionShape
    regions: list[Forecast]
    refusals: list[Refusal] = Field(description="On the first page; empty on those that follow.")
    next_cursor: str | None = Field(description="Leads to the next page; null where there is none.")


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


class Accuracy(Shape):
    """How good the author's forecasts were so far, in the regions that count."""

    scored: int = Field(description="Forecast values, one a horizon.")
    regions: int = Field(description="With any of them.")
    coverage_50: float = Field(description="Share that came to lie in their central 50 % interval.")
    coverage_95: float = Field(description="The same of the 95 % interval.")
    compared: int = Field(description="Regions in which the hub baseline could be scored, too.")
    better_than_baseline: int = Field(description="Those of them where relative WIS is below 1.")
    median_relative_wis: float | None = Field(description="Of those regions.")
    known_by: str = Field(description="No truth that was known later is in it, UTC.")


class Summary(Shape):
    """What an edition says in short."""

    region_count: int
    left_out: list[str] = Field(description="Regions whose last report is more than a year older than the newest.")
    counts: Counts
    highest_risk: list[InShort]
    rising: list[InShort]
    falling: list[InShort]
    accuracy: Accuracy | None = Field(description="Null until a forecast has been scored.")
    reasons: dict[str, str]
    refused: list[Refusal]
    explanation: str = Field(description="In words; plain text, at most 500 characters where a provider said it.")
    explanation_by: str = Field(description="Whose words: the provider's name, or `numbers` where built from them.")
    edition: EditionShape
