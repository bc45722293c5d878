"""Parts a request into smaller ones that are asked, kept and normalised each on its own."""

from __future__ import annotations

from dataclasses import replace
from math import ceil

import numpy as np

from neuralbrain.domain.observation import Series
from neuralbrain.domain.request import ForecastRequest


def split(request: ForecastRequest, most_series: int) -> tuple[ForecastRequest, ...]:
    """Return a request as smaller ones that together ask for each of its series once.

    A part is about one main signal of one source, so that a region stands in it once and one unit holds for all of
    it. A series and the deaths that belong to it are never parted, even where both are more than ``most_series``.
    Within a part the series keep their order; the parts come in the order of their first series, signal by signal.
    The same request is always parted in the same way, whatever its values.

    Args:
        request: What is to be asked.
        most_series: The most series of a part, at least 1.

    Raises:
        ValueError: If ``most_series`` is below 1.
    """
    if most_series < 1:
        raise ValueError(f"a request has at least one series, not {most_series}")
    series = request.panel.series
    by_signal: dict[object, list[tuple[int, ...]]] = {}
    for group in with_companions(series):
        main = series[group[0]]
        by_signal.setdefault((main.source, main.signal), []).append(group)
    parts = [part for groups in by_signal.values() for part in _levelled(groups, most_series)]
    if len(parts) == 1:
        return (request,)
    return tuple(_about(request, part) for part in parts)


def with_companions(series: tuple[Series, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the positions of each main series together with that of its deaths, each position once.

    Deaths that two series name as theirs belong to the first of them.

    Args:
        series: S series.

    Returns:
        Pairs (main, deaths), or single positions of series without deaths, in the order of the mains.

    >>> from neuralbrain.domain.observation import Signal
    >>> cases, deaths = Signal(name="cases", deaths="deaths"), Signal(name="deaths", primary=False)
    >>> with_companions(tuple(Series(source="s", location="AGO", signal=one) for one in (deaths, cases)))
    ((1, 0),)
    """
    places = {(one.source, one.location, one.signal.name): place for place, one in enumerate(series)}
    deaths_of: dict[int, int] = {}
    for place, one in enumerate(series):
        named = None if one.signal.deaths is None else places.get((one.source, one.location, one.signal.deaths))
        if named is not None and named != place:
            deaths_of[place] = named
    named_by_another = set(deaths_of.values())
    # Mains first; what is left then is deaths that nobody took, such as those of deaths.
    order = sorted(range(len(series)), key=lambda place: place in named_by_another)
    taken: set[int] = set()
    groups: list[tuple[int, ...]] = []
    for place in order:
        if place in taken:
            continue
        group = tuple(one for one in (place, deaths_of.get(place)) if one is not None and one not in taken)
        taken.update(group)
        groups.append(group)
    return tuple(sorted(groups))


def _levelled(groups: list[tuple[int, ...]], most_series: int) -> list[list[int]]:
    """Return as few parts as the limit allows, about equally large: 17, 17 and 16 rather than 24, 24 and 2."""
    number = len(_filled(groups, most_series))
    equal = max(1, ceil(sum(map(len, groups)) / number))
    tried = (_filled(groups, limit) for limit in range(equal, most_series))
    return next((parts for parts in tried if len(parts) == number), _filled(groups, most_series))


def _filled(groups: list[tuple[int, ...]], most_series: int) -> list[list[int]]:
    parts: list[list[int]] = [[]]
    for group in groups:
        if parts[-1] and len(parts[-1]) + len(group) > most_series:
            parts.append([])
        parts[-1].extend(group)
    return parts


def _about(request: ForecastRequest, places: list[int]) -> ForecastRequest:
    rows = np.sort(np.array(places, dtype=np.int64))
    panel = request.panel
    chosen = replace(
        panel,
        series=tuple(panel.series[row] for row in rows),
        values=panel.values[rows],
        populations=panel.populations[rows],
    )
    known = None if request.completeness is None else request.completeness.about(rows)
    return replace(request, panel=chosen, incidence=request.incidence[rows], completeness=known)
