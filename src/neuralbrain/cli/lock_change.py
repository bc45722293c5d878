"""`neuralbrain lock switch` and `lock release`: an operator decides who forecasts, and is told what follows."""

from __future__ import annotations

import difflib
from typing import Annotated, Any

import typer

from neuralbrain.cli.options import AsJson, Reason, print_json
from neuralbrain.cli.plain_text import say
from neuralbrain.operations import LockChange, release_lock, switch_lock

LONGEST_SHOWN = 60  # characters of a name that is no provider's


def known_provider(typed: str) -> str:
    """Return a provider's name as typed, in small letters.

    Raises:
        typer.BadParameter: If no provider has it; it names the nearest and all others.
        SettingsError: If the settings, which may name servers of one's own, cannot be used.
    """
    from neuralbrain.settings import load_settings  # noqa: PLC0415 - --help should not read anything

    name, known = typed.strip().lower(), load_settings().known_providers
    if name in known:
        return name
    nearest = difflib.get_close_matches(name[:LONGEST_SHOWN], known, n=1, cutoff=0.0)[0]
    raise typer.BadParameter(
        f"{typed[:LONGEST_SHOWN]!r} is no provider; did you mean {nearest}? Known are {', '.join(known)}."
    )


def switch(
    provider: Annotated[str, typer.Argument(callback=known_provider, help="Who is to forecast from now on.")],
    *,
    reason: Reason,
    as_json: AsJson = False,
) -> None:
    """Give the lock to another provider: it forecasts from the next cycle on.

    A cycle that runs meanwhile publishes nothing under the old number; the next one asks the new holder.

    Exit codes: 0 switched, or that provider holds the lock already; 1 somebody else changed the lock meanwhile; 2 no
    such provider, or one that the next cycle could not ask.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    here = application()
    came_to = switch_lock(here, provider, reason=reason, actor=here.actor)
    if as_json:
        print_json(_as_json(came_to))
        return
    number = came_to.number
    if not came_to.changed:
        say(f"{provider} holds the lock already, under lock number {number}. Nothing was changed.")
        return
    before = came_to.previous or "nobody"
    say(f"{provider} forecasts from the next cycle on, under lock number {number}; before it {before} did.")
    _say_what_runs(number - 1, running=came_to.cycle_running)


def release(*, reason: Reason, as_json: AsJson = False) -> None:
    """Take the lock from its holder: the next cycle gives it to the next provider in the order that can be asked.

    Exit codes: 0 released; 1 nobody holds it, or somebody else changed it meanwhile.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    here = application()
    came_to = release_lock(here, reason=reason, actor=here.actor)
    if as_json:
        print_json(_as_json(came_to) | {"next_provider": came_to.following})
        return
    say(f"Nobody holds the lock now, under lock number {came_to.number}; before it {came_to.previous} did.")
    if came_to.following is None:
        say("No provider can be asked: the next cycle publishes nothing, and the last edition stays up.")
    else:
        say(f"The next cycle gives it to {came_to.following}, the next in the order that can be asked.")
    _say_what_runs(came_to.number - 1, running=came_to.cycle_running)


def _as_json(came_to: LockChange) -> dict[str, Any]:
    return {
        "changed": came_to.changed,
        "locked_provider": came_to.provider,
        "number": came_to.number,
        "previous_provider": came_to.previous,
        "reason": came_to.reason,
        "cycle_running": came_to.cycle_running,
    }


def _say_what_runs(old_number: int, *, running: bool) -> None:
    if running:
        say(f"The cycle that runs now is refused its draft under number {old_number}; the next one asks again.")
    else:
        say("No cycle runs now, so none is interrupted.")
