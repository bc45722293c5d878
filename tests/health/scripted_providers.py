"""Providers whose probes do what a test says, and a monitor over them and a real database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from health.provider_records import PASSED
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.provider_check import MonitorSettings, ProbeResult, ProviderCheck
from neuralbrain.health.probing import Probing
from neuralbrain.health.provider_health import ProvidersHealth
from neuralbrain.health.provider_monitor import BackgroundHealthMonitor, Watched
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.store.calls import StoredCalls
from neuralbrain.store.database import Database
from neuralbrain.store.provider_checks import StoredProviderChecks
from stand_ins import StillClock

CONFIGURED = ("openai", "gemini", "groq")


@dataclass
class Providers:
    """Probes by name: each gives the next of its script, then its standing result; an exception is raised."""

    standing: dict[str, ProbeResult | Exception] = field(default_factory=lambda: dict.fromkeys(CONFIGURED, PASSED))
    scripts: dict[str, list[ProbeResult | Exception]] = field(default_factory=dict)
    probed: list[str] = field(default_factory=list)
    hanging: set[str] = field(default_factory=set)
    released: threading.Event = field(default_factory=threading.Event)

    def probe(self, name: str) -> ProbeResult:
        """Do what the script says."""
        self.probed.append(name)
        if name in self.hanging:
            self.released.wait(30)
        script = self.scripts.get(name)
        result = script.pop(0) if script else self.standing[name]
        if isinstance(result, Exception):
            raise result
        return result

    def lacking(self, name: str) -> str:
        """Return what is missing: a key of those without a probe."""
        return "" if name in self.standing or name == "local" else f"{name.upper()}_KEY not set"


class BrokenChecks:
    """Checks in a database that can be made to fail."""

    def __init__(self, real: StoredProviderChecks) -> None:
        self.real = real
        self.failing: Exception | None = None

    def note(self, checks: Sequence[ProviderCheck]) -> None:
        """Keep, or fail."""
        if self.failing is not None:
            raise self.failing
        self.real.note(checks)

    def last(self, provider: str, limit: int) -> tuple[ProviderCheck, ...]:
        """Return what is kept."""
        return self.real.last(provider, limit)

    def settings(self) -> MonitorSettings:
        """Return the settings, or fail."""
        if self.failing is not None:
            raise self.failing
        return self.real.settings()

    def change(self, settings: MonitorSettings, *, actor: str) -> None:
        """Change the settings."""
        self.real.change(settings, actor=actor)


@dataclass
class Bench:
    """A monitor, and everything around it that a test turns."""

    clock: StillClock
    lock: ProviderLockManager
    providers: Providers
    checks: BrokenChecks
    calls: StoredCalls
    monitor: BackgroundHealthMonitor
    make: Callable[[], BackgroundHealthMonitor]

    def look(self, times: int = 1, *, minutes: float = 5) -> None:
        """Look so many times, with so many minutes before each."""
        for _ in range(times):
            self.clock.forward(minutes=minutes)
            self.monitor.look()

    def events(self) -> list[tuple[str, str | None]]:
        """Return what the audit trail says."""
        return [(one["event_type"], one["details"].get("reason")) for one in self.lock.get_audit_trail(1000)]


def bench(database: Database, clock: StillClock, lock: ProviderLockManager, *, most_seconds: float = 5) -> Bench:
    """Return a monitor over a fresh database in which openai, gemini and groq can be asked."""
    providers, calls = Providers(), StoredCalls(database, clock=clock)
    checks = BrokenChecks(StoredProviderChecks(database, clock=clock))

    def make() -> BackgroundHealthMonitor:
        watched = Watched(lock=lock, lacking=providers.lacking, checks=checks, calls=calls, clock=clock, actor="test")
        health = ProvidersHealth(
            PRIORITY,
            lacking=providers.lacking,
            checks=checks,
            calls=calls,
            state=lock.state,
            clock=clock,
        )
        probing = Probing(providers.probe, clock=clock, most_seconds=most_seconds)
        return BackgroundHealthMonitor(watched, health=health, probing=probing)

    return Bench(clock=clock, lock=lock, providers=providers, checks=checks, calls=calls, monitor=make(), make=make)
