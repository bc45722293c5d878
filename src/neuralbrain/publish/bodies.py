"""The answers of one edition as bytes: each is serialised once, when it is first asked for, and kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock, RLock
from typing import Any

from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import Panel
from neuralbrain.errors import UnknownRegionError
from neuralbrain.publish.as_json import as_bytes, forecast_as_json, header_as_json
from neuralbrain.publish.body import Body, etag_of
from neuralbrain.publish.chart import chart_as_json
from neuralbrain.publish.lookup import forecast_or_error
from neuralbrain.publish.readable import readable_of
from neuralbrain.publish.series_choice import LONGEST_TYPED
from neuralbrain.publish.summary import summary_as_json
from neuralbrain.publish.world import world_as_json

ALL, WORLD, SUMMARY, REGION, CHART = "all", "global", "summary", "region", "chart"
MOST_VARIANTS, MOST_VARIANT_BYTES = 64, 32_000_000  # kept an edition: others are made again when asked for

History = Callable[[str], Sequence[Panel]]
"""What was known of a source, by its name, at the cutoff of the edition."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Place:
    """A row of the edition: which table, and where in it."""

    table: int
    position: int


class EditionBodies:
    """Every answer that one edition gives, each with the edition's own words about itself in it.

    Safe to use from several threads. What is made once is handed out without waiting.

    Args:
        edition: What was published.
        history: What was known of a source, for charts; asked once a source.
        words: What its provider said in words, fit to be shown; empty where it said nothing.
    """

    def __init__(self, edition: Edition, history: History, *, words: str = "") -> None:
        self.edition = edition
        self._history = history
        self._words = words
        self._making = RLock()
        self._reading = Lock()
        self._keeping = Lock()
        self._made: dict[tuple[str, Place | None], Body] = {}
        self._rows: dict[Place, bytes] = {}
        self._whole, self._spans = b"", dict[Place, slice]()  # the rows within ``all``, once that is made
        self._variants: OrderedDict[object, Body] = OrderedDict()
        self._panels: dict[str, Sequence[Panel]] = {}
        self.block = as_bytes(header_as_json(edition.header))
        self._primary: dict[str, Place] = {}
        self._named: dict[tuple[str, str], Place] = {}
        for number, table in enumerate(edition.tables):
            for position, (region, signal) in enumerate(zip(table.regions, table.signals, strict=True)):
                place = Place(table=number, position=position)
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
        return self._once((WORLD, None), self._world)

    def summary(self) -> Body:
        """Return the summary."""
        return self._once((SUMMARY, None), lambda: self._own(summary_as_json(self.edition, words=self._words)))

    def region(self, typed: str, signal: str | None = None) -> Body:
        """Return one region's forecast, by any of its names or codes.

        Args:
            typed: What somebody calls the region.
            signal: Name of a signal, None for the region's primary one.

        Raises:
            UnknownRegionError: If no region is called so, or the edition has no forecast of it or of that signal.
        """
        place = self._find(typed, signal)
        return self._once((REGION, place), lambda: self._with_edition(self.row(place)))

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

    def _find(self, typed: str, signal: str | None) -> Place:
        found = resolve(typed)
        code = "" if found is None else found.code
        place = self._primary.get(code) if signal is None else self._named.get((code, signal))
        if place is not None:
            return place
        forecast_or_error(self.edition, typed, signal=signal, named_with="?signal=")
        raise AssertionError("the index lacks a row of the edition")  # pragma: no cover - both read the same tables

    def _table(self, place: Place) -> ForecastTable:
        return self.edition.tables[place.table]

    def _once(self, key: tuple[str, Place | None], make: Callable[[], bytes]) -> Body:
        made = self._made.get(key)
        if made is not None:
            return made
        with self._making:
            made = self._made.get(key)
            if made is None:
                content = make()
                made = Body(content=content, etag=etag_of(self.header.number, content))
                self._made[key] = made
            return made

    def places(self, signal: str | None = None) -> tuple[Place, ...]:
        """Return where the rows of the edition are, in its order; of one signal, or of all.

        Raises:
            UnknownRegionError: If the edition has no such signal.
        """
        found = tuple(
            Place(table=number, position=position)
            for number, table in enumerate(self.edition.tables)
            for position, one in enumerate(table.signals)
            if signal in {None, one.name}
        )
        if signal is not None and not found:
            named = sorted({one.name for table in self.edition.tables for one in table.signals})
            raise UnknownRegionError(
                f"Edition {self.header.number} has no signal {signal[:LONGEST_TYPED]!r}.",
                remedy=f"It has: {', '.join(named)}." if named else "It has none.",
                code="signal-unknown",
            )
        return found

    def row(self, place: Place) -> bytes:
        """Return one forecast as an object of its own, without the edition's words; ``all`` and the region share it."""
        if place in self._spans:
            return self._whole[self._spans[place]]
        with self._making:
            if place in self._spans:
                return self._whole[self._spans[place]]
            if place not in self._rows:
                said = forecast_as_json(self._table(place).row(place.position))
                self._rows[place] = _with_readable(said)
            return self._rows[place]

    def variant(self, key: object, make: Callable[[], Body]) -> Body:
        """Return another way to say an answer, such as a table of it; made once as long as there is room.

        Args:
            key: Names it among all of this edition.
            make: Makes it, outside of any turn: who asks for something else does not wait.
        """
        with self._keeping:
            found = self._variants.get(key)
            if found is not None:
                self._variants.move_to_end(key)
                return found
        made = make()
        if len(made.content) <= MOST_VARIANT_BYTES:
            with self._keeping:
                self._variants[key] = made
                while len(self._variants) > MOST_VARIANTS or self._variant_bytes() > MOST_VARIANT_BYTES:
                    self._variants.popitem(last=False)
        return made

    def _variant_bytes(self) -> int:
        return sum(len(one.content) for one in self._variants.values())

    def _all(self) -> bytes:
        opening = b'{"edition":' + self.block + b',"regions":['
        rows, spans, at = list[bytes](), dict[Place, slice](), len(opening)
        for place in self.places():
            rows.append(self.row(place))
            spans[place] = slice(at, at + len(rows[-1]))
            at += len(rows[-1]) + 1  # a comma
        closing = b'],"refusals":' + as_bytes(self.refusals()) + b',"next_cursor":null}'
        self._whole = b"".join([opening, b",".join(rows), closing])
        self._spans = spans
        self._rows.clear()
        return self._whole

    def refusals(self) -> list[dict[str, Any]]:
        """Return what was refused, as plain values."""
        return [
            {"region": one.region, "signal": one.signal, "code": one.code, "message": one.message}
            for one in self.edition.refused
        ]

    def _world(self) -> bytes:
        said = world_as_json(self.edition)
        return self._with_edition(_with_readable(said))

    def _past(self, source: str) -> Sequence[Panel]:
        with self._reading:
            if source not in self._panels:
                self._panels[source] = tuple(self._history(source))
            return self._panels[source]

    def _chart(self, place: Place, panels: Sequence[Panel]) -> bytes:
        table = self._table(place)
        deaths = table.signals[place.position].deaths
        return self._own(chart_as_json(table.row(place.position), panels, deaths=deaths))

    def _own(self, values: dict[str, Any]) -> bytes:
        return self._with_edition(as_bytes(values))

    def _with_edition(self, values: bytes) -> bytes:
        """Return an object with the edition's words about itself put in as its last field."""
        return b"".join([values[:-1], b',"edition":', self.block, b"}"])


def _with_readable(said: dict[str, Any]) -> bytes:
    """Return a forecast with its words for people put in as the last field.

    Raises:
        ValueError: If a number is NaN or infinite.
    """
    exact = as_bytes(said)  # first, as an infinite number has no words
    return b"".join([exact[:-1], b',"readable":', as_bytes(readable_of(said)), b"}"])
