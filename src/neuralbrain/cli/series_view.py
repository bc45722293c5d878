"""A series as a person reads it: a bar a period, since when each value is known, and whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
from rich.cells import cell_len
from rich.text import Text

from neuralbrain.cli.edition_view import period_text, region_name, value_text
from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.moments import moment_text
from neuralbrain.cli.plain_text import carries
from neuralbrain.cli.quality_view import STYLE_OF
from neuralbrain.cli.screen import line, screen
from neuralbrain.cli.series_shown import Shown
from neuralbrain.domain.observation import Measure, Series, Signal, Unit
from neuralbrain.domain.quality import Mark
from neuralbrain.publish.series_table import SeriesTable

BAR_WIDTH = 40  # columns, where the screen has them
NARROWEST_BAR = 8  # columns below which a bar says nothing
WEEKS_SHOWN = 26  # where nobody says how many; half a year fits a screen
MARKS_SHOWN = 3  # the worst ones; more of them say the same
SHOWN_BELOW = 0.995  # of the settled value; what rounds to 100 % says nothing
OTHERS_SHOWN = 12  # series of one region; --json has all
UNITS = {Unit.COUNT: "", Unit.PER_100K: ", per 100,000 inhabitants", Unit.SHARE: ", in percent"}


def print_series(shown: Shown, *, plot: Path | None) -> None:
    """Print a series: its values or their revisions, then whose they are, then what else there is of the region."""
    console, series = screen(), shown.series
    table = shown.last(shown.weeks or WEEKS_SHOWN)
    earlier = len(shown.last(None)) - len(table)
    known = "known now" if shown.as_of is None else f"as known by {moment_text(shown.as_of)}"
    console.print(
        line(
            (region_name(series.location), "bold"),
            f" ({series.location})  {_words(series.signal)}, {known}",
        )
    )
    if not len(table):
        console.print("Nothing was known of it then." if shown.as_of else "Nothing is known of it.")
    elif shown.revised:
        _print_revisions(table)
    else:
        _print_values(table, gap="not reported" if shown.statement is None else "not by all parts")
    if earlier:
        console.print(line((f"{earlier:,} earlier ones are left out; --weeks says how many are shown.", "dim")))
    console.print(line(f"Source    {series.source}: {shown.facts.title}"))
    console.print(line(f"Credit    {shown.facts.attribution}"))
    passed_on = "" if shown.facts.redistribute else "; the values may not be handed on"
    console.print(line(f"Licence   {shown.facts.licence}{passed_on}"))
    if shown.statement is not None and shown.statement.text:
        console.print(line((f"Derived   {shown.statement.text}", "yellow")))
    _print_marks(shown.marks)
    if shown.facts.note:
        console.print(line(f"Note      {shown.facts.note}"))
    _print_others(shown.others)
    if plot is not None:
        console.print(line(f"Drawn     {plot}"))


def _words(signal: Signal) -> str:
    measure = "total so far" if signal.measure is Measure.CUMULATIVE else f"{signal.cadence.value}"
    return f"{signal.name.replace('_', ' ')}, {measure}{UNITS[signal.unit]}"


def number_text(value: float, unit: Unit) -> str:
    """Return a value as people read it; a share in percent, and one that was withdrawn in a word.

    >>> number_text(0.0123, Unit.SHARE), number_text(float("nan"), Unit.COUNT)
    ('1.23 %', 'withdrawn')
    """
    if np.isnan(value):
        return "withdrawn"
    return f"{value * 100:.3g} %" if unit is Unit.SHARE else value_text(value, unit.value)


def _print_values(table: SeriesTable, *, gap: str) -> None:
    """Print a row a period; one that was not reported has a row, too, so that gaps are seen."""
    signal = table.series.signal
    rows = _with_gaps(table)
    when = [period_text(day, signal.cadence.value) for day, _, _ in rows]
    ends = [str(day) for day, _, _ in rows]
    values = ["-" if value is None else number_text(value, signal.unit) for _, value, _ in rows]
    since = ["-" if moment is None else moment_text(moment) for _, _, moment in rows]
    complete = _complete(table, [day for day, _, _ in rows])
    beside = sum(max(map(cell_len, cells)) + 2 for cells in (when, ends, values, since)) + len("Since") + 10
    columns = [
        Column(name="Period", cells=when, justify="left"),
        Column(name="Last day", cells=ends, leaves=1),
        Column(name="Value", cells=values),
        Column(name="Known since", cells=since, leaves=2),
    ]
    if any(complete):
        columns.insert(3, Column(name="Complete", cells=complete, leaves=4))
        beside += len("Complete") + 2
    if when == ends:
        columns.pop(1)
        beside -= max(map(cell_len, ends)) + 2
    width = min(BAR_WIDTH, screen().width - beside)
    if width >= NARROWEST_BAR and any(value is not None for _, value, _ in rows):
        bars = _bars([value for _, value, _ in rows], width=width, gap=gap)
        columns.append(Column(name="", cells=bars, justify="left", leaves=3))
    print_table(columns)


def _complete(table: SeriesTable, days: Sequence[date]) -> list[str]:
    """Return in percent which share of its settled value each period usually shows at its age; empty where all."""
    if table.completeness is None:
        return [""] * len(days)
    known = dict(zip(table.target_date.astype("datetime64[D]").tolist(), table.completeness.tolist(), strict=True))
    shares = [known.get(day, np.nan) for day in days]
    return [f"{share:.0%}" if share < SHOWN_BELOW else "" for share in shares]


def _with_gaps(table: SeriesTable) -> list[tuple[date, float | None, datetime | None]]:
    """Return (target date, value, known since), one a period; None for a period that was not reported."""
    days = table.target_date.astype("datetime64[D]")
    step = table.series.signal.cadence.days
    known: dict[date, tuple[float, datetime | None]] = {
        day: (value, None if moment is None else moment.replace(tzinfo=UTC))
        for day, value, moment in zip(days.tolist(), table.value.tolist(), table.as_of.tolist(), strict=True)
    }
    grid: list[date] = np.arange(days[0], days[-1] + np.timedelta64(1, "D"), step).tolist()
    if not set(known) <= set(grid):  # weeks that end on other days than before: there is no one grid
        grid = list(known)
    missing: tuple[None, None] = (None, None)
    return [(day, *known.get(day, missing)) for day in grid]


def _bars(values: Sequence[float | None], *, width: int, gap: str) -> list[Text]:
    block = "█" if carries("█") else "#"
    top = max([value for value in values if value is not None and value == value] + [1e-12])  # noqa: PLR0124 - NaN
    bars = []
    for value in values:
        if value is None:
            bars.append(Text(gap if width >= len(gap) else "-", style="dim"))
        elif value != value:  # noqa: PLR0124 - NaN
            bars.append(Text(""))
        else:
            bars.append(Text(block * max(int(value / top * width + 0.5), 0), style="cyan"))
    return bars


def _print_revisions(table: SeriesTable) -> None:
    """Print a row a revision, and how it changed the value before it."""
    signal = table.series.signal
    days: list[date] = table.target_date.astype("datetime64[D]").tolist()
    moments: list[Any] = table.as_of.tolist()
    values: list[float] = table.value.tolist()
    again = [place > 0 and days[place - 1] == day for place, day in enumerate(days)]
    before = [values[place - 1] if repeated else float("nan") for place, repeated in enumerate(again)]
    print_table(
        [
            Column(
                name="Period",
                cells=[
                    "" if repeated else period_text(day, signal.cadence.value)
                    for day, repeated in zip(days, again, strict=True)
                ],
                justify="left",
            ),
            Column(name="Last day", cells=[str(day) for day in days], leaves=2),
            Column(name="Value", cells=[number_text(value, signal.unit) for value in values]),
            Column(
                name="Change",
                cells=[_change(value, earlier) for value, earlier in zip(values, before, strict=True)],
                leaves=1,
            ),
            Column(name="Known since", cells=[moment_text(one.replace(tzinfo=UTC)) for one in moments]),
        ]
    )


def _change(value: float, earlier: float) -> str:
    """Return a revision as a percentage of the value before it.

    >>> _change(110.0, 100.0), _change(1.0, 0.0), _change(5.0, float("nan"))
    ('+10.0 %', '+', '')
    """
    if np.isnan(value) or np.isnan(earlier):
        return ""
    if not earlier:
        return "+" if value > 0 else "-"
    return f"{(value - earlier) / abs(earlier) * 100:+,.1f} %"


def _print_marks(marks: Sequence[Mark]) -> None:
    """Print what checks find in the values, one line a mark."""
    for one in marks[:MARKS_SHOWN]:
        screen().print(line((f"{one.severity.value.capitalize():<9} ", STYLE_OF[one.severity]), one.message))
    if len(marks) > MARKS_SHOWN:
        screen().print(line((f"{len(marks) - MARKS_SHOWN} more marks are left out; --json has all.", "dim")))


def _print_others(others: Sequence[Series]) -> None:
    if not others:
        return
    said = [f"{one.signal.name} ({one.source})" for one in others[:OTHERS_SHOWN]]
    more = len(others) - OTHERS_SHOWN
    screen().print(line(f"Also      {', '.join(said)}{f' and {more} more' if more > 0 else ''}"))
