"""Two editions compared, as a table for people: what changed most stands first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.text import Text

from neuralbrain.cli.edition_view import (
    REFUSALS_SHOWN,
    RISK_STYLE,
    percent_text,
    period_text,
    region_name,
    score_text,
    value_text,
)
from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.screen import line, screen
from neuralbrain.domain.edition import EditionHeader
from neuralbrain.domain.finding import Finding
from neuralbrain.publish.diff import EditionDiff, SeriesChange, Standing

ROWS_SHOWN = 40  # the largest changes; the rest is in --json
ARROW = " > "  # a letter that every encoding has


def print_diff(compared: EditionDiff) -> None:
    """Print two editions compared."""
    console = screen()
    before, after = compared.before, compared.after
    console.print(line(("Before", "bold"), f"  {_head(before)}"))
    console.print(line(("After ", "bold"), f"  {_head(after)}"))
    if before.provider != after.provider:
        console.print(f"Another author: {before.provider} before, {after.provider} after.", style="yellow")
    if before.lock_number != after.lock_number:
        console.print(f"The lock number went from {before.lock_number} to {after.lock_number}.")
    shown = compared.of_kind("new", "gone", "changed")
    same = len(compared.of_kind("same"))
    if shown:
        print_table(_columns(shown[:ROWS_SHOWN]))
    if len(shown) > ROWS_SHOWN:
        console.print(f"{len(shown) - ROWS_SHOWN:,} smaller changes are not shown here; --json has all of them.")
    counts = [len(compared.of_kind(kind)) for kind in ("new", "gone", "changed")]
    console.print(f"{counts[0]} series new, {counts[1]} gone, {counts[2]} changed, {same} the same.")
    _print_refusals("Refused now, not before", compared.refusals_new)
    _print_refusals("Refused before, not now", compared.refusals_gone)


def _head(header: EditionHeader) -> str:
    withdrawn = "" if header.withdrawal is None else f", WITHDRAWN: {header.withdrawal.reason}"
    return (
        f"edition {header.number} by {header.provider} under lock number {header.lock_number}, "
        f"data known by {header.cutoff:%Y-%m-%d %H:%M} UTC{withdrawn}"
    )


def _columns(rows: Sequence[SeriesChange]) -> list[Column]:
    def column(name: str, cell: Callable[[SeriesChange, Standing], str], leaves: int) -> Column:
        return Column(name=name, cells=[_was_and_is(one, cell) for one in rows], leaves=leaves)

    def trend(_change: SeriesChange, said: Standing) -> str:
        return "-" if said.trend is None else said.trend.value

    several = len({one.signal for one in rows}) > 1
    signal = Column(name="Signal", cells=[one.signal.replace("_", " ") for one in rows], justify="left")
    return [
        Column(name="Region", cells=[_region(one) for one in rows], justify="left", wraps=True),
        *([signal] if several else []),
        Column(name="Risk", cells=[_risk(one) for one in rows], justify="left"),
        column("Latest", lambda one, said: value_text(said.actual, one.unit), leaves=4),
        column("Reported", lambda one, said: period_text(said.last_date, one.cadence), leaves=1),
        column("Forecast", lambda one, said: value_text(said.median, one.unit), leaves=5),
        column("Outbreak", lambda _, said: percent_text(said.outbreak_probability), leaves=3),
        column("Trend", trend, leaves=2),
    ]


def _was_and_is(change: SeriesChange, cell: Callable[[SeriesChange, Standing], str]) -> str:
    """Return what was and what is; only one of them where there is no other, or where both read alike."""
    said = [cell(change, one) for one in (change.before, change.after) if one is not None]
    return said[0] if len(set(said)) == 1 else ARROW.join(said)


def _region(change: SeriesChange) -> str:
    name = region_name(change.region)
    return f"{name} ({change.kind})" if change.kind in {"new", "gone"} else name


def _risk(change: SeriesChange) -> Text:
    """Return level and score before and after, each level in its colour."""
    said = Text()
    for one in (change.before, change.after):
        if one is None:
            continue
        if said:
            said.append(ARROW)
        level = one.risk_level
        if level is None:
            said.append("-")
        else:
            said.append(f"{level.value} {score_text(one.risk_score)}", style=RISK_STYLE[level])
    return said


def _print_refusals(title: str, findings: Sequence[Finding]) -> None:
    if not findings:
        return
    screen().print(f"{title}: {len(findings)}", style="yellow")
    for one in findings[:REFUSALS_SHOWN]:
        screen().print(f"  {region_name(one.region)}: {one.message} ({one.code})", style="yellow")
