"""The highest lock number that a process has seen: where it falls, the database has forgotten what it acknowledged."""

from __future__ import annotations

import threading
from typing import NamedTuple

from neuralbrain.errors import StoreDamagedError
from neuralbrain.store.database import Database


class Mark(NamedTuple):
    """The highest number seen since a database was opened for the n-th time."""

    opened: int
    highest: int


class HighWaterMark:
    """Remembers the highest number, and refuses a lower one.

    A standby that did not get every commit before it was promoted is such a database: under a number that is given
    again, two would publish. A file that somebody put in place of another begins anew: that was done on purpose.

    Args:
        database: Where the numbers come from.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._seen = Mark(0, 0)
        self._one_writer = threading.Lock()

    def now(self) -> Mark:
        """Return the mark, to be taken before the lock is read.

        A number that another thread sees meanwhile may be higher than the one that is read, and both are right.
        """
        return self._seen

    def see(self, number: int, *, since: Mark) -> None:
        """Remember a number that was found committed.

        Args:
            number: The lock's.
            since: The mark before it was read.

        Raises:
            StoreDamagedError: If it is lower than that.
        """
        found = Mark(self._database.opened, number)
        if found == self._seen:
            return
        if number < since.highest and since.opened == found.opened:
            raise StoreDamagedError(
                f"The database {self._database.name} went back: its lock has number {number}, and had "
                f"{since.highest}. What was written in between is lost.",
                remedy="Stop everything that uses it and bring back the server or copy that has it all; or, to go on "
                "with what is left, look at it with `neuralbrain verify` and start everything again.",
                code="store-rewound",
            )
        with self._one_writer:
            self._seen = max(found, self._seen)
