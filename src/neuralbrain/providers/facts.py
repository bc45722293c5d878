"""What may be told of a provider: the facts of its row, without keys, addresses and how it is asked."""

from __future__ import annotations

from dataclasses import replace

from neuralbrain.domain.provider_facts import ProviderFacts
from neuralbrain.providers.catalogue import CatalogueRow


def facts_of(row: CatalogueRow, *, priority: int, enabled: bool, lacks: str) -> ProviderFacts:
    """Return what is known of a provider beforehand.

    Args:
        row: Its row of the table, as the settings want it asked.
        priority: Its place in the order, from 1.
        enabled: Whether a cycle may choose it.
        lacks: What it lacks to be asked, empty where nothing.
    """
    known = ProviderFacts(name=row.name, title=row.title, priority=priority, enabled=enabled, lacks=lacks)
    if row.service is None:
        return known
    service, model = row.service, row.service.model
    return replace(
        known,
        model=model.name,
        trained_until=model.trained_until,
        context_tokens=model.context_tokens,
        answer_tokens=model.answer_tokens,
        price_in=model.price_in,
        price_out=model.price_out,
        daily_tokens=service.daily_tokens,
        daily_usd=service.daily_usd,
        as_of=service.as_of,
    )
