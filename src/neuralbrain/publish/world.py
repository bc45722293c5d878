"""The world's sum of the primary signal, out of the regions of one edition, and what is missing from it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from neuralbrain.domain.edition import A_YEAR, Edition
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.location import location
from neuralbrain.domain.observation import Floats, Signal, Unit
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.publish.as_json import forecast_as_json
from neuralbrain.publish.tally import WORLD, current_rows, primary_rows, tally

SUMMED = Finding(
    code="world-sum",
    severity=Severity.NOTE,
    message="Quantiles are added level by level: exact if all parts move together; else the intervals are too wide.",
    region=WORLD,
)
NO_CLAIM = "a sum has no record and no history of its own, so nothing is claimed about it"
RATES = "rates of different places cannot be added"
NO_PRIMARY = "the edition has no primary signal"
DEATHS_LACKING = "not every part has deaths of the same days"
DEATHS_APART = "deaths-date-differs"  # the bottleneck's note that deaths are forecast from another day than cases
CLAIMS = (
    "confidence_score",
    "risk_level",
    "risk_score",
    "outbreak_probability",
    "trend",
    "growth_probability",
    "volatility",
    "record",
)

Member = tuple[ForecastTable, int]  # a row of an edition: its table and its place there


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The world's forecast, and what it was added up from.

    Args:
        forecast: Twelve fields and context, region ``WORLD``.
        parts: Codes of the regions that were added; empty where a source reports the world itself, or nothing could be.
        missing: (code, why) of the regions whose numbers are not in it.
        within: (code, code of the part that holds it) of the regions that are counted within another one.
    """

    forecast: ForecastData
    parts: tuple[str, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    within: tuple[tuple[str, str], ...] = ()


def world_as_json(edition: Edition) -> dict[str, Any]:
    """Return the world's forecast as plain values: twelve fields, ``context``, and ``world``, what was added up."""
    world = world_of(edition)
    inhabitants = [place.population for code in world.parts if (place := location(code)) is not None]
    return {
        **forecast_as_json(world.forecast),
        "world": {
            "parts": list(world.parts),
            "missing": [{"region": code, "reason": why} for code, why in world.missing],
            "counted_within": [{"region": code, "part": part} for code, part in world.within],
            "all_report": not world.missing,
            "population_of_parts": sum(one for one in inhabitants if one is not None) or None,
            "counts": tally(current_rows(primary_rows(edition))),
        },
    }


def world_of(edition: Edition) -> World:
    """Return the world's forecast: a source's own, else the sum of the parts that report.

    Parts are the regions of the primary signal that most regions have. Only those are added whose last report is of
    the newest day, because a sum must be of one day; the others are named. Only counts can be added.
    """
    own = edition.find(WORLD)
    if own is not None and _is_of_today(own, edition):
        return World(forecast=own)
    members = _largest_group(edition)
    if not members:
        return World(forecast=_nothing(edition.tables[0], edition.tables[0].signals[0], why=NO_PRIMARY))
    table, position = members[0]
    signal = table.signals[position]
    if signal.unit is not Unit.COUNT:
        return World(forecast=_nothing(table, signal, why=RATES))
    newest = max(one.last_dates[place] for one, place in members)
    missing = {
        one.regions[place]: f"its last report is of {one.last_dates[place]}, the newest of {newest}"
        for one, place in members
        if one.last_dates[place] != newest
    }
    reporting = [member for member in members if member[0].regions[member[1]] not in missing]
    codes = {one.regions[place] for one, place in reporting}
    within = {code: holder for code in codes if (holder := _holder(code, codes)) is not None}
    added = [member for member in reporting if member[0].regions[member[1]] not in within]
    refused = {
        one.region: f"refused: {one.message}"
        for one in edition.refused
        if one.region and one.signal in {"", signal.name} and one.region not in codes
    }
    return World(
        forecast=_sum(added),
        parts=tuple(sorted(codes - set(within))),
        missing=tuple(sorted({**refused, **missing}.items())),
        within=tuple(sorted(within.items())),
    )


def _is_of_today(row: ForecastData, edition: Edition) -> bool:
    """Return whether a row's last report is within a year of the newest in its edition."""
    newest = max(table.last_dates.max() for table in edition.tables if len(table))
    return bool(newest - np.datetime64(row.context.last_date, "D") <= A_YEAR)


def _largest_group(edition: Edition) -> list[Member]:
    """Return the rows of the primary signal that most regions have, one a region; of two such, a count.

    A signal that was reported last more than a year before another one is not looked at.
    """
    groups: dict[tuple[str, str, str, str], dict[str, Member]] = defaultdict(dict)
    for table in edition.tables:
        for position, (region, signal) in enumerate(zip(table.regions, table.signals, strict=True)):
            if signal.primary:
                key = (signal.name, signal.unit.value, signal.measure.value, table.cadence.value)
                groups[key].setdefault(region, (table, position))
    if not groups:
        return []
    newest = {key: max(one.last_dates[place] for one, place in group.values()) for key, group in groups.items()}
    groups = {key: group for key, group in groups.items() if max(newest.values()) - newest[key] <= A_YEAR}
    best = min(groups, key=lambda key: (-len(groups[key]), key[1] != Unit.COUNT.value, key))
    return list(groups[best].values())


def _holder(code: str, codes: set[str]) -> str | None:
    """Return the region among some codes that a region is part of, None where it stands alone."""
    place = location(code)
    while place is not None and place.parent is not None:
        if place.parent in codes:
            return place.parent
        place = location(place.parent)
    return None


def _sum(members: list[Member]) -> ForecastData:
    table, position = members[0]
    horizons = tuple(one for one in table.horizons if all(one in other.horizons for other, _ in members))
    columns = [[other.horizons.index(one) for one in horizons] for other, _ in members]
    quantiles = np.stack([one.quantiles[place][rows] for (one, place), rows in zip(members, columns, strict=True)])
    deaths = np.stack([one.deaths_quantiles[place][rows] for (one, place), rows in zip(members, columns, strict=True)])
    died = np.array([one.actual_deaths[place] for one, place in members])
    apart = any(note.code == DEATHS_APART for one, place in members for note in one.findings[place])
    lacking = {
        "actual_deaths": apart or np.isnan(died).any(),
        "forecasted_deaths": apart or np.isnan(deaths).any(),
    }
    return _row(
        table,
        table.signals[position],
        sources=sorted({one.source for one, _ in members}),
        horizons=horizons,
        actual_cases=float(sum(one.actual_cases[place] for one, place in members)),
        actual_deaths=np.nan if lacking["actual_deaths"] else float(died.sum()),
        quantiles=quantiles.sum(axis=0),
        deaths_quantiles=np.full(quantiles.shape[1:], np.nan) if lacking["forecasted_deaths"] else deaths.sum(axis=0),
        last_date=table.last_dates[position],
        findings=(SUMMED,),
        reasons=tuple((field, DEATHS_LACKING) for field, lacks in lacking.items() if lacks),
    )


def _nothing(table: ForecastTable, signal: Signal, *, why: str) -> ForecastData:
    unknown = np.full((len(table.horizons), len(LEVELS)), np.nan)
    fields = ("actual_cases", "actual_deaths", "forecasted_cases", "forecasted_deaths")
    return _row(
        table,
        signal,
        sources=[table.source],
        horizons=table.horizons,
        actual_cases=np.nan,
        actual_deaths=np.nan,
        quantiles=unknown,
        deaths_quantiles=unknown,
        last_date=table.last_dates.max(),
        findings=(),
        reasons=tuple((field, why) for field in fields),
    )


def _row(
    table: ForecastTable,
    signal: Signal,
    *,
    sources: list[str],
    horizons: tuple[int, ...],
    actual_cases: float,
    actual_deaths: float,
    quantiles: Floats,
    deaths_quantiles: Floats,
    last_date: np.datetime64,
    findings: tuple[Finding, ...],
    reasons: tuple[tuple[str, str], ...],
) -> ForecastData:
    """Return one row of the authoritative shape, as every other forecast is made: out of a table."""
    world = location(WORLD)
    people = np.nan if world is None or world.population is None else float(world.population)
    unknown, three = np.array([np.nan]), np.full((1, 3), np.nan)
    return ForecastTable(
        source=", ".join(sources),
        provider=table.provider,
        lock_number=table.lock_number,
        edition=table.edition,
        timestamp=table.timestamp,
        cutoff=table.cutoff,
        cadence=table.cadence,
        horizons=horizons,
        regions=(WORLD,),
        signals=(signal,),
        last_dates=np.array([last_date], dtype="datetime64[D]"),
        actual_cases=np.array([actual_cases]),
        actual_deaths=np.array([actual_deaths]),
        quantiles=quantiles[None],
        deaths_quantiles=deaths_quantiles[None],
        populations=np.array([people]),
        confidence=unknown,
        outbreak_probability=unknown,
        outbreak_threshold=unknown,
        growth_probability=unknown,
        trend_probabilities=three,
        risk_score=unknown,
        risk_level_probabilities=three,
        volatility=unknown,
        completeness=unknown,
        findings=(findings,),
        reasons=((*reasons, *((field, NO_CLAIM) for field in CLAIMS)),),
    ).row(0)
