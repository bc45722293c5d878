"""The track record for people: a row a group, the claims, what stands apart and what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import line, screen

Told = Mapping[str, Any]
NOTHING = "-"


def print_record(record: Told, *, now: datetime, plot: Path | None = None) -> None:
    """Print a record.

    Args:
        record: As ``neuralbrain evaluate --json`` says it.
        now: The time.
        plot: Which file it was drawn to, None where it was not.
    """
    console = screen()
    if record["reason"] is not None:
        console.print(line(record["reason"]))
    else:
        _print_scores([*record["groups"], {**record["overall"], "key": "all"}], by=record["by"])
        _print_claims(record["overall"])
    for why, apart in record["apart"].items():
        if apart["values"]:
            console.print(line((f"{apart['values']:,} scores stand apart: {WHY_APART[why]}.", "dim")))
    of_all = record["region"] is None and record["signal"] is None  # what waits is known of whole feeds
    for one in record["waiting"] if of_all else ():
        if one["values"]:
            said = f"{one['values']:,} values of {one['provider']} from {one['source']} wait for their truth"
            is_due = datetime.fromisoformat(one["next_at"]) <= now
            due = "for the next cycle" if is_due else f"until {one['next_at'][:10]}"
            console.print(line((f"{said}, the first {due}.", "dim")))
        if one["unknown"]:
            said = f"{one['unknown']:,} values of {one['provider']} from {one['source']}"
            console.print(line((f"{said} have no truth, {record['settles_after_days']} days after their day.", "dim")))
    if plot is not None:
        console.print(line(f"Drawn: {plot}"))


WHY_APART = {
    "repeated": "a newer edition starts from the same day",
    "revised": "the same forecasts against a truth that was revised later",
    "hindsight": "they were made when what came was settled",
    "withdrawn": "their edition was withdrawn",
}


def _print_scores(groups: Sequence[Told], *, by: str) -> None:
    means = [one["means"] for one in groups]
    print_table(
        [
            Column(name=by.capitalize(), cells=[plain(one["key"]) for one in groups], justify="left", wraps=True),
            Column(name="Values", cells=[f"{one['values']:,}" for one in groups]),
            Column(name="Rel. WIS", cells=[_number(one["relative_wis"]) for one in groups]),
            Column(name="on log", cells=[_number(one["relative_log_wis"]) for one in groups], leaves=5),
            Column(name="WIS", cells=[_number(one["wis"]) for one in means]),
            Column(name="Spread", cells=[_number(one["dispersion"]) for one in means], leaves=1),
            Column(name="Over", cells=[_number(one["overprediction"]) for one in means], leaves=2),
            Column(name="Under", cells=[_number(one["underprediction"]) for one in means], leaves=3),
            Column(name="Error", cells=[_number(one["absolute_error"]) for one in means], leaves=4),
            Column(name="Bias", cells=[_number(one["bias"]) for one in means], leaves=6),
            Column(name="In 50 %", cells=[_percent(one["covered_50"]) for one in means]),
            Column(name="In 95 %", cells=[_percent(one["covered_95"]) for one in means]),
        ]
    )


def _print_claims(overall: Told) -> None:
    levels = {
        f"{name}: {level}": scores
        for name, told in overall["levels"].items()
        for level, scores in told["one_against_rest"].items()
    }
    claims = [(name, scores) for name, scores in {**overall["claims"], **levels}.items() if scores["pairs"]]
    if not claims:
        screen().print(line(("No claim was judged yet: that is done when the last target date has matured.", "dim")))
        return
    scores = [one for _, one in claims]
    print_table(
        [
            Column(name="Claim", cells=[name for name, _ in claims], justify="left"),
            Column(name="Judged", cells=[f"{one['pairs']:,}" for one in scores]),
            Column(name="Came true", cells=[_percent(one["frequency"]) for one in scores]),
            Column(name="Brier", cells=[_number(one["brier"]["score"]) for one in scores]),
            Column(name="Off by", cells=[_percent(one["calibration_error"]) for one in scores]),
            Column(name="ROC area", cells=[_number(one["roc_area"]) for one in scores]),
        ]
    )


def _number(value: float | None) -> str:
    return NOTHING if value is None else f"{value:,.3f}" if abs(value) < 100 else f"{value:,.0f}"


def _percent(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.0%}"
