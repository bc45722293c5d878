"""`neuralbrain lock switch` and `lock release`: an operator decides who forecasts, and is told what follows."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Annotated

import typer

from neuralbrain.cli.options import AsJson, Reason, print_json
from neuralbrain.cli.plain_text import say
from neuralbrain.errors import FencedError, LockFreeError, ProviderUnfitError

if TYPE_CHECKING:
    from neuralbrain.wiring import Application

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
    _require_fit(here, provider)
    status = here.lock.get_status()
    before, number = status["locked_provider"], status["number"]
    changes = before != provider
    if changes and not here.lock.acquire_lock(provider, reason=reason, expected_number=number):
        raise _moved_on(number)
    if changes:
        number += 1
    running = cycle_is_running(here)
    if as_json:
        print_json(
            {"changed": changes, "locked_provider": provider, "number": number, "previous_provider": before}
            | {"reason": reason if changes else status["reason"], "cycle_running": running}
        )
        return
    if not changes:
        say(f"{provider} holds the lock already, under lock number {number}. Nothing was changed.")
        return
    say(f"{provider} forecasts from the next cycle on, under lock number {number}; before it {before or 'nobody'} did.")
    _say_what_runs(number - 1, running=running)


def release(*, reason: Reason, as_json: AsJson = False) -> None:
    """Take the lock from its holder: the next cycle gives it to the next provider in the order that can be asked.

    Exit codes: 0 released; 1 nobody holds it, or somebody else changed it meanwhile.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    here = application()
    status = here.lock.get_status()
    before, number = status["locked_provider"], status["number"]
    if before is None:
        raise LockFreeError(
            f"No provider holds the lock (number {number}), so nothing was changed.",
            remedy="The next cycle gives it to one that can be asked; `neuralbrain lock switch` gives it now.",
        )
    if not here.lock.release_lock(reason, expected_number=number):
        raise _moved_on(number)
    number += 1
    following = next_to_ask(here)
    running = cycle_is_running(here)
    if as_json:
        print_json(
            {"changed": True, "locked_provider": None, "number": number, "previous_provider": before}
            | {"reason": reason, "next_provider": following, "cycle_running": running}
        )
        return
    say(f"Nobody holds the lock now, under lock number {number}; before it {before} did.")
    if following is None:
        say("No provider can be asked: the next cycle publishes nothing, and the last edition stays up.")
    else:
        say(f"The next cycle gives it to {following}, the next in the order that can be asked.")
    _say_what_runs(number - 1, running=running)


def next_to_ask(here: Application) -> str | None:
    """Return who gets the free lock from the next cycle: those after the last holder first, then from the top."""
    order = here.settings.enabled_providers
    following = here.lock.get_next_provider()
    start = order.index(following) if following in order else 0
    return next((name for name in order[start:] + order[:start] if not here.lacking(name)), None)


def _require_fit(here: Application, provider: str) -> None:
    """Refuse a provider that the next cycle would take the lock from at once.

    Raises:
        ProviderUnfitError: If it is disabled, or lacks something.
    """
    able = [name for name in here.settings.enabled_providers if not here.lacking(name)]
    others = f"or switch to one that can be asked now: {', '.join(able)}" if able else "as no other can be asked now"
    if provider not in here.settings.enabled_providers:
        named = provider in here.settings.disabled_providers
        raise ProviderUnfitError(
            f"{provider} is disabled, so the next cycle would hand the lock on at once; nothing was changed.",
            remedy=f"{_enabling(provider, named=named)}, {others}.",
            code="provider-disabled",
        )
    lacks = here.lacking(provider)
    if lacks:
        raise ProviderUnfitError(
            f"{provider} cannot be asked: {lacks}. The next cycle would hand the lock on at once; nothing was changed.",
            remedy=f"Set what is missing in the environment of every process that runs a cycle, {others}.",
        )


def _enabling(provider: str, *, named: bool) -> str:
    setting = "disabled_providers" if named else "provider_priority"
    return f"{'Take' if named else 'Put'} {provider} {'out of' if named else 'into'} the setting {setting}"


def _moved_on(number: int) -> FencedError:
    return FencedError(
        f"Somebody else changed the lock while this command read it (its number was {number}); nothing was changed.",
        remedy="Look with `neuralbrain lock status`, and try again if it is still to be changed.",
    )


def cycle_is_running(here: Application) -> bool:
    """Return whether a living process holds the runner lease: a cycle without an end is then its own."""
    runner = here.lock.get_status()["runner"]
    return runner is not None and runner["alive"]


def _say_what_runs(old_number: int, *, running: bool) -> None:
    if running:
        say(f"The cycle that runs now is refused its draft under number {old_number}; the next one asks again.")
    else:
        say("No cycle runs now, so none is interrupted.")
