"""Which regions there are, which signals, and which source reports which of which."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

from neuralbrain.domain.centroids import CENTROIDS
from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.location import Location
from neuralbrain.domain.observation import Series, Signal
from neuralbrain.publish.columns import Column, Kind
from neuralbrain.publish.feed_state import signal_as_json
from neuralbrain.publish.series_choice import place_in

KindName = Literal["world", "country", "subdivision"]

REGION_COLUMNS = (
    *(Column(name=name) for name in ("code", "name", "kind", "parent")),
    Column(name="population", kind=Kind.WHOLE),
    *(Column(name=name, kind=Kind.NUMBER) for name in ("latitude", "longitude")),
    *(Column(name=name) for name in ("sources", "primary_signal")),
)
SIGNAL_COLUMNS = (
    *(Column(name=name) for name in ("signal", "unit", "measure", "cadence", "deaths")),
    *(Column(name=name, kind=Kind.FLAG) for name in ("primary", "asked")),
    Column(name="sources"),
    Column(name="regions", kind=Kind.WHOLE),
)


def kind_of(place: Location) -> KindName:
    """Return what a region is: the world, a country or territory of ISO 3166-1, or a part of one."""
    if place.parent is None:
        return "world"
    return "country" if place.parent == "WORLD" else "subdivision"


def regions_as_json(
    places: Iterable[Location], series: Iterable[Series], *, order: Sequence[str]
) -> list[dict[str, Any]]:
    """Return regions as plain values, in the order given.

    Args:
        places: The regions.
        series: Every series that is kept; those of other regions are left out.
        order: The sources that are read, in order.
    """
    by_place: dict[str, list[Series]] = defaultdict(list)
    for one in series:
        by_place[one.location].append(one)
    return [region_as_json(place, by_place.get(place.code, ()), order=order) for place in places]


def region_as_json(place: Location, series: Sequence[Series], *, order: Sequence[str]) -> dict[str, Any]:
    """Return one region as plain values: what it is, who reports it, and the signal that it answers with.

    Args:
        place: The region.
        series: What is kept of it.
        order: The sources that are read, in order; others come after them, by name.
    """
    ranked, point = _ranked(series, order), CENTROIDS.get(place.code)
    return {
        "code": place.code,
        "name": place.name,
        "kind": kind_of(place),
        "parent": place.parent,
        "population": place.population,
        "latitude": None if point is None else point[0],
        "longitude": None if point is None else point[1],
        "sources": list(dict.fromkeys(one.source for one in ranked)),
        "primary_signal": next((one.signal.name for one in ranked if one.signal.primary), None),
    }


def region_in_full(place: Location, series: Sequence[Series], *, order: Sequence[str]) -> dict[str, Any]:
    """Return one region as plain values, with its other codes and every series that is kept of it."""
    return {
        **region_as_json(place, series, order=order),
        "alpha2": place.alpha2,
        "numeric": place.numeric,
        "fips": place.fips,
        "postal": place.postal,
        "series": [{"source": one.source, **signal_as_json(one.signal)} for one in _ranked(series, order)],
    }


def signals_as_json(
    series: Iterable[Series], facts: Iterable[FeedFacts], *, order: Sequence[str]
) -> list[dict[str, Any]]:
    """Return every signal as plain values, by name: what it is, which sources report it, of how many regions.

    What differs in unit, measure or cadence stands apart. A signal of a source that nothing is kept of has no region.

    Args:
        series: Every series that is kept.
        facts: Of the sources that are read.
        order: The sources that are read, in order.
    """
    found: dict[tuple[str, ...], list[Signal]] = defaultdict(list)
    sources: dict[tuple[str, ...], set[str]] = defaultdict(set)
    regions: dict[tuple[str, ...], set[str]] = defaultdict(set)
    said = ((one.name, signal, None) for one in facts for signal in one.signals)
    for source, signal, region in (*said, *((one.source, one.signal, one.location) for one in series)):
        key = (signal.name, signal.unit.value, signal.measure.value, signal.cadence.value)
        found[key].append(signal)
        sources[key].add(source)
        regions[key] |= set() if region is None else {region}
    return [
        {
            **signal_as_json(_together(signals)),
            "sources": sorted(sources[key], key=lambda name: (place_in(order, name), name)),
            "regions": len(regions[key]),
        }
        for key, signals in sorted(found.items())
    ]


def _together(signals: Sequence[Signal]) -> Signal:
    """Return what several sources mean by one signal: asked, or primary, where it is so for one of them."""
    return replace(
        signals[0],
        deaths=next((one.deaths for one in signals if one.deaths), None),
        primary=any(one.primary for one in signals),
        asked=any(one.asked for one in signals),
    )


def _ranked(series: Iterable[Series], order: Sequence[str]) -> list[Series]:
    """Return series by source, in the order of the settings, a primary signal before the others of its source."""
    return sorted(
        series, key=lambda one: (place_in(order, one.source), one.source, not one.signal.primary, one.signal.name)
    )
