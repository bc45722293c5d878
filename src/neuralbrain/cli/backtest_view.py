"""What a backtest came to: a table of scores for people, everything for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

import polars as pl

from neuralbrain.backtest.plan import Plan
from neuralbrain.backtest.run import Outcome
from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import line, screen
from neuralbrain.domain.calendar import utc_text

TRUTHS = {
    "mature": "Values count as they were known five weeks after their date.",
    "final": "Values count as they are known now.",
}

TOO_EARLY = (
    "Nothing was known of these feeds by then: what a feed says counts from when it was read here, or from when it was "
    "published where the feed tells. Replay feeds that tell, such as those of hubs: `sources show NAME` says which do."
)


def as_plain(plan: Plan, outcome: Outcome, scores: pl.DataFrame | None, *, folder: Path, truth: str) -> dict[str, Any]:
    """Return everything JSON-ready; a score that does not exist is null.

    Args:
        plan: What was asked.
        outcome: What came of it.
        scores: A row a feed, signal and author; None where no value is known yet.
        folder: Where the forecasts are.
        truth: By which values they are scored.
    """
    return {
        "output": str(folder),
        "asked": plan.as_plain(),
        "finished": [utc_text(one) for one in outcome.finished],
        "already": outcome.already,
        "failed": [
            {"cutoff": utc_text(cutoff), "code": fault.code, "message": fault.message, "remedy": fault.remedy}
            for cutoff, fault in sorted(outcome.faults.items())
        ],
        "stopped": outcome.stopped,
        "contaminated": sum(plan.is_contaminated(one) for one in outcome.finished),
        "truth": truth,
        "scores": [] if scores is None else [_finite(row) for row in scores.iter_rows(named=True)],
    }


def print_outcome(told: Mapping[str, Any]) -> None:
    """Print a row a feed, signal and author, then what is missing and what is contaminated."""
    console = screen()
    if told["scores"]:
        _print_scores(told["scores"])
        console.print(line((f"{TRUTHS[told['truth']]} Below 1 is better than the baseline.", "dim")))
    else:
        console.print("No value is known yet to score by.")
    asked = told["asked"]
    console.print(
        line(f"{len(told['finished']):,} of {len(asked['cutoffs']):,} cutoffs have forecasts, in {told['output']}.")
    )
    if told["failed"]:
        console.print(line((f"{len(told['failed']):,} failed; the same call tries them again.", "bold red")))
        if not told["finished"] and all(one["code"] == "nothing-known" for one in told["failed"]):
            console.print(TOO_EARLY)
    if told["stopped"]:
        console.print(line(("Stopped", "bold red"), f": {told['stopped']}. The same call goes on."))
    if told["contaminated"]:
        until = asked["trained_until"] or "a day that nobody tells"
        said = (
            f": {told['contaminated']:,} of them; {asked['provider']} was trained on what was written until {until}, "
            "so it may have read what came, and that proves nothing."
        )
        console.print(line(("Contaminated", "bold yellow"), said))


def _print_scores(rows: Sequence[Mapping[str, Any]]) -> None:
    def numbers(name: str, digits: int) -> list[str]:
        return ["" if row[name] is None else f"{row[name]:.{digits}f}" for row in rows]

    print_table(
        [
            Column(name="Feed", cells=[plain(row["source"]) for row in rows], justify="left", leaves=6, wraps=True),
            Column(name="Signal", cells=[plain(row["signal"]) for row in rows], justify="left", leaves=7, wraps=True),
            Column(name="Author", cells=[_author(row) for row in rows], justify="left", wraps=True),
            Column(name="Forecasts", cells=[f"{row['n']:,}" for row in rows], leaves=5),
            Column(name="WIS", cells=numbers("wis", 2), leaves=3),
            Column(name="relative", cells=numbers("relative_wis", 3)),
            Column(name="log relative", cells=numbers("relative_wis_log", 3)),
            Column(name="in 50 %", cells=numbers("covered_50", 3), leaves=9),
            Column(name="in 95 %", cells=numbers("covered_95", 3), leaves=9),
            Column(name="bias", cells=numbers("bias", 3), leaves=2),
        ]
    )


def _author(row: Mapping[str, Any]) -> str:
    return plain(f"{row['model']}{' (contaminated)' if row['contaminated'] else ''}")


def _finite(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if isinstance(value, float) and not isfinite(value) else value for name, value in row.items()}
