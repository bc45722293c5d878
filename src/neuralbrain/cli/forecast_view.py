"""One region's forecast as a person reads it: past, future, claims, provenance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from rich.table import Table
from rich.text import Text

from neuralbrain.cli.edition_view import (
    percent_text,
    period_text,
    region_name,
    risk_text,
    score_text,
    value_text,
)
from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.plain_text import carries
from neuralbrain.cli.screen import line, screen, screen_of
from neuralbrain.domain.edition import EditionHeader
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.observation import Panel
from neuralbrain.domain.quantiles import MEDIAN, position_of
from neuralbrain.domain.record_here import RecordHere

PERIODS_SHOWN = 20  # with the forecast below them they fill a usual screen
BAR_WIDTH = 48  # columns, where the screen has them
NARROWEST_PICTURE = 40  # columns; a narrower terminal breaks the lines, so that no number is cut
NARROWEST_BAR = 8  # columns below which a bar says nothing
MARKS = ("█", "░", "│")  # reported, expected, median
ASCII_MARKS = ("#", ".", "|")
# Name, levels, and which one leaves first where the screen is narrow.
INTERVALS = (("50 %", 0.25, 0.75, 1), ("80 %", 0.1, 0.9, 3), ("95 %", 0.025, 0.975, 2))

History = tuple[tuple[date, float | None], ...]


def history_of(forecast: ForecastData, panels: Sequence[Panel]) -> History:
    """Return the last values of the forecast's own series, oldest first, None where a period was not reported."""
    for panel in panels:
        for row, series in enumerate(panel.series):
            if (series.location, series.signal.name) == (forecast.region, forecast.context.signal):
                until = panel.dates <= np.datetime64(forecast.context.last_date)
                dates = panel.dates[until][-PERIODS_SHOWN:].tolist()
                values = panel.values[row, until][-PERIODS_SHOWN:].tolist()
                return tuple(
                    (day, None if value != value else value)  # noqa: PLR0124 - NaN
                    for day, value in zip(dates, values, strict=True)
                )
    return ()


def print_forecast(forecast: ForecastData, history: History, *, header: EditionHeader, now: datetime) -> None:
    """Print a region's forecast: bars for what was reported, bands for what is expected, then the claims."""
    console = screen()
    context = forecast.context
    console.print(
        line(
            (region_name(forecast.region), "bold"),
            f" ({forecast.region})  {context.signal.replace('_', ' ')}  ",
            risk_text(forecast),
        )
    )
    screen_of(NARROWEST_PICTURE).print(_picture(forecast, history))
    _print_intervals(forecast)
    screen_of(NARROWEST_PICTURE).print(_claims(forecast))
    console.print(
        f"By {forecast.provider} under lock number {header.lock_number}, edition {header.number}, on data known by "
        f"{header.cutoff:%Y-%m-%d %H:%M} UTC. Last report {context.last_date}, {context.age_days(now)} days ago."
    )
    if header.withdrawal is not None:
        console.print(f"This edition was WITHDRAWN: {header.withdrawal.reason}", style="bold red")
    for field, why in context.reasons:
        console.print(f"No {field.replace('_', ' ')}: {why}", style="yellow")
    for finding in context.findings:
        console.print(f"Note ({finding.code}): {finding.message}", style="yellow")


def _when(day: date, cadence: str) -> str:
    """Return a reporting period with its last day."""
    period = period_text(day, cadence)
    return period if period == str(day) else f"{period} ({day})"


def _picture(forecast: ForecastData, history: History) -> Table:
    """Return a bar a reported period, and a band from the 80 % interval with its median for each forecast one."""
    low, high = position_of(0.1), position_of(0.9)
    bands = [(row[low], row[MEDIAN], row[high]) for row in forecast.context.quantiles.tolist()]
    top = max([value for _, value in history if value is not None] + [band[2] for band in bands] + [1e-9])
    cadence, unit = forecast.context.cadence, forecast.context.unit
    past = [(_when(day, cadence), value_text(value, unit)) for day, value in history]
    future = [
        (_when(day, cadence), value_text(band[1], unit))
        for day, band in zip(forecast.context.target_dates, bands, strict=True)
    ]
    # Beside the bar stand two columns, each with a space on both sides, and the bar has one on both sides too.
    beside = max(len(when) for when, _ in past + future) + max(len(value) for _, value in past + future) + 6
    bar_width = min(BAR_WIDTH, max(screen().width, NARROWEST_PICTURE) - beside)

    def columns(value: float) -> int:
        return int(value / top * (bar_width - 1) + 0.5)

    block, edge, middle_mark = MARKS if carries("".join(MARKS)) else ASCII_MARKS
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(justify="left", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    if bar_width < NARROWEST_BAR:
        for when, value in past:
            table.add_row(when, value)
        for when, value in future:
            table.add_row(Text(when, style="magenta"), Text(value, style="magenta"))
        return table
    table.add_column(width=bar_width, no_wrap=True, overflow="crop")
    for (when, value), (_, reported) in zip(past, history, strict=True):
        missing = reported is None
        table.add_row(
            when,
            value,
            Text("not reported", style="dim") if missing else Text(block * columns(reported or 0.0), style="cyan"),
        )
    for (when, value), band in zip(future, bands, strict=True):
        start, middle, end = (columns(one) for one in band)
        drawn = " " * start + edge * (middle - start) + middle_mark + edge * (end - middle)
        table.add_row(Text(when, style="magenta"), value, Text(drawn, style="magenta"))
    return table


def _print_intervals(forecast: ForecastData) -> None:
    unit, rows = forecast.context.unit, forecast.context.quantiles.tolist()
    when = [_when(day, forecast.context.cadence) for day in forecast.context.target_dates]
    medians = [value_text(row[MEDIAN], unit) for row in rows]
    between = [
        Column(
            name=f"{name} interval",
            cells=[
                f"{value_text(row[position_of(low)], unit)} to {value_text(row[position_of(high)], unit)}"
                for row in rows
            ],
            leaves=leaves,
        )
        for name, low, high, leaves in INTERVALS
    ]
    print_table(
        [
            Column(name="Forecast for", cells=when, justify="left", wraps=True),
            Column(name="Median", cells=medians),
            *between,
        ]
    )


def _claims(forecast: ForecastData) -> Table:
    """Return what the forecast claims, each claim in words that can be checked later."""
    context = forecast.context
    last = context.target_dates[-1]
    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_row("Trend", "-" if forecast.trend is None else forecast.trend.value, _trend_words(forecast))
    bound = value_text(context.outbreak_threshold, context.unit)
    table.add_row(
        "Outbreak",
        percent_text(forecast.outbreak_probability),
        f"chance that {last} exceeds {bound}, the bound of what is usual here",
    )
    table.add_row(
        "Confidence", percent_text(forecast.confidence_score), f"chance that the median for {last} is about right"
    )
    if context.completeness is not None:
        table.add_row(
            "Complete",
            percent_text(context.completeness),
            f"share of its settled value that a report as new as that of {context.last_date} usually shows",
        )
    if context.record is not None:
        weeks = context.record.weeks
        table.add_row("Record", f"{weeks} weeks" if weeks > 1 else "1 week", _record_words(context.record))
    table.add_row(
        "Risk",
        "-" if forecast.risk_score is None else f"{score_text(forecast.risk_score)} of 100",
        "level against this place's own history, and growth; RED from 80, YELLOW from 50",
    )
    return table


def _record_words(record: RecordHere) -> str:
    skill = "" if record.relative_wis is None else f"relative WIS {record.relative_wis:.2f}, "
    return f"scored: {skill}95 % coverage {record.coverage_95:.2f}"


def _trend_words(forecast: ForecastData) -> str:
    probabilities = forecast.context.trend_probabilities
    if probabilities is None:
        return ""
    down, level, up = (percent_text(one) for one in probabilities)
    return f"falling {down}, steady {level}, rising {up}"
