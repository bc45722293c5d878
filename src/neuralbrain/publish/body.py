"""One answer as bytes, and the same bytes in smaller codings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from threading import Event, Lock

from neuralbrain.publish.compression import LEAST_BYTES, compressed

DIGEST_SHOWN = 16  # hexadecimal digits of a body's SHA-256: 64 bits tell any two bodies apart
JSON = "application/json"
PACKED = frozenset({"application/vnd.apache.parquet"})  # compressed inside already


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """One answer.

    Safe to use from several threads.

    Args:
        content: What is sent, such as JSON in UTF-8.
        etag: A strong entity tag, with its quotes: the edition's number and a digest of the content.
        media_type: What it is.
        name: What a program keeps it as; empty for what is shown.
        more: Place at which a list goes on, None where this is all of it.
    """

    content: bytes
    etag: str
    media_type: str = JSON
    name: str = ""
    more: int | None = None
    _coded: dict[str, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)
    _promised: Event = field(default_factory=Event, init=False, repr=False, compare=False)
    _coding: Lock = field(default_factory=Lock, init=False, repr=False, compare=False)

    @property
    def shrinks(self) -> bool:
        """Return whether it is worth to send it in a coding."""
        return len(self.content) >= LEAST_BYTES and self.media_type not in PACKED

    def ready(self, coding: str) -> bytes | None:
        """Return it in a coding where that was made already; this neither waits nor makes anything."""
        return self._coded.get(coding)

    @property
    def will_be_coded(self) -> bool:
        """Return whether somebody makes a coding of it, or has promised to: who asks meanwhile need not wait for it."""
        return self._promised.is_set() or self._coding.locked()

    def promise(self, *, kept: bool = False) -> None:
        """Say that all codings are going to be made, or that nothing more comes of it."""
        if kept:
            self._promised.clear()
        else:
            self._promised.set()

    def coded(self, coding: str) -> bytes:
        """Return it in a coding, made once.

        Raises:
            ValueError: If there is no such coding.
        """
        with self._coding:
            if coding not in self._coded:
                self._coded[coding] = compressed(self.content, coding)
            return self._coded[coding]


def etag_of(number: int, content: bytes) -> str:
    """Return the strong entity tag of an answer of an edition."""
    return f'"{number}-{hashlib.sha256(content).hexdigest()[:DIGEST_SHOWN]}"'


def coded_etag(etag: str, coding: str) -> str:
    """Return the strong entity tag of an answer in a coding: other bytes have another tag.

    >>> coded_etag('"7-ab"', "br")
    '"7-ab.br"'
    """
    return f'{etag[:-1]}.{coding}"' if coding else etag
