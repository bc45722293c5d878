"""Text of any origin made fit for a terminal: what would move the cursor or start a line is spelled out."""

from __future__ import annotations

import re
import sys

# C0 and C1 controls, line and paragraph separators, marks that turn the direction of writing, halves of pairs.
UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(said: str) -> str:
    r"""Return text on one line, with every control character spelled out.

    >>> plain("\x1b[31mred\nline")
    '\\x1b[31mred\\nline'
    """
    return UNSAFE.sub(lambda found: ascii(found[0])[1:-1], said)


def carries(letters: str) -> bool:
    """Return whether standard output can show these letters."""
    try:
        letters.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def say(said: str, *, error: bool = False) -> None:
    """Print one line to standard output, or to standard error; a stream that cannot be written is left alone."""
    stream = sys.stderr if error else sys.stdout
    if stream is None:
        return
    try:
        stream.write(f"{plain(said)}\n")
        stream.flush()
    except OSError:
        return
