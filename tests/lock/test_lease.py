"""The runner lease: one process runs the cycle, a dead one is replaced at once, a silent one after its lease."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from dataclasses import replace

import pytest

from neuralbrain.domain.lock import Transition
from neuralbrain.errors import RunnerBusyError, StoreFullError
from neuralbrain.lock.lease import RunnerLease
from neuralbrain.lock.process import boot_identity, namespace_identity, provably_dead, started_at, this_runner

pytestmark = pytest.mark.both_databases(slow=True)


def lease_over(row, clock, *, renewal=3600.0) -> RunnerLease:
    """Return a lease of 90 seconds."""
    return RunnerLease(row, clock=clock, lease_seconds=90, renewal_seconds=renewal)


def test_one_holder_at_a_time(lock_row, clock):
    """While one holds the lease another is told who holds it, and afterwards gets it."""
    with (
        lease_over(lock_row, clock),
        pytest.raises(RunnerBusyError, match=str(os.getpid())),
        lease_over(lock_row, clock),
    ):
        raise AssertionError
    with lease_over(lock_row, clock):
        assert lock_row.read().runner is not None
    assert lock_row.read().runner is None


def test_a_clean_turn_leaves_the_number(lock_row, clock):
    """Taking and giving back a free lease grows no number and writes no event: hourly cycles would drown the trail."""
    with lease_over(lock_row, clock):
        assert lock_row.read().number == 0
    assert lock_row.trail(10) == ()


def test_a_silent_holder_is_replaced_after_its_lease(lock_row, clock):
    """A living holder that was silent for a whole lease loses it, the number grows, and it cannot end the new one."""
    slow = lease_over(lock_row, clock).__enter__()
    clock.forward(seconds=89.9)
    with pytest.raises(RunnerBusyError):
        lease_over(lock_row, clock).__enter__()
    clock.forward(seconds=0.2)
    with lease_over(lock_row, clock) as fresh:
        assert lock_row.read().number == 1
        slow.__exit__(None, None, None)
        assert lock_row.read().runner.holder == fresh.holder


def test_renewal_keeps_the_lease(lock_row, clock):
    """A holder that renews keeps the lease past its first end."""
    renewed = threading.Event()
    change = lock_row.change

    def watched(decide):
        made = change(decide)
        if not isinstance(made, Transition) or made.state.runner is None or made.state.runner.lease_until > 1090.0:
            renewed.set()
        return made

    lock_row.change = watched
    with lease_over(lock_row, clock, renewal=0.01):
        clock.forward(seconds=80)
        assert renewed.wait(timeout=30)
        assert lock_row.read().runner.lease_until == clock.uptime + 90


def test_who_lost_the_lease_stops_renewing(lock_row, clock):
    """A renewal that finds another holder changes nothing, and is the last one."""
    slow = lease_over(lock_row, clock, renewal=0.01)
    with slow:
        taken = replace(slow._me, holder="another", lease_until=1e9)
        lock_row.change(lambda state: Transition(state=replace(state, number=state.number + 1, runner=taken)))
        slow._thread.join(timeout=30)
        assert not slow._thread.is_alive()
    assert lock_row.read().runner == taken


def test_a_full_disk_at_the_end_does_not_hide_the_report(lock_row, clock, monkeypatch):
    """Where the lease cannot be given back, what ran has its result all the same; the lease runs out by itself."""
    with lease_over(lock_row, clock):
        full = StoreFullError("The disk is full.", remedy="Free space.")
        monkeypatch.setattr(lock_row, "change", lambda _decide: (_ for _ in ()).throw(full))
    assert lock_row.read().runner is not None


def test_a_dead_holder_is_replaced_at_once(lock_row, clock):
    """A holder whose process has ended is replaced without waiting, with an event that says why."""
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    mark = started_at(ended.pid)
    ended.wait()
    dead = replace(this_runner(pid=ended.pid, lease_until=1e9, since=clock.now()), started=mark or "0")
    lock_row.change(lambda state: Transition(state=replace(state, runner=dead)))
    with lease_over(lock_row, clock):
        event = lock_row.trail(1)[0].event
        assert (event.event_type, event.details["why"], event.number) == ("runner_takeover", "dead", 1)


def test_who_is_provably_dead(clock):
    """Dead is: another boot, no such process, or another process under the same id; alive or unknowable is not."""
    me = this_runner(pid=os.getpid(), lease_until=1.0, since=clock.now())
    assert not provably_dead(me)
    assert provably_dead(replace(me, boot="another boot"))
    assert provably_dead(replace(me, started="another start"))
    assert not provably_dead(replace(me, namespace="another container", started="another start"))
    assert (me.boot, me.namespace) == (boot_identity(), namespace_identity())
