"""One region's actuals and history, as people hand them in, become the same request that a cycle makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import numpy as np
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.incidence import incidence_of, says_incidence
from neuralbrain.domain.observation import Dates, Floats, Measure, Panel, Series, Signal
from neuralbrain.domain.request import ForecastRequest

SOURCE = "given"
_EPOCH = date(1970, 1, 1).toordinal()
LONGEST_GRID = 40_000  # periods, a century of days; dates further apart are a mistake in the rows


def _day(value: object) -> object:
    if isinstance(value, datetime):
        return value.date()
    return value[:10] if isinstance(value, str) else value  # "2026-02-09T00:00:00Z" is about that day


Day = Annotated[date, BeforeValidator(_day)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]


class GivenRow(BaseModel):
    """One row of history; whatever else feeds put into their rows is not used."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    cases: Amount | None
    deaths: Amount | None = None
    date: Day | None = None


class GivenActual(GivenRow):
    """The last actual of one region."""

    region: str = Field(validation_alias=AliasChoices("region", "country"), min_length=1)
    cases: Amount
    measure: Measure = Measure.CUMULATIVE
    population: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """What one region's numbers say, on a regular grid.

    Args:
        region: Our code, or the name as given where we know none.
        panel: Two series, cases and deaths, in their own measure; the last column is the last actual.
        incidence: Shape (2, T): the same as new events per period.
        totals: Whether an answer about this region speaks of running totals.
    """

    region: str
    panel: Panel
    incidence: Floats
    totals: bool

    def request(self, horizons: tuple[int, ...]) -> ForecastRequest:
        """Return the request that asks for these horizons."""
        return ForecastRequest(panel=self.panel, incidence=self.incidence, horizons=horizons)


_ROWS = TypeAdapter(list[GivenRow])


def given_of(
    actual_data: Mapping[str, Any], historical_data: Sequence[Mapping[str, Any]], *, region: str, now: datetime
) -> Given:
    """Return one region's actual and history in the shape that the rules work on.

    Rows 7 days apart make a weekly series, all others a daily one. Without dates the rows are consecutive days that
    end with the actual: on its date, else today. The actual is the last row where its date says so or, without
    dates, where the values are the same. Rows after the actual's date are not used.

    Args:
        actual_data: See ``GivenActual``.
        historical_data: Rows, oldest first; see ``GivenRow``.
        region: The code under which the series stand.
        now: The time of the call.

    Raises:
        ValueError: If a field is missing or is no number, or if the dates are further apart than a century.
    """
    actual = GivenActual.model_validate(dict(actual_data))
    rows: list[GivenRow] = _ROWS.validate_python([dict(row) for row in historical_data])
    days, rows = _dated(rows, actual, today=now.date())
    weekly = len(days) > 1 and float(np.median(np.diff(days).astype(np.int64))) == 7
    cadence = Cadence.WEEKLY if weekly else Cadence.DAILY
    dates, values = _on_grid(days, rows, cadence)
    measure = actual.measure
    cases = Signal(name="cases", measure=measure, cadence=cadence, deaths="deaths")
    deaths = Signal(name="deaths", measure=measure, cadence=cadence, primary=False)
    panel = Panel(
        series=tuple(Series(source=SOURCE, location=region, signal=one) for one in (cases, deaths)),
        dates=dates,
        values=values,
        cadence=cadence,
        cutoff=now,
        populations=np.full(2, np.nan if actual.population is None else actual.population),
    )
    steps = incidence_of(values)
    totals = measure is Measure.CUMULATIVE and bool(says_incidence(values)[0]) and bool(np.isfinite(steps[0]).any())
    # Deaths go with their cases: both are new events, or both the levels as given.
    return Given(region=region, panel=panel, incidence=steps if totals else values, totals=totals)


def _dated(rows: list[GivenRow], actual: GivenActual, *, today: date) -> tuple[Dates, list[GivenRow]]:
    """Return the days and rows, ascending, one a day, the actual last."""
    if any(row.date is None for row in rows) or not rows:
        last = actual.date or today
        same = bool(rows) and (rows[-1].cases, rows[-1].deaths) == (actual.cases, actual.deaths)
        kept = [*(rows[:-1] if same else rows), actual]
        return np.datetime64(last, "D") + np.arange(1 - len(kept), 1), kept
    by_day = {row.date: row for row in rows if row.date is not None}
    newest = max(by_day)
    day = actual.date
    if day is None:
        same = (by_day[newest].cases, by_day[newest].deaths) == (actual.cases, actual.deaths)
        steps = np.diff(_dates(sorted(by_day))).astype(np.int64)
        step = 7 if len(steps) and float(np.median(steps)) == 7 else 1
        day = newest if same else newest + timedelta(days=step)
    kept_days = {one: row for one, row in by_day.items() if one < day} | {day: actual}
    ordered = sorted(kept_days)
    return _dates(ordered), [kept_days[one] for one in ordered]


def _dates(days: Sequence[date]) -> Dates:
    # By way of whole numbers: NumPy reads those ten times faster than dates.
    return (np.array([day.toordinal() for day in days]) - _EPOCH).astype("datetime64[D]")


def _on_grid(days: Dates, rows: list[GivenRow], cadence: Cadence) -> tuple[Dates, Floats]:
    """Return a regular grid that ends with the last day, and shape (2, T): cases and deaths on it."""
    back = (days[-1] - days).astype(np.int64)
    places = np.round(back / cadence.days).astype(np.int64)
    length = int(places[0]) + 1
    if length > LONGEST_GRID:
        raise ValueError(f"the rows reach back {int(back[0])} days; give at most a century")
    values = np.full((2, length), np.nan)
    position = length - 1 - places
    values[0, position] = [np.nan if row.cases is None else row.cases for row in rows]
    values[1, position] = [np.nan if row.deaths is None else row.deaths for row in rows]
    dates = days[-1] - np.arange(length)[::-1] * cadence.days
    return dates.astype("datetime64[D]"), values
