"""All horizons of one signal of one region, in whatever shape, become one small table of levels by horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from neuralbrain.bottleneck.read_distribution import (
    LOWER_NAMES,
    POINT_NAMES,
    UPPER_NAMES,
    Distribution,
    distribution_of,
)
from neuralbrain.bottleneck.read_horizon import (
    HORIZON_NAMES,
    Calendar,
    horizon_of,
    horizons_of_keys,
    horizons_of_pairs,
)
from neuralbrain.bottleneck.read_numbers import (
    UnreadableError,
    bound_of_key,
    interval_of_key,
    level_of_key,
    named_fields,
    number,
    share_of,
    with_percent_signs,
)

SINGULAR = {
    "horizons": "horizon",
    "days": "day",
    "weeks": "week",
    "dates": "date",
    "target_dates": "date",
    "values": "value",
    "medians": "median",
    "points": "point",
    "forecasts": "forecast",
    "predictions": "prediction",
}
WRAPPERS = ("rows", "points", "values", "forecast", "forecasts", "prediction", "predictions", "path", "horizons")
DEEPEST = 4  # wrappers inside wrappers; nobody means more

Rows = list[tuple[int | None, Distribution]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One signal of one region as answered.

    Args:
        horizons: Periods after the last actual, ascending.
        levels: Quantile levels, ascending; a point is level 0.5.
        values: One row a horizon, one value a level; NaN is null.
    """

    horizons: tuple[int, ...]
    levels: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]


def path_of(answer: object, *, names: tuple[str, ...], where: str, calendar: Calendar) -> Path:
    """Return the path that an answer about one signal of one region holds.

    Read are: a list of numbers, in the order of the horizons; a list of rows; a list of pairs of horizon, or day,
    and value; an object of lists; an object keyed by
    horizon; ``levels`` with a matrix of values, one row a horizon. Rows may name their horizon as ``horizon``,
    ``day`` (after the last actual), ``week`` or ``date``.

    Args:
        answer: That part of the document.
        names: The field names that hold this signal's point.
        where: Field and region, for messages.
        calendar: The region's calendar.

    Raises:
        UnreadableError: If it cannot be read, says a horizon twice, or its horizons differ in their levels.

    >>> path_of([5, 6], names=(), where="", calendar=Calendar(period_days=1, last=None)).values
    ((5.0,), (6.0,))
    """
    rows = _rows(answer, names, where, calendar, DEEPEST)
    named = [horizon for horizon, _ in rows if horizon is not None]
    if not rows or (named and len(named) != len(rows)):
        raise UnreadableError("horizons-unreadable", f"{where} has no horizons, or names only some of them.")
    merged: dict[int, Distribution] = {}
    for order, (horizon, distribution) in enumerate(rows, start=1):
        kept = merged.setdefault(order if horizon is None else horizon, {})
        if not kept.keys().isdisjoint(distribution):
            raise UnreadableError("horizon-twice", f"{where} answers horizon {horizon} twice.")
        kept |= distribution
    levels = tuple(sorted(next(iter(merged.values()))))
    if any(tuple(sorted(one)) != levels for one in merged.values()):
        raise UnreadableError("levels-differ", f"{where} has other quantile levels at some horizons than at others.")
    horizons = tuple(sorted(merged))
    values = tuple(tuple(merged[horizon][level] for level in levels) for horizon in horizons)
    return Path(horizons=horizons, levels=levels, values=values)


def _rows(answer: object, names: tuple[str, ...], where: str, calendar: Calendar, depth: int) -> Rows:
    if isinstance(answer, np.ndarray):
        answer = answer.tolist()
    if depth == 0:
        raise UnreadableError("unreadable", f"{where} is wrapped too often to be read.")
    if isinstance(answer, Mapping):
        return _rows_of_fields(named_fields(answer, where=where), names, where, calendar, depth)
    if not isinstance(answer, (list, tuple)):
        raise UnreadableError("horizons-unreadable", f"{where} is one value, not one a horizon.")
    rows: Rows = []
    pairs = horizons_of_pairs(answer, calendar, where=where)
    if pairs:
        return [
            (horizon, distribution_of(row[1], names=names, where=f"{where} at horizon {horizon}"))
            for horizon, row in zip(pairs, answer, strict=True)
        ]
    for order, row in enumerate(answer, start=1):
        place = f"{where} at horizon {order}"
        fields = named_fields(row, where=place) if isinstance(row, Mapping) else None
        horizon = None if fields is None else horizon_of(fields, calendar, where=where)
        place = place if horizon is None else f"{where} at horizon {horizon}"
        rows.append((horizon, distribution_of(row if fields is None else fields, names=names, where=place)))
    return rows


def _rows_of_fields(
    fields: dict[str, object], names: tuple[str, ...], where: str, calendar: Calendar, depth: int
) -> Rows:
    if isinstance(fields.get("levels"), list):
        return _rows_of_matrix(fields, where, calendar)
    horizons = horizons_of_keys(fields, calendar, where=where)
    if horizons:
        return [
            (horizon, distribution_of(value, names=names, where=f"{where} at horizon {horizon}"))
            for horizon, value in zip(horizons, fields.values(), strict=True)
        ]
    for name in (*names, *WRAPPERS):
        inner = fields.get(name)
        rows = isinstance(inner, list) and any(isinstance(row, Mapping) for row in inner)
        pairs = isinstance(inner, list) and len(fields) == 1 and horizons_of_pairs(inner, calendar, where=where)
        if isinstance(inner, Mapping) or rows or pairs:
            return _rows(inner, names, where, calendar, depth - 1)
    columns = _columns(fields, names, where)
    if columns is not None:
        return _rows(columns, names, where, calendar, depth - 1)
    return _rows([fields], names, where, calendar, depth - 1)


def _rows_of_matrix(fields: dict[str, object], where: str, calendar: Calendar) -> Rows:
    listed = fields["levels"]
    levels = [share_of(number(one, where=where), where=where) for one in listed] if isinstance(listed, list) else []
    matrix = fields.get("quantiles", fields.get("values"))
    if not isinstance(matrix, list) or len(set(levels)) != len(levels):
        raise UnreadableError("levels-unreadable", f"{where} has levels, but no rows of values that belong to them.")
    numbers = fields.get("horizons")
    rows: Rows = []
    for position, row in enumerate(matrix):
        if not isinstance(row, list) or len(row) != len(levels):
            raise UnreadableError("levels-unreadable", f"{where} has a row that is not one value a level.")
        horizon = None
        if isinstance(numbers, list) and len(numbers) == len(matrix):
            horizon = horizon_of({"horizon": numbers[position]}, calendar, where=where)
        place = f"{where} at horizon {position + 1 if horizon is None else horizon}"
        values = [number(value, where=place) for value in row]
        rows.append((horizon, dict(zip(levels, values, strict=True))))
    return rows


def _columns(fields: dict[str, object], names: tuple[str, ...], where: str) -> list[dict[str, object]] | None:
    """Return an object of lists as a list of objects, or None where it is none."""
    inner = fields.get("quantiles")
    nested = with_percent_signs(named_fields(inner, where=where)) if isinstance(inner, Mapping) else {}
    flat = fields | {key: value for key, value in nested.items() if isinstance(value, list)}
    lengths = {len(value) for key, value in flat.items() if isinstance(value, list) and _is_column(key, names, where)}
    if not lengths:
        return None
    if len(lengths) > 1:
        raise UnreadableError("horizons-unreadable", f"{where} has lists of different lengths.")
    rows: list[dict[str, object]] = []
    for position in range(lengths.pop()):
        row: dict[str, object] = {}
        for key, value in flat.items():
            column = isinstance(value, list) and (_is_column(key, names, where) or _is_pairs(key, value, where))
            if column and isinstance(value, list):
                row[SINGULAR.get(key, key)] = value[position] if position < len(value) else None
            elif not isinstance(value, Mapping):
                row[key] = value
        rows.append(row)
    return rows


def _is_column(key: str, names: tuple[str, ...], where: str) -> bool:
    known = (*names, *POINT_NAMES, *LOWER_NAMES, *UPPER_NAMES, *HORIZON_NAMES, *SINGULAR)
    return key in known or level_of_key(key, where=where) is not None or bound_of_key(key, where=where) is not None


def _is_pairs(key: str, value: list[object], where: str) -> bool:
    named = key == "interval" or interval_of_key(key, where=where) is not None
    return named and all(isinstance(entry, (list, Mapping)) for entry in value)
