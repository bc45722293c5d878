"""Two connections in a row that a script decides: work under an old lock number never commits after the takeover."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import event, insert

from neuralbrain.domain.request import Answer
from neuralbrain.errors import FencedError, StoreUnavailableError
from neuralbrain.store import editions as storing
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.replies import StoredReplies
from neuralbrain.store.schema import edition
from stand_ins import lock_over

LONG = 20.0  # seconds after which a script that hangs has failed
WAITS = 0.3  # seconds within which a takeover that waits for nobody would have ended


@pytest.fixture
def backend() -> str:
    """Return the one kind of database on which two write at the same time."""
    return "postgresql"


@pytest.fixture(params=["read committed", "serializable"])
def database(database, request):
    """Return the database at that isolation: ours, and the strictest there is."""
    if request.param == "serializable":
        event.listen(database._writer, "begin", _strictest)
    with database.write() as connection:
        assert connection.exec_driver_sql("SHOW transaction_isolation").scalar_one() == request.param
    return database


def _strictest(connection) -> None:
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")


class Takeover:
    """Another process that takes the lock, told when; it says when it has it.

    Args:
        open_again: Opens the database as another process does.
        clock: The test's.
    """

    def __init__(self, open_again, clock) -> None:
        self.lock = lock_over(StoredLockRow(open_again(), clock=clock), clock)
        self.done = threading.Event()
        self._thread = threading.Thread(target=self._take)

    def _take(self) -> None:
        assert self.lock.acquire_lock("gemini", reason="a takeover")
        self.done.set()

    def begin(self) -> None:
        """Begin, and give it the time in which it would be done if it waited for nobody."""
        self._thread.start()
        self.done.wait(WAITS)

    def end(self) -> None:
        """Wait until it has the lock."""
        self._thread.join(LONG)
        assert self.done.is_set()


@pytest.fixture
def takeover(open_again, clock) -> Takeover:
    """Return a takeover that has not begun."""
    return Takeover(open_again, clock)


def header(number: int, lock_number: int, at) -> dict[str, object]:
    """Return the least row of an edition."""
    return {
        "number": number, "provider": "openai", "lock_number": lock_number, "inputs_digest": "", "cutoff": at,
        "timestamp": at, "forecasts": 0, "refused": 0, "digest": "", "previous_digest": "", "slot": None,
    }  # fmt: skip


@pytest.fixture
def publish(database, clock, lock, monkeypatch) -> Callable[[Callable[[], None]], bool]:
    """Return what publishes the least edition under the lock's first number, running a script in the window."""
    lock.acquire_lock("openai")
    row = {"runner_holder": "me", "runner_boot": "b", "runner_namespace": "n", "runner_pid": 1, "runner_started": "s"}
    with database.write() as connection:
        said = ", ".join(f"{name} = '{value}'" for name, value in row.items())
        connection.exec_driver_sql(f"UPDATE lock SET {said}, runner_lease_until = 0, runner_since = now()")

    def publishing(between: Callable[[], None]) -> bool:
        def inserted(connection, draft):
            del draft
            between()  # after the check of the number, and before what it guards
            connection.execute(insert(edition), header(1, 1, clock.now()))
            return _Published()

        monkeypatch.setattr(storing, "_insert", inserted)
        try:
            StoredEditions(database, clock=clock).publish(_Draft(), holder="me")
        except (FencedError, StoreUnavailableError):
            return False
        return True

    return publishing


class _Published:
    provider, lock_number, number, digest = "openai", 1, 1, ""


class _Draft:
    provider, lock_number = "openai", 1


def published(database) -> int:
    """Return how many editions there are."""
    with database.read() as connection:
        return int(connection.exec_driver_sql("SELECT count(*) FROM edition").scalar_one())


def test_a_takeover_waits_for_what_is_being_published(publish, takeover, database):
    """Between the check of the number and the commit nobody takes the lock: the edition is published before it."""
    ended_in_the_window = []

    def between() -> None:
        takeover.begin()
        ended_in_the_window.append(takeover.done.is_set())

    done = publish(between)
    takeover.end()
    assert ended_in_the_window == [False]
    assert done
    assert published(database) == 1
    assert [one["event_type"] for one in takeover.lock.get_audit_trail(3)] == [
        "edition_published", "lock_release", "lock_acquire",
    ]  # fmt: skip


def test_what_comes_after_a_takeover_is_refused(publish, takeover, database):
    """Once somebody else has the lock, an edition under the older number is refused, at each isolation."""
    takeover.begin()
    takeover.end()
    assert not publish(lambda: None)
    assert published(database) == 0


def test_a_takeover_waits_for_words_that_are_being_kept(database, takeover, clock, lock, monkeypatch):
    """A reply is kept under the number that it was given under, or not at all: a takeover does not come between."""
    lock.acquire_lock("openai")
    between = []

    def compressed(body: bytes, _level: int) -> bytes:
        takeover.begin()
        between.append(takeover.done.is_set())
        return body

    monkeypatch.setattr("neuralbrain.store.replies.zlib.compress", compressed)
    answer = Answer(body=b"words", media_type="text/plain", model="m")
    StoredReplies(database, clock=clock).keep("d", provider="openai", version="1", lock_number=1, answer=answer)
    takeover.end()
    assert between == [False]
