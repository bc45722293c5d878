"""How long a provider asks us to wait: in two headers, a field of Google's errors, or the middle of a sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from neuralbrain.outgoing.message import first_header

LONGEST_SECONDS = 32 * 86_400.0  # no allowance is longer than a month; what says more is a fault, not a wish

NUMBER = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,15})?")  # no sign, no exponent, no NaN
PART = r"[0-9]{1,9}(?:\.[0-9]{1,9})?(?:days?|d|hours?|h|minutes?|mins?|m(?!s)|seconds?|secs?|s|ms)"
DURATION = re.compile(rf"(?:{PART}\s*)+")
IN_A_SENTENCE = re.compile(
    rf"(?:try again|retry)(?: again)? (?:in|after)\s*:?\s*(?P<wait>(?:{PART}\s*)+)", re.IGNORECASE
)
ONE_PART = re.compile(r"(?P<number>[0-9.]+)(?P<unit>[a-z]+)")
UNIT_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


def told_in_headers(headers: Sequence[tuple[str, str]], *, now: datetime) -> float | None:
    """Return the seconds to wait that the headers say, None where they say nothing usable.

    A date is held against the sender's own ``date``, so that a wrong clock on either side does not matter. What is
    negative, in the past, longer than a month or not a plain number is as good as absent.

    Args:
        headers: Names in small letters.
        now: For a date where the sender gives none of its own.

    >>> told_in_headers((("retry-after", "20"), ("retry-after-ms", "1500")), now=datetime(2026, 11, 1, tzinfo=UTC))
    1.5
    """
    milliseconds = _number(first_header(headers, "retry-after-ms"))
    if milliseconds is not None:
        wait = _usable(milliseconds / 1000.0)
        if wait is not None:
            return wait
    text = (first_header(headers, "retry-after") or "").strip()
    seconds = _number(text)
    if seconds is not None:
        return _usable(seconds)
    until = _date(text)
    if until is None:
        return None
    wait = _usable((until - (_date(first_header(headers, "date") or "") or now)).total_seconds())
    return wait or None  # a date that has passed says nothing


def told_as_duration(text: str) -> float | None:
    """Return the seconds of a duration, None where it is not one.

    >>> told_as_duration("26s"), told_as_duration("47m12.5s"), told_as_duration("-1s")
    (26.0, 2832.5, None)
    """
    text = text.strip().lower()
    if not DURATION.fullmatch(text):
        return None
    parts = ((float(one["number"]), _unit_seconds(one["unit"])) for one in ONE_PART.finditer(text))
    return _usable(sum(number * unit for number, unit in parts))


def told_in_a_sentence(message: str) -> float | None:
    """Return the seconds of the first "try again in …", None where there is none.

    >>> told_in_a_sentence("Used 99800, requested 4000. Please try again in 47m12s. Need more tokens?")
    2832.0
    """
    found = IN_A_SENTENCE.search(message)
    return None if found is None else told_as_duration(found["wait"])


def _unit_seconds(unit: str) -> float:
    return UNIT_SECONDS["ms" if unit == "ms" else unit[0]]


def _number(text: str | None) -> float | None:
    text = (text or "").strip()
    return float(text) if NUMBER.fullmatch(text) else None


def _usable(seconds: float) -> float | None:
    return seconds if 0 <= seconds <= LONGEST_SECONDS else None


def _date(text: str) -> datetime | None:
    if len(text) > 60:  # the longest form of a date in a header has 33 characters
        return None
    try:
        read = parsedate_to_datetime(text)
        return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
