"""What calls of a day to one provider came to, added up where they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from neuralbrain.domain.call import Spent
from neuralbrain.domain.failure import FailureKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DayCost:
    """All calls of one day to one provider that ended alike.

    Args:
        day: On which they began, UTC.
        provider: Who was asked.
        kind: Why they failed; None where they went well, and where nobody came to read an answer.
        spent: What they used.
        without_price: How many of them used tokens that no price is known for.
    """

    day: date
    provider: str
    kind: FailureKind | None
    spent: Spent
    without_price: int
