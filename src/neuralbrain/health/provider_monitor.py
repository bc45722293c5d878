"""The loop that asks providers whether they can be asked, and takes the lock from a holder that cannot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import LockState
from neuralbrain.domain.provider_check import CHECKS_KEPT, MonitorSettings, ProbeResult, ProviderCheck
from neuralbrain.errors import NeuralBrainError
from neuralbrain.health.probing import Probing
from neuralbrain.health.provider_health import CallLog, ProvidersHealth
from neuralbrain.health.provider_report import check_as_json, health_as_json, metrics_as_json
from neuralbrain.health.verdict import (
    CALLS_LOOKED_AT,
    FAILED_IN_A_ROW,
    ON_THIS_MACHINE,
    checks_failed_in_a_row,
    counts_against,
    last_success,
)
from neuralbrain.ports import Clock, ProviderChecks

log = structlog.get_logger()

TICK_SECONDS = 5.0  # how long a change of the settings by another process may go unnoticed
SHORTEST_SECONDS, LONGEST_SECONDS = 10, 86_400  # between two looks: what a provider bears, and what says anything
NUMBERS_SECONDS = 15.0  # of a day change slowly
STOP_SECONDS = 2.0  # for a look that is under way; its thread is a daemon and keeps nobody from ending


class WatchedLock(Protocol):
    """The provider lock, as far as the monitor reads and changes it."""

    def state(self) -> LockState:
        """Return the whole state, as committed."""
        ...

    def hand_on(self, kind: FailureKind, *, expected_number: int, resets_at: datetime | None = None) -> bool:
        """Take the lock from a holder that failed; False when the number is another."""
        ...

    def park(
        self, provider: str, kind: FailureKind, *, why: str, expected_number: int, resets_at: datetime | None = None
    ) -> bool:
        """Leave a provider alone for a while; False when the number is another."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the monitor works over.

    Args:
        lock: Whose holder it watches.
        lacking: What a provider lacks to be asked, empty where nothing.
        checks: Where its checks are kept, and how often it is to look.
        calls: What real calls came to.
        clock: Tells when, and keeps the beat by uptime: wall time may jump.
        actor: Who is named where settings are changed.
    """

    lock: WatchedLock
    lacking: Callable[[str], str]
    checks: ProviderChecks
    calls: CallLog
    clock: Clock
    actor: str


class BackgroundHealthMonitor:
    """Looks at the providers every five minutes, in a thread of its own once it is started.

    A look probes each provider that can be asked and is not left alone. A probe asks for no forecast and costs
    nothing. Every look is kept; the third failed one in a row of the lock's holder takes the lock from it.

    Args:
        watched: What it works over.
        health: How providers are doing, from what is kept.
        probing: Asks them.
    """

    def __init__(self, watched: Watched, *, health: ProvidersHealth, probing: Probing) -> None:
        self._watched = watched
        self._health = health
        self._probing = probing
        self._names = tuple(name for name in health.names if name != ON_THIS_MACHINE)
        self._settings = MonitorSettings()
        self._read_at: float | None = None
        self._beat: float | None = None
        self._looking = threading.Lock()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ends = threading.Event()
        self._looked_at: datetime | None = None
        self._network_down = False
        self._looks = 0
        self._numbers: tuple[float, list[dict[str, Any]]] | None = None

    @property
    def is_running(self) -> bool:
        """Return whether it looks by itself, in this process."""
        return self._thread is not None and self._thread.is_alive() and not self._ends.is_set()

    def start(self) -> None:
        """Look at once and then at every interval, until ``stop``; does nothing where it runs already."""
        with self._starting:
            if self.is_running:
                return
            self._ends = threading.Event()
            self._thread = threading.Thread(
                target=self._run, args=(self._ends,), name="provider-health-monitor", daemon=True
            )
            self._thread.start()

    def stop(self, *, wait_seconds: float = STOP_SECONDS) -> None:
        """Look no more. A look that is under way may end after this returns."""
        with self._starting:
            self._ends.set()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread() and wait_seconds > 0:
            thread.join(wait_seconds)

    def configure(
        self, *, interval_seconds: int | None = None, enabled: bool | None = None, actor: str | None = None
    ) -> None:
        """Change how often it looks, or whether; every process that looks follows within seconds.

        It is kept: where it is not to look it does not, also after a restart, until somebody says otherwise.

        Args:
            interval_seconds: Between two looks, 10 to 86,400; None leaves it.
            enabled: Whether it looks by itself at all; None leaves it.
            actor: Who decided so, for the audit trail; None for this process.

        Raises:
            ValueError: For an interval outside that range.
            StoreError: If it cannot be written.
        """
        if interval_seconds is not None and not SHORTEST_SECONDS <= interval_seconds <= LONGEST_SECONDS:
            raise ValueError(
                f"an interval is {SHORTEST_SECONDS} to {LONGEST_SECONDS:,} seconds, not {interval_seconds}"
            )
        before = self._watched.checks.settings()
        wanted = MonitorSettings(
            interval_seconds=before.interval_seconds if interval_seconds is None else interval_seconds,
            enabled=before.enabled if enabled is None else enabled,
        )
        if wanted != before:
            self._watched.checks.change(wanted, actor=actor or self._watched.actor)
        self._settings = wanted

    def tick(self) -> bool:
        """Look if it is time, and return whether it was; to be called every few seconds.

        Raises:
            Exception: Whatever stands in the way; the next tick tries again.
        """
        settings, seconds = self._current_settings(), self._watched.clock.uptime_seconds()
        due = None if self._beat is None else self._beat + settings.interval_seconds
        if not settings.enabled or (due is not None and seconds < due):
            return False
        # On a fixed beat: a look that takes long does not move the next one. Beats that were slept over are left out.
        late = due is None or seconds - due >= settings.interval_seconds
        self._beat = seconds if due is None or late else due
        self.look()
        return True

    def look(self) -> tuple[ProviderCheck, ...]:
        """Check every provider that is to be checked, and draw the consequences for the lock.

        Raises:
            StoreError: If the lock cannot be read or the checks cannot be kept.
        """
        with self._looking:
            state, now = self._watched.lock.state(), self._watched.clock.now()
            was_down = self._network_down
            checks = self._check([name for name in self._askable() if not _left_alone(state, name, now=now)])
            if self._network_down != was_down:
                log.warning("network-down" if self._network_down else "network-up", asked=len(checks))
            self._leave_alone_longer(state, checks)
            self._hand_on_where_needed(state)
            self._looks += 1
            return checks

    def check_now(self, *names: str) -> tuple[ProviderCheck, ...]:
        """Check providers now and keep the checks; who holds the lock does not change by it.

        Args:
            *names: Whom; without any, every provider that can be asked and is not left alone for a while.

        Raises:
            ValueError: For a name that is no provider over the network.
            StoreError: If the checks cannot be kept.
        """
        unknown = [name for name in names if name not in self._names]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no provider over the network; known are {', '.join(self._names)}")
        state, now = self._watched.lock.state(), self._watched.clock.now()
        askable = self._askable()
        wanted = [name for name in names if name in askable]
        with self._looking:
            return self._check(wanted if names else [name for name in askable if not _left_alone(state, name, now=now)])

    def get_history(self, provider: str, limit: int = 100) -> list[dict[str, Any]]:
        """Return the last checks of a provider, newest first, as plain values; at most 1,000.

        Raises:
            ValueError: If ``limit`` is below 1.
        """
        if limit < 1:
            raise ValueError(f"limit is at least 1, got {limit}")
        return [check_as_json(one) for one in self._watched.checks.last(provider, min(limit, CHECKS_KEPT))]

    def get_providers(self) -> dict[str, dict[str, Any]]:
        """Return how each provider is doing, by name in the order of priority, as plain values."""
        return {name: health_as_json(one) for name, one in self._health.all().items()}

    def get_configuration(self) -> dict[str, Any]:
        """Return how it is to look, and whether and when it did in this process, as plain values."""
        settings = self._watched.checks.settings()
        return {
            "enabled": settings.enabled,
            "interval_seconds": settings.interval_seconds,
            "running": self.is_running and settings.enabled,
            "last_look_at": None if self._looked_at is None else utc_text(self._looked_at),
            "looks": self._looks,
            "network_down": self._network_down,
        }

    def get_status(self) -> dict[str, Any]:
        """Return how it looks and how every provider is doing, as plain values."""
        return {**self.get_configuration(), "providers": self.get_providers()}

    def get_metrics(self) -> list[dict[str, Any]]:
        """Return what checks and calls of the last day come to, one entry a provider, as plain values.

        At most 15 seconds old: a thousand checks of each provider are read for it, and pages ask again and again.
        """
        known, seconds = self._numbers, self._watched.clock.uptime_seconds()
        if known is None or not 0 <= seconds - known[0] < NUMBERS_SECONDS:
            known = self._numbers = (seconds, self._count())
        return deepcopy(known[1])

    def get_dashboard(self) -> dict[str, Any]:
        """Return everything about providers that a page needs: how they are doing, their metrics, the monitor."""
        return {
            "monitor": self.get_configuration(),
            "providers": list(self.get_providers().values()),
            "metrics": self.get_metrics(),
        }

    def _count(self) -> list[dict[str, Any]]:
        since = self._watched.clock.now() - timedelta(days=1)
        calls = self._watched.calls.since(since)
        return [
            metrics_as_json(
                name,
                checks=[one for one in self._watched.checks.last(name, CHECKS_KEPT) if one.at >= since],
                calls=[one for one in calls if one.begun.provider == name],
            )
            for name in self._health.names
        ]

    def _run(self, ends: threading.Event) -> None:
        while not ends.is_set():
            try:
                self.tick()
            except NeuralBrainError as error:
                log.warning("providers-unchecked", code=error.error_code)
            except Exception:
                # The edge of the loop: whatever a look meets, the next tick comes.
                log.exception("providers-unchecked")
            ends.wait(TICK_SECONDS)

    def _current_settings(self) -> MonitorSettings:
        """Return how to look; what was read last where it cannot be read now."""
        try:
            self._settings = self._watched.checks.settings()
        except NeuralBrainError as error:
            log.warning("monitor-settings-unread", code=error.error_code)
        return self._settings

    def _askable(self) -> list[str]:
        return [name for name in self._names if not self._watched.lacking(name)]

    def _check(self, names: Sequence[str]) -> tuple[ProviderCheck, ...]:
        results = self._probing.probe(names)
        at = self._watched.clock.now()
        down = bool(results) and not self._reaches_anybody(results)
        self._network_down, self._looked_at = down, at
        checks = tuple(_check(name, result, at=at, network_down=down) for name, result in results.items())
        self._watched.checks.note(checks)
        self._health.forget()
        self._numbers = None
        return checks

    def _reaches_anybody(self, results: Mapping[str, ProbeResult]) -> bool:
        """Return whether any provider can be connected to; where none can, it is our own network.

        Where nobody of those probed was, the others that can be asked are probed too, also while they are left alone:
        one provider that is away is no network that is down. What those probes say is not kept.
        """
        if any(one.reached for one in results.values()):
            return True
        others = [name for name in self._askable() if name not in results]
        return any(one.reached for one in self._probing.probe(others).values())

    def _leave_alone_longer(self, state: LockState, checks: Sequence[ProviderCheck]) -> None:
        """Double the time for which a provider is left alone that fails its first checks after it."""
        for one in checks:
            parked = state.parking_of(one.provider)
            if parked is None or one.provider == state.provider or not counts_against(one) or one.result.kind is None:
                continue
            self._watched.lock.park(
                one.provider, one.result.kind, why=one.result.message or one.result.rule, expected_number=state.number
            )

    def _hand_on_where_needed(self, state: LockState) -> None:
        """Take the lock from a holder whose last three checks failed, under the number read before the look."""
        holder = state.provider
        # This machine's own has no prober, and neither has a name that the settings do not know any more.
        if holder is None or holder not in self._names or self._watched.lacking(holder):
            return
        answered = last_success(self._watched.calls.last(CALLS_LOOKED_AT, provider=holder))
        since = max((one for one in (state.acquired_at, answered) if one is not None), default=None)
        kept = self._watched.checks.last(holder, FAILED_IN_A_ROW)
        if checks_failed_in_a_row(kept, since=since, now=self._watched.clock.now()) < FAILED_IN_A_ROW:
            return
        if self._watched.lock.hand_on(FailureKind.HEALTH_CHECK, expected_number=state.number):
            log.warning("lock-handed-on", provider=holder, why=kept[0].result.message)
        self._health.forget()


def _left_alone(state: LockState, name: str, *, now: datetime) -> bool:
    parked = state.parking_of(name)
    return parked is not None and now < parked.until


def _check(name: str, result: ProbeResult, *, at: datetime, network_down: bool) -> ProviderCheck:
    return ProviderCheck(provider=name, at=at, result=result, network_down=network_down)
