"""An edition, as a table for people and as JSON for programs."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime

from rich.text import Text

from neuralbrain.cli.fitting import Column, print_left_out, print_table
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import screen
from neuralbrain.domain.calendar import week_label, week_system_of
from neuralbrain.domain.claims import RiskLevel
from neuralbrain.domain.edition import OLD_AFTER, Edition, EditionHeader
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.location import location
from neuralbrain.domain.quantiles import MEDIAN, position_of
from neuralbrain.source_ports import Source

RISK_STYLE = {RiskLevel.RED: "bold white on red", RiskLevel.YELLOW: "black on yellow", RiskLevel.GREEN: "green"}
LOW_80, HIGH_80 = position_of(0.1), position_of(0.9)
WORDS = {"Region", "Trend", "Risk"}  # columns of words stand left, of numbers right
SMALLEST_SHOWN = 0.0001  # of a rate; more decimals would claim a precision that no report has
REFUSALS_SHOWN = 10  # the rest is in --json
DAYS_UNTIL_OLD = 21  # three weekly reports missed: nobody should mistake such a forecast for one of today


def region_name(code: str) -> str:
    """Return a region's English name, its code where it has none."""
    found = location(code)
    return code if found is None else found.name


def value_text(value: float | None, unit: str) -> str:
    """Return a value as people read it: counts whole, rates below 100 with three digits and at most four decimals.

    >>> value_text(1234.5, "count"), value_text(12.34, "per_100k"), value_text(None, "count")
    ('1,234', '12.3', '-')
    >>> value_text(0.000274, "per_100k"), value_text(0.00001, "per_100k"), value_text(0.0, "per_100k")
    ('0.0003', '<0.0001', '0')
    """
    if value is None:
        return "-"
    if unit == "count" or abs(value) >= 100:
        return f"{value:,.0f}"
    if 0 < value < SMALLEST_SHOWN:
        return f"<{SMALLEST_SHOWN:.4f}"
    return f"{round(value, 4):.3g}"


def percent_text(value: float | None) -> str:
    """Return a probability as a whole percentage; never 0 % or 100 % for what is only nearly so.

    >>> percent_text(0.4), percent_text(0.001), percent_text(None)
    ('40 %', '<1 %', '-')
    """
    if value is None:
        return "-"
    if 0 < value < 0.01:
        return "<1 %"
    if 0.99 < value < 1:
        return ">99 %"
    return f"{value:.0%}".replace("%", " %")


def period_text(day: date, cadence: str) -> str:
    """Return a reporting period: the week, or the day.

    >>> period_text(date(2026, 3, 22), "weekly"), period_text(date(2026, 3, 22), "daily")
    ('2026-W12', '2026-03-22')
    """
    system = week_system_of(day)
    return week_label(day, system) if cadence == "weekly" and system else str(day)


def score_text(score: float | None) -> str:
    """Return a risk score cut to a whole number: rounded up, one just below a level would seem to have reached it.

    >>> score_text(49.8), score_text(80.0), score_text(None)
    ('49', '80', '-')
    """
    return "-" if score is None else str(math.floor(score))


def risk_text(row: ForecastData) -> Text:
    """Return a region's risk as word and number, coloured where there are colours."""
    if row.risk_level is None or row.risk_score is None:
        return Text("-")
    return Text(f" {row.risk_level.value:<6} {score_text(row.risk_score):>3}", style=RISK_STYLE[row.risk_level])


def print_edition(edition: Edition, *, now: datetime, sources: Sequence[Source]) -> None:
    """Print an edition: a table a signal, a row a region, highest risk first; below, where the numbers come from."""
    console = screen()
    rows = by_risk(edition)
    newest = max(row.context.last_date for row in rows)
    by_signal: dict[str, list[ForecastData]] = {}
    for row in rows:
        by_signal.setdefault(row.context.signal, []).append(row)
    left_out: list[str] = []
    for signal, ones in by_signal.items():
        title = f"Edition {edition.header.number}: {signal.replace('_', ' ')}"
        gone = print_table(_columns(ones, newest=newest), title=title, say_left_out=False)
        left_out += [name for name in gone if name not in left_out]
    print_left_out(left_out)
    if any(row.context.last_date < newest for row in rows):
        console.print("* reported last in an earlier week than others; its forecast starts there", style="dim")
    old = sum(newest - row.context.last_date > OLD_AFTER for row in rows)
    if old:
        console.print(f"  {old} of them more than a year earlier: they stand at the end", style="dim")
    header = edition.header
    if header.withdrawal is not None:
        when = f"{header.withdrawal.at:%Y-%m-%d %H:%M} UTC"
        console.print(f"WITHDRAWN on {when}: {header.withdrawal.reason}", style="bold red")
    console.print(f"Provider  {header.provider}, under lock number {header.lock_number}")
    age_days = (now.date() - newest).days
    credit = {source.name: source.attribution for source in sources}
    for name in sorted({row.context.source for row in rows}):
        console.print(f"Data      {name}: {credit.get(name, 'no longer among the sources of the settings')}")
    console.print(f"Age       newest report {newest}, {age_days} days ago; known by {header.cutoff:%Y-%m-%d %H:%M} UTC")
    if age_days > DAYS_UNTIL_OLD:
        console.print("          Old data: these forecasts start where the data end, not today.", style="yellow")
    if header.refused:
        console.print(f"Refused   {header.refused} series:", style="yellow")
        for one in edition.refused[:REFUSALS_SHOWN]:
            console.print(f"          {region_name(one.region)}: {one.message} ({one.code})", style="yellow")


def _columns(rows: Sequence[ForecastData], *, newest: date) -> list[Column]:
    """Return one cell a region for each column."""

    def column(name: str, cell: Callable[[ForecastData], str | Text], leaves: int | None = None) -> Column:
        return Column(
            name=name,
            cells=[cell(row) for row in rows],
            leaves=leaves,
            justify="left" if name in WORDS else "right",
            wraps=name == "Region",
        )

    def region(row: ForecastData) -> str:
        return region_name(row.region) + ("*" if row.context.last_date < newest else "")

    return [
        column("Region", region),
        column("Latest", lambda row: value_text(row.actual_cases, row.context.unit), leaves=7),
        column("Reported", lambda row: period_text(row.context.last_date, row.context.cadence), leaves=2),
        column("Forecast", lambda row: _last_quantile(row, MEDIAN)),
        column(
            "80 % interval", lambda row: f"{_last_quantile(row, LOW_80)} to {_last_quantile(row, HIGH_80)}", leaves=6
        ),
        column("For", lambda row: period_text(row.context.target_dates[-1], row.context.cadence), leaves=1),
        column("Trend", lambda row: "-" if row.trend is None else row.trend.value, leaves=5),
        column("Outbreak", lambda row: percent_text(row.outbreak_probability), leaves=4),
        column("Confidence", lambda row: percent_text(row.confidence_score), leaves=3),
        column("Risk", risk_text),
    ]


def by_risk(edition: Edition) -> list[ForecastData]:
    """Return the forecasts, highest risk first, those without a risk last; after them those of an archive."""
    rows = sorted(edition.rows(), key=lambda row: -1.0 if row.risk_score is None else row.risk_score, reverse=True)
    newest = max((row.context.last_date for row in rows), default=date.min)
    return sorted(rows, key=lambda row: newest - row.context.last_date > OLD_AFTER)


def _last_quantile(row: ForecastData, position: int) -> str:
    return value_text(float(row.context.quantiles[-1][position]), row.context.unit)


def print_headers(headers: Sequence[EditionHeader]) -> None:
    """Print a table of editions, one row each."""

    def state(one: EditionHeader) -> str:
        return "published" if one.withdrawal is None else f"withdrawn: {one.withdrawal.reason}"

    print_table(
        [
            Column(name="Edition", cells=[str(one.number) for one in headers]),
            Column(
                name="Published (UTC)",
                cells=[f"{one.timestamp:%Y-%m-%d %H:%M}" for one in headers],
                justify="left",
                leaves=5,
            ),
            Column(name="Provider", cells=[one.provider for one in headers], justify="left", leaves=4),
            Column(name="Lock number", cells=[str(one.lock_number) for one in headers], leaves=1),
            Column(name="Forecasts", cells=[str(one.forecasts) for one in headers], leaves=3),
            Column(name="Refused", cells=[str(one.refused) for one in headers], leaves=2),
            Column(name="State", cells=[plain(state(one)) for one in headers], justify="left", wraps=True),
        ]
    )
