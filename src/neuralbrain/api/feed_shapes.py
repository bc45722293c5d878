"""What the answers about feeds look like, as models: for the OpenAPI document, and for the tests that hold it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from neuralbrain.api.shapes import Shape

KindName = Literal["world", "country", "subdivision"]
OutcomeName = Literal["new", "unchanged", "missing", "failed"]
UnitName = Literal["count", "per_100k", "share"]
MeasureName = Literal["incident", "cumulative"]
CadenceName = Literal["daily", "weekly"]


class SignalShape(Shape):
    """What is counted, and how."""

    signal: str = Field(examples=["cholera_cases"])
    unit: UnitName = Field(description="A share is a proportion, 0 to 1.")
    measure: MeasureName = Field(description="incident for new events of a period, cumulative for totals.")
    cadence: CadenceName
    deaths: str | None = Field(description="Signal of the same source that counts the deaths of the same disease.")
    primary: bool = Field(description="Whether a region with several signals answers with this one.")
    asked: bool = Field(description="Whether it is forecast; others are kept beside.")


class ReportedSignal(SignalShape):
    """A signal, and who reports it."""

    sources: list[str] = Field(description="In the order in which they are read, then by name.")
    regions: int = Field(description="Of how many regions there are values; 0 where nothing was read yet.")


class SignalsShape(Shape):
    """Signals, by name."""

    signals: list[ReportedSignal]
    next_cursor: str | None = Field(description="Leads to the next page; null where there is none.")


class RegionSeries(SignalShape):
    """One series of a region."""

    source: str


class RegionShape(Shape):
    """A region, and who reports it."""

    code: str = Field(description="ISO 3166-1 alpha-3, ISO 3166-2 for a part of a country, or WORLD.", examples=["AGO"])
    name: str = Field(examples=["Angola"])
    kind: KindName
    parent: str | None = Field(description="Code of the region it is part of; null for the world.")
    population: int | None = Field(description="Inhabitants; null where no figure is known.")
    latitude: float | None = Field(description="Of a point for a map, degrees; null where none stands for it.")
    longitude: float | None = Field(description="The same.")
    sources: list[str] = Field(description="Sources that report it, in the order in which they are read.")
    primary_signal: str | None = Field(description="The signal that it answers with; null where nobody reports one.")


class RegionsShape(Shape):
    """Regions: the world, countries, then parts of countries; of a search, the best first."""

    regions: list[RegionShape]
    left_out: int = Field(description="How many more there are beyond this page.")
    next_cursor: str | None = Field(description="Leads to the next page; null where there is none.")


class OneRegionShape(RegionShape):
    """A region with its other codes and every series that is kept of it."""

    alpha2: str | None
    numeric: str | None = Field(description="UN M49.")
    fips: str | None
    postal: str | None
    series: list[RegionSeries]


class FetchShape(Shape):
    """How asking for a part of a feed ended."""

    part: str
    at: str
    outcome: OutcomeName
    code: str | None = Field(description="Error code; null where it did not fail.")
    message: str | None = Field(description="What happened and what to do; null where there is nothing to say.")
    n_bytes: int
    seconds: float


class FreshnessShape(Shape):
    """How fresh what is kept of a source is."""

    last_fetch: FetchShape | None
    outcome: OutcomeName | None = Field(description="Failed where the newest fetch of any part did.")
    last_success_at: str | None = Field(description="When a part was last had, or found unchanged.")
    newest_target_date: str | None = Field(description="Of the newest value that still stands.")
    newest_as_of: str | None = Field(description="When the newest release became known.")
    age_days: int | None = Field(description="Days from the newest target date to today, UTC.")
    stale_after_days: int
    stale: bool | None = Field(
        description="Whether that is too long; never of an archive, null before the first value."
    )


class CountsShape(Shape):
    """What was taken in, over all releases."""

    releases: int
    values: int = Field(description="New or revised values, withdrawals included.")
    withdrawn: int
    rejected: int = Field(description="Rows that could not be used; they are kept apart.")
    rejected_by_code: dict[str, int]


class SourceShape(Shape):
    """A source: what it is, whose, how fresh, and what went wrong last."""

    name: str
    title: str
    home: str | None = Field(description="Web page that describes it.")
    licence: str
    attribution: str = Field(description="Whom to credit beside every table.")
    redistribute: bool = Field(description="Whether its licence allows to hand its values on.")
    note: str | None = Field(description="What whoever uses it should know.")
    vintages: Literal["own", "snapshots", "retrieval"] = Field(
        description="Where as_of comes from: the feed says it, keeps dated copies, or it is when it was read."
    )
    archive: bool = Field(description="Whether it no longer grows.")
    network: bool = Field(description="Whether the network is needed to read it.")
    key_variable: str | None = Field(description="Name of the environment variable of its key; never the key.")
    key_needed: bool = Field(description="Whether it cannot be read without.")
    key_is_set: bool
    unusable: str | None = Field(description="Why it cannot be read as things are set; null where it can.")
    read: bool = Field(description="Whether the cycle reads it, as the setting sources says.")
    every_seconds: float = Field(description="How often it is asked at most; 0 is each cycle.")
    signals: list[SignalShape]
    freshness: FreshnessShape
    last_fault: FetchShape | None = Field(description="The newest fetch that failed; a later one may have gone well.")
    failing_parts: list[str] = Field(description="Parts whose newest fetch failed.")
    counts: CountsShape


class SourcesShape(Shape):
    """Every source: those that are read, in order, then the others that are known or that something is kept of."""

    sources: list[SourceShape]
    next_cursor: str | None = Field(description="Leads to the next page; null where there is none.")


class ReleaseShape(Shape):
    """One release that was taken in."""

    part: str
    as_of: str
    taken_in_at: str
    rows: int
    changed: int
    withdrawn: int
    rejected: int


class RejectedShape(Shape):
    """A row that could not be used, in the words of the feed."""

    part: str
    as_of: str
    location: str
    signal: str
    target_date: str
    value: str
    code: str
    message: str


class OneSourceShape(SourceShape):
    """A source with its last fetches, releases and rejected rows, each newest first."""

    fetches: list[FetchShape]
    releases: list[ReleaseShape]
    rejected: list[RejectedShape]


class HeadShape(Shape):
    """What a series is, and whose."""

    region: str
    name: str
    signal: str
    unit: UnitName
    measure: MeasureName
    cadence: CadenceName
    source: str
    title: str
    home: str | None
    licence: str
    attribution: str
    redistribute: bool = Field(description="Whether the licence allows to hand these values on.")
    note: str | None


class ValueShape(Shape):
    """One value."""

    target_date: str = Field(description="The day, or last day of the week, that it is about.", examples=["2026-03-22"])
    value: float | None = Field(description="Null where the source withdrew it.")
    as_of: str | None = Field(description="Since when it is known; null where that is not kept.")
    completeness: float | None = Field(
        description="Which share of the settled value is usually known at that age, 1 where it counts as settled; null "
        "where unknown, or not asked for."
    )


class MarkShape(Shape):
    """What a check found in a series; no value is changed by it."""

    check: str
    severity: Literal["error", "warning", "note"]
    first_date: str | None
    last_date: str | None
    count: int = Field(description="How many values are meant.")
    message: str
    explain: str = Field(description="What the check looks for.")


class DerivedShape(Shape):
    """How a series that nobody reports was put together from those of the region's parts."""

    how: str
    parts: list[str]
    missing: list[str] = Field(description="Parts without a value at the last date, which is unknown then.")
    population_share: float | None = Field(description="Of the inhabitants of all parts, in those that have one.")


class SeriesShape(HeadShape):
    """One series as it was known; a date that is not there was not reported."""

    as_of: str | None = Field(description="The moment of knowledge that was asked for; null for now.")
    newest_as_of: str | None = Field(description="When the newest of these values became known.")
    marks: list[MarkShape] | None = Field(description="What checks found, worst first; null where not asked for.")
    other_sources: list[str] = Field(description="Others that report the same; name one with source.")
    derived: DerivedShape | None = Field(description="How it follows from others; null where the source reports it.")
    values: list[ValueShape] = Field(description="By target date.")
    next_cursor: str | None = Field(description="Leads to later target dates; null where there are none.")


class RevisionShape(Shape):
    """A value, and since when it was known."""

    target_date: str
    value: float | None = Field(description="Null where the source withdrew it.")
    as_of: str


class RevisionsShape(HeadShape):
    """How the values of one series were revised."""

    as_of: str | None = Field(description="The moment of knowledge that was asked for; null for now.")
    other_sources: list[str]
    revisions: list[RevisionShape] = Field(description="By target date, then by as_of.")
    left_out: int = Field(description="How many more there are, of earlier target dates, beyond this page.")
    next_cursor: str | None = Field(description="Leads to earlier target dates; null where there are none.")
