"""How all providers are doing, looked up in what is kept, at most once a second."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from neuralbrain.domain.call import CallRecord
from neuralbrain.domain.lock import LockState, ProviderStatus
from neuralbrain.health.verdict import (
    CALLS_LOOKED_AT,
    CHECKS_LOOKED_AT,
    ON_THIS_MACHINE,
    ProviderHealth,
    ProviderRecord,
    health_of,
)
from neuralbrain.ports import Clock, ProviderChecks

KNOWN_SECONDS = 1.0  # the status is asked for far more often than anything changes


class CallLog(Protocol):
    """The record of calls, as far as it is read here."""

    def last(self, limit: int, *, provider: str | None = None) -> tuple[CallRecord, ...]:
        """Return the last calls, newest first, of one provider or of all."""
        ...

    def since(self, moment: datetime) -> tuple[CallRecord, ...]:
        """Return the calls since a moment, oldest first."""
        ...


class ProvidersHealth:
    """Says how each provider is doing. Safe to use from several threads.

    Args:
        names: Every provider, in the order of priority.
        lacking: What one lacks to be asked, empty where nothing.
        checks: What was seen of them.
        calls: What real calls came to.
        state: Gives the lock's state, which knows who is left alone.
        clock: Tells the time.
    """

    def __init__(
        self,
        names: Sequence[str],
        *,
        lacking: Callable[[str], str],
        checks: ProviderChecks,
        calls: CallLog,
        state: Callable[[], LockState],
        clock: Clock,
    ) -> None:
        self.names = tuple(names)
        self._lacking = lacking
        self._checks = checks
        self._calls = calls
        self._state = state
        self._clock = clock
        self._known: tuple[float, Mapping[str, ProviderHealth]] | None = None

    def status(self, name: str) -> ProviderStatus:
        """Return how a provider is doing, in one word; without a look at what is kept where it lacks something.

        A name that the settings do not know lacks everything.

        Raises:
            StoreError: If what is kept cannot be read.
        """
        if name not in self.names or self._lacking(name):
            return ProviderStatus.UNCONFIGURED
        return ProviderStatus.HEALTHY if name == ON_THIS_MACHINE else self.all()[name].status

    def all(self) -> Mapping[str, ProviderHealth]:
        """Return how each is doing, by name, in the order of priority; at most a second old.

        Raises:
            StoreError: If what is kept cannot be read.
        """
        known, seconds = self._known, self._clock.uptime_seconds()
        if known is not None and 0 <= seconds - known[0] < KNOWN_SECONDS:
            return known[1]
        state, now = self._state(), self._clock.now()
        found = {name: health_of(self._record(name, state), now=now) for name in self.names}
        self._known = (seconds, found)
        return found

    def forget(self) -> None:
        """Look again at the next question: something has changed."""
        self._known = None

    def _record(self, name: str, state: LockState) -> ProviderRecord:
        lacks = self._lacking(name)
        asked = not lacks and name != ON_THIS_MACHINE
        return ProviderRecord(
            name=name,
            lacks=lacks,
            checks=self._checks.last(name, CHECKS_LOOKED_AT) if asked else (),
            calls=self._calls.last(CALLS_LOOKED_AT, provider=name) if asked else (),
            parked=state.parking_of(name),
        )
