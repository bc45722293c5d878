"""One region's actuals and history, as people hand them in, become the same request that a cycle makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any

import numpy as np
from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError

from neuralbrain.bottleneck.event_size import MOST_EVENTS
from neuralbrain.bottleneck.read_text import shown
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
Amount = Annotated[float, Field(ge=0, le=MOST_EVENTS, allow_inf_nan=False)]


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
    population: Annotated[float, Field(gt=0, le=MOST_EVENTS, allow_inf_nan=False)] | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """What one region's numbers say, on a regular grid.

    Args:
        region: Our code, or the name as given where we know none.
        panel: Two series, cases and deaths, in their own measure; the last column is the last actual.
        incidence: Shape (2, T): the same as new events per period.
        totals: Whether an answer about this region speaks of running totals.
        undated: Whether neither the actual nor the history has a date, so whether its rows are days or weeks is not
            known from them.
    """

    region: str
    panel: Panel
    incidence: Floats
    totals: bool
    undated: bool

    def request(self, horizons: tuple[int, ...]) -> ForecastRequest:
        """Return the request that asks for these horizons."""
        return ForecastRequest(panel=self.panel, incidence=self.incidence, horizons=horizons)


_ROWS = TypeAdapter(list[GivenRow])


def name_in(actual_data: object) -> str:
    """Return what the region is called, empty where that is not said.

    Raises:
        ValueError: If there are no fields in which to look.
    """
    fields = _fields(actual_data, "actual_data")
    return str(fields.get("region") or fields.get("country") or "")


def given_of(
    actual_data: Mapping[str, Any],
    historical_data: Sequence[Mapping[str, Any]],
    *,
    region: str,
    now: datetime,
    undated: Cadence = Cadence.DAILY,
) -> Given:
    """Return one region's actual and history in the shape that the rules work on.

    Rows 7 days apart make a weekly series, all others a daily one. Without dates the rows are consecutive days, or
    weeks where that is said, that end with the actual: on its date, else today. The actual is the last row where its
    date says so or, without dates, where the values are the same. Rows after the actual's date are not used.

    Args:
        actual_data: See ``GivenActual``.
        historical_data: Rows, oldest first; see ``GivenRow``.
        region: The code under which the series stand.
        now: The time of the call.
        undated: How far apart the rows are where neither the actual nor the history has a date.

    Raises:
        ValueError: If a field is missing, is no number or is more than all people, if what should be rows is none, or
            if the dates are further apart than a century.
    """
    with _translated("actual_data"):
        actual = GivenActual.model_validate(_fields(actual_data, "actual_data"))
    listed = _listed(historical_data)
    with _translated("historical_data"):
        rows: list[GivenRow] = _ROWS.validate_python(listed)
    no_dates = actual.date is None and all(row.date is None for row in rows)
    cadence = undated if no_dates else Cadence.DAILY
    days, rows = _dated(rows, actual, today=now.date(), step=cadence.days)
    if len(days) > 1 and float(np.median(np.diff(days).astype(np.int64))) == 7:
        cadence = Cadence.WEEKLY
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
    incidence = steps if totals else values
    return Given(region=region, panel=panel, incidence=incidence, totals=totals, undated=no_dates)


def _fields(given: object, name: str) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        raise ValueError(  # noqa: TRY004 - as documented, also for what has no fields
            f"{name} is {shown(given)}; give an object with fields like cases and deaths"
        )
    return dict(given)


def _listed(given: object) -> list[dict[str, Any]]:
    if isinstance(given, (str, bytes)) or not isinstance(given, Sequence):
        raise ValueError(  # noqa: TRY004 - one kind of error for all that is not as described
            f"historical_data is {shown(given)}; give a list of rows, empty where there are none"
        )
    return [
        row if type(row) is dict else _fields(row, f"row {order} of historical_data")  # most are, and cost nothing
        for order, row in enumerate(given, start=1)
    ]


@contextmanager
def _translated(name: str) -> Iterator[None]:
    try:
        yield
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        row, *rest = first["loc"] or ("",)
        place = f"row {row + 1} of {name}" if isinstance(row, int) else name
        field = ".".join(str(one) for one in (rest if isinstance(row, int) else first["loc"]))
        given = "" if first["type"] == "missing" else f", not {shown(first['input'])}"
        more = f"; {exc.error_count() - 1} more are wrong" if exc.error_count() > 1 else ""
        raise ValueError(f"{place}, field {field}: {first['msg'].lower()}{given}{more}") from exc


def _dated(rows: list[GivenRow], actual: GivenActual, *, today: date, step: int) -> tuple[Dates, list[GivenRow]]:
    """Return the days and rows, ascending, one a day, the actual last; rows without dates are so many days apart."""
    if any(row.date is None for row in rows) or not rows:
        last = actual.date or today
        same = bool(rows) and (rows[-1].cases, rows[-1].deaths) == (actual.cases, actual.deaths)
        kept = [*(rows[:-1] if same else rows), actual]
        return np.datetime64(last, "D") + np.arange(1 - len(kept), 1) * step, kept
    by_day = {row.date: row for row in rows if row.date is not None}
    newest = max(by_day)
    day = actual.date
    if day is None:
        same = (by_day[newest].cases, by_day[newest].deaths) == (actual.cases, actual.deaths)
        steps = np.diff(_dates(sorted(by_day))).astype(np.int64)
        usual = 7 if len(steps) and float(np.median(steps)) == 7 else 1
        day = newest if same else newest + timedelta(days=usual)
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
