"""The answers that a client keeps, to ask only whether they have changed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer that was kept.

    Args:
        etag: Its entity tag.
        content: What came, decoded.
        immutable: Whether the service said that it never changes.
    """

    etag: str
    content: bytes
    immutable: bool


class Memory:
    """The last answers of a client, the least used ones forgotten first; safe among threads.

    Args:
        entries: How many answers are kept at most; 0 for none.
        most_bytes: How large they are together at most.
    """

    def __init__(self, *, entries: int, most_bytes: int) -> None:
        self._entries = entries
        self._most_bytes = most_bytes
        self._kept: OrderedDict[str, Kept] = OrderedDict()
        self._bytes = 0
        self._changing = Lock()

    def find(self, target: str) -> Kept | None:
        """Return the answer that was kept for an address, None where there is none."""
        with self._changing:
            found = self._kept.get(target)
            if found is not None:
                self._kept.move_to_end(target)
            return found

    def keep(self, target: str, answer: Kept) -> None:
        """Keep an answer; one that is larger than everything may be is not kept."""
        with self._changing:
            self._forget(target)
            if not self._entries or len(answer.content) > self._most_bytes:
                return
            self._kept[target] = answer
            self._bytes += len(answer.content)
            while len(self._kept) > self._entries or self._bytes > self._most_bytes:
                self._forget(next(iter(self._kept)))

    def _forget(self, target: str) -> None:
        gone = self._kept.pop(target, None)
        self._bytes -= 0 if gone is None else len(gone.content)

    def __len__(self) -> int:
        return len(self._kept)
