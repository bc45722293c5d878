"""Everything that is kept, over one database; each part is built when it is first asked for."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from neuralbrain.lock.process import provably_dead
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database
from neuralbrain.store.upgrade import upgrade

if TYPE_CHECKING:  # these load NumPy; whoever only reads the lock should not wait for it
    from neuralbrain.domain.calibration import Calibration
    from neuralbrain.domain.record import RecordVersion
    from neuralbrain.ports import Clock
    from neuralbrain.settings import Settings
    from neuralbrain.store.audit_pruning import AuditPruning
    from neuralbrain.store.calls import StoredCalls
    from neuralbrain.store.database import Database
    from neuralbrain.store.editions import StoredEditions
    from neuralbrain.store.feeds import StoredFeeds
    from neuralbrain.store.journal import StoredJournal
    from neuralbrain.store.observations import StoredObservations
    from neuralbrain.store.provider_checks import StoredProviderChecks
    from neuralbrain.store.score_record import StoredRecord
    from neuralbrain.store.scores import StoredScores
    from neuralbrain.store.services import StoredServices
    from neuralbrain.store.slots import StoredSlots


class Kept:
    """What the application keeps, as ports ask for it.

    Args:
        settings: Where the database is.
        clock: Tells the time.
    """

    def __init__(self, settings: Settings, *, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self._calibrations: dict[str, tuple[RecordVersion, Calibration]] = {}

    @functools.cached_property
    def database(self) -> Database:
        """Return the database, with the newest schema.

        Raises:
            StoreError: If it cannot be opened safely.
        """
        settings = self.settings
        database = open_database(
            settings.database_path,
            address="" if settings.database_url is None else settings.database_url.get_secret_value(),
            busy_timeout_seconds=settings.busy_timeout_seconds,
        )
        try:
            upgrade(database)
        except BaseException:
            database.close()
            raise
        return database

    @functools.cached_property
    def lock_row(self) -> StoredLockRow:
        """Return the lock's durable row."""
        return StoredLockRow(self.database, clock=self.clock)

    @functools.cached_property
    def editions(self) -> StoredEditions:
        """Return what was published."""
        from neuralbrain.store.editions import StoredEditions  # noqa: PLC0415 - see the top of this file

        return StoredEditions(self.database, clock=self.clock)

    @functools.cached_property
    def observations(self) -> StoredObservations:
        """Return what was observed."""
        from neuralbrain.store.observations import StoredObservations  # noqa: PLC0415 - see the top of this file

        return StoredObservations(self.database, clock=self.clock)

    @functools.cached_property
    def feeds(self) -> StoredFeeds:
        """Return what is remembered of reading feeds."""
        from neuralbrain.store.feeds import StoredFeeds  # noqa: PLC0415 - see the top of this file

        return StoredFeeds(self.database, clock=self.clock)

    @functools.cached_property
    def scores(self) -> StoredScores:
        """Return what forecasts were worth."""
        from neuralbrain.store.scores import StoredScores  # noqa: PLC0415 - see the top of this file

        return StoredScores(self.database, clock=self.clock)

    @functools.cached_property
    def record(self) -> StoredRecord:
        """Return the scores as they are read for the record."""
        from neuralbrain.store.score_record import StoredRecord  # noqa: PLC0415 - see the top of this file

        return StoredRecord(self.database)

    def calibration_of(self, provider: str) -> Calibration:
        """Return what a provider's own record says about its quantiles, by all truths that are known now.

        It is learnt anew where something was scored or withdrawn since, and kept until then.
        """
        from neuralbrain.evaluate.record_ranks import learn_from  # noqa: PLC0415 - see the top of this file

        version = self.record.version()._replace(edition=0)  # an edition that was not scored teaches nothing
        known = self._calibrations.get(provider)
        if known is not None and known[0] == version:
            return known[1]
        learnt = learn_from(self.record.ranks(provider, known_by=self.clock.now()), provider=provider)
        self._calibrations[provider] = (version, learnt)
        return learnt

    @functools.cached_property
    def journal(self) -> StoredJournal:
        """Return the record of cycles."""
        from neuralbrain.store.journal import StoredJournal  # noqa: PLC0415 - see the top of this file

        return StoredJournal(self.database, clock=self.clock)

    @functools.cached_property
    def audit_pruning(self) -> AuditPruning:
        """Return what removes audit events that are older than the settings say."""
        from neuralbrain.store.audit_pruning import AuditPruning  # noqa: PLC0415 - only a cycle prunes

        return AuditPruning(self.database, clock=self.clock, days=self.settings.audit_days)

    @functools.cached_property
    def slots(self) -> StoredSlots:
        """Return the hours of the schedule."""
        from neuralbrain.store.slots import StoredSlots  # noqa: PLC0415 - see the top of this file

        return StoredSlots(self.database, clock=self.clock)

    @functools.cached_property
    def services(self) -> StoredServices:
        """Return the starts of the service and its health."""
        from neuralbrain.store.services import StoredServices  # noqa: PLC0415 - see the top of this file

        dead = functools.partial(provably_dead, one_machine=not self.lock_row.one_clock)
        return StoredServices(self.database, clock=self.clock, provably_dead=dead)

    def damages(self) -> list[str]:
        """Return one sentence for each thing in the database that is not as it was written."""
        from neuralbrain.store.verify import damages_of  # noqa: PLC0415 - see the top of this file

        return damages_of(self.database, self.editions)

    @functools.cached_property
    def calls(self) -> StoredCalls:
        """Return the record of calls to providers over the network."""
        from neuralbrain.store.calls import StoredCalls  # noqa: PLC0415 - see the top of this file

        return StoredCalls(self.database, clock=self.clock)

    @functools.cached_property
    def provider_checks(self) -> StoredProviderChecks:
        """Return what was seen of providers by asking for nothing."""
        from neuralbrain.store.provider_checks import StoredProviderChecks  # noqa: PLC0415 - see the top of this file

        return StoredProviderChecks(self.database, clock=self.clock)
