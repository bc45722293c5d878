"""T3: any sequence of commands, restarts and clock steps leaves the stored lock as a model of thirty lines says."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from chaos.test_guards import run_without
from neuralbrain.domain.edition import Draft
from neuralbrain.domain.lock import PRIORITY, LockState, Runner, Transition
from neuralbrain.errors import FencedError
from neuralbrain.lock import transition
from neuralbrain.lock.process import this_runner
from neuralbrain.store.database import Database
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.lock_row import StoredLockRow
from stand_ins import StillClock, lock_over

pytestmark = pytest.mark.both_databases(slow=True)

LEASE_SECONDS = 90
FEW = int(os.environ.get("NEURALBRAIN_TEST_EXAMPLES", "30"))
PROVIDERS = st.sampled_from(PRIORITY[:3])
NUMBERS = st.sampled_from(["any", "this", "the last", "an old", "the next"])
PROCESSES = st.integers(0, 2)
STARTS = st.integers(0, 9)  # which start of a process, counted back from the newest: old ones are zombies


@dataclass
class Model:
    """What the lock is to be."""

    number: int
    events: int
    provider: str | None = None
    failures: int = 0
    total: int = 0
    runner: int | None = None  # which start of which process: an identity that the lock has no part in
    lease_until: float = 0.0

    def move(self, provider: str | None) -> bool:
        """Acquire or release; the number says which of them was last."""
        if self.provider == provider:
            return provider is not None
        self.events += 1 if None in (self.provider, provider) else 2
        self.number, self.provider, self.failures = self.number + 1, provider, 0
        return True

    def claim(self, start: int, *, seconds: float, dead: bool) -> bool:
        """Take the runner lease: free, or from a holder that is dead or silent."""
        if self.runner not in (None, start):
            if not (dead or seconds >= self.lease_until):
                return False
            self.number, self.events = self.number + 1, self.events + 1
        self.runner, self.lease_until = start, seconds + LEASE_SECONDS
        return True


class LockMachine(RuleBasedStateMachine):
    """Three processes, restarted now and then, and their operators at one lock."""

    def __init__(self, database: Database, row: StoredLockRow, clock: StillClock) -> None:
        super().__init__()
        self.row, self.clock = row, clock
        self.lock = lock_over(row, clock)
        self.editions = StoredEditions(database, clock=clock)
        # The same database for each example, as if it was new but for its number and revision.
        row.change(
            lambda state: Transition(state=replace(LockState(), number=state.number + 1, revision=state.revision))
        )
        self.model = Model(number=row.read().number, events=row.trail_length())
        self.first_number = self.model.number
        self.dead: set[int] = set()
        self.starts: list[Runner] = []
        self.running = [self.started(process) for process in range(3)]

    def started(self, process: int) -> int:
        """Return which start it is that a process now makes; its process id is that of the one before."""
        self.starts.append(this_runner(pid=10**7 + process, lease_until=0.0, since=self.clock.now()))
        return len(self.starts) - 1

    def numbered(self, which: str) -> tuple[int | None, bool]:
        """Return the number that a command expects, and whether the lock has it."""
        now = self.model.number
        number = {"any": None, "this": now, "the last": now - 1, "an old": self.first_number, "the next": now + 1}[
            which
        ]
        return number, number in (None, now)

    @rule(provider=PROVIDERS, which=NUMBERS)
    def acquire(self, provider: str, which: str) -> None:
        """Acquire or switch."""
        number, fits = self.numbered(which)
        assert self.lock.acquire_lock(provider, expected_number=number) == (fits and self.model.move(provider))

    @rule(which=NUMBERS)
    def release(self, which: str) -> None:
        """Release."""
        number, fits = self.numbered(which)
        assert self.lock.release_lock("by chance", expected_number=number) == (fits and self.model.move(None))

    @rule(count=st.integers(1, 3), which=NUMBERS)
    def count(self, count: int, which: str) -> None:
        """Count failures."""
        number, fits = self.numbered(which)
        if fits and self.model.provider is not None:
            self.model.failures += count
            self.model.total += count
            self.model.events += 1
        assert self.lock.increment_failure_count(count, expected_number=number) == self.model.failures

    @rule(which=NUMBERS)
    def reset(self, which: str) -> None:
        """End a row of failures."""
        number, fits = self.numbered(which)
        self.lock.reset_failure_count(expected_number=number)
        if fits and self.model.failures:
            self.model.failures = 0
            self.model.events += 1

    @rule(process=PROCESSES)
    def claim(self, process: int) -> None:
        """Claim the runner lease, as the lease does."""
        seconds, start = self.row.seconds(), self.running[process]
        dead = self.model.runner in self.dead

        def decide(state: LockState) -> Transition:
            return transition.claim_runner(
                state,
                replace(self.starts[start], lease_until=seconds + LEASE_SECONDS),
                seconds=seconds,
                one_clock=self.row.one_clock,
                provably_dead=dead,
                actor="test",
            )

        taken = self.model.claim(start, seconds=seconds, dead=dead)
        assert (not self.row.change(decide).refusal) == taken

    @rule(back=STARTS)
    def renew(self, back: int) -> None:
        """Renew the runner lease, as a process or as a zombie of one."""
        (start, holder), until = self.holder(back), self.row.seconds() + LEASE_SECONDS
        renewed = self.row.change(lambda state: transition.renew_runner(state, holder=holder, lease_until=until))
        assert (not renewed.refusal) == (self.model.runner == start)
        if self.model.runner == start:
            self.model.lease_until = until

    @rule(back=STARTS)
    def end(self, back: int) -> None:
        """Give the runner lease back, as a process or as a zombie of one."""
        start, holder = self.holder(back)
        ended = self.row.change(lambda state: transition.end_runner(state, holder=holder))
        assert (not ended.refusal) == (self.model.runner == start)
        if self.model.runner == start:
            self.model.runner = None

    @rule(back=STARTS, which=NUMBERS.filter(lambda which: which != "any"), provider=st.none() | PROVIDERS)
    def publish(self, back: int, which: str, provider: str | None) -> None:
        """Publish, as a process or as a zombie of one, what was made under some number by some provider or the holder.

        What fits but for one thing is what a missing guard lets through; by chance alone it is rare.
        """
        provider = provider or self.model.provider or PRIORITY[0]
        number, fits = self.numbered(which)
        (start, holder), now = self.holder(back), self.clock.now()
        draft = Draft(
            provider=provider,
            lock_number=number or 0,
            inputs_digest="x" * 64,
            cutoff=now,
            timestamp=now,
            tables=(),
            replies=(),
            refused=(),
        )
        self.model.events += 1  # a refusal is audited too
        try:
            self.editions.publish(draft, holder=holder)
            published = True
        except FencedError:
            published = False
        assert published == (fits and (provider, start) == (self.model.provider, self.model.runner))

    @rule(process=PROCESSES)
    def restart(self, process: int) -> None:
        """Let a process end and start again; what it was goes on as a zombie."""
        self.dead.add(self.running[process])
        self.running[process] = self.started(process)

    @rule(seconds=st.sampled_from([1, 45, LEASE_SECONDS, 1000]))
    def forward(self, seconds: int) -> None:
        """Let time pass."""
        self.clock.forward(seconds=seconds)

    @rule(minutes=st.sampled_from([1, 60, 60 * 24 * 400]))
    def set_back(self, minutes: int) -> None:
        """Set the wall clock back; leases are not measured by it."""
        self.clock.at = max(self.clock.at - timedelta(minutes=minutes), EARLIEST)

    def holder(self, back: int) -> tuple[int, str]:
        """Return which start it is, counted back from the newest, and the identity it has for the lock."""
        start = (len(self.starts) - 1 - back) % len(self.starts)
        return start, self.starts[start].holder

    @invariant()
    def as_the_model_says(self) -> None:
        """The stored lock is what the model is, and each change has left its events."""
        state, model = self.row.read(), self.model
        assert (state.number, state.provider) == (model.number, model.provider) == (model.number, self.row.holder())
        assert (state.consecutive_failures, state.total_failures) == (model.failures, model.total)
        runner = None if model.runner is None else self.starts[model.runner].holder
        assert (None if state.runner is None else state.runner.holder) == runner
        assert state.runner is None or state.runner.lease_until == model.lease_until
        assert self.row.trail_length() == model.events


EARLIEST = StillClock().at - timedelta(days=3650)


@pytest.fixture
def machine(database: Database, lock_row: StoredLockRow, clock: StillClock) -> Callable[[], LockMachine]:
    """Return what makes a machine over the one database of the test."""
    return lambda: LockMachine(database, lock_row, clock)


def test_a_few_sequences(machine: Callable[[], LockMachine]):
    """A few hundred commands, always the same ones, leave the lock as the model says."""
    # What it finds it does not make smaller: the sequences of the slow test are, and a broken copy needs no reading.
    few = settings(max_examples=FEW, stateful_step_count=25, derandomize=True, phases=[Phase.generate])
    run_state_machine_as_test(machine, settings=few)


@pytest.mark.slow
def test_any_sequence(machine: Callable[[], LockMachine]):
    """Fifteen thousand commands, others each time, leave the lock as the model says."""
    chosen = int(os.environ.get("NEURALBRAIN_TEST_SEED", str(random.SystemRandom().randrange(10**6))))
    print(f"seed {chosen}")  # noqa: T201 - a random test says how it is repeated
    many = settings(max_examples=300, stateful_step_count=50, database=None)
    run_state_machine_as_test(seed(chosen)(machine), settings=many)


STALE = "    if expected_number is not None and expected_number != state.number:\n"
NOT_MINE = """    if state.runner is None or state.runner.holder != holder:
        return Transition(state=state, refusal="another process has the runner lease")
"""
# guard, file, what stands there, what stands there instead
MUTANTS = [
    (
        "a process has an identity for each start",
        "lock/process.py",
        "holder=str(uuid.uuid4())",
        'holder=f"process {pid}"',
    ),
    (
        "a takeover grows the number",
        "lock/transition.py",
        "taken = replace(state, number=state.number + 1, runner=me)",
        "taken = replace(state, runner=me)",
    ),
    (
        "failures are counted under the number they happened under",
        "lock/transition.py",
        'got {count}")\n' + STALE,
        'got {count}")\n    if False:\n',
    ),
    (
        "a lease is renewed by its holder",
        "lock/transition.py",
        NOT_MINE + "    return Transition(state=replace(state, runner=replace(",
        NOT_MINE.replace(" or state.runner.holder != holder", "")
        + "    return Transition(state=replace(state, runner=replace(",
    ),
    (
        "publishing compares the number",
        "store/lock_row.py",
        "if (state.number, state.provider) == (number, provider) and",
        "if state.provider == provider and",
    ),
    (
        "publishing compares who runs",
        "store/lock_row.py",
        "and holder in (None, runner):",
        "and runner is not None:",
    ),
]


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda row: row[0])
def test_a_broken_lock_is_noticed(mutant: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With one guard taken out of a copy of the source, a few more sequences find it out."""
    monkeypatch.setenv("NEURALBRAIN_TEST_EXAMPLES", "300")
    guard, file, stands, instead = mutant
    code, printed = run_without(
        guard, file, stands, instead, "lock/test_lock_machine.py::test_a_few_sequences", tmp_path
    )
    assert code == 1, f"{guard}: nothing failed\n{printed[-2000:]}"
    assert "AssertionError" in printed, printed[-2000:]
