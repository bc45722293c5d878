"""Everything that is kept, over one database; each part is built when it is first asked for."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from neuralbrain.domain.lock import AuditEvent
from neuralbrain.lock.process import provably_dead
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database
from neuralbrain.store.upgrade import upgrade

if TYPE_CHECKING:  # these load NumPy; whoever only reads the lock should not wait for it
    from datetime import datetime

    from neuralbrain.domain.calibration import Calibration
    from neuralbrain.domain.record import RecordVersion
    from neuralbrain.domain.record_here import ProviderRecord
    from neuralbrain.ports import Clock
    from neuralbrain.settings import Settings
    from neuralbrain.store.alert_log import StoredAlertLog
    from neuralbrain.store.alert_outbox import StoredAlertOutbox
    from neuralbrain.store.alerts import StoredAlerts
    from neuralbrain.store.audit_pruning import AuditPruning
    from neuralbrain.store.calls import StoredCalls
    from neuralbrain.store.database import Database
    from neuralbrain.store.editions import StoredEditions
    from neuralbrain.store.feeds import StoredFeeds
    from neuralbrain.store.journal import StoredJournal
    from neuralbrain.store.observations import StoredObservations
    from neuralbrain.store.provider_checks import StoredProviderChecks
    from neuralbrain.store.replies import StoredReplies
    from neuralbrain.store.score_record import StoredRecord
    from neuralbrain.store.scores import StoredScores
    from neuralbrain.store.services import StoredServices
    from neuralbrain.store.slots import StoredSlots
    from neuralbrain.store.tokens import StoredTokens


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
        self._records: dict[str, tuple[RecordVersion, ProviderRecord]] = {}

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
    def replies(self) -> StoredReplies:
        """Return the providers' own words."""
        from neuralbrain.store.replies import StoredReplies  # noqa: PLC0415 - see the top of this file

        return StoredReplies(self.database, clock=self.clock)

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

    def record_of(self, provider: str, known_by: datetime) -> ProviderRecord:
        """Return what a provider's own record is worth in each place, by the truths that were known by a moment.

        It is added up anew where something was scored or withdrawn since, or another moment is asked for.
        """
        from neuralbrain.evaluate.record_here import record_by_place  # noqa: PLC0415 - see the top of this file

        version = self.record.version()._replace(edition=0)  # an edition that was not scored adds nothing
        kept = self._records.get(provider)
        if kept is not None and (kept[0], kept[1].known_by) == (version, known_by):
            return kept[1]
        sums = self.record.sums(provider, known_by=known_by)
        made = record_by_place(sums, provider=provider, known_by=known_by)
        self._records[provider] = (version, made)
        return made

    @functools.cached_property
    def alerts(self) -> StoredAlerts:
        """Return which alerts are open."""
        from neuralbrain.store.alerts import StoredAlerts  # noqa: PLC0415 - see the top of this file

        return StoredAlerts(self.database, clock=self.clock)

    @functools.cached_property
    def alert_log(self) -> StoredAlertLog:
        """Return alerts as people look at them."""
        from neuralbrain.store.alert_log import StoredAlertLog  # noqa: PLC0415 - see the top of this file

        return StoredAlertLog(self.database, clock=self.clock)

    @functools.cached_property
    def alert_outbox(self) -> StoredAlertOutbox:
        """Return the messages about alerts that are to be sent."""
        from neuralbrain.store.alert_outbox import StoredAlertOutbox  # noqa: PLC0415 - see the top of this file

        return StoredAlertOutbox(self.database, clock=self.clock)

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

    @functools.cached_property
    def tokens(self) -> StoredTokens:
        """Return the tokens that let somebody in, without themselves."""
        from neuralbrain.store.tokens import StoredTokens  # noqa: PLC0415 - see the top of this file

        return StoredTokens(self.database, clock=self.clock)

    def note_change(self, actor: str, what: str, details: Mapping[str, Any]) -> None:
        """Append an audit event for what an operator did that leaves none by itself.

        Args:
            actor: Who did it: ``token:NAME``, or a user of this machine.
            what: What was done, in a few words.
            details: Further ones, as JSON takes them; never a token or key.

        Raises:
            StoreError: If it cannot be written: then what it is about must not be done.
        """
        event = AuditEvent(
            event_type="operator_change",
            provider=None,
            number=self.lock_row.read().number,
            actor=actor,
            details={**details, "what": what},
        )
        self.lock_row.note(event)

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
