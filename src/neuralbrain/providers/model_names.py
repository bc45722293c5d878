"""Tells whether an answer comes from the model that was asked."""

from __future__ import annotations

import re

# Days and numbers of snapshots: -2026-10-26, -20261026, -0613, -001.
SNAPSHOT = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8}|\d{3,4})\Z")


def is_same_model(asked: str, answered: str) -> bool:
    """Return whether an answer's model is the one that was asked for; also where the answer names none.

    A snapshot of a day is the model it is of. Folders before the name are the host's own order. What stands behind a
    colon must be the same where both have it: a size, or the host behind a router; a router may leave it out.

    >>> is_same_model("gpt-x", "gpt-x-2026-10-26"), is_same_model("gpt-x", "gpt-x-mini")
    (True, False)
    >>> is_same_model("openai/gpt-oss-120b:cerebras", "gpt-oss-120b")
    True
    """
    if not answered:
        return True
    (wanted, wanted_tag), (given, given_tag) = _parts(asked), _parts(answered)
    same = given == wanted or (given.startswith(wanted) and SNAPSHOT.fullmatch(given[len(wanted) :]) is not None)
    return same and (not given_tag or not wanted_tag or wanted_tag == given_tag)


def _parts(name: str) -> tuple[str, str]:
    """Return a name without its folders, and what stands behind its colon; ``latest`` says nothing."""
    name, _, tag = name.lower().partition(":")
    return name.rpartition("/")[2], "" if tag == "latest" else tag
