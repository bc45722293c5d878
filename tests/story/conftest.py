"""A whole installation whose outsiders follow a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import pytest

from neuralbrain.cycle import Cycle
from neuralbrain.domain.calibration import Calibration, no_calibration
from neuralbrain.domain.journal import CycleReport, CycleStart
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.record_here import ProviderRecord
from neuralbrain.evaluate.record_here import record_by_place
from neuralbrain.lock.lease import RunnerLease
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.orchestrator import Orchestrator
from neuralbrain.settings import Settings
from neuralbrain.store.database import Database
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.feeds import StoredFeeds
from neuralbrain.store.journal import StoredJournal
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.replies import StoredReplies
from neuralbrain.store.score_record import StoredRecord
from neuralbrain.store.scores import StoredScores
from stand_ins import ScriptedProvider, ScriptedSource, StillClock, lock_over, surroundings, well

GROWING = [10.0, 12, 15, 18, 22, 27, 33, 40, 48, 58, 70, 84]


class Calibrations(dict[str, Calibration]):
    """What each provider's record says; none has one until it is put in, and all can be made unreadable."""

    broken: Exception | None = None

    def __call__(self, provider: str) -> Calibration:
        """Return a provider's, or fail as told."""
        if self.broken is not None:
            raise self.broken
        return self.get(provider, no_calibration(provider))


@dataclass
class Records:
    """What each provider's record was worth by a moment, out of the scores that are kept; it can be made unreadable."""

    record: StoredRecord
    broken: Exception | None = None

    def __call__(self, provider: str, known_by: datetime) -> ProviderRecord:
        """Return a provider's, or fail as told."""
        if self.broken is not None:
            raise self.broken
        sums = self.record.sums(provider, known_by=known_by)
        return record_by_place(sums, provider=provider, known_by=known_by)


@dataclass
class World:
    """Real store, lock, orchestrator, bottleneck and cycle; scripted feed, providers and clock."""

    database: Database
    clock: StillClock
    source: ScriptedSource
    providers: dict[str, ScriptedProvider]
    row: StoredLockRow
    lock: ProviderLockManager
    editions: StoredEditions
    observations: StoredObservations
    cycle: Cycle
    calibrations: Calibrations
    records: Records
    lacking: set[str] = field(default_factory=set)

    def run(self) -> CycleReport:
        """Run one cycle, under the runner lease."""
        with self.lease() as lease:
            return self.cycle.run(CycleStart(trigger="manual", holder=lease.holder))

    def lease(self) -> RunnerLease:
        """Return a runner lease, not yet taken."""
        return RunnerLease(self.row, clock=self.clock, lease_seconds=90, renewal_seconds=3600)

    def revise(self, value: float) -> None:
        """Make the feed report another newest value, a day later."""
        self.clock.forward(days=1)
        self.source.values["AGO"] = [*self.source.values["AGO"][:-1], value]

    def with_providers(self, wrap: Callable[[ScriptedProvider], object]) -> None:
        """Put something between the orchestrator and its providers."""
        self.providers.update({name: wrap(provider) for name, provider in self.providers.items()})  # type: ignore[misc]


@pytest.fixture
def world(database: Database, clock: StillClock, lock_row: StoredLockRow) -> World:
    """Return a fresh world with two places and every provider configured."""
    providers = {name: ScriptedProvider(name) for name in PRIORITY}
    lacking: set[str] = set()
    calibrations = Calibrations()
    records = Records(StoredRecord(database))
    lock = lock_over(lock_row, clock)
    editions = StoredEditions(database, clock=clock)
    observations = StoredObservations(database, clock=clock)
    source = ScriptedSource({"AGO": list(GROWING), "BDI": list(reversed(GROWING))})
    cycle = Cycle(
        sources=(source,),
        observations=observations,
        feeds=StoredFeeds(database, clock=clock),
        orchestrator=Orchestrator(
            surroundings(lock, StoredReplies(database, clock=clock), clock),
            row=lock_row,
            order=PRIORITY,
            lacking=lambda name: "KEY not set" if name in lacking else "",
            provider=lambda name: providers[name],
            probe=well,
        ),
        editions=editions,
        scores=StoredScores(database, clock=clock),
        calibration_of=calibrations,
        record_of=records,
        journal=StoredJournal(database, clock=clock),
        clock=clock,
        on_step=lambda _name, _record: None,
        deadlines=Settings().deadlines,
    )
    return World(
        database=database,
        clock=clock,
        source=source,
        providers=providers,
        row=lock_row,
        lock=lock,
        editions=editions,
        observations=observations,
        cycle=cycle,
        calibrations=calibrations,
        records=records,
        lacking=lacking,
    )
