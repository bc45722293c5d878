"""Where a list goes on: an opaque word that names its place, so that what is added meanwhile shifts nothing."""

from __future__ import annotations

import base64
import binascii
import json

from neuralbrain.errors import QueryError

LONGEST_CURSOR = 200  # characters; ours have fewer than half as many
LARGEST = 2**63 - 1  # of an SQLite integer


def cursor_of(kind: str, *places: int) -> str:
    """Return a place in a list as a word for an address.

    Args:
        kind: Which list; a cursor of another one is refused.
        places: What the next page begins behind, such as an edition's number and a position in it.

    >>> places_of("editions", cursor_of("editions", 17), count=1)
    (17,)
    """
    words = json.dumps([kind, *places], separators=(",", ":"))
    return base64.urlsafe_b64encode(words.encode()).decode().rstrip("=")


def places_of(kind: str, cursor: str, *, count: int) -> tuple[int, ...]:
    """Return what a cursor names.

    Args:
        kind: Which list is asked for.
        cursor: As it came back.
        count: How many numbers it must name.

    Raises:
        QueryError: If it is none of this list's.
    """
    try:
        if len(cursor) > LONGEST_CURSOR:
            raise ValueError("it is too long")  # noqa: TRY301 - one refusal for whatever is wrong with it
        said = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        found, *places = said
        whole = all(type(one) is int and 0 <= one <= LARGEST for one in places)
        if found != kind or len(places) != count or not whole:
            raise ValueError("it is of another list")  # noqa: TRY301 - as above
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise QueryError(
            "The cursor is none that this list gave.",
            remedy="Take next_cursor of the page before as it is, or leave it out to begin again.",
            code="cursor-unreadable",
        ) from error
    return tuple(places)
