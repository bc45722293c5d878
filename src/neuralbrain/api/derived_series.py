"""Series that nobody reports, put together from those of a region's parts: for the API and for the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from neuralbrain.domain.location import Location
from neuralbrain.domain.observation import Dates, Floats, Panel, Series
from neuralbrain.publish.series_choice import place_in
from neuralbrain.publish.series_table import SeriesTable
from neuralbrain.quality.derived import Statement, derived_series, parts_of
from neuralbrain.source_ports import Observations


def from_parts(
    kept: Sequence[Series], place: Location, *, signal: str | None, source: str | None, order: Sequence[str]
) -> tuple[Series, ...]:
    """Return the series of a region that follow from those of its parts, the one to answer with first.

    Args:
        kept: Every series that is kept.
        place: The region.
        signal: Only of this signal; None for all.
        source: Only of this source; None for all.
        order: The sources that are read, in order.
    """
    parts = frozenset(parts_of(place.code))
    fitting = {
        replace(one, location=place.code)
        for one in kept
        if one.location in parts and signal in {None, one.signal.name} and source in {None, one.source}
    }
    return tuple(
        sorted(
            fitting,
            key=lambda one: (not one.signal.primary, place_in(order, one.source), one.source, one.signal.name),
        )
    )


def derived_table(
    observations: Observations, series: Series, *, cutoff: datetime, since: date | None = None
) -> tuple[SeriesTable, Statement]:
    """Return what was known of a series that follows from the region's parts, and how it was made.

    Args:
        observations: Where its parts are kept.
        series: Which region and signal.
        cutoff: The last moment of knowledge.
        since: Only target dates from this day on; None for all.
    """
    panels = observations.panels(series.source, cutoff=cutoff, every_signal=True)
    table, statement = derived(panels, series)
    if since is None:
        return table, statement
    late = table.target_date >= np.datetime64(since, "D")
    return replace(
        table, target_date=table.target_date[late], value=table.value[late], as_of=table.as_of[late]
    ), statement


def derived(panels: Sequence[Panel], series: Series) -> tuple[SeriesTable, Statement]:
    """Return the values of a series that follows from the region's parts, and how they were made.

    Parts whose weeks end on different days stand in different panels; the panel that gives most values is taken.

    Args:
        panels: What was known of the feed.
        series: Which region and signal.
    """
    made = [derived_series(panel, location=series.location, signal=series.signal.name) for panel in panels]
    found = max((one for one in made if one is not None), key=lambda one: np.isfinite(one.values).sum(), default=None)
    if found is None:
        return _table(series, np.array([], dtype="datetime64[D]"), np.array([])), Statement()
    known = np.isfinite(found.values)
    return _table(found.series, found.dates[known], found.values[known]), found.statement


def statement_as_json(statement: Statement | None) -> dict[str, Any] | None:
    """Return how a series was made as plain values; None where a feed reports it."""
    if statement is None:
        return None
    return {
        "how": statement.text,
        "parts": list(statement.parts),
        "missing": list(statement.missing),
        "population_share": statement.population_share,
    }


def _table(series: Series, dates: Dates, values: Floats) -> SeriesTable:
    unknown = np.full(len(dates), np.datetime64("NaT", "us"))
    return SeriesTable(series=series, target_date=dates, value=values, as_of=unknown)
