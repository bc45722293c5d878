"""The only place that builds real things from settings; each is built when it is first asked for."""

from __future__ import annotations

import functools
import getpass
import logging
import os
from typing import TYPE_CHECKING

import structlog

from neuralbrain.clock import SystemClock
from neuralbrain.domain.lock import PRIORITY, ProviderStatus
from neuralbrain.errors import SettingsError
from neuralbrain.lock.lease import RunnerLease
from neuralbrain.lock.process import provably_dead
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.providers import catalogue
from neuralbrain.settings import Settings, load_settings
from neuralbrain.store.database import Database
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.upgrade import upgrade

if TYPE_CHECKING:  # these load NumPy; whoever only reads the lock should not wait for it
    from neuralbrain.bottleneck.engine import BottleneckForecastingEngine
    from neuralbrain.cycle import Cycle
    from neuralbrain.ports import Source
    from neuralbrain.steps import OnStep
    from neuralbrain.store.editions import StoredEditions
    from neuralbrain.store.journal import StoredJournal
    from neuralbrain.store.observations import StoredObservations
    from neuralbrain.store.services import StoredServices
    from neuralbrain.store.slots import StoredSlots


class Application:
    """Everything real, over one settings object.

    Args:
        settings: What to build from.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock()
        # Read once, as settings are; only that a key is there is kept, so that no dump of this object can show one.
        self.environment = {name: "set" for name, value in os.environ.items() if value}
        if not structlog.is_configured():
            # Used from Python, nothing is printed unless the program that uses it says how.
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        self.actor = f"{_user()} (process {os.getpid()})"

    @functools.cached_property
    def database(self) -> Database:
        """Return the database, with the newest schema.

        Raises:
            StoreError: If it cannot be opened safely.
        """
        database = Database(self.settings.database_path, busy_timeout_seconds=self.settings.busy_timeout_seconds)
        upgrade(database)
        return database

    @functools.cached_property
    def lock_row(self) -> StoredLockRow:
        """Return the lock's durable row."""
        return StoredLockRow(self.database, clock=self.clock)

    @functools.cached_property
    def lock(self) -> ProviderLockManager:
        """Return the provider lock."""
        settings = self.settings
        unlisted = tuple(name for name in PRIORITY if name not in settings.provider_priority)
        return ProviderLockManager(
            self.lock_row,
            order=settings.provider_priority + unlisted,
            enabled=settings.enabled_providers,
            status_of=self._status_of,
            clock=self.clock,
            actor=self.actor,
        )

    @functools.cached_property
    def editions(self) -> StoredEditions:
        """Return what was published."""
        from neuralbrain.store.editions import StoredEditions  # noqa: PLC0415 - see the top of this file

        return StoredEditions(self.database, clock=self.clock)

    @functools.cached_property
    def engine(self) -> BottleneckForecastingEngine:
        """Return the bottleneck, starting with the current edition."""
        from neuralbrain.bottleneck.engine import BottleneckForecastingEngine  # noqa: PLC0415 - see the top of this file
        from neuralbrain.domain.location import resolve  # noqa: PLC0415 - see the top of this file

        def code_of(name: str) -> str | None:
            found = resolve(name)
            return None if found is None else found.code

        def newest() -> int | None:
            header = self.editions.current()
            return None if header is None else header.number

        return BottleneckForecastingEngine(
            current=self.editions.get,
            now=self.clock.now,
            code_of=code_of,
            newest=newest,
            seconds=self.clock.uptime_seconds,
        )

    @functools.cached_property
    def observations(self) -> StoredObservations:
        """Return what was observed."""
        from neuralbrain.store.observations import StoredObservations  # noqa: PLC0415 - see the top of this file

        return StoredObservations(self.database)

    @functools.cached_property
    def journal(self) -> StoredJournal:
        """Return the record of cycles."""
        from neuralbrain.store.journal import StoredJournal  # noqa: PLC0415 - see the top of this file

        return StoredJournal(self.database, clock=self.clock)

    @functools.cached_property
    def slots(self) -> StoredSlots:
        """Return the hours of the schedule."""
        from neuralbrain.store.slots import StoredSlots  # noqa: PLC0415 - see the top of this file

        return StoredSlots(self.database, clock=self.clock)

    @functools.cached_property
    def services(self) -> StoredServices:
        """Return the starts of the service and its health."""
        from neuralbrain.store.services import StoredServices  # noqa: PLC0415 - see the top of this file

        return StoredServices(self.database, clock=self.clock, provably_dead=provably_dead)

    @functools.cached_property
    def sources(self) -> tuple[Source, ...]:
        """Return the feeds of the settings.

        Raises:
            SettingsError: If one is unknown.
        """
        from neuralbrain.sources.catalogue import SOURCES  # noqa: PLC0415 - see the top of this file

        unknown = [name for name in self.settings.sources if name not in SOURCES]
        if unknown:
            raise SettingsError(
                f"The setting sources names {unknown[0]!r}, which is no feed.",
                remedy=f"Known are: {', '.join(SOURCES)}.",
            )
        return tuple(SOURCES[name](self.settings.sample_until) for name in self.settings.sources)

    def lease(self) -> RunnerLease:
        """Return a runner lease, not yet taken."""
        return RunnerLease(
            self.lock_row,
            clock=self.clock,
            lease_seconds=self.settings.lease_seconds,
            renewal_seconds=self.settings.lease_renewal_seconds,
        )

    def lacking(self, provider: str) -> str:
        """Return what a provider lacks to be asked, in one line; empty where nothing."""
        return catalogue.CATALOGUE[provider].lacks(self.environment)

    def _status_of(self, provider: str) -> ProviderStatus:
        """Return whether a provider can be asked at all; how it is doing is known only by calling it."""
        return ProviderStatus.UNCONFIGURED if self.lacking(provider) else ProviderStatus.HEALTHY

    def close(self) -> None:
        """Close the database, where it was opened."""
        if "database" in vars(self):
            self.database.close()

    def damages(self) -> list[str]:
        """Return one sentence for each thing in the database that is not as it was written."""
        from neuralbrain.store.verify import damages_of  # noqa: PLC0415 - see the top of this file

        return damages_of(self.database, self.editions)

    def cycle(self, on_step: OnStep) -> Cycle:
        """Return the cycle over the sources of the settings.

        Raises:
            SettingsError: If a source is unknown.
        """
        from neuralbrain.cycle import Cycle  # noqa: PLC0415 - see the top of this file
        from neuralbrain.orchestrator import Orchestrator  # noqa: PLC0415 - see the top of this file
        from neuralbrain.store.replies import StoredReplies  # noqa: PLC0415 - see the top of this file

        return Cycle(
            sources=self.sources,
            observations=self.observations,
            orchestrator=Orchestrator(
                lock=self.lock,
                row=self.lock_row,
                replies=StoredReplies(self.database, clock=self.clock),
                order=self.settings.enabled_providers,
                lacking=self.lacking,
                provider=functools.cache(catalogue.make),
            ),
            editions=self.editions,
            journal=self.journal,
            clock=self.clock,
            on_step=on_step,
            deadlines=self.settings.deadlines,
        )


def _user() -> str:
    """Return who runs this process, by name, or by number where the machine knows no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"


@functools.cache
def application() -> Application:
    """Return the one application of this process, over the settings as they are at the first call.

    Raises:
        SettingsError: If a setting cannot be used.
    """
    return Application(load_settings())
