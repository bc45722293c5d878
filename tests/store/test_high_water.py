"""A lock number that falls is noticed by whoever has seen the higher one."""

from __future__ import annotations

import threading

import pytest

from neuralbrain.errors import StoreDamagedError
from neuralbrain.store.high_water import HighWaterMark
from neuralbrain.store.lock_row import StoredLockRow

pytestmark = pytest.mark.both_databases


def rewind(database) -> None:
    """Give the lock an older number, as a standby that missed the last commits has."""
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE lock SET number = number - 1, revision = revision - 1")


def test_who_saw_more_uses_nothing_of_it(lock, lock_row, database, open_again, clock):
    """Each way to ask for the lock refuses it and says what to do, while a process that starts anew goes on."""
    lock.acquire_lock("gemini")
    lock.acquire_lock("groq")
    rewind(database)
    for ask in (lock_row.read, lock_row.holder, lambda: lock.acquire_lock("local")):
        with pytest.raises(StoreDamagedError, match="went back: its lock has number 1, and had 2") as caught:
            ask()
        assert caught.value.error_code == "store-rewound"
        assert "start everything again" in caught.value.remedy
    assert StoredLockRow(open_again(), clock=clock).holder() == "groq"


def test_a_number_that_only_another_has_seen(lock, database, open_again, clock):
    """Only what this process itself has seen counts: it is told of what others acknowledged by nobody."""
    other = StoredLockRow(open_again(), clock=clock)
    assert other.read().number == 0
    lock.acquire_lock("gemini")
    rewind(database)
    assert other.read().number == 0


def test_others_may_be_faster(database):
    """A number that was read before another thread saw a higher one is no fall."""
    mark = HighWaterMark(database)
    before = mark.now()
    mark.see(2, since=mark.now())
    mark.see(1, since=before)
    with pytest.raises(StoreDamagedError):
        mark.see(1, since=mark.now())


def test_many_threads_raise_no_false_alarm(lock, lock_row):
    """While some change the lock and others read it, nobody takes the order of answers for a fall."""
    faults: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                lock_row.holder()
                lock_row.read()
        except BaseException as error:  # noqa: BLE001 - told by the test
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for number in range(40):
        lock.acquire_lock(("gemini", "groq")[number % 2])
    done.set()
    for reader in readers:
        reader.join()
    assert faults == []
