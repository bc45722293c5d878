"""Opens what a backtest works with, from settings: here, in another process, or on another machine."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from neuralbrain.backtest.budget import Budget, BudgetedCalls
from neuralbrain.backtest.plan import Plan
from neuralbrain.backtest.replay import Bench, OpenBench
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.provider_facts import ProviderFacts
from neuralbrain.errors import NotFoundError, SettingsError
from neuralbrain.ports import Provider
from neuralbrain.providers import catalogue
from neuralbrain.settings import Settings
from neuralbrain.source_ports import Observations
from neuralbrain.wiring import Application


def plan_of(
    here: Application, *, provider: str, sources: Sequence[str], cutoffs: Sequence[datetime], calibrate: bool
) -> Plan:
    """Return what is asked of a provider about feeds at cutoffs.

    Raises:
        NotFoundError: If no provider is called so.
        SettingsError: If it cannot be asked, a feed is unknown, or a cutoff lies in the future.
    """
    _require_past(cutoffs, now=here.clock.now())
    facts = _facts_of(here, provider)
    client = here.provider(provider)
    names = tuple(here.source(name).name for name in dict.fromkeys(sources))
    return Plan(
        provider=provider,
        version=client.version,
        sources=names,
        cutoffs=tuple(sorted(set(cutoffs))),
        calibrate=calibrate,
        settings_digest=_settings_digest(here.settings, provider=provider, sources=names),
        trained_until=facts.trained_until,
        knowledge=tuple(_knowledge(here.observations, name, cutoffs=sorted(set(cutoffs))) for name in names),
        over_network=facts.model is not None,
    )


def opened_by(here: Application, plan: Plan, *, budget: Budget) -> OpenBench:
    """Return what opens the bench of a plan: anew in each worker; for a provider over the network once, and here.

    Raises:
        SettingsError: If a provider over the network may use any number of calls, or its price is limited and unknown.
    """
    if not plan.over_network:
        return partial(_opened, here.settings, provider=plan.provider, sources=plan.sources)
    if budget.calls is None and budget.usd is None:
        raise SettingsError(
            f"A backtest of {plan.provider} pays for a call a question and cutoff, and no budget is named.",
            remedy="Say how much this run may use with --max-calls or --max-usd.",
        )
    if budget.usd is not None and _facts_of(here, plan.provider).price_in is None:
        raise SettingsError(
            f"--max-usd cannot be kept: no price of {plan.provider} is known.",
            remedy=f"Set price_in and price_out in [providers.{plan.provider}], or give --max-calls.",
        )
    bench = _bench(here, _within(budget, here, plan.provider), plan.sources)
    return lambda: contextlib.nullcontext(bench)


@contextlib.contextmanager
def _opened(settings: Settings, *, provider: str, sources: Sequence[str]) -> Iterator[Bench]:
    """Yield a bench of one's own over the database of the settings, which is only read."""
    here = Application(settings)
    try:
        yield _bench(here, here.provider(provider), sources)
    finally:
        here.close()


def _bench(here: Application, provider: Provider, sources: Sequence[str]) -> Bench:
    return Bench(
        sources=tuple(sources),
        observations=here.observations,
        provider=provider,
        wait=here.clock.wait,
    )


def _within(budget: Budget, here: Application, provider: str) -> Provider:
    """Return the client of a service whose calls are bounded by a budget."""
    service = here.catalogue[provider].service
    if service is None:
        return here.provider(provider)
    return catalogue.make(
        service,
        environment=os.environ,
        transport=here.transport,
        calls=BudgetedCalls(here.calls, budget),
        clock=here.clock,
        call_seconds=here.settings.call_seconds,
        most_series=here.settings.most_series_per_prompt,
    )


def _facts_of(here: Application, provider: str) -> ProviderFacts:
    facts = here.provider_facts()
    found = next((one for one in facts if one.name == provider), None)
    if found is None:
        raise NotFoundError(
            f"There is no provider {provider[:64]!r}.",
            remedy=f"There are: {', '.join(one.name for one in facts)}.",
            code="provider-unknown",
        )
    return found


def _require_past(cutoffs: Sequence[datetime], *, now: datetime) -> None:
    """Refuse cutoffs of which not everything is known that will have been known by then.

    Raises:
        SettingsError: If one lies in the future.
    """
    last = max(cutoffs, default=now)
    if last > now:
        raise SettingsError(
            f"The cutoff {utc_text(last)} lies in the future: what will be known by then is not known yet.",
            remedy=f"Name cutoffs up to {utc_text(now)}; the end of a day is past when the day is over in UTC.",
        )


def _knowledge(observations: Observations, source: str, *, cutoffs: Sequence[datetime]) -> str:
    """Return a SHA-256 of what is known of a feed up to the last cutoff.

    It is over how many releases were known at each cutoff, and over the values known at the first and the last.
    """
    said = hashlib.sha256()
    for one in cutoffs:
        said.update(f"{utc_text(one)} {observations.count_releases(source, cutoff=one)}\n".encode())
    for one in sorted({*cutoffs[:1], *cutoffs[-1:]}):
        for panel in observations.panels(source, cutoff=one):
            said.update(panel.digest().encode())
    return said.hexdigest()


def _settings_digest(settings: Settings, *, provider: str, sources: Sequence[str]) -> str:
    """Return the SHA-256 of the settings that decide what is asked and how it is answered."""
    asked = settings.providers.get(provider)
    said = {
        "feeds": {
            name: None if (feed := settings.feeds.get(name)) is None else feed.model_dump(mode="json")
            for name in sources
        },
        "provider": None if asked is None else asked.model_dump(mode="json"),
        "most_series_per_prompt": settings.most_series_per_prompt,
        "sample_until": None if settings.sample_until is None else settings.sample_until.isoformat(),
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
