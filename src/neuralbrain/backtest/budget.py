"""The most that one run of a backtest may ask of a provider over the network, held before each call is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, CallRecord, Spent
from neuralbrain.ports import Calls


class BudgetSpentError(Exception):
    """The next call could pass the budget; the run catches it, and nobody else sees it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one run may use.

    Args:
        calls: How many calls, None for any number.
        usd: How many US dollars, a call that is not yet answered counting with its upper bound; None for any number.
    """

    calls: int | None = None
    usd: float | None = None


class BudgetedCalls:
    """The record of calls, which refuses to begin one that could pass the budget.

    A call of which nobody tells what it cost counts with its upper bound.

    Args:
        calls: Where calls are kept.
        budget: What this run may use.
    """

    def __init__(self, calls: Calls, budget: Budget) -> None:
        self._calls = calls
        self._budget = budget
        self._most_usd: dict[int, float] = {}
        self.made = 0
        self.usd = 0.0

    def begin(self, call: CallBegun) -> int:
        """Keep that a call is about to be made.

        Raises:
            BudgetSpentError: If it could pass the budget; nothing has left then.
        """
        most = call.most_cost_usd or 0.0
        if self._budget.calls is not None and self.made >= self._budget.calls:
            raise BudgetSpentError(f"all {self._budget.calls} calls that were allowed are made")
        if self._budget.usd is not None and self.usd + most > self._budget.usd:
            raise BudgetSpentError(
                f"{self.usd:.4f} of the {self._budget.usd:g} US dollars that were allowed are used, and the next call "
                f"may cost {most:.4f}"
            )
        number = self._calls.begin(call)
        self.made += 1
        self.usd += most
        self._most_usd[number] = most
        return number

    def answered(self, number: int, answered: CallAnswered) -> None:
        """Keep what came back, before anybody reads it."""
        self._calls.answered(number, answered)

    def read(self, number: int, reading: CallReading) -> None:
        """Keep what was read out of it, and count what it cost instead of its upper bound, where that is told."""
        self._calls.read(number, reading)
        most = self._most_usd.pop(number, 0.0)
        if reading.cost_usd is not None:
            self.usd += reading.cost_usd - most

    def spent(self, provider: str, *, since: datetime) -> Spent:
        """Return what a provider's calls since a moment used, those of others too."""
        return self._calls.spent(provider, since=since)

    def last(self, limit: int, *, provider: str | None = None) -> tuple[CallRecord, ...]:
        """Return the last calls, newest first."""
        return self._calls.last(limit, provider=provider)
