"""A record of calls in memory, with the rules of the real one: each step once and in order, upper bounds count."""

from __future__ import annotations

import threading
from dataclasses import replace

from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, CallRecord, Spent, spent_by
from stand_ins import StillClock


class RememberedCalls:
    """Calls in memory.

    Args:
        clock: Tells when one began.
    """

    def __init__(self, clock: StillClock) -> None:
        self.clock = clock
        self.records: list[CallRecord] = []
        self.bodies: dict[int, bytes] = {}
        self.steps: list[str] = []
        self._lock = threading.Lock()

    def begin(self, call: CallBegun) -> int:
        """Keep that a call is about to be made."""
        with self._lock:
            number = len(self.records) + 1
            self.records.append(CallRecord(number=number, at=self.clock.now(), begun=call, answered=None, reading=None))
            self.steps.append("begin")
            return number

    def answered(self, number: int, answered: CallAnswered) -> None:
        """Keep what came back."""
        with self._lock:
            assert self.records[number - 1].answered is None
            self.bodies[number] = answered.body
            self.records[number - 1] = replace(self.records[number - 1], answered=replace(answered, body=b""))
            self.steps.append("answered")

    def read(self, number: int, reading: CallReading) -> None:
        """Keep what was read out of it."""
        with self._lock:
            assert self.records[number - 1].answered is not None
            assert self.records[number - 1].reading is None
            self.records[number - 1] = replace(self.records[number - 1], reading=reading)
            self.steps.append("read")

    def spent(self, provider: str, *, since) -> Spent:
        """Return what a provider's calls since a moment used."""
        with self._lock:
            return spent_by(tuple(one for one in self.records if one.begun.provider == provider and one.at >= since))

    def last(self, limit: int, *, provider: str | None = None) -> tuple[CallRecord, ...]:
        """Return the last calls, newest first."""
        found = [one for one in reversed(self.records) if provider in {None, one.begun.provider}]
        return tuple(found[:limit])
