"""What the store needs of a database, whichever it is: transactions, one held connection, errors in our words."""

from __future__ import annotations

import contextlib
import zlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError, DBAPIError, NoResultFound, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from neuralbrain.deadline import unstruck
from neuralbrain.errors import StoreDamagedError, StoreError, StoreUnavailableError

READERS = 16  # connections that may read at one time; each sees its own snapshot


class Database(ABC):
    """Opens connections, runs transactions, and says in our words what goes wrong.

    Args:
        name: What it is called in sentences; without user and password, where it has such.
        busy_timeout_seconds: How long a writer waits for another one.
    """

    clock_question: str | None = None
    """How its clock is asked for seconds since 1970, by which the leases of many machines are measured; None where one
    machine alone uses it: that machine's uptime is the better measure."""

    _foreign_errors: tuple[type[Exception], ...] = (DBAPIError, OSError)
    """What is said in our words: SQLAlchemy's errors, the disk's, and a driver's where it is used without it."""

    def __init__(self, name: str, *, busy_timeout_seconds: float) -> None:
        self.name = name
        self.opened = 1  # how often; what holds a connection open asks for another one where this has grown
        self._busy_timeout_seconds = busy_timeout_seconds
        self._held: list[Connection] = []

    @abstractmethod
    def write(self) -> AbstractContextManager[Connection]:
        """Run a block as one transaction that may write; it commits at the end, or not at all.

        Raises:
            StoreError: In our words, whatever the database says.
        """

    @abstractmethod
    def read(self) -> AbstractContextManager[Connection]:
        """Run a block on one snapshot, without waiting for writers.

        Raises:
            StoreError: In our words, whatever the database says.
        """

    @abstractmethod
    def migrating(self) -> AbstractContextManager[Connection]:
        """Run a block as one transaction that may change tables, one process at a time.

        Raises:
            StoreError: In our words, whatever the database says.
        """

    @abstractmethod
    def library(self) -> str:
        """Return what keeps the data, with its version.

        Raises:
            StoreError: If the database cannot be opened.
        """

    def hold_open(self, *, instead_of: Connection | None = None) -> Connection:
        """Return a connection on which each statement stands alone and sees what is committed at that moment.

        For what is asked so often that opening a transaction would be most of the work.

        Args:
            instead_of: One that was held open before, and is not of use any more.

        Raises:
            StoreError: In our words, whatever the database says.
        """
        with self.translated():
            if instead_of is not None and instead_of in self._held:
                self._held.remove(instead_of)
                instead_of.close()
            held = self._standing_alone().connect()
        self._held.append(held)
        return held

    def close(self) -> None:
        """Close every connection."""
        while self._held:
            self._held.pop().close()
        for engine in self._engines():
            engine.dispose()

    @abstractmethod
    def _standing_alone(self) -> Engine:
        """Return what opens connections on which each statement is a transaction of its own."""

    @abstractmethod
    def _engines(self) -> Iterable[Engine]:
        """Return everything that holds connections."""

    @abstractmethod
    def _in_our_words(self, error: Exception) -> StoreError:
        """Return what the database, its driver or the disk says as one of our errors."""

    @contextlib.contextmanager
    def translated(self, *, hold: bool = False) -> Iterator[None]:
        """Run a block, and raise what the database or the disk says in our words.

        Args:
            hold: Hold an interruption back beyond the block's end: what was committed is to be known as committed.

        Raises:
            StoreError: The kind that fits, with its remedy.
        """
        try:
            with unstruck(hold=hold):
                yield
        except self._foreign_errors as error:
            raise self._in_our_words(error) from error
        except PoolTimeoutError as error:
            raise StoreUnavailableError(
                f"Too many readers or writers of this process at once kept the database {self.name} busy for "
                f"{self._busy_timeout_seconds:g} s.",
                remedy="Try again; if it stays so, ask less at once.",
            ) from error
        except (SQLAlchemyError, zlib.error) as error:
            raise self._damaged(type(error).__name__) from error

    @contextlib.contextmanager
    def decoding(self, what: str) -> Iterator[None]:
        """Run a block that makes values of stored rows, and call it damage where they are not what we write.

        Args:
            what: What is being read, as the sentence of the error names it.

        Raises:
            StoreDamagedError: If a row is missing or cannot be what was written.
        """
        try:
            yield
        except (ValueError, KeyError, TypeError, AttributeError, NoResultFound, DataError, zlib.error) as error:
            raise self._damaged(what) from error

    def _damaged(self, what: str) -> StoreDamagedError:
        return damaged(self.name, what=what)


def damaged(name: str, *, what: str) -> StoreDamagedError:
    """Return the error that says what of a database is not as it was written."""
    return StoreDamagedError(
        f"The database {name} is damaged: {what} is not as it was written.",
        remedy="Stop what uses it and restore it from a copy; what is damaged is worth keeping until then.",
    )
