"""Earlier editions, as they answered when they were up: read when they are asked for, the last few kept in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Generic, Protocol, TypeVar

from neuralbrain.domain.edition import Edition, EditionHeader

MOST_FORECASTS = 2_000  # kept in memory at once, about 30 MB; the newest asked for stays whatever its size

Made = TypeVar("Made")


class PastEditions(Protocol):
    """What was published, by number and by moment."""

    def header(self, number: int) -> EditionHeader | None:
        """Return the header of one edition, withdrawn or not, None where there is none of that number."""
        ...

    def up_at(self, moment: datetime) -> EditionHeader | None:
        """Return the header of the edition that was up at a moment, None where none was."""
        ...

    def get(self, number: int | None = None) -> Edition | None:
        """Return one edition whole; without a number the newest that was not withdrawn."""
        ...


class Archive(Generic[Made]):
    """Gives an edition by its number or by a moment, made once and kept as long as there is room.

    Safe to use from several threads; who asks for another edition waits until the first is made, so that ten
    requests for one edition do not read it ten times.

    Args:
        editions: What was published.
        make: Makes of an edition what is kept.
        up: Gives what is up, with its header: that is in memory already.
    """

    def __init__(
        self,
        editions: PastEditions,
        *,
        make: Callable[[Edition], Made],
        up: Callable[[], tuple[EditionHeader, Made] | None],
    ) -> None:
        self._editions = editions
        self._make = make
        self._up = up
        self._making = Lock()
        self._kept: OrderedDict[int, tuple[EditionHeader, Made]] = OrderedDict()

    def numbered(self, number: int) -> Made | None:
        """Return one edition, also a withdrawn one, None where there is none of that number.

        Raises:
            StoreError: If it cannot be read.
        """
        return self._made(self._editions.header(number))

    def up_at(self, moment: datetime) -> Made | None:
        """Return the edition that was up at a moment, None where none was.

        Raises:
            StoreError: If it cannot be read.
        """
        return self._made(self._editions.up_at(moment))

    def _made(self, header: EditionHeader | None) -> Made | None:
        if header is None:
            return None
        up = self._up()
        if up is not None and up[0] == header:
            return up[1]
        with self._making:
            kept = self._kept.get(header.number)
            # The whole header: what was withdrawn since says so, and a restored database may hold another edition.
            if kept is None or kept[0] != header:
                edition = self._editions.get(header.number)
                if edition is None:
                    return None
                kept = (edition.header, self._make(edition))
                self._kept[header.number] = kept
                self._make_room()
            self._kept.move_to_end(header.number)
            return kept[1]

    def _make_room(self) -> None:
        while len(self._kept) > 1 and sum(header.forecasts for header, _ in self._kept.values()) > MOST_FORECASTS:
            self._kept.popitem(last=False)
