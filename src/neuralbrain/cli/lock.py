"""`neuralbrain lock`: who forecasts, since when and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import typer

from neuralbrain.cli import lock_change
from neuralbrain.cli.options import AsJson, Limit, print_json
from neuralbrain.cli.plain_text import say

app = typer.Typer(no_args_is_help=True, help="Show the provider lock and its audit trail, switch or release it.")
app.command("switch")(lock_change.switch)
app.command("release")(lock_change.release)


@app.command("status")
def status(*, as_json: AsJson = False) -> None:
    """Show which provider holds the lock, since when, why, and who would be next."""
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    found = application().lock.get_status()
    if as_json:
        print_json(found)
        return
    holder = found["locked_provider"] or "none"
    say(f"Provider     {holder}, lock number {found['number']}")
    say(f"Since        {found['lock_acquired_at'] or '-'} ({found['reason']})")
    say(f"Failures     {found['consecutive_failures']} in a row, {found['total_failures']} in all")
    say(f"Next         {found['next_provider'] or 'none: it is the last in the order'}")
    say(f"Cycle        {runner_text(found['runner'])}")
    say(f"Audit trail  {found['audit_trail_count']} events (neuralbrain lock audit)")
    say("Order        " + ", ".join(f"{name} ({found['providers'][name]})" for name in found["provider_priority"]))


def runner_text(runner: Mapping[str, Any] | None) -> str:
    """Return who runs the cycle, in words.

    >>> runner_text({"pid": 7, "since": "2026-03-22T00:00:00Z", "alive": False})
    'process 7 ended without giving it back; the next run takes over'
    """
    if runner is None:
        return "not running"
    if runner.get("alive", True):
        return f"process {runner['pid']} runs it"
    return f"process {runner['pid']} ended without giving it back; the next run takes over"


@app.command("audit")
def audit(*, limit: Limit = 50, as_json: AsJson = False) -> None:
    """Show the last events of the audit trail, oldest first: when, lock number, what, whose lock, why and by whom."""
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    trail = application().lock.get_audit_trail(limit)
    if as_json:
        print_json(trail)
        return
    if not trail:
        say("Nothing has happened to the lock yet.")
    for event in trail:
        details = dict(event["details"])
        number = details.pop("number")
        said = ", ".join(f"{name} {value}" for name, value in details.items())
        say(f"{event['timestamp']}  {number:>4}  {event['event_type']:<18} {event['provider'] or '-':<12} {said}")
