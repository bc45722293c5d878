"""The columnar shape, which holds thousands of regions: read as one array, without a step per region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import chain
from typing import Any, cast

import numpy as np

from neuralbrain.bottleneck.read_horizon import FURTHEST
from neuralbrain.bottleneck.read_numbers import UnreadableError, number
from neuralbrain.bottleneck.read_text import REMEDY
from neuralbrain.bottleneck.reading import Positions, Reading, companions_of, field_names
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.observation import Floats, Series
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.errors import AnswerError

COLUMNS = ("series", "horizons", "levels", "quantiles")


def is_columnar(document: object) -> bool:
    """Return whether a document has the columns of the columnar shape."""
    return isinstance(document, Mapping) and all(isinstance(document.get(name), list) for name in COLUMNS)


def read_columns(request: ForecastRequest, document: Mapping[str, Any]) -> Reading:
    """Return a columnar answer as arrays.

    Args:
        request: What was asked: S series, H horizons.
        document: ``series``: [location, signal] pairs; ``horizons``; ``levels``: K levels; ``quantiles``: for each
            series H rows of K numbers, or null for a series without an answer.

    Raises:
        AnswerError: If the columns do not fit each other.
    """
    series = request.panel.series
    places, unknown, repeated = _places(series, document["series"])
    levels, level_order = _ascending(document["levels"], "levels")
    horizons, _ = _ascending(document["horizons"], "horizons")
    column_of = {round(horizon): position for position, horizon in enumerate(document["horizons"])}
    if len(document["quantiles"]) != len(document["series"]) or any(round(one) != one for one in horizons):
        raise AnswerError("The columns of the answer do not fit each other.", remedy=REMEDY)
    count, asked, given = len(series), len(request.horizons), len(levels)
    silent = np.zeros(count, dtype=bool)
    answered = np.zeros(count, dtype=bool)
    rows = [row for row, place in zip(document["quantiles"], places, strict=True) if place >= 0 and row is not None]
    kept = np.array([row is not None for row in document["quantiles"]], dtype=bool)
    silent[places[(places >= 0) & ~kept]] = True
    filled = places[(places >= 0) & kept]
    answered[filled] = True
    block, findings = _block(rows, filled, series, shape=(len(horizons), given))
    values = np.full((count, asked, given), np.nan)
    present = np.zeros((count, asked), dtype=bool)
    for position, horizon in enumerate(request.horizons):
        if horizon in column_of:
            values[filled, position] = block[:, column_of[horizon]][:, level_order]
            present[filled, position] = True
    extra = sorted(set(column_of) - set(request.horizons))
    surplus = tuple((int(place), extra[0]) for place in filled) if extra else ()
    named = {series[place].location for place in places if place >= 0}
    missing = tuple(dict.fromkeys(one.location for one in series if one.location not in named))
    return Reading(
        levels=levels,
        values=values,
        given=np.broadcast_to(answered[:, None], (count, given)),
        present=present,
        silent=silent,
        surplus=surplus,
        unknown=unknown,
        repeated=repeated,
        missing=missing,
        findings=findings,
    )


def _places(series: tuple[Series, ...], named: list[Any]) -> tuple[Positions, tuple[str, ...], tuple[str, ...]]:
    """Return the position of each answered series, -1 where unknown, and the unknown and repeated ones."""
    if not all(isinstance(one, list) and len(one) == 2 for one in named):
        raise AnswerError("A series of the answer is not a pair of location and signal.", remedy=REMEDY)
    wanted = {(one.location.upper(), one.signal.name): position for position, one in enumerate(series)}
    keys = [(str(location).upper(), str(signal)) for location, signal in named]
    places = np.array([wanted.get(key, -1) for key in keys], dtype=np.int64)
    unknown = tuple(dict.fromkeys(" ".join(key) for key, place in zip(keys, places, strict=True) if place < 0))
    repeated = tuple(dict.fromkeys(key[0] for key, times in Counter(keys).items() if times > 1))
    return places, unknown, repeated


def _ascending(listed: list[Any], name: str) -> tuple[Floats, Positions]:
    """Return the numbers of a column head in ascending order, and that order."""
    try:
        numbers = np.array([number(one, where=name) for one in listed], dtype=np.float64)
    except UnreadableError as exc:
        raise AnswerError(f"The {name} of the answer are not numbers.", remedy=REMEDY) from exc
    order = np.argsort(numbers)
    ordered = numbers[order]
    above = 1.0 if name == "levels" else FURTHEST + 1.0
    if not len(numbers) or not ((ordered > 0) & (ordered < above)).all() or (ordered[1:] == ordered[:-1]).any():
        raise AnswerError(f"The {name} of the answer are missing, repeated or out of range.", remedy=REMEDY)
    return ordered, order


def _block(
    rows: list[Any], filled: Positions, series: tuple[Series, ...], *, shape: tuple[int, int]
) -> tuple[Floats, tuple[Finding, ...]]:
    """Return shape (rows, horizons, levels), and a finding for each series whose part is not that."""
    whole = _as_array(rows, shape)
    if whole is not None:
        return whole, ()
    # Something somewhere is no number or is missing: only now is it worth looking at each series.
    fields = field_names(companions_of(series))
    block = np.full((len(rows), *shape), np.nan)
    findings: list[Finding] = []
    for position, (row, place) in enumerate(zip(rows, filled, strict=True)):
        one, field = series[place], fields[place]
        try:
            block[position] = _row(row, shape, where=f"{field} of {one.location}")
        except UnreadableError as exc:
            block[position] = 0.0  # refused by the finding; a number here keeps the other checks from repeating it
            findings.append(
                Finding(
                    code=exc.code,
                    severity=Severity.REFUSE,
                    message=exc.sentence,
                    region=one.location,
                    signal=one.signal.name,
                )
            )
    return block, tuple(findings)


def _as_array(rows: list[Any], shape: tuple[int, int]) -> Floats | None:
    """Return rows of plain numbers as one array, None where any of them is anything else."""
    horizons, levels = shape
    if set(map(type, rows)) - {list} or set(map(len, rows)) - {horizons}:
        return None
    inner = list(chain.from_iterable(rows))
    if set(map(type, inner)) - {list} or set(map(len, inner)) - {levels}:
        return None
    if set(map(type, chain.from_iterable(inner))) - {float, int}:  # a boolean is an int, but its type is not
        return None
    try:
        flat = np.fromiter(chain.from_iterable(inner), dtype=np.float64, count=len(inner) * levels)
    except OverflowError:
        return None
    return flat.reshape(len(rows), horizons, levels)


def _row(row: object, shape: tuple[int, int], *, where: str) -> Floats:
    fits = isinstance(row, list) and len(row) == shape[0]
    if not fits or any(not isinstance(one, list) or len(one) != shape[1] for one in cast("list[Any]", row)):
        raise UnreadableError("shape-differs", f"{where} is not {shape[0]} horizons of {shape[1]} levels.")
    return np.array(
        [
            [number(value, where=f"{where} at horizon {order}") for value in one]
            for order, one in enumerate(cast("list[list[Any]]", row), start=1)
        ]
    )
