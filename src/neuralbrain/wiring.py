"""The only place that builds real things from settings; each is built when it is first asked for."""

from __future__ import annotations

import functools
import logging
import os
import threading
from importlib.metadata import version
from typing import TYPE_CHECKING

import structlog

from neuralbrain.clock import SystemClock
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.health.provider_health import ProvidersHealth
from neuralbrain.kept import Kept
from neuralbrain.lock.lease import RunnerLease
from neuralbrain.lock.process import this_user
from neuralbrain.lock.provider_lock import ProviderLockManager
from neuralbrain.ports import Prober
from neuralbrain.providers import catalogue
from neuralbrain.settings import Settings, load_settings

if TYPE_CHECKING:  # these load NumPy; whoever only reads the lock should not wait for it
    from neuralbrain.alerting import Alerting
    from neuralbrain.bottleneck.engine import BottleneckForecastingEngine
    from neuralbrain.cycle import Cycle
    from neuralbrain.domain.provider_facts import ProviderFacts
    from neuralbrain.health.availability import Availability
    from neuralbrain.health.provider_monitor import BackgroundHealthMonitor
    from neuralbrain.orchestrator import Orchestrator
    from neuralbrain.outgoing.transport import Transport
    from neuralbrain.ports import Provider
    from neuralbrain.source_ports import Source
    from neuralbrain.sources.feed_reader import FeedReader
    from neuralbrain.sources.known_feeds import KnownFeeds
    from neuralbrain.steps import OnStep

AGENT = f"NeuralBrain/{version('neuralbrain')}"
"""What we call ourselves wherever we ask for something."""


class Application(Kept):
    """Everything real, over one settings object.

    Args:
        settings: What to build from.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, clock=SystemClock())
        self.catalogue = catalogue.catalogue_of(settings.providers)
        # Looked up once, as settings are; a key itself is held by its provider's client alone.
        self._lacks = {name: row.lacks(os.environ) for name, row in self.catalogue.items()}
        if not structlog.is_configured():
            # Used from Python, nothing is printed unless the program that uses it says how.
            structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
        self._lease_lost = threading.Event()
        self.actor = f"{this_user()} (process {os.getpid()})"

    @functools.cached_property
    def lock(self) -> ProviderLockManager:
        """Return the provider lock."""
        return ProviderLockManager(
            self.lock_row,
            order=self.settings.known_providers,
            enabled=self.settings.enabled_providers,
            status_of=self.providers_health.status,
            clock=self.clock,
            actor=self.actor,
        )

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
    def sources(self) -> tuple[Source, ...]:
        """Return the feeds of the settings.

        Raises:
            SettingsError: If one is unknown.
        """
        return tuple(self.source(name) for name in self.settings.sources)

    @functools.cache  # noqa: B019 - one application a process
    def source(self, name: str) -> FeedReader:
        """Return a feed of the settings or of the catalogue, by name, with the way to it.

        Raises:
            SettingsError: If it is unknown, or its settings cannot be used.
        """
        from neuralbrain.sources.building import build  # noqa: PLC0415 - see the top of this file

        return build(
            name,
            self.settings,
            environment=os.environ,
            clock=self.clock,
            agent=AGENT,
            cancelled=self._lease_lost.is_set,
            tls=self.transport.tls,
        )

    def known_feeds(self) -> KnownFeeds:
        """Return every feed there is, read or not."""
        from neuralbrain.sources.known_feeds import KnownFeeds  # noqa: PLC0415 - see the top of this file

        return KnownFeeds(self.settings, environment=os.environ, reader=self.source)

    def lease(self) -> RunnerLease:
        """Return a runner lease, not yet taken."""
        return RunnerLease(
            self.lock_row,
            clock=self.clock,
            lease_seconds=self.settings.lease_seconds,
            renewal_seconds=self.settings.lease_renewal_seconds,
            lost=self._lease_lost,
        )

    def lacking(self, provider: str) -> str:
        """Return what a provider lacks to be asked, in one line; empty where nothing."""
        return self._lacks.get(provider, "it is not in the settings")

    @functools.cached_property
    def providers_health(self) -> ProvidersHealth:
        """Return how each provider is doing, from what is kept of it."""
        return ProvidersHealth(
            self.settings.known_providers,
            lacking=self.lacking,
            checks=self.provider_checks,
            calls=self.calls,
            state=self.lock_row.read,
            clock=self.clock,
        )

    @functools.cached_property
    def health_monitor(self) -> BackgroundHealthMonitor:
        """Return the monitor of providers, not yet started."""
        from neuralbrain.health.probing import Probing  # noqa: PLC0415 - see the top of this file
        from neuralbrain.health.provider_monitor import BackgroundHealthMonitor, Watched  # noqa: PLC0415 - the same

        watched = Watched(
            lock=self.lock,
            lacking=self.lacking,
            checks=self.provider_checks,
            calls=self.calls,
            clock=self.clock,
            actor=self.actor,
        )
        probing = Probing(self.probe, clock=self.clock)
        return BackgroundHealthMonitor(watched, health=self.providers_health, probing=probing)

    def provider_facts(self) -> tuple[ProviderFacts, ...]:
        """Return what is known of each provider beforehand, in the order of priority; no key and no address."""
        from neuralbrain.providers.facts import facts_of  # noqa: PLC0415 - see the top of this file

        enabled = self.settings.enabled_providers
        return tuple(
            facts_of(self.catalogue[name], priority=place, enabled=name in enabled, lacks=self.lacking(name))
            for place, name in enumerate(self.settings.known_providers, 1)
        )

    def close(self) -> None:
        """Close the database, where it was opened, and end what would still use it."""
        if "health_monitor" in vars(self):
            self.health_monitor.stop(wait_seconds=0)
        if "database" in vars(self):
            self.database.close()

    @functools.cached_property
    def orchestrator(self) -> Orchestrator:
        """Return the one door to a provider."""
        from neuralbrain.orchestrator import Orchestrator  # noqa: PLC0415 - see the top of this file
        from neuralbrain.turn import Surroundings  # noqa: PLC0415 - see the top of this file

        return Orchestrator(
            Surroundings(
                lock=self.lock,
                replies=self.replies,
                clock=self.clock,
                limits=self.settings.ask_limits,
                network_is_down=self.availability.network_is_down,
                lease_left=lambda runner: runner.lease_until - self.lock_row.seconds(),
                break_off=self._lease_lost.set,
            ),
            row=self.lock_row,
            order=self.settings.enabled_providers,
            lacking=self.lacking,
            provider=self.provider,
            probe=self.probe,
            failback=self.availability.to_take_back,
        )

    @functools.cache  # noqa: B019 - one application a process
    def provider(self, name: str) -> Provider:
        """Return a provider's client, which alone holds its key.

        Raises:
            KeyError: For an unknown name.
            SettingsError: If it lacks something.
        """
        service = self.catalogue[name].service
        if service is None:
            return catalogue.make_local()
        return catalogue.make(
            service,
            environment=os.environ,
            transport=self.transport,
            calls=self.calls,
            clock=self.clock,
            call_seconds=self.settings.call_seconds,
            most_series=self.settings.most_series_per_prompt,
        )

    @functools.cached_property
    def transport(self) -> Transport:
        """Return the one way out to providers, which leads to the hosts of the catalogue and to no other."""
        from neuralbrain.outgoing.transport import Transport  # noqa: PLC0415 - see the top of this file

        return Transport(
            agent=AGENT,
            rules=catalogue.host_rules_of(self.catalogue),
            proxy=self.settings.proxy,
            cancelled=self._lease_lost.is_set,
        )

    def probe(self, name: str) -> ProbeResult:
        """Ask a provider, without a token being paid, whether it can be asked; one on this machine always can."""
        client = self.provider(name)
        return client.probe() if isinstance(client, Prober) else ProbeResult(kind=None, rule="on-this-machine")

    def _is_over_network(self, name: str) -> bool:
        """Return whether a provider can be asked and is reached over the network."""
        return not self.lacking(name) and isinstance(self.provider(name), Prober)

    @functools.cached_property
    def availability(self) -> Availability:
        """Return what knows who could take the lock back, and whether anybody can be connected to."""
        from neuralbrain.health.availability import Availability  # noqa: PLC0415 - see the top of this file

        return Availability(
            self.settings.enabled_providers,
            lacking=self.lacking,
            over_network=self._is_over_network,
            probe=self.probe,
            checks=self.provider_checks,
            clock=self.clock,
            preferred=self.settings.failback,
            healthy_seconds=self.settings.failback_seconds,
        )

    @functools.cached_property
    def alerting(self) -> Alerting:
        """Return what raises alerts and sends them."""
        from neuralbrain.alert_facts import FactGathering  # noqa: PLC0415 - see the top of this file
        from neuralbrain.alerting import Alerting  # noqa: PLC0415 - the same
        from neuralbrain.alerts.channels.building import channels_of  # noqa: PLC0415 - the same

        settings, editions = self.settings, self.editions
        facts = FactGathering(
            sources=settings.sources,
            facts_of=lambda name: self.source(name).facts,
            feeds=self.feeds,
            enabled=settings.enabled_providers,
            lacking=self.lacking,
            providers=self.providers_health.all,
            newest=lambda: next(iter(editions.headers(1)), None),
            good_at=self.journal.last_good_at,
            clock=self.clock,
        )

        def current() -> int | None:
            header = editions.current()
            return None if header is None else header.number

        return Alerting(
            state=self.alerts,
            outbox=self.alert_outbox,
            limits=settings.alerts.limits,
            make_channels=lambda: channels_of(settings.alerts, agent=AGENT, tls=self.transport.tls),
            names=tuple(settings.alerts.channels),
            service=facts.gather,
            edition=current,
            clock=self.clock,
        )

    def cycle(self, on_step: OnStep) -> Cycle:
        """Return the cycle over the sources of the settings.

        Raises:
            SettingsError: If a source is unknown.
        """
        from neuralbrain.cycle import Cycle  # noqa: PLC0415 - see the top of this file

        return Cycle(
            sources=self.sources,
            observations=self.observations,
            feeds=self.feeds,
            orchestrator=self.orchestrator,
            editions=self.editions,
            scores=self.scores,
            calibration_of=self.calibration_of,
            record_of=self.record_of,
            journal=self.journal,
            clock=self.clock,
            on_step=on_step,
            deadlines=self.settings.deadlines,
        )


@functools.cache
def application() -> Application:
    """Return the one application of this process, over the settings as they are at the first call.

    Raises:
        SettingsError: If a setting cannot be used.
    """
    return Application(load_settings())
