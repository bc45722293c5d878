"""What the addresses of forecasts answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class Step(TypedDict):
    """The median of one horizon.

    Attributes:
        day: Days after the last actual.
    """

    day: int
    value: float


class RecordHereShape(TypedDict):
    """What the provider's own record of this source, signal and region was worth when the edition was made.

    Attributes:
        scored: Forecast values that counted: one each horizon of each forecast.
        weeks: Weeks that their last actuals lie in.
        relative_wis: Mean WIS over that of the hub baseline, below 1 is skill; null where no value has a baseline.
        coverage_50: Share of truths within the central 50 % interval.
        coverage_95: Share of truths within the central 95 % interval.
        known_by: The cutoff: no truth that was known later is in it, UTC.
    """

    scored: int
    weeks: int
    relative_wis: float | None
    coverage_50: float
    coverage_95: float
    known_by: str


class Note(TypedDict):
    """What a check noted."""

    code: str
    severity: Literal["note", "refuse"]
    message: str


class ContextShape(TypedDict):
    """Everything about a forecast beyond the twelve fields.

    Attributes:
        unit: count, per_100k or share.
        measure: incident for new events of a period, cumulative for totals.
        last_date: The day, or last day of the week, of the last actual.
        quantiles: One list a horizon: quantiles of the incidence.
        completeness: Which share of its settled value the last actual usually shows at its age.
        record: What the provider's own record was worth here by the cutoff; null where nothing was scored.
        reasons: Field to the reason why it is null.
    """

    signal: str
    unit: str
    measure: str
    cadence: str
    source: str
    last_date: str
    cutoff: str
    horizons: list[int]
    target_dates: list[str]
    quantile_levels: list[float]
    quantiles: list[list[float | None]]
    deaths_quantiles: list[list[float | None]] | None
    population: float | None
    growth_probability: float | None
    outbreak_threshold: float | None
    trend_probabilities: dict[str, float] | None
    risk_level_probabilities: dict[str, float] | None
    volatility: float | None
    completeness: float | None
    record: RecordHereShape | None
    edition: int | None
    lock_number: int | None
    findings: list[Note]
    reasons: dict[str, str]


class ReadableInterval(TypedDict):
    """The bounds of a central interval, in rounded words."""

    coverage: float
    low: str | None
    high: str | None


class Readable(TypedDict):
    """The numbers as they are said to people, rounded as the CDC rounds them; the exact ones stand beside.

    Attributes:
        intervals: Of the incidence, one a horizon.
    """

    actual_cases: str | None
    actual_deaths: str | None
    forecasted_cases: list[str]
    forecasted_deaths: list[str]
    intervals: list[ReadableInterval]
    risk_score: str | None
    confidence_score: str | None
    outbreak_probability: str | None
    growth_probability: str | None


class Missing(TypedDict):
    """A region that is not in the sum, and why."""

    region: str
    reason: str


class Within(TypedDict):
    """A region that is counted within another part."""

    region: str
    part: str


class Counts(TypedDict):
    """How many regions stand where; ``unknown`` where it cannot be derived."""

    risk_level: dict[str, int]
    trend: dict[str, int]


class WorldParts(TypedDict):
    """What the world's numbers were added up from.

    Attributes:
        parts: Empty where a source reports the world itself, or nothing can be added.
    """

    parts: list[str]
    missing: list[Missing]
    counted_within: list[Within]
    all_report: bool
    population_of_parts: float | None
    counts: Counts


class Withdrawn(TypedDict):
    """Why an edition no longer counts."""

    at: str
    reason: str
    actor: str


class EditionShape(TypedDict):
    """What an edition says about itself.

    Attributes:
        timestamp: When it was published, UTC.
        cutoff: The last moment of knowledge, UTC.
        slot: The slot it was made for; null where it was not the schedule's.
    """

    number: int
    provider: str
    lock_number: int
    timestamp: str
    cutoff: str
    forecasts: int
    refused: int
    inputs_digest: str
    slot: str | None
    digest: str
    previous_digest: str
    withdrawn: Withdrawn | None


class GlobalForecast(TypedDict):
    """The world's sum of the primary signal.

    Attributes:
        confidence_score: 0 to 1.
        risk_score: 0 to 100.
        outbreak_probability: 0 to 1.
    """

    region: str
    actual_cases: float | None
    actual_deaths: float | None
    forecasted_cases: list[Step]
    forecasted_deaths: list[Step]
    confidence_score: float | None
    risk_level: Literal["RED", "YELLOW", "GREEN"] | None
    risk_score: float | None
    outbreak_probability: float | None
    trend: Literal["increasing", "decreasing", "stable"] | None
    timestamp: str
    provider: str
    context: ContextShape
    readable: Readable
    world: WorldParts
    edition: EditionShape


class Chosen(TypedDict):
    """What is answered where fields are named: those alone, and what names the edition."""

    edition: EditionShape


Format = Literal["json", "csv", "parquet", "geojson"]


class Forecast(TypedDict):
    """Twelve fields, ``context`` for everything else, and ``readable`` for people.

    Attributes:
        confidence_score: 0 to 1.
        risk_score: 0 to 100.
        outbreak_probability: 0 to 1.
    """

    region: str
    actual_cases: float | None
    actual_deaths: float | None
    forecasted_cases: list[Step]
    forecasted_deaths: list[Step]
    confidence_score: float | None
    risk_level: Literal["RED", "YELLOW", "GREEN"] | None
    risk_score: float | None
    outbreak_probability: float | None
    trend: Literal["increasing", "decreasing", "stable"] | None
    timestamp: str
    provider: str
    context: ContextShape
    readable: Readable


class Refusal(TypedDict):
    """A series that got no forecast, and why."""

    region: str
    signal: str
    code: str
    message: str


class AllForecasts(TypedDict):
    """Every forecast of the edition.

    Attributes:
        refusals: On the first page; empty on those that follow.
        next_cursor: Leads to the next page; null where there is none.
    """

    edition: EditionShape
    regions: list[Forecast]
    refusals: list[Refusal]
    next_cursor: str | None


class RegionForecast(TypedDict):
    """One region's forecast.

    Attributes:
        confidence_score: 0 to 1.
        risk_score: 0 to 100.
        outbreak_probability: 0 to 1.
    """

    region: str
    actual_cases: float | None
    actual_deaths: float | None
    forecasted_cases: list[Step]
    forecasted_deaths: list[Step]
    confidence_score: float | None
    risk_level: Literal["RED", "YELLOW", "GREEN"] | None
    risk_score: float | None
    outbreak_probability: float | None
    trend: Literal["increasing", "decreasing", "stable"] | None
    timestamp: str
    provider: str
    context: ContextShape
    readable: Readable
    edition: EditionShape


class Actual(TypedDict):
    """What was known, as parallel arrays, null for gaps.

    Attributes:
        values: In the measure of the feed.
        incidence: New events of each period.
    """

    dates: list[str]
    values: list[float | None]
    incidence: list[float | None]


class Interval(TypedDict):
    """A central interval, one bound a date."""

    coverage: float
    low: list[float | None]
    high: list[float | None]


class Expected(TypedDict):
    """What is forecast, as parallel arrays.

    Attributes:
        values: Medians in the measure of the feed.
        median: Medians of the incidence.
        intervals: Of the incidence.
    """

    dates: list[str]
    values: list[float | None]
    median: list[float | None]
    intervals: list[Interval]


class Line(TypedDict):
    """One signal's past and future."""

    signal: str | None
    actual: Actual
    forecast: Expected | None


class Chart(TypedDict):
    """One region's past and future.

    Attributes:
        outbreak_threshold: Bound of what is usual for the last horizon's incidence.
    """

    region: str
    name: str
    signal: str
    unit: str
    measure: str
    cadence: str
    source: str
    last_date: str
    outbreak_threshold: float | None
    cases: Line
    deaths: Line | None
    edition: EditionShape
