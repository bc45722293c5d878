"""A provider's words as they may be shown to anybody: one short line of plain text."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

MOST_CHARACTERS = 500  # of what is shown: as much as a provider is asked for, and as a summary has room for
LEAST_CHARACTERS = 80  # of one part: less is no sentence
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of characters that do something instead of being seen: control, direction, surrogates, private ones."""
SENTENCE_ENDS = (". ", "! ", "? ")


def shown(parts: Sequence[str]) -> str:
    r"""Return what a provider said, in several parts where it was asked in several, as one line.

    What was said twice is shown once. Parts share the room evenly, and what one leaves free goes to the others; the
    last are left out where each would get less than a sentence. A part that is too long ends behind a sentence that
    fits, or else behind a word, with an ellipsis. Markup is text like any other.

    Args:
        parts: The words as they came.

    Returns:
        At most 500 characters; empty where nothing was said.

    >>> shown(["Cases\nrise. ", "Cases rise.", "Deaths <b>fall</b>."])
    'Cases rise. Deaths <b>fall</b>.'
    """
    said = [one for one in dict.fromkeys(plain(part) for part in parts) if one]
    said = said[: MOST_CHARACTERS // LEAST_CHARACTERS]
    room = MOST_CHARACTERS - max(0, len(said) - 1)
    given: dict[str, int] = {}
    for place, one in enumerate(sorted(said, key=len)):
        given[one] = min(len(one), room // (len(said) - place))
        room -= given[one]
    return " ".join(_cut(one, given[one]) for one in said)


def plain(text: str) -> str:
    r"""Return foreign words as one line without characters that are not seen.

    >>> plain("a\tb\u202ec\x00")
    'a bc'
    """
    seen = (one for one in " ".join(text.split()) if unicodedata.category(one) not in UNSEEN)
    return " ".join("".join(seen).split())


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    end = max(text.rfind(mark, 0, most + 1) for mark in SENTENCE_ENDS)
    if end + 1 >= LEAST_CHARACTERS:
        return text[: end + 1]
    return f"{text[: most - 1].rpartition(' ')[0] or text[: most - 1]}…"
