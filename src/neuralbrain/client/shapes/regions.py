"""What the addresses of regions answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class RegionShape(TypedDict):
    """A region, and who reports it.

    Attributes:
        code: ISO 3166-1 alpha-3, ISO 3166-2 for a part of a country, or WORLD.
        parent: Code of the region it is part of; null for the world.
        population: Inhabitants; null where no figure is known.
        latitude: Of a point for a map, degrees; null where none stands for it.
        longitude: The same.
        sources: Sources that report it, in the order in which they are read.
        primary_signal: The signal that it answers with; null where nobody reports one.
    """

    code: str
    name: str
    kind: Literal["world", "country", "subdivision"]
    parent: str | None
    population: int | None
    latitude: float | None
    longitude: float | None
    sources: list[str]
    primary_signal: str | None


class RegionsShape(TypedDict):
    """Regions: the world, countries, then parts of countries; of a search, the best first.

    Attributes:
        left_out: How many more there are beyond this page.
        next_cursor: Leads to the next page; null where there is none.
    """

    regions: list[RegionShape]
    left_out: int
    next_cursor: str | None


class RegionSeries(TypedDict):
    """One series of a region.

    Attributes:
        unit: A share is a proportion, 0 to 1.
        measure: incident for new events of a period, cumulative for totals.
        deaths: Signal of the same source that counts the deaths of the same disease.
        primary: Whether a region with several signals answers with this one.
        asked: Whether it is forecast; others are kept beside.
    """

    signal: str
    unit: Literal["count", "per_100k", "share"]
    measure: Literal["incident", "cumulative"]
    cadence: Literal["daily", "weekly"]
    deaths: str | None
    primary: bool
    asked: bool
    source: str


class OneRegionShape(TypedDict):
    """A region with its other codes and every series that is kept of it.

    Attributes:
        code: ISO 3166-1 alpha-3, ISO 3166-2 for a part of a country, or WORLD.
        parent: Code of the region it is part of; null for the world.
        population: Inhabitants; null where no figure is known.
        latitude: Of a point for a map, degrees; null where none stands for it.
        longitude: The same.
        sources: Sources that report it, in the order in which they are read.
        primary_signal: The signal that it answers with; null where nobody reports one.
        numeric: UN M49.
    """

    code: str
    name: str
    kind: Literal["world", "country", "subdivision"]
    parent: str | None
    population: int | None
    latitude: float | None
    longitude: float | None
    sources: list[str]
    primary_signal: str | None
    alpha2: str | None
    numeric: str | None
    fips: str | None
    postal: str | None
    series: list[RegionSeries]
