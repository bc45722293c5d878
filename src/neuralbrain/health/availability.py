"""Who could take the lock back between two editions, and whether anybody can be connected to at all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from neuralbrain.domain.lock import LockState
from neuralbrain.domain.provider_check import CHECKS_KEPT, MonitorSettings, ProbeResult, ProviderCheck
from neuralbrain.lock.failback import LAST_RESORT, PASSED_IN_A_ROW, STALE_AFTER_INTERVALS, failback_target
from neuralbrain.lock.parking import is_parked
from neuralbrain.ports import Clock, ProviderChecks


class Availability:
    """Looks at kept checks, and at the providers themselves where nobody else does.

    Args:
        order: The enabled providers, highest priority first.
        lacking: What a provider lacks to be asked, empty where nothing.
        over_network: Whether a provider can be asked and is reached over the network.
        probe: Asks a provider, without a token being paid, whether it can be asked.
        checks: What was seen before.
        clock: Tells when.
        preferred: Whether a provider of higher priority is taken back from another AI provider too.
        healthy_seconds: How long it must have passed every check before that.
    """

    def __init__(
        self,
        order: Sequence[str],
        *,
        lacking: Callable[[str], str],
        over_network: Callable[[str], bool],
        probe: Callable[[str], ProbeResult],
        checks: ProviderChecks,
        clock: Clock,
        preferred: bool,
        healthy_seconds: float,
    ) -> None:
        self._order = tuple(order)
        self._lacking = lacking
        self._over_network = over_network
        self._probe = probe
        self._checks = checks
        self._clock = clock
        self._preferred = preferred
        self._healthy_seconds = healthy_seconds

    def network_is_down(self) -> bool:
        """Return whether there are several providers to be connected to, and not one of them can be.

        One host alone may be away itself; then it is its failure.
        """
        reached = [self._probe(name).reached for name in self._order if self._over_network(name)]
        return len(reached) > 1 and not any(reached)

    def to_take_back(self, state: LockState) -> str | None:
        """Return to whom the lock goes before a new edition is begun, None where it stays.

        Args:
            state: The lock.
        """
        last_resort = state.provider == LAST_RESORT
        if state.provider is None or not (last_resort or self._preferred):
            return None
        monitor = self._checks.settings()
        if last_resort:
            self._look_where_nobody_does(state, monitor)
        enough = PASSED_IN_A_ROW if last_resort else CHECKS_KEPT
        return failback_target(
            state,
            order=self._order,
            checks={name: self._checks.last(name, enough) for name in self._order if self._over_network(name)},
            lacking=self._lacking,
            now=self._clock.now(),
            preferred=self._preferred,
            healthy_seconds=self._healthy_seconds,
            interval_seconds=monitor.interval_seconds,
        )

    def _look_where_nobody_does(self, state: LockState, monitor: MonitorSettings) -> None:
        """Check who could take the lock from ``local`` where no monitor has of late: cycles also run without a service.

        A key that is set later would else never be used there. It is checked as often in a row as a monitor would.
        """
        now = self._clock.now()
        stale = timedelta(seconds=STALE_AFTER_INTERVALS * monitor.interval_seconds)
        above = self._order[: self._order.index(LAST_RESORT)] if LAST_RESORT in self._order else ()
        for name in above:
            newest = next(iter(self._checks.last(name, 1)), None)
            looked = newest is not None and now - newest.at <= stale
            if looked or not self._over_network(name) or is_parked(state, name, now=now):
                continue
            results = [self._probe(name) for _ in range(PASSED_IN_A_ROW)]
            self._checks.note([ProviderCheck(provider=name, at=now, result=one) for one in results])
