"""What an operator does with the lock, the same whoever asks for it: the command line or the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from neuralbrain.errors import FencedError, LockFreeError, ProviderUnfitError

if TYPE_CHECKING:  # the command line says its --help without it
    from neuralbrain.wiring import Application


@dataclass(frozen=True, slots=True, kw_only=True)
class LockChange:
    """What came of it.

    Args:
        changed: Whether anything was changed.
        provider: Who holds the lock now, None where nobody does.
        number: The number of the lock now.
        previous: Who held it before.
        reason: Why it is as it is.
        following: Who gets it from the next cycle, where nobody holds it; None where nobody can.
        cycle_running: Whether a cycle runs now; it publishes nothing under an older number.
    """

    changed: bool
    provider: str | None
    number: int
    previous: str | None
    reason: str
    following: str | None = None
    cycle_running: bool


def switch_lock(
    here: Application, provider: str, *, reason: str, actor: str, expected_number: int | None = None
) -> LockChange:
    """Give the lock to a provider: it forecasts from the next cycle on.

    Args:
        here: What it is done to.
        provider: A known one.
        reason: Why, for the audit trail.
        actor: Who decides so.
        expected_number: The number that the lock must still have; None for the one it has now.

    Raises:
        ProviderUnfitError: If the next cycle would take the lock from it at once.
        FencedError: If the lock has another number.
    """
    require_fit(here, provider)
    status = here.lock.get_status()
    before, number = status["locked_provider"], status["number"]
    _require_number(number, expected_number)
    changes = before != provider
    if changes and not here.lock.acquire_lock(provider, reason=reason, expected_number=number, actor=actor):
        raise _moved_on(number)
    return LockChange(
        changed=changes,
        provider=provider,
        number=number + changes,
        previous=before,
        reason=reason if changes else status["reason"],
        cycle_running=cycle_is_running(here),
    )


def release_lock(here: Application, *, reason: str, actor: str, expected_number: int | None = None) -> LockChange:
    """Take the lock from its holder: the next cycle gives it to the next provider that can be asked.

    Args:
        here: What it is done to.
        reason: Why, for the audit trail.
        actor: Who decides so.
        expected_number: The number that the lock must still have; None for the one it has now.

    Raises:
        LockFreeError: If nobody holds it.
        FencedError: If the lock has another number.
    """
    status = here.lock.get_status()
    before, number = status["locked_provider"], status["number"]
    _require_number(number, expected_number)
    if before is None:
        raise LockFreeError(
            f"No provider holds the lock (number {number}), so nothing was changed.",
            remedy="The next cycle gives it to one that can be asked; `neuralbrain lock switch` gives it now.",
        )
    if not here.lock.release_lock(reason, expected_number=number, actor=actor):
        raise _moved_on(number)
    return LockChange(
        changed=True,
        provider=None,
        number=number + 1,
        previous=before,
        reason=reason,
        following=next_to_ask(here),
        cycle_running=cycle_is_running(here),
    )


def next_to_ask(here: Application) -> str | None:
    """Return who gets the free lock from the next cycle: those after the last holder first, then from the top."""
    order = here.settings.enabled_providers
    following = here.lock.get_next_provider()
    start = order.index(following) if following in order else 0
    return next((name for name in order[start:] + order[:start] if not here.lacking(name)), None)


def cycle_is_running(here: Application) -> bool:
    """Return whether a living process holds the runner lease: a cycle without an end is then its own."""
    runner = here.lock.get_status()["runner"]
    return runner is not None and runner["alive"]


def require_fit(here: Application, provider: str) -> None:
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


def _require_number(number: int, expected: int | None) -> None:
    if expected is not None and expected != number:
        raise _moved_on(expected)


def _moved_on(number: int) -> FencedError:
    return FencedError(
        f"Somebody else changed the lock meanwhile (its number was {number}); nothing was changed.",
        remedy="Look with `neuralbrain lock status`, and try again if it is still to be changed.",
    )
