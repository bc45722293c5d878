"""What was written, found or scored of hub files, for people and as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.text import Text

from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.screen import line, screen
from neuralbrain.hub.validation import CheckResult, Outcome, is_valid

PLACES_SHOWN = 12  # of those that are missing for one reason; --json has all
REASONS_SHOWN = 10
STYLE = {Outcome.PASSED: "green", Outcome.FAILED: "bold red", Outcome.SKIPPED: "dim"}
SCORE_COLUMNS = (
    ("n", "Forecasts", 0),
    ("share", "Share", 3),
    ("relative_wis", "Rel. WIS", 3),
    ("relative_wis_log", "Rel. WIS log", 3),
    ("skill", "Skill", 3),
    ("wis", "WIS", 2),
    ("wis_log", "WIS log", 4),
    ("absolute_error", "Error", 2),
    ("covered_50", "50 %", 3),
    ("covered_95", "95 %", 3),
    ("bias", "Bias", 3),
)


def print_exported(told: Mapping[str, Any]) -> None:
    """Print which files were written, and what the hub asks for that is not in them."""
    console = screen()
    for file in told["files"]:
        console.print(line(f"{file['rows']:>8,} rows  {file['file']}"))
        for target, feed in file["feeds"].items():
            console.print(line((f"               {target}: {feed}", "dim")))
        if file["values_capped"]:
            console.print(line((f"{file['values_capped']:>8,} values lowered to the hub's limit", "yellow")))
    reasons = _reasons(told["files"])
    for (target, why), places in list(reasons.items())[:REASONS_SHOWN]:
        shown = ", ".join(places[:PLACES_SHOWN]) + (
            f" and {len(places) - PLACES_SHOWN} more" if len(places) > PLACES_SHOWN else ""
        )
        console.print(line((f"missing  {target}: {shown}", "yellow")))
        console.print(line((f"         {why}", "yellow")))
    if len(reasons) > REASONS_SHOWN:
        console.print(line((f"{len(reasons) - REASONS_SHOWN} more reasons are in --json.", "dim")))
    for one in told["rounds_left_out"]:
        console.print(line((f"no file of {one['round']}: {one['message']}", "yellow")))
    whys = Counter(one["message"] for one in told["cutoffs_left_out"])
    for why, count in whys.items():
        console.print(line((f"{_cutoffs(count)} left out: {why}", "yellow")))
    if told["cutoffs_unfinished"]:
        missing = _cutoffs(len(told["cutoffs_unfinished"]))
        console.print(line((f"{missing} of the backtest without forecasts; run it again.", "yellow")))
    if told["targets_not_made"]:
        console.print(line((f"The hub also takes, and this does not make: {told['targets_not_made']}.", "dim")))


def _cutoffs(count: int) -> str:
    return f"{count:,} cutoff{'' if count == 1 else 's'}"


def _reasons(files: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], list[str]]:
    """Return the places that are missing, each once, by target and reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for file in files:
        for one in file["missing"]:
            places = found.setdefault((one["target"], one["why"]), [])
            if one["location"] not in places:
                places.append(one["location"])
    return found


def print_checked(file: Path, results: Sequence[CheckResult]) -> None:
    """Print what each check says, and whether the file is valid."""
    console = screen()
    width = max(len(one.check) for one in results)
    for one in results:
        verdict = one.verdict
        said = Text(f"{verdict.outcome.value:<8}", style=STYLE[verdict.outcome])
        console.print(line(said, f"{one.check:<{width}}  {verdict.message}"))
        for place in verdict.where:
            console.print(line((f"          {place}", "yellow")))
        if verdict.count > len(verdict.where) > 0:
            console.print(line((f"          and {verdict.count - len(verdict.where):,} more", "yellow")))
    failed = sum(one.verdict.outcome is Outcome.FAILED for one in results)
    end = "is valid" if is_valid(results) else f"is not valid: {failed} of {len(results)} checks failed"
    console.print(line(f"{file.name} {end}."))


def checked_as_json(file: Path, results: Sequence[CheckResult]) -> dict[str, Any]:
    """Return what each check says, as plain values."""
    return {
        "file": str(file),
        "valid": is_valid(results),
        "checks": [
            {
                "check": one.check,
                "outcome": one.verdict.outcome.value,
                "message": one.verdict.message or None,
                "where": list(one.verdict.where),
                "count": one.verdict.count,
            }
            for one in results
        ],
    }


def print_scores(told: Mapping[str, Any]) -> None:
    """Print a table a target, and what could not be scored."""
    console, rows = screen(), told["scores"]
    for target in dict.fromkeys(one["target"] for one in rows):
        ones = [one for one in rows if one["target"] == target]
        columns = [Column(name="Model", cells=[one["model_id"] for one in ones], justify="left", wraps=True)]
        columns += [
            Column(name=said, cells=[_number(one[name], digits) for one in ones], leaves=len(SCORE_COLUMNS) - place)
            for place, (name, said, digits) in enumerate(SCORE_COLUMNS)
            if name in ones[0]
        ]
        print_table(columns, title=str(target))
    if told["incomplete"]:
        console.print(line((f"{told['incomplete']:,} forecasts lack one of the 23 quantiles.", "yellow")))
    if told["not_known_yet"]:
        console.print(line((f"{told['not_known_yet']:,} forecasts are of weeks whose value is not known.", "yellow")))


def _number(value: float | None, digits: int) -> str:
    return "-" if value is None else f"{value:,.{digits}f}"
