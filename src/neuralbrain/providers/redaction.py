"""Makes a provider's message fit to be stored and shown: no key, one line, not long."""

from __future__ import annotations

import re
from collections.abc import Sequence

LONGEST_MESSAGE = 500  # characters; a message that is longer repeats the request
MOST_READ = 20_000  # characters looked at: patterns are not run over a megabyte of somebody else's text
HIDDEN = "[hidden]"

KEYS = re.compile(
    r"""
    (?:bearer|basic)\s+[^\s,;"'<>]+                              # Authorization, echoed
    | \b(?:(?:sk|pk|rk|xox[a-z])-|(?:gsk|hf|ghp)_|AIza|AQ\.)[-_*.A-Za-z0-9]{4,}  # by first letters, also half masked
    | (?:api[-_ ]?key|key|token|secret|password)["']?\s*[=:]\s*["']?[^\s,;"'<>&]{6,}
    | \b(?=[A-Za-z0-9_*]*[0-9])(?=[A-Za-z0-9_*]*[A-Za-z])[A-Za-z0-9_*]{24,}   # long runs of letters and digits
    """,
    re.IGNORECASE | re.VERBOSE,
)


def redacted(text: str, *, known: Sequence[str] = ()) -> str:
    r"""Return a message as one line of at most 500 printable characters, without what looks like a key.

    Args:
        text: As somebody else wrote it.
        known: Keys and account numbers that are hidden wherever they stand.

    >>> redacted("Incorrect API key provided: sk-abc***********wxyz.\nSee the docs.")
    'Incorrect API key provided: [hidden] See the docs.'
    """
    text = text[:MOST_READ]
    for one in sorted((secret for secret in known if len(secret) >= 4), key=len, reverse=True):
        text = text.replace(one, HIDDEN)
    text = KEYS.sub(HIDDEN, text)
    line = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"
