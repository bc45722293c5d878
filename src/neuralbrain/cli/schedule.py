"""`neuralbrain schedule`: how often a cycle is due, and whether any is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuralbrain.cli.due import every_text, next_slot, pausing
from neuralbrain.cli.options import AsJson, Reason, print_json
from neuralbrain.cli.plain_text import say
from neuralbrain.domain.slot import DAY_SECONDS, Schedule, require_interval

if TYPE_CHECKING:
    from neuralbrain.wiring import Application

CHANGES_SHOWN = 10  # the rest is in --json

app = typer.Typer(no_args_is_help=True, help="Show, pause, resume or change the schedule of cycles.")


def whole_minutes(typed: int) -> int:
    """Return minutes between two cycles as typed.

    Raises:
        typer.BadParameter: If they do not divide a day.
    """
    try:
        require_interval(min(max(typed, 0), DAY_SECONDS) * 60)
    except ValueError:
        raise typer.BadParameter(
            f"an interval is a whole number of minutes that divides a day, such as 15, 60 or 360; not {typed}."
        ) from None
    return typed


@app.command("show")
def show(*, as_json: AsJson = False) -> None:
    """Show how often a cycle is due, whether any is run, when the next is due, and who changed that why."""
    from neuralbrain.cli.moments import moment_text  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.publish.as_json import schedule_as_json  # noqa: PLC0415 - loads NumPy
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    here = application()
    schedules = here.slots.schedules()
    if as_json:
        print_json(_outcome(here, schedules[-1]) | {"changes": [schedule_as_json(one) for one in schedules[1:]]})
        return
    _say_schedule(here, schedules)
    for one in reversed(schedules[1:][-CHANGES_SHOWN:]):
        paused = ", paused" if one.paused else ""
        say(f"{moment_text(one.since)}  {every_text(one.interval_seconds)}{paused}: {one.reason} ({one.actor})")
    if len(schedules) == 1:
        say("Nobody has ever changed it.")


@app.command("pause")
def pause(*, reason: Reason, as_json: AsJson = False) -> None:
    """Run no cycle until `schedule resume`; a running service notices within seconds, and goes on serving.

    Exit codes: 0 paused, or paused already.
    """
    _change(
        already="The schedule is paused already", paused=True, interval_seconds=None, reason=reason, as_json=as_json
    )


@app.command("resume")
def resume(*, reason: Reason, as_json: AsJson = False) -> None:
    """Run cycles again after `schedule pause`.

    Exit codes: 0 resumed, or not paused at all.
    """
    _change(already="The schedule is not paused", paused=False, interval_seconds=None, reason=reason, as_json=as_json)


@app.command("every")
def every(
    minutes: Annotated[
        int, typer.Argument(callback=whole_minutes, help="Minutes from one cycle to the next; they divide a day.")
    ],
    *,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Change how often a cycle is due; slots fall on whole multiples of it since midnight, UTC.

    Exit codes: 0 changed, or as it was already; 2 no such interval.
    """
    seconds = minutes * 60
    already = f"A cycle is due {every_text(seconds)} already"
    _change(already=already, paused=None, interval_seconds=seconds, reason=reason, as_json=as_json)


def _change(*, already: str, paused: bool | None, interval_seconds: int | None, reason: str, as_json: bool) -> None:
    """Change the schedule where that is a change at all, and say what holds from when on."""
    from neuralbrain.cli.moments import moment_text  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    here = application()
    before = here.slots.schedules()[-1]
    changes = paused not in (None, before.paused) or interval_seconds not in (None, before.interval_seconds)
    if changes:
        here.slots.change(interval_seconds=interval_seconds, paused=paused, reason=reason, actor=here.actor)
    schedules = here.slots.schedules()
    if as_json:
        print_json({"changed": changes, **_outcome(here, schedules[-1])})
        return
    if changes:
        since = moment_text(schedules[-1].since)
        say(f"Changed: it holds from {since} on, and a running service notices within seconds.")
    else:
        say(f"{already}. Nothing was changed.")
    _say_schedule(here, schedules)


def _outcome(here: Application, schedule: Schedule) -> dict[str, Any]:
    """Return the schedule that holds and what follows from it, as plain values."""
    from neuralbrain.domain.calendar import utc_text  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.publish.as_json import schedule_as_json  # noqa: PLC0415 - loads NumPy

    return {
        "schedule": schedule_as_json(schedule),
        "next_slot": None if schedule.paused else utc_text(next_slot(schedule, here.clock.now())),
        "service_running": bool(here.services.running()),
    }


def _say_schedule(here: Application, schedules: Sequence[Schedule]) -> None:
    from neuralbrain.cli.moments import moment_text  # noqa: PLC0415 - --help should not load anything

    holds, paused = schedules[-1], pausing(schedules)
    often = every_text(holds.interval_seconds)
    if paused is not None:
        say(f"Paused since {moment_text(paused.since)} by {paused.actor}: {paused.reason}")
        say(f"No cycle is run; else one would be due {often}.")
        say("To go on: neuralbrain schedule resume --reason TEXT")
        return
    say(f"A cycle is due {often}; the next slot is {moment_text(next_slot(holds, here.clock.now()))}.")
    if not here.services.running():
        say("No service is running, so no cycle is run by itself: start it with `neuralbrain serve`.")
