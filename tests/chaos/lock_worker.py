"""Forks workers that hammer one lock, each noting every call before it and every answer after it.

Started with the address of the database and a folder for the notes; told on standard input, one a line:
``start <name> <seed>`` answers with a process id, ``kill <process id>``, once it is gone, with the signal it ended by.
Forking makes a worker in milliseconds, where starting a program would take half a second of imports.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import make_url

from neuralbrain.clock import SystemClock
from neuralbrain.domain.edition import Draft
from neuralbrain.domain.lock import PRIORITY, LockState, ProviderStatus, Transition
from neuralbrain.errors import FencedError, NeuralBrainError, RunnerBusyError
from neuralbrain.lock import transition
from neuralbrain.lock.lease import RunnerLease
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.store.database import Database
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database

LEASE_SECONDS = 2.0
RENEWAL_SECONDS = 0.5
REMEMBERED = 4  # states of the lock that a worker goes on believing in


def opened(address: str, *, name: str = "") -> Database:
    """Open the database at an address, of a server or the path of a file; a server is told who it is that opens it."""
    if "://" not in address:
        return open_database(Path(address), busy_timeout_seconds=20)
    url = make_url(address).update_query_dict({"application_name": name} if name else {})
    return open_database(Path(), address=url.render_as_string(hide_password=False), busy_timeout_seconds=20)


class Notes:
    """What one worker did: a line before each call and one after it, so that a kill leaves an open call.

    Each line is one write of its own, and only a line that ends counts: a torn one is the note of a call that had
    not begun, or of an answer that nobody heard.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def _write(self, *words: object) -> None:
        os.write(self._file, json.dumps(words).encode() + b"\n")

    def around(
        self, call: Callable[[], tuple[Any, ...] | None], command: str, *arguments: object
    ) -> tuple[Any, ...] | None:
        """Make a call and return its answer, None where it failed in a way that leaves open what it did."""
        self._write("call", time.monotonic_ns(), command, *arguments)
        code, answer = "", None
        try:
            answer = call()
        except NeuralBrainError as error:
            code = error.error_code
        self._write("answer", time.monotonic_ns(), answer, code)
        return answer


class NotedRow(StoredLockRow):
    """The real row, which also remembers what each thread's last change came to."""

    made = threading.local()

    def change(self, decide: Callable[[LockState], Transition]) -> Transition:
        """Apply a decision as the row does."""
        self.made.last = super().change(decide)
        last: Transition = self.made.last
        return last


class Worker:
    """Does one thing after another to the lock, much of it under numbers that are old."""

    def __init__(self, address: str, *, name: str, notes: Notes, chance: random.Random) -> None:
        database, self._clock = opened(address, name=name), SystemClock()
        self._row = NotedRow(database, clock=self._clock)
        self._lock = ProviderLockManager(
            self._row,
            order=PRIORITY,
            enabled=PRIORITY,
            status_of=lambda _name: ProviderStatus.HEALTHY,
            clock=self._clock,
            actor=name,
        )
        self._editions = StoredEditions(database, clock=self._clock)
        self._notes, self._chance = notes, chance
        self._known = [LockState()]
        self._lease = self._new_lease()
        self._holders = ["nobody"]  # under which this worker has run, newest last
        self._parent = os.getppid()

    def live(self) -> None:
        """Go on until killed, or until nobody is left who would."""
        doings = {
            self.read: 4, self.holder: 2, self.acquire: 2, self.release: 1, self.claim: 1, self.renew: 2,
            self.end: 2, self.publish: 2, self.cycle: 6,
        }  # fmt: skip
        while os.getppid() == self._parent:
            self._chance.choices(list(doings), list(doings.values()))[0]()

    def cycle(self) -> None:
        """Do what a cycle does, in its order; anybody may come between."""
        self.claim()
        self.read()
        if self._known[-1].provider is None:
            self.acquire()
        self.publish()

    def read(self) -> None:
        """Read the whole lock."""

        def state() -> tuple[Any, ...]:
            self._known = [*self._known, self._lock.state()][-REMEMBERED:]
            return seen(self._known[-1], ok=True)

        self._notes.around(state, "read")

    def holder(self) -> None:
        """Ask who holds the lock."""
        self._notes.around(lambda: (True, self._lock.get_locked_provider()), "holder")

    def acquire(self) -> None:
        """Acquire for any provider, under a number that is new, old, or not given."""
        provider, number = self._chance.choice(PRIORITY), self._number()
        self._changed(lambda: self._lock.acquire_lock(provider, expected_number=number), "acquire", provider, number)

    def release(self) -> None:
        """Release, under a number that is new, old, or not given."""
        number = self._number()
        self._changed(lambda: self._lock.release_lock("by chance", expected_number=number), "release", number)

    def claim(self) -> None:
        """Claim the runner lease, unless this worker believes that it has it."""

        def claimed() -> bool:
            try:
                self._lease.__enter__()
            except RunnerBusyError:
                return False
            self._holders = [*self._holders, self._lease.holder][-REMEMBERED:]
            return True

        if self._lease.holder != self._holders[-1]:
            self._changed(claimed, "claim", self._lease.holder)

    def renew(self) -> None:
        """Renew as this runner or an earlier one, besides the renewals that the lease makes by itself."""
        holder = self._chance.choice(self._holders)
        until = self._row.seconds() + LEASE_SECONDS
        self._changed(
            lambda: (
                not self._row.change(
                    lambda state: transition.renew_runner(state, holder=holder, lease_until=until)
                ).refusal
            ),
            "renew",
            holder,
        )

    def end(self) -> None:
        """End the runner lease, and be another runner from then on."""

        def ended() -> bool:
            self._lease.__exit__(None, None, None)
            last: Transition | None = self._row.made.last
            return last is not None and not last.refusal

        self._changed(ended, "end", self._lease.holder)
        self._lease = self._new_lease()

    def publish(self) -> None:
        """Publish under what this worker knows of the lock, which is often the past."""
        known = self._known[-1] if self._chance.random() < 0.8 else self._chance.choice(self._known)
        holder = self._holders[-1] if self._chance.random() < 0.9 else self._chance.choice(self._holders)
        provider, now = known.provider or PRIORITY[0], self._clock.now()
        draft = Draft(
            provider=provider,
            lock_number=known.number,
            inputs_digest="x" * 64,
            cutoff=now,
            timestamp=now,
            tables=(),
            replies=(),
            refused=(),
        )

        def published() -> tuple[Any, ...]:
            try:
                return True, self._editions.publish(draft, holder=holder).number
            except FencedError:
                return (False,)

        self._notes.around(published, "publish", known.number, provider, holder)

    def _number(self) -> int | None:
        return self._chance.choice([None, self._known[-1].number, self._chance.choice(self._known).number])

    def _changed(self, change: Callable[[], bool], command: str, *arguments: object) -> None:
        def made() -> tuple[Any, ...] | None:
            self._row.made.last = None
            ok = change()
            last: Transition | None = self._row.made.last  # none where a lease could not be given back, and went on
            return None if last is None else seen(last.state, ok=ok)

        self._notes.around(made, command, *arguments)

    def _new_lease(self) -> RunnerLease:
        return RunnerLease(self._row, clock=self._clock, lease_seconds=LEASE_SECONDS, renewal_seconds=RENEWAL_SECONDS)


def seen(state: LockState, *, ok: bool) -> tuple[Any, ...]:
    """Return what a caller is told of the lock."""
    return ok, state.number, state.provider, None if state.runner is None else state.runner.holder


def start(address: str, folder: Path, *, name: str, seed: int) -> int:
    """Fork a worker and return its process id."""
    child = os.fork()
    if child:
        return child
    try:
        os.close(sys.stdin.fileno())
        Worker(address, name=name, notes=Notes(folder / name), chance=random.Random(seed)).live()
    except BaseException:  # noqa: BLE001 - the edge of the worker
        traceback.print_exc()
    finally:
        os._exit(1)  # a worker never ends by itself, and must not go on as its parent would


def kill(child: int) -> int:
    """Kill a worker, wait until it is gone, and return by which signal it ended; 0 where it was by none."""
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def main(address: str, folder: str) -> None:
    """Do what is asked until nothing more is, then kill what is left."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    opened(address).close()  # loads the driver once, and connects to nothing that a fork would share
    living: set[int] = set()
    for line in sys.stdin:
        order, *words = line.split()
        if order == "start":
            child = start(address, Path(folder), name=words[0], seed=int(words[1]))
            living.add(child)
            print(child, flush=True)
        else:
            living.discard(int(words[0]))
            print(kill(int(words[0])), flush=True)
    for child in living:
        kill(child)


if __name__ == "__main__":
    main(*sys.argv[1:])
