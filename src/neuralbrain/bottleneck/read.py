"""Reads any shape of answer into arrays for the series that were asked for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, cast

import numpy as np

from neuralbrain.bottleneck.read_columns import is_columnar, read_columns
from neuralbrain.bottleneck.read_entry import cases_of, deaths_of, signal_named
from neuralbrain.bottleneck.read_horizon import FURTHEST, Calendar
from neuralbrain.bottleneck.read_numbers import UnreadableError
from neuralbrain.bottleneck.read_path import Path
from neuralbrain.bottleneck.read_regions import Entries, entries_of
from neuralbrain.bottleneck.read_text import REMEDY, document_of, shown
from neuralbrain.bottleneck.reading import Reading, companions_of
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.errors import AnswerError

Resolve = Callable[[str], str | None]


def read_answer(request: ForecastRequest, body: object, *, resolve: Resolve | None = None) -> Reading:
    """Return what an answer says about each series that was asked for.

    The columnar shape is read as one array. Every other shape is read region by region: an object for one region,
    a list of them, an object keyed by region, or rows of region and horizon; see ``read_path`` and
    ``read_distribution`` for what one region may look like.

    Args:
        request: What was asked.
        body: Bytes, text or a tree of dicts, lists and numbers.
        resolve: Gives the code of a region by another name, None where it knows none; codes need no help.

    Raises:
        AnswerError: If nothing in it can be read as a forecast.
    """
    with _translated():
        document = document_of(body)
        if is_columnar(document):
            return read_columns(request, cast("Mapping[str, Any]", document))
        return _RegionReader(request, resolve).read(document).placed(request.horizons)


def read_as_answered(
    request: ForecastRequest, body: object, *, resolve: Resolve | None = None
) -> tuple[ForecastRequest, Reading]:
    """Return what an answer says, and the request with the horizons that the answer has for the first series.

    Where those do not run from 1 on without a gap, or there are more than a year of days, the request is kept.

    Args:
        request: What was asked.
        body: Bytes, text or a tree of dicts, lists and numbers.
        resolve: Gives the code of a region by another name, None where it knows none.

    Raises:
        AnswerError: If nothing in it can be read as a forecast.
    """
    with _translated():
        document = document_of(body)
        if is_columnar(document):
            columns = cast("Mapping[str, Any]", document)
            asked = _consecutive(request, tuple(sorted({one for one in columns["horizons"] if type(one) is int})))
            return asked, read_columns(asked, columns)
        reader = _RegionReader(request, resolve).read(document)
        asked = _consecutive(request, reader.paths[0].horizons if 0 in reader.paths else ())
        return asked, reader.placed(asked.horizons)


def horizons_answered(request: ForecastRequest, reading: Reading) -> tuple[int, ...]:
    """Return the horizons that an answer has for the first series, asked for or not, ascending."""
    asked = {request.horizons[place] for place in np.flatnonzero(reading.present[0])}
    return tuple(sorted(asked | {horizon for place, horizon in reading.surplus if place == 0}))


def _consecutive(request: ForecastRequest, horizons: tuple[int, ...]) -> ForecastRequest:
    whole = horizons == tuple(range(1, len(horizons) + 1)) and 0 < len(horizons) <= FURTHEST
    return replace(request, horizons=horizons) if whole else request


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except RecursionError as exc:
        raise AnswerError("The answer is nested too deeply to be a forecast.", remedy=REMEDY) from exc
    except UnreadableError as exc:
        raise AnswerError(exc.sentence, remedy=REMEDY) from exc


class _RegionReader:
    """Reads an answer region by region and places what it finds."""

    def __init__(self, request: ForecastRequest, resolve: Resolve | None) -> None:
        self._request = request
        self._resolve = resolve
        self._series = request.panel.series
        self._companion = companions_of(self._series)
        self._last = request.panel.last_dates
        self._positions: dict[str, list[int]] = defaultdict(list)
        for position, series in enumerate(self._series):
            self._positions[series.location.upper()].append(position)
        self.paths: dict[int, Path] = {}
        self._silent: set[int] = set()
        self._findings: list[Finding] = []
        self._unknown: list[str] = []
        self._repeated: list[str] = []
        self._missing: list[str] = []

    def read(self, document: object) -> _RegionReader:
        entries = entries_of(document, self._match)
        seen: set[str] = set()
        for name, part in self._with_names(entries):
            code = self._match(name)
            if code is None:
                self._unknown.append(shown(name))
            elif code in seen:
                self._repeated.append(code)
            else:
                seen.add(code)
                self._read_region(code, part)
        self._missing = [
            self._series[places[0]].location for code, places in self._positions.items() if code not in seen
        ]
        return self

    def _with_names(self, entries: Entries) -> list[tuple[str, object]]:
        if len(entries) == 1 and entries[0][0] is None:
            if len(self._positions) != 1:
                raise AnswerError("The answer does not say which region it is about.", remedy=REMEDY)
            return [(next(iter(self._positions)), entries[0][1])]
        return [(name or "", part) for name, part in entries]

    def _match(self, name: str) -> str | None:
        if name.strip().upper() in self._positions:
            return name.strip().upper()
        code = self._resolve(name.strip()) if self._resolve else None
        return code.upper() if code is not None and code.upper() in self._positions else None

    def _read_region(self, code: str, part: object) -> None:
        places = self._positions[code]
        if part is None:
            self._silent.update(places)
            return
        deaths = {int(self._companion[place]) for place in places if self._companion[place] >= 0}
        mains = [place for place in places if place not in deaths]
        wanted = signal_named(part, where=code) if isinstance(part, Mapping) else None
        main = next(
            (place for place in mains if self._series[place].signal.name == wanted),
            next((place for place in mains if self._series[place].signal.primary), mains[0] if mains else places[0]),
        )
        self._read_signal(main, part, main=True)
        if self._companion[main] >= 0:
            self._read_signal(int(self._companion[main]), part, main=False)
        for place in mains:
            name = self._series[place].signal.name
            if place != main and isinstance(part, Mapping) and name in part:
                self._read_signal(place, part[name], main=True)

    def _read_signal(self, place: int, part: object, *, main: bool) -> None:
        series = self._series[place]
        field = "forecasted_cases" if main else "forecasted_deaths"
        day = self._last[place]
        calendar = Calendar(
            period_days=self._request.panel.cadence.days, last=None if np.isnat(day) else day.astype(object)
        )
        read = cases_of if main else deaths_of
        try:
            path = read(part, name=series.signal.name, where=f"{field} of {series.location}", calendar=calendar)
        except UnreadableError as exc:
            self._findings.append(
                Finding(
                    code=exc.code,
                    severity=Severity.REFUSE,
                    message=exc.sentence,
                    region=series.location,
                    signal=series.signal.name,
                )
            )
            return
        if path is not None:
            self.paths[place] = path

    def placed(self, horizons: tuple[int, ...]) -> Reading:
        """Return what was read as arrays over these horizons."""
        asked = {horizon: position for position, horizon in enumerate(horizons)}
        levels = sorted({level for path in self.paths.values() for level in path.levels}) or [0.5]
        columns = {level: position for position, level in enumerate(levels)}
        count = len(self._series)
        values = np.full((count, len(asked), len(levels)), np.nan)
        given = np.zeros((count, len(levels)), dtype=bool)
        present = np.zeros((count, len(asked)), dtype=bool)
        silent = np.zeros(count, dtype=bool)
        silent[list(self._silent)] = True
        surplus: list[tuple[int, int]] = []
        for place, path in self.paths.items():
            cells = [columns[level] for level in path.levels]
            given[place, cells] = True
            for horizon, row in zip(path.horizons, path.values, strict=True):
                if horizon not in asked:
                    surplus.append((place, horizon))
                    continue
                present[place, asked[horizon]] = True
                values[place, asked[horizon], cells] = row
        return Reading(
            levels=np.array(levels),
            values=values,
            given=given,
            present=present,
            silent=silent,
            surplus=tuple(surplus),
            unknown=tuple(self._unknown),
            repeated=tuple(dict.fromkeys(self._repeated)),
            missing=tuple(self._missing),
            findings=tuple(self._findings),
        )
