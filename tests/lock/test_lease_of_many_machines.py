"""The runner lease where runners are on several machines: measured by the database's clock, and by no other."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

from neuralbrain.domain.lock import Runner, Transition
from neuralbrain.errors import RunnerBusyError
from neuralbrain.lock.lease import RunnerLease, runs_now
from neuralbrain.lock.process import boot_identity, provably_dead, this_runner
from neuralbrain.store.lock_row import StoredLockRow


@pytest.fixture
def backend() -> str:
    """Return the one kind of database that several machines share."""
    return "postgresql"


@pytest.fixture
def row(database, clock) -> StoredLockRow:
    """Return the lock's row with the database's own clock; this machine's stands still, years before it."""
    return StoredLockRow(database, clock=clock)


def held_elsewhere(row: StoredLockRow, clock, *, left_seconds: float) -> Runner:
    """Let a process on another machine hold the lease, with so many seconds left."""
    there = replace(
        this_runner(pid=os.getpid(), lease_until=row.seconds() + left_seconds, since=clock.now()),
        boot="of another machine",
        namespace="of another machine",
    )
    row.change(lambda state: Transition(state=replace(state, runner=there)))
    return there


def lease(row: StoredLockRow, clock) -> RunnerLease:
    """Return a lease of 90 seconds."""
    return RunnerLease(row, clock=clock, lease_seconds=90, renewal_seconds=3600)


def test_another_boot_is_no_proof_of_death(row, clock):
    """A runner on another machine keeps its lease while that lasts, and everybody who asks is told that it runs."""
    there = held_elsewhere(row, clock, left_seconds=60)
    with pytest.raises(RunnerBusyError), lease(row, clock):
        raise AssertionError
    assert runs_now(row)
    assert row.read().runner == there


def test_after_a_lease_of_silence_it_is_replaced(row, clock):
    """A runner on another machine that was silent for a whole lease is replaced, under a growing number."""
    held_elsewhere(row, clock, left_seconds=-0.001)
    assert not runs_now(row)
    with lease(row, clock) as mine:
        assert row.read().runner.holder == mine.holder
        assert row.trail(1)[0].event.details["why"] == "silent"
    assert row.read().number == 1


def test_never_a_moment_earlier(row, clock):
    """However often others try, they get the lease only once the database's clock has passed its end."""
    there = held_elsewhere(row, clock, left_seconds=0.5)
    refused, mine = 0, None
    while mine is None:
        try:
            mine = lease(row, clock).__enter__()
        except RunnerBusyError:
            refused += 1
    taken_at = row.read().runner.lease_until - 90
    mine.__exit__(None, None, None)
    assert refused
    assert taken_at >= there.lease_until


def test_a_machine_whose_clock_is_wrong_changes_nothing(row, clock):
    """A claimer whose own clocks are years ahead gets the lease no earlier, and holds it no longer."""
    held_elsewhere(row, clock, left_seconds=60)
    clock.forward(days=4000)
    with pytest.raises(RunnerBusyError):
        lease(row, clock).__enter__()
    row.change(lambda state: Transition(state=replace(state, runner=None)))
    with lease(row, clock):
        assert row.read().runner.lease_until - row.seconds() == pytest.approx(90, abs=20)


def test_who_died_on_this_machine_is_replaced_at_once(row, clock):
    """A process of this machine that has ended is replaced without waiting, as ever."""
    dead = replace(held_elsewhere(row, clock, left_seconds=60), boot=boot_identity())
    dead = replace(dead, namespace=this_runner(pid=1, lease_until=0, since=clock.now()).namespace, started="never")
    row.change(lambda state: Transition(state=replace(state, runner=dead)))
    assert provably_dead(dead, one_machine=False)
    with lease(row, clock):
        assert row.trail(1)[0].event.details["why"] == "dead"


def test_a_wait_for_the_row_costs_no_time_of_the_lease(row, clock, database):
    """The time is read once the row is ours: who waited for it does not begin with a lease that has partly run out."""
    asked: list[str] = []
    seconds = row.seconds

    def noted() -> float:
        with database.read() as connection:
            held = "SELECT count(*) FROM pg_locks WHERE mode = 'RowShareLock' AND relation = 'lock'::regclass"
            asked.append(str(connection.exec_driver_sql(held).scalar_one()))
        return seconds()

    row.seconds = noted
    with lease(row, clock):
        assert asked == ["1"]
