"""What a check of `neuralbrain doctor` says: how things are, what that costs, and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How bad it is."""

    OK = "ok"
    NOTE = "note"  # it works, and something is left unused or should be known
    PROBLEM = "problem"  # something does not work


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.

    Args:
        about: What it is about, in a word or two.
        state: ok, note or problem.
        message: How it is, in one sentence.
        costs: What that costs, in one sentence; empty where it costs nothing.
        remedy: What to do, in one sentence; empty where nothing is to be done.
        code: The error code, where an error says it; else empty.
    """

    about: str
    state: State
    message: str
    costs: str = ""
    remedy: str = ""
    code: str = ""
