"""T1: eight processes at one lock, killed and frozen at any moment; one lock could have answered all they were told."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Row, select, text

from chaos.lock_worker import LEASE_SECONDS, opened
from lock.linearizability import Operation, check
from neuralbrain.store import audit
from neuralbrain.store.database import Database
from neuralbrain.store.schema import audit_event, lock
from neuralbrain.store.upgrade import upgrade

pytestmark = pytest.mark.both_databases

ROOT = Path(__file__).parents[2]
PROGRAM = Path(__file__).with_name("lock_worker.py")
WORKERS = 8
SECONDS = float(os.environ.get("NEURALBRAIN_TEST_SECONDS", "20"))  # for each database; 200 for a soak
AT_MOST = 3  # times as long, on a machine so busy that less than the least has happened by then
LINGER_SECONDS = 0.3  # a server that waits for others on behalf of the dead is told so: else all of them stay possible
NEVER = 2**63


@dataclass
class Nursery:
    """The program that forks the workers, and which of them live."""

    program: subprocess.Popen[str]
    chance: random.Random
    still_served: Callable[[list[str]], set[str]]
    living: dict[int, str] = field(default_factory=dict)
    started: int = 0
    killed: dict[int, list[int]] = field(default_factory=dict)  # when, by process id
    ending: dict[str, float] = field(default_factory=dict)  # killed then, and a server may still be at their call
    gone: dict[str, int] = field(default_factory=dict)  # since when nothing of a worker can happen any more

    def _ask(self, order: str) -> list[int]:
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(order + "\n")
        self.program.stdin.flush()
        return [int(word) for word in self.program.stdout.readline().split()]

    def start(self) -> None:
        """Start one more worker."""
        name = f"worker-{self.started}"
        self.started += 1
        (child,) = self._ask(f"start {name} {self.chance.randrange(10**9)}")
        self.living[child] = name

    def kill(self, child: int) -> None:
        """Kill a worker, which must have lived until then."""
        self.killed.setdefault(child, []).append(time.monotonic_ns())
        (ended_by,) = self._ask(f"kill {child}")
        self.ending[self.living.pop(child)] = time.monotonic()
        assert ended_by == signal.SIGKILL, "a worker ended by itself: see notes.errors beside the notes"

    def settle(self) -> None:
        """Note who is gone: killed, waited for, and not served any more."""
        if self.ending:
            now = time.monotonic()
            late = [name for name, killed in self.ending.items() if now - killed > LINGER_SECONDS]
            gone = self.ending.keys() - self.still_served(late)
            self.gone.update(dict.fromkeys(gone, time.monotonic_ns()))
            self.ending = {name: killed for name, killed in self.ending.items() if name not in gone}


@dataclass
class Contention:
    """What happened: every call, and how wild it was."""

    history: list[Operation]
    codes: Counter[str]
    killed: Mapping[int, list[int]]
    freezes: int

    def __str__(self) -> str:
        wild = f"{self.kills} kills, {self.freezes} freezes, {self.fenced} of {self.publishes} publishes refused"
        return f"{len(self.history)} calls, {wild}, errors {dict(self.codes)}"

    @property
    def kills(self) -> int:
        """Return how many workers were killed."""
        return sum(map(len, self.killed.values()))

    @property
    def publishes(self) -> int:
        """Return how many publishes were answered."""
        return sum(one.command == "publish" and one.answer is not None for one in self.history)

    @property
    def fenced(self) -> int:
        """Return how many publishes were refused."""
        return sum(one.command == "publish" and one.answer == (False,) for one in self.history)


@dataclass(frozen=True, kw_only=True)
class Least:
    """What must have happened for the test to say anything."""

    seconds: float
    kills: int = 0
    fenced: int = 0
    published: int = 0
    freezes: int = 0
    calm: float = 0.03  # how often nobody is killed for long enough that lives get somewhere


LEAST_ON_FILE = Least(seconds=SECONDS, kills=300, fenced=100, published=50, freezes=2)
LEAST_ON_SERVER = Least(seconds=SECONDS, kills=50, fenced=50, published=10, freezes=1, calm=0.3)
SHORT = Least(seconds=5, calm=0.7)
EXPECTED = {"lock-contention", "store-unavailable"}  # what a lock may say that was kept busy; all else is a fault


def calls_of(path: Path, gone: int) -> tuple[list[Operation], list[str]]:
    """Return what a worker noted, and the codes of what failed; a call without an answer ended with its process."""
    made: list[Operation] = []
    codes: list[str] = []
    begun: list[object] = []
    whole = path.read_bytes().split(b"\n")[:-1] if path.exists() else []  # a line that does not end is torn
    for kind, at, *words in [*map(json.loads, whole), ["answer", gone, None, ""]]:
        if kind == "call":
            begun = [at, *words]
        elif begun:
            called, command, *arguments = begun
            begun, (answer, code) = [], words
            codes += [code] if code else []
            made.append(
                Operation(
                    process=path.name,
                    command=str(command),
                    arguments=tuple(arguments),
                    called=int(str(called)),
                    ended=at,
                    answer=None if answer is None else tuple(answer),
                )
            )
    return made, codes


def contend(address: str, folder: Path, *, least: Least, seed: int, source: Path = ROOT / "src") -> Contention:
    """Let workers contend for the lock of a fresh database until enough has happened, and return it.

    Args:
        address: Of the database.
        folder: For the workers' notes.
        least: How long, and what must have happened; after three times as long it ends all the same.
        seed: Of everything that chance decides here; what the machine decides is not repeatable.
        source: The source the workers run.
    """
    folder.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1", "OPENBLAS_NUM_THREADS": "1"}
    with (folder.parent / f"{folder.name}.errors").open("w", encoding="utf-8") as errors:
        program = subprocess.Popen(
            [sys.executable, str(PROGRAM), address, str(folder)],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        database = opened(address)
        nursery = Nursery(program, random.Random(seed), lambda late: served(database, late))
        try:
            freezes = disturb(nursery, database, least=least)
            for child in list(nursery.living):
                nursery.kill(child)
            while nursery.ending:
                nursery.settle()
            last = last_read(database)
        finally:
            database.close()
            program.communicate(timeout=60)  # its standard input ends, and so does it
    history, codes = [last], Counter[str]()
    for name, gone in nursery.gone.items():
        made, failed = calls_of(folder / name, gone)
        history += made
        codes.update(failed)
    return Contention(history=history, codes=codes, killed=nursery.killed, freezes=freezes)


def disturb(nursery: Nursery, database: Database, *, least: Least) -> int:
    """Kill a worker every 5 to 60 ms, freeze the runner past its lease now and then; return how many were frozen."""
    frozen: dict[int, float] = {}  # until when
    spared: dict[int, float] = {}  # who was thawed lives a while, to do what it was about to do
    freezes, chance, began = 0, nursery.chance, time.monotonic()
    next_freeze = began + 1
    for _ in range(WORKERS):
        nursery.start()
    while True:
        calm = chance.random() < least.calm
        time.sleep(0.4 if calm else chance.uniform(0.005, 0.06))  # the moments are the point of this test
        now = time.monotonic()
        for child in [one for one, until in frozen.items() if until <= now]:
            os.kill(child, signal.SIGCONT)
            del frozen[child]
            spared[child] = now + 0.5
            next_freeze = now + chance.uniform(1, 3)
        nursery.settle()
        enough = len(nursery.killed) >= least.kills and freezes >= least.freezes
        if not frozen and (now - began > least.seconds * (1 if enough else AT_MOST)):
            return freezes
        if not frozen and now > next_freeze:
            runner = stored(database).runner_pid
            if runner in nursery.living:
                os.kill(runner, signal.SIGSTOP)
                frozen[runner] = now + LEASE_SECONDS + chance.uniform(0.1, 0.5)
                freezes += 1
                continue
        mortal = [one for one in nursery.living if one not in frozen and spared.get(one, 0) <= now]
        nursery.kill(chance.choice(mortal))
        nursery.start()


def served(database: Database, late: list[str]) -> set[str]:
    """Return the names under which somebody is connected to a server; a file has no server that goes on alone.

    Args:
        database: Which.
        late: Whose connections are to be ended.
    """
    if database.clock_question is None:
        return set()
    connected = text("SELECT application_name FROM pg_stat_activity")
    ending = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = ANY(:late)")
    with database.read() as connection:
        if late:
            connection.execute(ending, {"late": late})
        return set(connection.execute(connected).scalars())


def stored(database: Database) -> Row[Any]:
    """Return the lock's row, as it stands there."""
    with database.read() as connection:
        return connection.execute(select(lock)).one()


def last_read(database: Database) -> Operation:
    """Return what is read when nobody else is left."""
    called = time.monotonic_ns()
    row = stored(database)
    answer = (True, row.number, row.provider, row.runner_holder)
    return Operation(process="test", command="read", called=called, ended=time.monotonic_ns(), answer=answer)


def growth(database: Database) -> list[int]:
    """Return the number after each change that the audit trail says it grew by, in the order of the trail.

    Raises:
        AssertionError: If an edition was published under another number than the last one, or by a provider that did
            not hold the lock.
    """
    numbers, holder = [0], None
    with database.read() as connection:
        assert audit.broken_at(connection) is None
        for one in connection.execute(select(audit_event).order_by(audit_event.c.sequence)):
            if one.event_type == "lock_release" and "to" in json.loads(one.details):
                continue  # the first half of a switch: the second half has the same number
            if one.event_type in {"lock_acquire", "lock_release", "runner_takeover"}:
                numbers.append(one.number)
                holder = None if one.event_type == "lock_release" else one.provider
            if one.event_type == "edition_published":
                assert (one.number, one.provider) == (numbers[-1], holder), "published under a number that was lost"
    return numbers


def takeovers(database: Database) -> list[tuple[int, int, str]]:
    """Return each takeover of the runner lease: the number it made, from which process, and why."""
    taken = select(audit_event).where(audit_event.c.event_type == "runner_takeover")
    with database.read() as connection:
        rows = [(row.number, json.loads(row.details)) for row in connection.execute(taken)]
    return [(number, details["from_pid"], details["why"]) for number, details in rows]


def keep(history: list[Operation], path: Path) -> Path:
    """Write a history down, in the order of its calls, and return where."""
    rows = [asdict(one) for one in sorted(history, key=lambda one: one.called)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def seed_of_this_run() -> int:
    """Return the seed that was asked for, else any."""
    return int(os.environ.get("NEURALBRAIN_TEST_SEED", str(random.SystemRandom().randrange(10**6))))


@pytest.fixture
def address(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of a fresh database, in memory where the machine has such a folder: no power fails here."""
    if backend == "postgresql":
        yield request.getfixturevalue("postgresql_address")
        return
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(dir=memory if os.access(memory, os.W_OK) else None))
    path = folder / "home" / "contended.sqlite3"
    made = opened(str(path))
    upgrade(made)
    made.close()
    yield str(path)
    shutil.rmtree(folder)


@pytest.mark.slow
def test_lock_under_contention(address: str, tmp_path: Path):
    """Whatever is killed or frozen, all that was seen has one order, numbers rise by one, and no old one publishes."""
    seed = seed_of_this_run()
    least = LEAST_ON_SERVER if "://" in address else LEAST_ON_FILE
    contention = contend(address, tmp_path / "notes", least=least, seed=seed)
    print(f"seed {seed}: {contention}")
    said = f"seed {seed}, history in {keep(contention.history, tmp_path / 'history.jsonl')}"
    checked = time.monotonic()
    verdict = check(contention.history)
    print(f"checked in {time.monotonic() - checked:.1f} s, {verdict.explored} states")
    assert verdict.fault is None, f"{said}: {verdict.fault} fits nowhere; the lock could only be {verdict.possible}"
    assert contention.codes.keys() <= EXPECTED, said
    database = opened(address)
    try:
        numbers, taken = growth(database), takeovers(database)
        final = stored(database)
    finally:
        database.close()
    assert numbers == list(range(final.number + 1)), said
    assert too_early(contention, taken) == [], f"{said}: the lease of a living process was taken over as if it was dead"
    reasons = Counter(why for _, _, why in taken)
    wild = f"{contention}, {final.number} numbers, takeovers {dict(reasons)}"
    print(wild)
    assert contention.kills >= least.kills, f"too tame: {wild} ({said})"
    assert contention.fenced >= least.fenced, f"too tame: {wild} ({said})"
    assert contention.publishes - contention.fenced >= least.published, f"too tame: {wild} ({said})"
    assert min(reasons["silent"], reasons["dead"]) >= least.freezes, f"too tame: {wild} ({said})"


def too_early(contention: Contention, taken: Sequence[tuple[int, int, str]]) -> list[tuple[int, int]]:
    """Return the takeovers from a process that was said to be dead and had not been killed by then."""
    claimed = {one.answer[1]: one.ended for one in contention.history if one.command == "claim" and one.answer}
    return [
        (number, pid)
        for number, pid, why in taken
        if why == "dead" and not any(at < claimed.get(number, NEVER) for at in contention.killed.get(pid, []))
    ]


# what is broken, and how: file, what stands there, what stands there instead
STALE_READ = (
    "store/lock_row.py",
    """            with self._database.write() as connection:
                with self._database.decoding("the lock"):
                    row = connection.execute(_SELECT_LOCKED).one()
                    before = _state(row)
""",
    """            before = self.read()
            with self._database.write() as connection:
                with self._database.decoding("the lock"):
                    row = connection.execute(_SELECT_LOCKED).one()
""",
)
NO_CONDITION = ("store/lock_row.py", "lock.c.revision == bindparam", "lock.c.revision >= bindparam")
MUTANTS = {
    "SELECT, then UPDATE without the condition": (STALE_READ, NO_CONDITION),
    "an old number publishes": (
        ("store/lock_row.py", "if (state.number, state.provider) == (number, provider) and", "if"),
    ),
    "who is not the runner publishes": (("store/lock_row.py", "and holder in (None, runner):", "and holder != '':"),),
}


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_broken_lock_is_noticed(mutant: str, address: str, tmp_path: Path):
    """A lock that keeps its promise only while nobody comes between is found out within seconds."""
    copy = tmp_path / "src"
    shutil.copytree(ROOT / "src", copy, ignore=shutil.ignore_patterns("__pycache__"))
    for file, stands, instead in MUTANTS[mutant]:
        broken = copy / "neuralbrain" / file
        source = broken.read_text(encoding="utf-8")
        assert source.count(stands) == 1, f"{mutant}: the guard is not where this table says"
        broken.write_text(source.replace(stands, instead), encoding="utf-8")
    seed = seed_of_this_run()
    contention = contend(address, tmp_path / "notes", least=SHORT, seed=seed, source=copy)
    verdict = check(contention.history)
    print(f"seed {seed}: {contention}; noticed after {verdict.explored} states: {verdict.fault}")
    assert verdict.fault is not None, f"not noticed: {contention} (seed {seed})"
