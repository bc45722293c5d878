"""The provider lock: the public methods over the durable row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import TRAIL_AT_HAND, LockState, ProviderStatus, RecordedEvent, Transition
from neuralbrain.lock import transition
from neuralbrain.lock.failover import next_provider
from neuralbrain.lock.parking import parked_after
from neuralbrain.lock.process import provably_dead
from neuralbrain.ports import Clock, LockRow


class ProviderLockManager:
    """One provider at a time: who holds the lock, since when, why, and who would be next.

    Every change is one conditional update of one database row and its audit event, in one transaction, so it holds
    over threads and processes and survives any crash.

    Args:
        row: The durable row.
        order: Every known provider, highest priority first.
        enabled: Those that a cycle may choose.
        status_of: How a provider is doing, by name.
        clock: Tells when.
        actor: Who is named in the audit trail.
    """

    def __init__(
        self,
        row: LockRow,
        *,
        order: Sequence[str],
        enabled: Sequence[str],
        status_of: Callable[[str], ProviderStatus],
        clock: Clock,
        actor: str,
    ) -> None:
        self._row = row
        self._order = tuple(order)
        self._enabled = tuple(enabled)
        self._status_of = status_of
        self._clock = clock
        self._actor = actor

    def acquire_lock(
        self,
        provider: str,
        *,
        reason: str = "requested",
        expected_number: int | None = None,
        actor: str | None = None,
    ) -> bool:
        """Give the lock to a provider; while another holds it, switch in one transaction.

        Args:
            provider: Who is to hold it.
            reason: Why, for the audit trail.
            expected_number: The number it must still have; None for any.
            actor: Who decided so, for the audit trail; None for this process.

        Returns:
            False for an unknown name, or when ``expected_number`` is not the lock's number any more.
        """
        if provider not in self._order:
            return False
        return not self._apply(
            lambda state: transition.acquire(
                state,
                provider,
                reason=_storable(reason),
                actor=actor or self._actor,
                now=self._clock.now(),
                expected_number=expected_number,
            )
        ).refusal

    def release_lock(self, reason: str, *, expected_number: int | None = None, actor: str | None = None) -> bool:
        """Take the lock from its holder; False when nobody holds it or the number is another.

        Args:
            reason: Why, for the audit trail.
            expected_number: The number it must still have; None for any.
            actor: Who decided so, for the audit trail; None for this process.

        Raises:
            ValueError: If no reason is given: the audit trail shows it.
        """
        if not reason.strip():
            raise ValueError("a release needs its reason in words")
        return not self._apply(
            lambda state: transition.release(
                state, reason=_storable(reason), actor=actor or self._actor, expected_number=expected_number
            )
        ).refusal

    def hand_on(self, kind: FailureKind, *, expected_number: int, resets_at: datetime | None = None) -> bool:
        """Take the lock from a holder that failed, and leave it alone for a while; False when the number is another.

        Args:
            kind: How it failed: the reason in the audit trail.
            expected_number: The number it failed under.
            resets_at: When its allowance is given again, None where nobody says.
        """
        now = self._clock.now()
        return not self._apply(
            lambda state: transition.release(
                state,
                reason=kind.value,
                actor=self._actor,
                expected_number=expected_number,
                park=lambda held: parked_after(held, held.provider or "", kind, now=now, resets_at=resets_at),
            )
        ).refusal

    def park(
        self, provider: str, kind: FailureKind, *, why: str, expected_number: int, resets_at: datetime | None = None
    ) -> bool:
        """Leave a provider alone for a while that failed a probe; False when the number is another.

        Args:
            provider: Who failed.
            kind: How.
            why: In words, for the audit trail.
            expected_number: The number of the lock it was found under.
            resets_at: When its allowance is given again, None where nobody says.
        """
        now = self._clock.now()
        return not self._apply(
            lambda state: transition.park(
                state,
                parked_after(state, provider, kind, now=now, resets_at=resets_at),
                actor=self._actor,
                why=_storable(why),
                expected_number=expected_number,
            )
        ).refusal

    def get_locked_provider(self) -> str | None:
        """Return who holds the lock."""
        return self._row.holder()

    def is_locked(self, provider: str) -> bool:
        """Return whether that provider holds the lock."""
        return self._row.holder() == provider

    def increment_failure_count(
        self, count: int = 1, *, reason: str = "reported", expected_number: int | None = None
    ) -> int:
        """Count failures of the holder and return how many there are in a row; never switches.

        Raises:
            ValueError: If ``count`` is below 1 or above a million.
        """
        return self._apply(
            lambda state: transition.count_failures(
                state, count, reason=_storable(reason), actor=self._actor, expected_number=expected_number
            )
        ).state.consecutive_failures

    def reset_failure_count(self, *, expected_number: int | None = None) -> None:
        """End the row of failures; the totals stay."""
        self._apply(lambda state: transition.reset_failures(state, actor=self._actor, expected_number=expected_number))

    def get_next_provider(self) -> str | None:
        """Return the provider after the holder by order alone, None after the last enabled one."""
        return next_provider(self._row.read(), order=self._order, enabled=self._enabled)

    def get_status(self) -> dict[str, Any]:
        """Return the lock as plain values: holder, number, reason, counts, next, and each provider's status."""
        state = self._row.read()
        return {
            "locked_provider": state.provider,
            "is_locked": state.provider is not None,
            "lock_acquired_at": None if state.acquired_at is None else utc_text(state.acquired_at),
            "consecutive_failures": state.consecutive_failures,
            "total_failures": state.total_failures,
            "next_provider": next_provider(state, order=self._order, enabled=self._enabled),
            "provider_priority": list(self._order),
            "enabled_providers": list(self._enabled),
            "audit_trail_count": self._row.trail_length(),
            "number": state.number,
            "reason": state.reason,
            "providers": {name: self._status_of(name).value for name in self._order},
            "parked": [
                {"provider": one.provider, "reason": one.reason, "until": utc_text(one.until), "streak": one.streak}
                for one in state.parked
            ],
            "runner": _runner_status(state, one_machine=not self._row.one_clock),
        }

    def get_audit_trail(self, limit: int = 50) -> list[dict[str, Any]]:
        """Return the last events, oldest first: ``timestamp, event_type, provider, details``.

        Args:
            limit: How many; at most 1,000.

        Raises:
            ValueError: If ``limit`` is below 1.
        """
        if limit < 1:
            raise ValueError(f"limit is at least 1, got {limit}")
        return [event_as_json(one) for one in self._row.trail(min(limit, TRAIL_AT_HAND))]

    def state(self) -> LockState:
        """Return the whole state, as committed."""
        return self._row.read()

    def _apply(self, decide: Callable[[LockState], Transition]) -> Transition:
        return self._row.change(decide)


def event_as_json(recorded: RecordedEvent) -> dict[str, Any]:
    """Return an event of the audit trail as plain values: ``timestamp, event_type, provider, details``."""
    event = recorded.event
    details: Mapping[str, Any] = {**event.details, "number": event.number, "actor": event.actor}
    return {
        "timestamp": utc_text(recorded.at),
        "event_type": event.event_type,
        "provider": event.provider,
        "details": dict(details),
    }


def _runner_status(state: LockState, *, one_machine: bool) -> dict[str, Any] | None:
    if state.runner is None:
        return None
    return {
        "pid": state.runner.pid,
        "since": utc_text(state.runner.since),
        "alive": not provably_dead(state.runner, one_machine=one_machine),
    }


def _storable(reason: str) -> str:
    """Return a reason without what no database can hold as text (halves of surrogate pairs)."""
    return reason.encode("utf-8", "backslashreplace").decode("utf-8")
