"""How long a step may take and when it is tried again: the policy of steps, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

READ, SCORE, ASK = "read", "score", "ask"  # kinds of step, the first word of their names, with a deadline of their own
STEPS = (READ, "remember", SCORE, "compare", ASK, "normalise", "publish")
"""Every kind of step, in the order of the story."""

PAUSES: Mapping[str, tuple[float, ...]] = {
    "store-unavailable": (2.0, 10.0),  # another process writes; it has been waited for once already
    "lock-contention": (1.0, 5.0),
}
"""Seconds before each further attempt, by error code. A code that is not here is not tried again within a cycle:
it is lasting, or the next slot tries it anyway, or, as for a provider, somebody else counts its attempts."""

PAUSES_OF_ASKING: Mapping[str, tuple[float, ...]] = {
    "lock-number-old": (1.0,),  # an operator changed the lock meanwhile: its new holder is asked, under its number
}
"""The same for the step that asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """How long the steps of a cycle may take, seconds.

    Args:
        read_seconds: Reading one feed.
        ask_seconds: Asking the provider everything.
        step_seconds: Any other step.
        cycle_seconds: All of it.
        score_seconds: Scoring; what is left is scored by the next cycle.
    """

    read_seconds: float
    ask_seconds: float
    step_seconds: float
    cycle_seconds: float
    score_seconds: float = 120.0

    @property
    def all_reading_seconds(self) -> float:
        """Return how long reading all feeds together may take, so that enough is left to ask and to publish."""
        others = self.score_seconds + self.ask_seconds + self.step_seconds
        return max(self.cycle_seconds - others, self.read_seconds)

    def of(self, step: str) -> float:
        """Return the deadline of a step by its name, seconds."""
        match kind_of(step):
            case "read":
                return self.read_seconds
            case "ask":
                return self.ask_seconds
            case "score":
                return self.score_seconds
            case _:
                return self.step_seconds


def kind_of(step: str) -> str:
    """Return the kind of a step by its name.

    >>> kind_of("read cholera-africa")
    'read'
    """
    return step.partition(" ")[0]


def pause_before(attempt: int, *, step: str, code: str) -> float | None:
    """Return how long to wait before an attempt, seconds; None where there is to be none.

    Args:
        attempt: Its number; the first was 1, so this is at least 2.
        step: The step's name.
        code: The error code of the attempt before.

    >>> pause_before(2, step="remember", code="lock-contention"), pause_before(2, step="ask", code="provider-failed")
    (1.0, None)
    """
    pauses = PAUSES.get(code, PAUSES_OF_ASKING.get(code, ()) if kind_of(step) == ASK else ())
    return pauses[attempt - 2] if attempt - 2 < len(pauses) else None
