"""The lock as a state machine: each command is a pure function from a state to a state and its audit events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.lock import AuditEvent, LockState, Parked, Runner, Transition
from neuralbrain.lock.parking import with_parking, without_parking

SWITCHING = "switching_provider"
MOST_AT_ONCE = 1_000_000  # more failures than that in one report are a mistake, and would not fit the database for ever


def acquire(
    state: LockState, provider: str, *, reason: str, actor: str, now: datetime, expected_number: int | None = None
) -> Transition:
    """Give the lock to a provider; from another holder it is switched, with a release and an acquire event.

    Refused when ``expected_number`` is not the lock's number any more. The holder acquiring again changes nothing.
    """
    if expected_number is not None and expected_number != state.number:
        return Transition(state=state, refusal=f"the lock has number {state.number}, not {expected_number}")
    if state.provider == provider:
        return Transition(state=state)
    held = replace(
        state,
        number=state.number + 1,
        provider=provider,
        reason=reason,
        acquired_at=now,
        consecutive_failures=0,
        last_released=None,
    )
    event = AuditEvent(
        event_type="lock_acquire", provider=provider, number=held.number, actor=actor, details={"reason": reason}
    )
    if state.provider is None:
        return Transition(state=held, events=(event,))
    release_event = AuditEvent(
        event_type="lock_release",
        provider=state.provider,
        number=held.number,
        actor=actor,
        details={"reason": SWITCHING, "to": provider, "because": reason},
    )
    return Transition(state=held, events=(release_event, event))


def release(
    state: LockState,
    *,
    reason: str,
    actor: str,
    expected_number: int | None = None,
    park: Callable[[LockState], Parked] | None = None,
) -> Transition:
    """Take the lock from its holder; refused when nobody holds it or the number is another.

    Args:
        state: The lock now.
        reason: Why, for the audit trail.
        actor: Who.
        expected_number: The number it must still have.
        park: Says how long the holder is left alone, where it failed.
    """
    if expected_number is not None and expected_number != state.number:
        return Transition(state=state, refusal=f"the lock has number {state.number}, not {expected_number}")
    if state.provider is None:
        return Transition(state=state, refusal="no provider holds the lock")
    free = replace(
        state,
        number=state.number + 1,
        provider=None,
        reason=reason,
        acquired_at=None,
        consecutive_failures=0,
        last_released=state.provider,
    )
    details: dict[str, object] = {"reason": reason, "failures": state.consecutive_failures}
    if park is not None:
        parked = park(state)
        free = replace(free, parked=with_parking(state, parked))
        details["parked_until"] = utc_text(parked.until)
    event = AuditEvent(
        event_type="lock_release", provider=state.provider, number=free.number, actor=actor, details=details
    )
    return Transition(state=free, events=(event,))


def park(state: LockState, parked: Parked, *, actor: str, why: str, expected_number: int) -> Transition:
    """Leave a provider alone for a while that failed a probe; nobody's turn changes."""
    if expected_number != state.number:
        return Transition(state=state, refusal=f"the lock has number {state.number}, not {expected_number}")
    event = AuditEvent(
        event_type="provider_parked",
        provider=parked.provider,
        number=state.number,
        actor=actor,
        details={"reason": parked.reason, "why": why, "parked_until": utc_text(parked.until)},
    )
    return Transition(state=replace(state, parked=with_parking(state, parked)), events=(event,))


def count_failures(
    state: LockState, count: int, *, reason: str, actor: str, expected_number: int | None = None
) -> Transition:
    """Count failures of the holder; never changes who holds the lock.

    Refused when nobody holds it or the number is another: the failure is then somebody else's.

    Raises:
        ValueError: If ``count`` is below 1 or above a million.
    """
    if not 1 <= count <= MOST_AT_ONCE:
        raise ValueError(f"a count of failures is at least 1 and at most {MOST_AT_ONCE:,}, got {count}")
    if expected_number is not None and expected_number != state.number:
        return Transition(state=state, refusal=f"the lock has number {state.number}, not {expected_number}")
    if state.provider is None:
        return Transition(state=state, refusal="no provider holds the lock")
    counted = replace(
        state,
        consecutive_failures=state.consecutive_failures + count,
        total_failures=state.total_failures + count,
    )
    event = AuditEvent(
        event_type="failure_recorded",
        provider=state.provider,
        number=state.number,
        actor=actor,
        details={"count": count, "in_a_row": counted.consecutive_failures, "reason": reason},
    )
    return Transition(state=counted, events=(event,))


def reset_failures(state: LockState, *, actor: str, expected_number: int | None = None) -> Transition:
    """End a row of failures after a success, and what the holder was left alone for; the totals stay.

    Nothing changes where there was neither.
    """
    if expected_number is not None and expected_number != state.number:
        return Transition(state=state, refusal=f"the lock has number {state.number}, not {expected_number}")
    parked = without_parking(state, state.provider)
    if state.consecutive_failures == 0 and parked == state.parked:
        return Transition(state=state)
    event = AuditEvent(
        event_type="recovered",
        provider=state.provider,
        number=state.number,
        actor=actor,
        details={"after_failures": state.consecutive_failures},
    )
    return Transition(state=replace(state, consecutive_failures=0, parked=parked), events=(event,))


def claim_runner(
    state: LockState, me: Runner, *, seconds: float, one_clock: bool, provably_dead: bool, actor: str
) -> Transition:
    """Give the runner lease to a process.

    A free lease is taken without an event: the number does not grow and the cycle's own record says who ran. A
    lease is taken over, with a growing number and an event, when its holder is provably dead or was silent for a
    whole lease. Refused while another process holds it.

    Args:
        state: The lock now.
        me: Who claims, with ``lease_until`` already set.
        seconds: The time that leases are measured by, now.
        one_clock: Whether it is the same for all machines; else it is the claimer's own uptime, and says nothing about
            the lease of another boot.
        provably_dead: Whether the present holder is known to have ended.
        actor: Named in the audit event.
    """
    held = state.runner
    if held is None or held.holder == me.holder:
        return Transition(state=replace(state, runner=me))
    silent = (one_clock or held.boot == me.boot) and seconds >= held.lease_until
    if not (provably_dead or silent):
        return Transition(state=state, refusal=f"process {held.pid} runs the cycle since {held.since.isoformat()}")
    taken = replace(state, number=state.number + 1, runner=me)
    event = AuditEvent(
        event_type="runner_takeover",
        provider=state.provider,
        number=taken.number,
        actor=actor,
        details={"from_pid": held.pid, "since": held.since.isoformat(), "why": "dead" if provably_dead else "silent"},
    )
    return Transition(state=taken, events=(event,))


def renew_runner(state: LockState, *, holder: str, lease_until: float) -> Transition:
    """Prolong the runner lease; refused when another process has it by now."""
    if state.runner is None or state.runner.holder != holder:
        return Transition(state=state, refusal="another process has the runner lease")
    return Transition(state=replace(state, runner=replace(state.runner, lease_until=lease_until)))


def end_runner(state: LockState, *, holder: str) -> Transition:
    """Give the runner lease back; refused when another process has it by now."""
    if state.runner is None or state.runner.holder != holder:
        return Transition(state=state, refusal="another process has the runner lease")
    return Transition(state=replace(state, runner=None))
