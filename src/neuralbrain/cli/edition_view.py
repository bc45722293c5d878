"""An edition and a cycle's report, as a table for people and as JSON for programs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from neuralbrain.cli.screen import command_name, screen
from neuralbrain.domain.calendar import utc_text, week_label, week_system_of
from neuralbrain.domain.claims import RiskLevel
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.journal import CycleReport, Outcome
from neuralbrain.domain.location import location
from neuralbrain.domain.quantiles import MEDIAN, position_of
from neuralbrain.ports import Source

RISK_STYLE = {RiskLevel.RED: "bold white on red", RiskLevel.YELLOW: "black on yellow", RiskLevel.GREEN: "green"}
LOW_80, HIGH_80 = position_of(0.1), position_of(0.9)
REFUSALS_SHOWN = 10  # the rest is in --json
DAYS_UNTIL_OLD = 21  # three weekly reports missed: nobody should mistake such a forecast for one of today


def region_name(code: str) -> str:
    """Return a region's English name, its code where it has none."""
    found = location(code)
    return code if found is None else found.name


def value_text(value: float | None, unit: str) -> str:
    """Return a value as people read it: counts whole, rates with three digits below 100.

    >>> value_text(1234.5, "count"), value_text(12.34, "per_100k"), value_text(None, "count")
    ('1,234', '12.3', '-')
    """
    if value is None:
        return "-"
    return f"{value:,.0f}" if unit == "count" or value >= 100 else f"{value:.3g}"


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


def risk_text(row: ForecastData) -> Text:
    """Return a region's risk as word and number, coloured where there are colours."""
    if row.risk_level is None or row.risk_score is None:
        return Text("-")
    return Text(f" {row.risk_level.value:<6} {row.risk_score:3.0f} ", style=RISK_STYLE[row.risk_level])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    name: str
    cell: Callable[[ForecastData], str | Text]
    justify: JustifyMethod = "right"
    from_width: int = 0  # columns of the screen below which this one is left out


_COLUMNS = (
    _Column(name="Region", cell=lambda row: region_name(row.region), justify="left"),
    _Column(name="Signal", cell=lambda row: row.context.signal.replace("_", " "), justify="left"),
    _Column(name="Latest", cell=lambda row: value_text(row.actual_cases, row.context.unit)),
    _Column(name="Reported", cell=lambda row: period_text(row.context.last_date, row.context.cadence), from_width=126),
    _Column(name="Forecast", cell=lambda row: _last_quantile(row, MEDIAN)),
    _Column(name="80 % interval", cell=lambda row: f"{_last_quantile(row, LOW_80)} to {_last_quantile(row, HIGH_80)}"),
    _Column(
        name="For", cell=lambda row: period_text(row.context.target_dates[-1], row.context.cadence), from_width=112
    ),
    _Column(name="Trend", cell=lambda row: "-" if row.trend is None else row.trend.value, justify="left"),
    _Column(name="Outbreak", cell=lambda row: percent_text(row.outbreak_probability), from_width=90),
    _Column(name="Confidence", cell=lambda row: percent_text(row.confidence_score), from_width=100),
    _Column(name="Risk", cell=risk_text, justify="left"),
)


def print_report(report: CycleReport, edition: Edition | None, *, now: datetime, sources: Sequence[Source]) -> None:
    """Print what a cycle came to: the edition that is up, by whom, on what, and what to do next."""
    console = screen()
    console.print()
    if edition is None:
        console.print("No edition was ever published; the failed step above says what to do.", style="bold red")
        return
    if report.outcome is Outcome.DONE:
        print_edition(edition, now=now, sources=sources)
    elif report.outcome is Outcome.UNCHANGED:
        console.print(
            f"Nothing has changed since edition {edition.header.number}; nobody was asked, nothing published."
        )
        console.print(f"Look at it with: {command_name()} editions show {edition.header.number}")
    else:
        console.print(f"Nothing was published. Edition {edition.header.number} stays up.", style="bold red")
    if report.outcome is Outcome.DONE:
        region = _by_risk(edition)[0].region
        console.print(f"Next      {command_name()} forecast {region}")
        console.print(f"          {command_name()} editions list")
        console.print(f"          {command_name()} lock audit")


def print_edition(edition: Edition, *, now: datetime, sources: Sequence[Source]) -> None:
    """Print an edition: one row a region, highest risk first, and below it where the numbers come from."""
    console = screen()
    rows = _by_risk(edition)
    newest = max(row.context.last_date for row in rows)
    console.print(_table(rows, newest=newest, title=f"Edition {edition.header.number}"))
    if any(row.context.last_date < newest for row in rows):
        console.print("* reported last in an earlier week than others; its forecast starts there", style="dim")
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


def _table(rows: Sequence[ForecastData], *, newest: date, title: str) -> Table:
    """Return one row a region; the signal has a column only where there are several."""
    signals = {row.context.signal for row in rows}
    alone = len(signals) == 1
    table = Table(
        title=f"{title}: {signals.pop().replace('_', ' ')}" if alone else title,
        title_justify="left",
        header_style="bold",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    wide = screen().width
    columns = [one for one in _COLUMNS if wide >= one.from_width and not (alone and one.name == "Signal")]
    for one in columns:
        # On a narrow screen names wrap; a number that is cut would be another number.
        table.add_column(one.name, justify=one.justify, no_wrap=one.name != "Region")
    for row in rows:
        stale = "*" if row.context.last_date < newest else ""
        first, *others = (one.cell(row) for one in columns)
        table.add_row(f"{first}{stale}", *others)
    return table


def _by_risk(edition: Edition) -> list[ForecastData]:
    """Return the forecasts, highest risk first, those without a risk last."""
    return sorted(edition.rows(), key=lambda row: -1.0 if row.risk_score is None else row.risk_score, reverse=True)


def _last_quantile(row: ForecastData, position: int) -> str:
    return value_text(float(row.context.quantiles[-1][position]), row.context.unit)


def headers_table(headers: Sequence[EditionHeader]) -> Table:
    """Return a table of editions, one row each."""
    table = Table(header_style="bold")
    for name in ("Edition", "Published (UTC)", "Provider", "Lock number", "Forecasts", "Refused", "State"):
        table.add_column(
            name, justify="right" if name in {"Edition", "Lock number", "Forecasts", "Refused"} else "left"
        )
    for one in headers:
        state = "published" if one.withdrawal is None else f"withdrawn: {one.withdrawal.reason}"
        numbers = (str(one.lock_number), str(one.forecasts), str(one.refused))
        table.add_row(str(one.number), f"{one.timestamp:%Y-%m-%d %H:%M}", one.provider, *numbers, state)
    return table


def header_as_json(header: EditionHeader) -> dict[str, Any]:
    """Return an edition's header as plain values."""
    withdrawal = header.withdrawal
    return {
        "number": header.number,
        "provider": header.provider,
        "lock_number": header.lock_number,
        "timestamp": utc_text(header.timestamp),
        "cutoff": utc_text(header.cutoff),
        "forecasts": header.forecasts,
        "refused": header.refused,
        "inputs_digest": header.inputs_digest,
        "digest": header.digest,
        "previous_digest": header.previous_digest,
        "withdrawn": None
        if withdrawal is None
        else {"at": utc_text(withdrawal.at), "reason": withdrawal.reason, "actor": withdrawal.actor},
    }


def forecast_as_json(row: ForecastData) -> dict[str, Any]:
    """Return the twelve fields, and everything else under ``context``."""
    return {**row.to_dict(), "context": row.context.to_dict()}


def edition_as_json(edition: Edition) -> dict[str, Any]:
    """Return an edition whole, as plain values."""
    return {
        **header_as_json(edition.header),
        "regions": [forecast_as_json(row) for row in edition.rows()],
        "refusals": [
            {"region": one.region, "signal": one.signal, "code": one.code, "message": one.message}
            for one in edition.refused
        ],
    }


def report_as_json(report: CycleReport, edition: Edition | None) -> dict[str, Any]:
    """Return what a cycle came to, as plain values."""
    return {
        "cycle": report.number,
        "outcome": report.outcome.value,
        "steps": [
            {
                "name": step.name,
                "started_at": utc_text(step.started_at),
                "ended_at": utc_text(step.ended_at),
                "outcome": step.outcome.value,
                "message": step.message,
                "code": step.code or None,
                "remedy": step.remedy or None,
            }
            for step in report.steps
        ],
        "edition": None if edition is None else edition_as_json(edition),
    }
