"""What a check of feeds found, for people and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.text import Text

from neuralbrain.cli.screen import line, screen
from neuralbrain.cli.source_check import FeedCheck, is_offline

REQUESTS_SHOWN = 3  # of one feed; some have hundreds, and --json has them all


def print_checks(checks: Sequence[FeedCheck]) -> None:
    """Print what a check of each feed found, what it would be asked for, and what to do."""
    console = screen()
    if is_offline(checks):
        console.print("Nobody could be connected to: this machine seems to be offline.", style="yellow")
    for one in checks:
        console.print(line(_verdict(one), f"  {one.feed}  {said(one)}"))
        for request in one.requests[:REQUESTS_SHOWN]:
            console.print(line((f"          {request.part}: {request.shown}", "dim")))
        more = len(one.requests) - REQUESTS_SHOWN
        if more > 0:
            console.print(line((f"          and {more:,} more requests", "dim")))
        for part, error in one.faults:
            about = f"{part}: " if part else ""
            console.print(line((f"          {about}{error.happened}", "yellow")))
            console.print(line((f"          what to do: {error.remedy} ({error.error_code})", "yellow")))
        if one.left_out:
            console.print(line((f"          {one.left_out}", "yellow")))


def _verdict(check: FeedCheck) -> Text:
    if check.faults:
        return Text("failed  ", style="bold red")
    return Text("readable", style="green") if check.asked else Text("unasked ", style="dim")


def said(check: FeedCheck) -> str:
    """Return what a check came to, in one sentence."""
    if not check.asked:
        return "Not asked; it would be asked for:" if check.requests else "Nothing could be asked for."
    if not check.values:
        return "It could not be connected to." if not check.reached else "Nothing of it can be read."
    rejected = f", {check.rejected:,} rows rejected" if check.rejected else ""
    newest = "" if check.newest is None else f", the newest of {check.newest}, {check.age_days:,} days ago"
    return f"{check.values:,} values{rejected}{newest}."


def check_as_json(check: FeedCheck) -> dict[str, Any]:
    """Return what a check found, as plain values."""
    return {
        "feed": check.feed,
        "failed": check.failed,
        "network": check.network,
        "requests": [{"part": one.part, "url": one.shown} for one in check.requests],
        "asked": check.asked,
        "reached": check.reached,
        "parts_readable": check.parts,
        "values": check.values,
        "rejected": check.rejected,
        "newest_target_date": None if check.newest is None else check.newest.isoformat(),
        "age_days": check.age_days,
        "left_out": check.left_out or None,
        "faults": [
            {"part": part or None, "code": one.error_code, "message": one.happened, "remedy": one.remedy}
            for part, one in check.faults
        ],
    }
