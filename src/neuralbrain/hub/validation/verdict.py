"""What a check says of a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

SHOWN = 5  # of what is wrong; the rest is counted


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "pass"
    FAILED = "fail"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one check found.

    Args:
        outcome: How it ended.
        message: One or two sentences: what is wrong and what to do, or why it was skipped; empty where it passed.
        where: The first places that are wrong.
        count: How many there are.
    """

    outcome: Outcome
    message: str = ""
    where: tuple[str, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """A verdict and the check that it is of, by the identifier that the hubverse gave it."""

    check: str
    verdict: Verdict


PASSED = Verdict(outcome=Outcome.PASSED)


def failed(message: str, where: Sequence[str] = (), *, count: int | None = None) -> Verdict:
    """Return that something is wrong.

    Args:
        message: What, and what to do.
        where: The places, the first of them or all.
        count: How many there are, where not all are given.
    """
    shown = tuple(where[:SHOWN])
    return Verdict(outcome=Outcome.FAILED, message=message, where=shown, count=len(where) if count is None else count)


def skipped(why: str) -> Verdict:
    """Return that there was nothing to look at, or nothing could be looked at."""
    return Verdict(outcome=Outcome.SKIPPED, message=why)


def unless(where: Sequence[str], message: str) -> Verdict:
    """Return that all is well where no place is wrong, else what is wrong with them."""
    return failed(message, where) if where else PASSED
