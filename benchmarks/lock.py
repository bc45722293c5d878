"""The provider lock over its real database, beside the least that any durable lock can cost: one durable commit."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks.figure import Figure, Goal, Of, timed
from benchmarks.measure import interleaved
from benchmarks.workspace import application_over, temporary_home
from neuralbrain.store.sqlite_database import sqlite_driver

BARE = "bare commit"
READ = "bare read"
MILLISECOND = Goal(most=1e-3)
AT_ONCE = (Goal(most=100e-6),)


def figures(*, rounds: int = 600) -> list[Figure]:
    """Return acquire, release, status, is-locked and persistence.

    The first read after a change finds cold caches and pages to be read again; the next one does not. Both are shown.

    Args:
        rounds: How often each is timed.
    """
    with (
        temporary_home() as home,
        application_over(home) as here,
        application_over(home) as elsewhere,
        bare_database(home) as (bare_commit, bare_read),
    ):
        lock, other = here.lock, elsewhere.lock

        def switched_and_seen() -> None:
            lock.acquire_lock("gemini")
            if other.get_locked_provider() != "gemini":
                raise RuntimeError("what was acknowledged is not seen by the other connection")

        taken = interleaved(
            {
                BARE: bare_commit,
                "acquire": lambda: lock.acquire_lock("local"),
                READ: bare_read,
                "is_locked": lambda: lock.is_locked("local"),
                "status": lock.get_status,
                "is_locked again": lambda: lock.is_locked("local"),
                "bare read again": bare_read,
                "persistence": switched_and_seen,
                "release": lambda: lock.release_lock("benchmark"),
            },
            rounds=rounds,
            warm_up=10,
        )
    bare, read = taken[BARE], taken[READ]
    within = (Goal(most=4.0, of=Of.RATIO), Goal(most=5e-3), MILLISECOND)
    return [
        timed("acquire", taken["acquire"], beside=BARE, reference=bare, goals=within),
        timed("release", taken["release"], beside=BARE, reference=bare, goals=(MILLISECOND,)),
        timed("status", taken["status"], beside=BARE, reference=bare, goals=(MILLISECOND,)),
        timed("is_locked", taken["is_locked again"], beside=BARE, reference=bare, goals=AT_ONCE),
        timed("is_locked, beside a read", taken["is_locked again"], beside=READ, reference=taken["bare read again"]),
        timed("is_locked, first after a change", taken["is_locked"], beside=READ, reference=read, goals=AT_ONCE),
        timed(
            "persistence: switch, and seen by another connection",
            taken["persistence"],
            beside=BARE,
            reference=bare,
            goals=(Goal(most=10e-3),),
        ),
    ]


@contextlib.contextmanager
def bare_database(home: Path) -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
    """Yield a durable one-row commit and a one-row read, on a database of their own on the same disk."""
    home.mkdir(parents=True, exist_ok=True)
    connection = sqlite_driver().connect(str(home / "bare.sqlite3"), isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE entry (number INTEGER PRIMARY KEY, words TEXT NOT NULL)")

    def commit() -> None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO entry (words) VALUES (?)", ("one row",))
        connection.execute("COMMIT")

    def read() -> None:
        connection.execute("SELECT words FROM entry WHERE number = ?", (1,)).fetchone()

    try:
        yield commit, read
    finally:
        connection.close()
