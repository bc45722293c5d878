"""A primary dies behind a stalled stream, its standby takes over: nothing acknowledged is lost, or nobody goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from chaos.stalling_proxy import StallingProxy
from chaos.test_lock_contention import growth
from lock.linearizability import Operation, check
from neuralbrain.domain.lock import LockState, Transition
from neuralbrain.errors import StoreDamagedError, StoreUnavailableError
from neuralbrain.store.database import Database
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database
from neuralbrain.store.upgrade import upgrade
from postgresql_server import embedded, standby
from stand_ins import StillClock, lock_over

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
WRITERS = 3
EACH = 25  # changes that each writer is told of, before and after the stall
BACK_SECONDS = 5.0
PATIENCE_SECONDS = 20.0
PROVIDERS = ("openai", "gemini", "groq", "cloudflare", "local")
REFUSALS = 5  # how often each writer tries on after it was refused
IS_WAITED_FOR = "SELECT bool_and(sync_state = 'sync') FROM pg_stat_replication"
# A commit that the standby has is answered at once.
WAITS = """
SELECT count(*) FROM pg_stat_activity
WHERE wait_event = 'SyncRep' AND clock_timestamp() - state_change > interval '0.3 s'
"""
ROW = "SELECT l::text FROM lock AS l WHERE id = 1"


def until(holds: Callable[[], object], what: str) -> None:
    """Wait until something holds.

    Raises:
        AssertionError: If it does not within some time.
    """
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"waited in vain: {what}"
        time.sleep(0.005)


def ask(handle: Any, question: str) -> Any:
    """Return what a server says to whoever comes by no proxy: the first value of the first row, None without one."""
    with psycopg.connect(handle.get_uri(), autocommit=True) as connection:
        answer = connection.execute(question)
        row = answer.fetchone() if answer.description else None
    return None if row is None else row[0]


@dataclass
class Pair:
    """A primary, its standby, what lies between them, and the one address that the application knows."""

    primary: Any
    replica: Any
    stream: StallingProxy
    front: StallingProxy
    promoted: str = ""  # the lock's row as the standby had it when it took over

    def open(self) -> Database:
        """Open the database as the application does, by the address that stays."""
        address = f"postgresql://postgres@127.0.0.1:{self.front.port}/postgres"
        return open_database(None, address=address, busy_timeout_seconds=10)

    def fail_over(self) -> float:
        """Kill the primary, promote the standby, lead the application to it, and return when it was there."""
        os.kill(self.primary.get_pid(), signal.SIGKILL)
        self.primary.get_postmaster_info().process.wait(10)
        self.stream.cut()
        assert ask(self.replica, "SELECT pg_promote(true, 20)")
        self.promoted = ask(self.replica, ROW)
        self.front.lead_to(socket_of(self.replica))
        return time.monotonic()


def socket_of(handle: Any) -> str:
    """Return the path of a server's socket."""
    return str(handle.get_postmaster_info().socket_path)


@pytest.fixture
def pair() -> Iterator[Pair]:
    """Yield a primary with the newest schema, and a standby that has it all."""
    with ExitStack() as stack:
        primary = stack.enter_context(embedded())
        stream = stack.enter_context(StallingProxy(socket_of(primary)))
        front = stack.enter_context(StallingProxy(socket_of(primary)))
        replica = stack.enter_context(standby(primary, through=f"postgresql://postgres@127.0.0.1:{stream.port}"))
        made = Pair(primary=primary, replica=replica, stream=stream, front=front)
        database = made.open()
        upgrade(database)
        database.close()
        caught_up = "SELECT bool_and(replay_lsn >= pg_current_wal_lsn()) FROM pg_stat_replication"
        until(lambda: ask(primary, caught_up), "the standby follows")
        yield made


@dataclass
class Noted:
    """What one writer was told."""

    numbers: list[tuple[float, int]] = field(default_factory=list)
    history: list[Operation] = field(default_factory=list)
    lost: int = 0
    unknown: int = 0
    codes: list[str] = field(default_factory=list)
    fault: BaseException | None = None

    def after(self, moment: float) -> list[float]:
        """Return when it was told of changes after a moment."""
        return [at for at, _ in list(self.numbers) if at > moment]


class NotingRow(StoredLockRow):
    """The lock's row, which remembers the last state that it was told."""

    last = LockState()
    changed = False  # by the last call

    def read(self) -> LockState:
        """Read, and remember."""
        self.last, self.changed = super().read(), False
        return self.last

    def change(self, decide: Callable[[LockState], Transition]) -> Transition:
        """Change, and remember."""
        made = super().change(decide)
        self.last, self.changed = made.state, bool(made.events)
        return made


class Writer:
    """One process, as it were, that changes the lock without a pause until it is refused for good.

    Args:
        name: Its own.
        database: Opened for it alone.
    """

    def __init__(self, name: str, database: Database) -> None:
        self.noted = Noted()
        self._name = name
        self._database = database
        self._row = NotingRow(database, clock=StillClock())
        self._lock = lock_over(self._row, StillClock())
        self._chance = random.Random(name)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def end(self) -> None:
        """Stop and close."""
        self._stop.set()
        self._thread.join(30)
        self._database.close()

    def _run(self) -> None:
        try:
            while not self._stop.is_set() and len(self.noted.codes) < REFUSALS:
                self._call()
        except BaseException as error:  # noqa: BLE001 - told by the test
            self.noted.fault = error

    def _call(self) -> None:
        """Make one call and write down what became of it."""
        command, arguments = self._next()
        called = time.monotonic_ns()
        try:
            fine = self._made(command, arguments)
        except StoreDamagedError as error:
            self.noted.codes.append(error.error_code)
            return
        except StoreUnavailableError as error:
            if error.error_code == "store-outcome-unknown":
                self.noted.unknown += 1
                self._note(command, arguments, called, None)
            self.noted.lost += 1  # any other says that nothing was changed
            self._stop.wait(0.02)
            return
        last = self._row.last
        self._note(command, arguments, called, (fine, last.number, last.provider, None))
        if self._row.changed:
            self.noted.numbers.append((time.monotonic(), last.number))

    def _next(self) -> tuple[str, tuple[Any, ...]]:
        kind = self._chance.random()
        expected = self._row.last.number if self._chance.random() < 0.3 else None
        if kind < 0.1:
            return "read", ()
        if kind < 0.25:
            return "release", (expected,)
        return "acquire", (self._chance.choice(PROVIDERS), expected)

    def _made(self, command: str, arguments: tuple[Any, ...]) -> bool:
        match command:
            case "read":
                self._lock.state()
                return True
            case "release":
                return self._lock.release_lock("load", expected_number=arguments[0])
            case _:
                return self._lock.acquire_lock(arguments[0], reason="load", expected_number=arguments[1])

    def _note(self, command: str, arguments: tuple[Any, ...], called: int, answer: tuple[Any, ...] | None) -> None:
        self.noted.history.append(
            Operation(
                process=self._name,
                command=command,
                arguments=arguments,
                called=called,
                ended=time.monotonic_ns() if answer else sys.maxsize,
                answer=answer,
            )
        )


@contextmanager
def load(pair: Pair) -> Iterator[list[Noted]]:
    """Let writers change the lock while the block runs, and yield what they note."""
    writers = [Writer(f"writer-{place}", pair.open()) for place in range(WRITERS)]
    try:
        yield [one.noted for one in writers]
    finally:
        for one in writers:
            one.end()


def each_told(noted: list[Noted], *, since: float) -> None:
    """Wait until each writer was told of some changes since a moment."""
    until(lambda: all(len(one.after(since)) >= EACH or one.fault for one in noted), "writers go on")


def numbers_of(noted: list[Noted]) -> list[int]:
    """Return every number that a writer was told, ascending."""
    return sorted(number for one in noted for _, number in one.numbers)


def stored_numbers(handle: Any) -> set[int]:
    """Return the numbers that the audit trail of a server knows."""
    kinds = "event_type IN ('lock_acquire', 'lock_release')"
    return set(ask(handle, f"SELECT coalesce(array_agg(number), '{{}}') FROM audit_event WHERE {kinds}"))


def test_who_saw_more_than_an_asynchronous_standby_has_refuses_it(pair, capsys):
    """Acknowledged numbers that the standby never got stop every process that saw them, and nothing is changed."""
    with load(pair) as noted:
        each_told(noted, since=0.0)
        pair.stream.stall()
        each_told(noted, since=time.monotonic())
        up = pair.fail_over()
        until(lambda: all(len(one.codes) == REFUSALS or one.fault or one.after(up) for one in noted), "all are refused")
    told, stored = numbers_of(noted), stored_numbers(pair.replica)
    lost = set(told) - stored
    assert [one.fault for one in noted] == [None] * WRITERS
    assert not any(one.after(up) for one in noted), "a lower number was used"
    assert len(told) == len(set(told)), "no number was given twice"
    # What each writer was being told when the stream stalled may have got through.
    assert len(lost) >= WRITERS * (EACH - 1), f"too tame: {len(lost)} of {len(told)} were lost"
    assert min(one.numbers[-1][1] for one in noted) > max(stored), "each saw a number that the standby lacks"
    assert {code for one in noted for code in one.codes} == {"store-rewound"}
    assert ask(pair.replica, ROW) == pair.promoted, "who was refused changed nothing"
    fresh = pair.open()
    assert lock_over(StoredLockRow(fresh, clock=StillClock()), StillClock()).state().number == max(stored)
    fresh.close()
    with capsys.disabled():
        print(f"\n{len(told)} changes acknowledged, {len(lost)} of them lost by the standby, all refused it")


def test_a_synchronous_standby_has_all_that_was_acknowledged(pair, capsys):
    """After promotion nothing acknowledged is missing, writers are back at once, and all has one order."""
    ask(pair.primary, "ALTER SYSTEM SET synchronous_standby_names = '*'")
    ask(pair.primary, "SELECT pg_reload_conf()")
    until(lambda: ask(pair.primary, IS_WAITED_FOR), "the standby is waited for")
    with load(pair) as noted:
        each_told(noted, since=0.0)
        pair.stream.stall()
        until(lambda: ask(pair.primary, WAITS), "a commit waits for the standby, in vain")
        before = len(numbers_of(noted))
        up = pair.fail_over()
        each_told(noted, since=up)
    told = numbers_of(noted)
    back = max(min(one.after(up)) for one in noted) - up
    assert [one.fault for one in noted] == [None] * WRITERS
    assert {code for one in noted for code in one.codes} == set()
    assert any(one.unknown for one in noted), "who waited for the standby was told that it was done"
    assert len(told) == len(set(told)), f"given twice: {sorted(one for one in set(told) if told.count(one) > 1)}"
    assert set(told) <= stored_numbers(pair.replica)
    assert all(one.lost for one in noted), "each must have met the crash"
    database = pair.open()
    numbers = growth(database)
    database.close()
    assert numbers == list(range(len(numbers))), "numbers rise by one, through the promotion"
    verdict = check([call for one in noted for call in one.history])
    assert verdict.fault is None, f"{verdict.fault} fits nowhere; the lock could only be {verdict.possible}"
    assert back < BACK_SECONDS
    with capsys.disabled():
        unknown = sum(one.unknown for one in noted)
        print(f"\n{before} + {len(told) - before} changes acknowledged, {unknown} unknown, back after {back:.2f} s")


# what is taken out: file, what stands there, what stands there instead, the test that fails, and what it then says
WITHOUT = {
    "the highest number seen": (
        "high_water.py",
        "if number < since.highest and",
        "if number < 0 and",
        test_who_saw_more_than_an_asynchronous_standby_has_refuses_it,
        "a lower number was used",
    ),
    "whose numbers are believed": (
        "postgresql_database.py",
        "CASE WHEN {_RUN} = :run THEN",
        "CASE WHEN :run <> '' THEN",
        test_a_synchronous_standby_has_all_that_was_acknowledged,
        "who waited for the standby was told that it was done",
    ),
}


@pytest.mark.parametrize("guard", WITHOUT)
def test_without_its_guard_a_promotion_breaks_the_lock(guard, tmp_path):
    """With one guard taken out of a copy of the source, one of these tests fails, and for that reason."""
    file, stands, instead, test, says = WITHOUT[guard]
    copy = tmp_path / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    without = copy / "neuralbrain" / "store" / file
    source = without.read_text(encoding="utf-8")
    assert source.count(stands) == 1, f"{guard}: the guard is not where this table says"
    without.write_text(source.replace(stands, instead), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-m", "slow", f"{__file__}::{test.__name__}"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1, ran.stdout[-2000:]
    assert f"AssertionError: {says}" in ran.stdout, ran.stdout[-2000:]
