"""One region's forecast as a person reads it: past, future, claims, provenance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from rich.table import Table
from rich.text import Text

from neuralbrain.cli.edition_view import percent_text, period_text, region_name, risk_text, value_text
from neuralbrain.cli.screen import screen
from neuralbrain.domain.edition import EditionHeader
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.observation import Panel
from neuralbrain.domain.quantiles import MEDIAN, position_of

PERIODS_SHOWN = 20  # with the forecast below them they fill a usual screen
BAR_WIDTH = 48  # columns
BLOCK, EDGE, MIDDLE = "█", "░", "│"
INTERVALS = (("50 %", 0.25, 0.75), ("80 %", 0.1, 0.9), ("95 %", 0.025, 0.975))

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
        Text.assemble(
            (region_name(forecast.region), "bold"),
            f" ({forecast.region})  {context.signal.replace('_', ' ')}  ",
            risk_text(forecast),
        )
    )
    console.print(_picture(forecast, history))
    console.print(_intervals(forecast))
    console.print(_claims(forecast))
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

    def columns(value: float) -> int:
        return int(value / top * (BAR_WIDTH - 1) + 0.5)

    table = Table(box=None, show_header=False, padding=(0, 1))
    table.add_column(justify="left")
    table.add_column(justify="right")
    table.add_column(width=BAR_WIDTH)
    cadence, unit = forecast.context.cadence, forecast.context.unit
    for day, value in history:
        bar = Text("not reported", style="dim") if value is None else Text(BLOCK * columns(value), style="cyan")
        table.add_row(_when(day, cadence), value_text(value, unit), bar)
    for day, (bottom, median, top_of_band) in zip(forecast.context.target_dates, bands, strict=True):
        start, middle, end = columns(bottom), columns(median), columns(top_of_band)
        band = " " * start + EDGE * (middle - start) + MIDDLE + EDGE * (end - middle)
        table.add_row(Text(_when(day, cadence), style="magenta"), value_text(median, unit), Text(band, style="magenta"))
    return table


def _intervals(forecast: ForecastData) -> Table:
    unit = forecast.context.unit
    table = Table(header_style="bold")
    table.add_column("Forecast for")
    table.add_column("Median", justify="right")
    for name, _, _ in INTERVALS:
        table.add_column(f"{name} interval", justify="right")
    for day, quantiles in zip(forecast.context.target_dates, forecast.context.quantiles.tolist(), strict=True):
        table.add_row(
            _when(day, forecast.context.cadence),
            value_text(quantiles[MEDIAN], unit),
            *(
                f"{value_text(quantiles[position_of(low)], unit)} to {value_text(quantiles[position_of(high)], unit)}"
                for _, low, high in INTERVALS
            ),
        )
    return table


def _claims(forecast: ForecastData) -> Table:
    """Return what the forecast claims, each claim in words that can be checked later."""
    context = forecast.context
    last = context.target_dates[-1]
    table = Table(box=None, show_header=False, padding=(0, 1))
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
    table.add_row(
        "Risk",
        "-" if forecast.risk_score is None else f"{forecast.risk_score:.0f} of 100",
        "level against this place's own history, and growth; RED from 80, YELLOW from 50",
    )
    return table


def _trend_words(forecast: ForecastData) -> str:
    probabilities = forecast.context.trend_probabilities
    if probabilities is None:
        return ""
    down, level, up = (percent_text(one) for one in probabilities)
    return f"falling {down}, steady {level}, rising {up}"
