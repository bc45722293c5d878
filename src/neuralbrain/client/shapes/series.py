"""What the addresses of series answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class MarkShape(TypedDict):
    """What a check found in a series; no value is changed by it.

    Attributes:
        count: How many values are meant.
        explain: What the check looks for.
    """

    check: str
    severity: Literal["error", "warning", "note"]
    first_date: str | None
    last_date: str | None
    count: int
    message: str
    explain: str


class DerivedShape(TypedDict):
    """How a series that nobody reports was put together from those of the region's parts.

    Attributes:
        missing: Parts without a value at the last date, which is unknown then.
        population_share: Of the inhabitants of all parts, in those that have one.
    """

    how: str
    parts: list[str]
    missing: list[str]
    population_share: float | None


class ValueShape(TypedDict):
    """One value.

    Attributes:
        target_date: The day, or last day of the week, that it is about.
        value: Null where the source withdrew it.
        as_of: Since when it is known; null where that is not kept.
        completeness: Which share of the settled value is usually known at that age, 1 where it counts as settled; null
            where unknown, or not asked for.
    """

    target_date: str
    value: float | None
    as_of: str | None
    completeness: float | None


class SeriesShape(TypedDict):
    """One series as it was known; a date that is not there was not reported.

    Attributes:
        redistribute: Whether the licence allows to hand these values on.
        as_of: The moment of knowledge that was asked for; null for now.
        newest_as_of: When the newest of these values became known.
        marks: What checks found, worst first; null where not asked for.
        other_sources: Others that report the same; name one with source.
        derived: How it follows from others; null where the source reports it.
        values: By target date.
        next_cursor: Leads to later target dates; null where there are none.
    """

    region: str
    name: str
    signal: str
    unit: Literal["count", "per_100k", "share"]
    measure: Literal["incident", "cumulative"]
    cadence: Literal["daily", "weekly"]
    source: str
    title: str
    home: str | None
    licence: str
    attribution: str
    redistribute: bool
    note: str | None
    as_of: str | None
    newest_as_of: str | None
    marks: list[MarkShape] | None
    other_sources: list[str]
    derived: DerivedShape | None
    values: list[ValueShape]
    next_cursor: str | None


class RevisionShape(TypedDict):
    """A value, and since when it was known.

    Attributes:
        value: Null where the source withdrew it.
    """

    target_date: str
    value: float | None
    as_of: str


class RevisionsShape(TypedDict):
    """How the values of one series were revised.

    Attributes:
        redistribute: Whether the licence allows to hand these values on.
        as_of: The moment of knowledge that was asked for; null for now.
        revisions: By target date, then by as_of.
        left_out: How many more there are, of earlier target dates, beyond this page.
        next_cursor: Leads to earlier target dates; null where there are none.
    """

    region: str
    name: str
    signal: str
    unit: Literal["count", "per_100k", "share"]
    measure: Literal["incident", "cumulative"]
    cadence: Literal["daily", "weekly"]
    source: str
    title: str
    home: str | None
    licence: str
    attribution: str
    redistribute: bool
    note: str | None
    as_of: str | None
    other_sources: list[str]
    revisions: list[RevisionShape]
    left_out: int
    next_cursor: str | None
