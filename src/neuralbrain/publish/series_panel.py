"""One signal of one feed on a grid of dates, from its revisions: what checks of a single series compare it with."""

from __future__ import annotations

from datetime import datetime

import numpy as np

from neuralbrain.domain.location import location
from neuralbrain.domain.observation import Floats, Integers, Panel, Series
from neuralbrain.domain.revisions import Revisions


def panel_of(revisions: Revisions, *, like: Series, cutoff: datetime) -> Panel | None:
    """Return what was known of all series that share a signal and the dates of one of them; None where it has none.

    Args:
        revisions: Of that signal, up to the cutoff.
        like: The series whose dates make the grid.
        cutoff: The last moment of knowledge, as it stands in the panel.
    """
    if like not in revisions.series:
        return None
    days = revisions.target_date.astype("datetime64[D]").astype(np.int64)
    row = revisions.series_index
    step = like.signal.cadence.days
    mine = days[(row == revisions.series.index(like)) & np.isfinite(revisions.value)]
    if not len(mine):
        return None
    signals = np.array([one.signal == like.signal for one in revisions.series], dtype=bool)
    chosen = (days % step == mine[0] % step) & signals[row] & _is_last(row, days)
    rows, days, values = row[chosen], days[chosen], revisions.value[chosen]
    members, rows = np.unique(rows, return_inverse=True)
    grid = np.arange(days.min(), days.max() + 1, step)
    matrix = np.full((len(members), len(grid)), np.nan)
    matrix[rows, (days - grid[0]) // step] = values
    series = tuple(revisions.series[member] for member in members)
    return Panel(
        series=series,
        dates=grid.astype("datetime64[D]"),
        values=matrix,
        cadence=like.signal.cadence,
        cutoff=cutoff,
        populations=_populations(series),
    )


def _is_last(row: Integers, days: Integers) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return shape (n,): whether each revision is the last one of its series and date."""
    changes = (np.diff(row) != 0) | (np.diff(days) != 0)
    return np.append(changes, np.ones(min(len(row), 1), dtype=bool))


def _populations(series: tuple[Series, ...]) -> Floats:
    places = [location(one.location) for one in series]
    known = [None if place is None else place.population for place in places]
    return np.array([np.nan if one is None else float(one) for one in known], dtype=np.float64)
