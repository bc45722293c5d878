"""The answers of one edition as bytes: each is serialised once, when it is first asked for, and kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, RLock
from typing import Any

from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import Panel
from neuralbrain.publish.as_json import forecast_as_json, header_as_json
from neuralbrain.publish.chart import chart_as_json
from neuralbrain.publish.lookup import forecast_or_error
from neuralbrain.publish.summary import summary_as_json
from neuralbrain.publish.world import world_as_json

ALL, WORLD, SUMMARY, REGION, CHART = "all", "global", "summary", "region", "chart"
DIGEST_SHOWN = 16  # hexadecimal digits of a body's SHA-256: 64 bits tell any two bodies apart

History = Callable[[str], Sequence[Panel]]
"""What was known of a source, by its name, at the cutoff of the edition."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One answer.

    Args:
        content: JSON in UTF-8.
        etag: A strong entity tag, with its quotes: the edition's number and a digest of the content.
    """

    content: bytes
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class _Place:
    """A row of the edition: which table, and where in it."""

    table: int
    position: int


class EditionBodies:
    """Every answer that one edition gives, each with the edition's own words about itself in it.

    Safe to use from several threads. What is made once is handed out without waiting.

    Args:
        edition: What was published.
        history: What was known of a source, for charts; asked once a source.
    """

    def __init__(self, edition: Edition, history: History) -> None:
        self.edition = edition
        self._history = history
        self._making = RLock()
        self._reading = Lock()
        self._made: dict[tuple[str, _Place | None], Body] = {}
        self._rows: dict[_Place, bytes] = {}
        self._panels: dict[str, Sequence[Panel]] = {}
        self._block = _json(header_as_json(edition.header))
        self._primary: dict[str, _Place] = {}
        self._named: dict[tuple[str, str], _Place] = {}
        for number, table in enumerate(edition.tables):
            for position, (region, signal) in enumerate(zip(table.regions, table.signals, strict=True)):
                place = _Place(table=number, position=position)
                self._named.setdefault((region, signal.name), place)
                if signal.primary:
                    self._primary.setdefault(region, place)

    @property
    def header(self) -> EditionHeader:
        """Return what the edition says about itself."""
        return self.edition.header

    def ready(self, resource: str, typed: str | None = None) -> Body | None:
        """Return an answer that is made already, else None; this neither waits nor makes anything.

        Args:
            resource: One of ``all``, ``global``, ``summary``, ``region`` and ``chart``.
            typed: For the last two, any name or code of the region.
        """
        if typed is None:
            return self._made.get((resource, None))
        place = self._primary.get(typed)
        if place is None:
            found = resolve(typed)
            place = None if found is None else self._primary.get(found.code)
        return None if place is None else self._made.get((resource, place))

    def all(self) -> Body:
        """Return every forecast, in the order of the edition, and what was refused."""
        return self._once((ALL, None), self._all)

    def world(self) -> Body:
        """Return the world's forecast."""
        return self._once((WORLD, None), lambda: self._own(world_as_json(self.edition)))

    def summary(self) -> Body:
        """Return the summary."""
        return self._once((SUMMARY, None), lambda: self._own(summary_as_json(self.edition)))

    def region(self, typed: str, signal: str | None = None) -> Body:
        """Return one region's forecast, by any of its names or codes.

        Args:
            typed: What somebody calls the region.
            signal: Name of a signal, None for the region's primary one.

        Raises:
            UnknownRegionError: If no region is called so, or the edition has no forecast of it or of that signal.
        """
        place = self._find(typed, signal)
        return self._once((REGION, place), lambda: self._with_edition(self._row(place)))

    def chart(self, typed: str, signal: str | None = None) -> Body:
        """Return one region's past and future, by any of its names or codes.

        Args:
            typed: What somebody calls the region.
            signal: Name of a signal, None for the region's primary one.

        Raises:
            UnknownRegionError: If no region is called so, or the edition has no forecast of it or of that signal.
            StoreError: If the past cannot be read.
        """
        place = self._find(typed, signal)
        panels = self._past(self._table(place).source)  # before the turn: who waits for a disk keeps nobody waiting
        return self._once((CHART, place), lambda: self._chart(place, panels))

    def _find(self, typed: str, signal: str | None) -> _Place:
        found = resolve(typed)
        code = "" if found is None else found.code
        place = self._primary.get(code) if signal is None else self._named.get((code, signal))
        if place is not None:
            return place
        forecast_or_error(self.edition, typed, signal=signal, named_with="?signal=")
        raise AssertionError("the index lacks a row of the edition")  # pragma: no cover - both read the same tables

    def _table(self, place: _Place) -> ForecastTable:
        return self.edition.tables[place.table]

    def _once(self, key: tuple[str, _Place | None], make: Callable[[], bytes]) -> Body:
        made = self._made.get(key)
        if made is not None:
            return made
        with self._making:
            made = self._made.get(key)
            if made is None:
                content = make()
                digest = hashlib.sha256(content).hexdigest()[:DIGEST_SHOWN]
                made = Body(content=content, etag=f'"{self.header.number}-{digest}"')
                self._made[key] = made
            return made

    def _row(self, place: _Place) -> bytes:
        """Return a forecast as an object of its own; ``all`` and the region share it."""
        with self._making:
            if place not in self._rows:
                self._rows[place] = _json(forecast_as_json(self._table(place).row(place.position)))
            return self._rows[place]

    def _all(self) -> bytes:
        places = (
            _Place(table=number, position=position)
            for number, table in enumerate(self.edition.tables)
            for position in range(len(table))
        )
        refusals = [
            {"region": one.region, "signal": one.signal, "code": one.code, "message": one.message}
            for one in self.edition.refused
        ]
        rows = b",".join(self._row(place) for place in places)
        return b"".join([b'{"edition":', self._block, b',"regions":[', rows, b'],"refusals":', _json(refusals), b"}"])

    def _past(self, source: str) -> Sequence[Panel]:
        with self._reading:
            if source not in self._panels:
                self._panels[source] = tuple(self._history(source))
            return self._panels[source]

    def _chart(self, place: _Place, panels: Sequence[Panel]) -> bytes:
        table = self._table(place)
        deaths = table.signals[place.position].deaths
        return self._own(chart_as_json(table.row(place.position), panels, deaths=deaths))

    def _own(self, values: dict[str, Any]) -> bytes:
        return self._with_edition(_json(values))

    def _with_edition(self, values: bytes) -> bytes:
        """Return an object with the edition's words about itself put in as its last field."""
        return b"".join([values[:-1], b',"edition":', self._block, b"}"])


def _json(values: object) -> bytes:
    """Return compact JSON in UTF-8; a NaN is a fault here, because JSON has none."""
    return json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
