"""Tells whether a CSV file came whole: one that was cut off still reads as a table, with a wrong number at its end."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Integers
from neuralbrain.errors import SourceSchemaError

BYTES_AT_ONCE = 2**20  # what is counted at one time, so that a long file takes no memory twice
CUT_OFF = "Nothing of it is used; it is kept, and asked for again at the next cycle."
_QUOTE, _LINE_END = b'"', b"\n"


def require_whole(body: bytes, *, origin: str) -> None:
    """Refuse a file whose last line does not end, or that has a row with fewer or more fields than columns.

    Where an answer is over when the connection is, nothing else tells that it was cut off: ``277`` reads as ``2``.

    Args:
        body: The file, fields separated by commas.
        origin: Where it is from, for messages.

    Raises:
        SourceSchemaError: Naming the row.
    """
    if not body.endswith(_LINE_END):
        raise SourceSchemaError(f"{origin} stops in the middle of a row: its last line has no end.", remedy=CUT_OFF)
    row = uneven_row(body)
    if row is not None:
        raise SourceSchemaError(
            f"Row {row} of {origin} has fewer or more fields than the first row has columns, or never ends.",
            remedy=CUT_OFF,
        )


def uneven_row(body: bytes, *, separator: str = ",", start: int = 0) -> int | None:
    r"""Return the first row that has not as many fields as the first one, None where all have; blank rows do not count.

    A quoted field that is still open at the end of the file makes the last row one.

    Args:
        body: The file, in an encoding where a separator is one byte.
        separator: What separates fields, outside of quotation marks.
        start: Where the row of the columns' names begins; it is row 1.

    >>> uneven_row(b'place,n\n"Bonn, DE",1\nKEN\n')
    3
    """
    before, begins, is_open = 0, start, False  # rows, where the unfinished one begins, whether it ends within quotes
    width: int | None = None
    unfinished = 0  # separators of the unfinished row
    for position in range(start, len(body), BYTES_AT_ONCE):
        separators, ends, is_open = _marks(body, position, separator, is_open=is_open)
        until = np.searchsorted(separators, ends)
        fields = np.diff(until, prepend=0)
        if len(ends):
            fields[0] += unfinished
            unfinished = len(separators) - int(until[-1])
            width = int(fields[0]) if width is None else width
            starts = np.append(begins, ends[:-1] + 1)
            for row in np.flatnonzero(fields != width).tolist():
                if body[starts[row] : ends[row]].strip():
                    return before + row + 1
            before, begins = before + len(ends), int(ends[-1]) + 1
        else:
            unfinished += len(separators)
    is_uneven = is_open or (width is not None and unfinished != width)
    return before + 1 if is_uneven and body[begins:].strip() else None


def _marks(body: bytes, position: int, separator: str, *, is_open: bool) -> tuple[Integers, Integers, bool]:
    """Return where the separators and the line ends of a stretch are, and whether a quoted field is open after it."""
    letters = np.frombuffer(body, np.uint8, min(BYTES_AT_ONCE, len(body) - position), position)
    quotes = letters == ord(_QUOTE)
    separators, ends = letters == ord(separator), letters == ord(_LINE_END)
    if is_open or quotes.any():
        within = np.logical_xor.accumulate(quotes) ^ is_open  # a quotation mark within a field is written twice
        separators, ends, is_open = separators & ~within, ends & ~within, bool(within[-1])
    return np.flatnonzero(separators) + position, np.flatnonzero(ends) + position, is_open
