"""Unpacks the body of an answer while it comes, so that what is counted is what it would fill."""

from __future__ import annotations

import zlib

GZIP = zlib.MAX_WBITS | 16  # zlib's own way to say: with the header of a gzip file
MOST_MEMBERS = 1000  # a gzip body may be several files in a row; a real one is one, or one per block of a feed


class TooLargeError(Exception):
    """More bytes than allowed: caught by the transport, which says so as a value."""


class UnpackingError(Exception):
    """The body is not packed as it says: caught by the transport, which says so as a value."""


class Body:
    """Collects a body up to a number of bytes.

    Args:
        coding: The header ``content-encoding``, empty where there is none.
        most_bytes: How many bytes may be collected, and how many may come.

    Raises:
        UnpackingError: If the coding is one that was not asked for.
    """

    def __init__(self, coding: str, *, most_bytes: int) -> None:
        coding = coding.strip().lower()
        if coding not in {"", "identity", "gzip", "x-gzip"}:
            raise UnpackingError("the body is packed in a way that was not asked for")
        self._packed = coding.endswith("gzip")
        self._member = zlib.decompressobj(GZIP)
        self._members = 0
        self._most_bytes = most_bytes
        self._came = 0
        self._collected = bytearray()

    def add(self, chunk: bytes) -> None:
        """Take what came next.

        Raises:
            TooLargeError: If it is too much by now, packed or unpacked.
            UnpackingError: If it is not packed as it says.
        """
        self._came += len(chunk)
        if self._came > self._most_bytes:
            raise TooLargeError
        if self._packed:
            self._unpack(chunk)
        else:
            self._collected += chunk

    def whole(self) -> bytes:
        """Return what was collected.

        Raises:
            UnpackingError: If it ends in the middle of what was packed.
        """
        if self._packed and self._came and not self._member.eof:
            raise UnpackingError("the packed body ends too early")
        return bytes(self._collected)

    def _unpack(self, chunk: bytes) -> None:
        while chunk:
            if self._member.eof:  # another member follows
                self._members += 1
                if self._members > MOST_MEMBERS:
                    raise UnpackingError("the body is packed in too many pieces")
                self._member = zlib.decompressobj(GZIP)
            room = self._most_bytes - len(self._collected)
            try:
                # One byte beyond the room tells a body that fits exactly from one that does not.
                self._collected += self._member.decompress(chunk, room + 1)
            except zlib.error:
                raise UnpackingError("the body is not packed as it says") from None
            if len(self._collected) > self._most_bytes:
                raise TooLargeError
            chunk = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
