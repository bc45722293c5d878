"""What the addresses of providers answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class ProviderShape(TypedDict):
    """What is known of a provider beforehand, and how it is doing.

    Attributes:
        priority: Its place in the order, from 1.
        enabled: Whether a cycle may choose it.
        lacks: What it lacks to be asked; null where nothing.
        trained_until: Until when the model's training data reach, where that is known.
        price_in: Of a million tokens read, US dollars.
        price_out: Of a million tokens written, US dollars.
        daily_tokens: Limit a day (UTC).
        daily_usd: Limit a day (UTC).
        as_of: The day on which model, limits and prices were looked up.
    """

    name: str
    title: str
    priority: int
    enabled: bool
    configured: bool
    lacks: str | None
    status: Literal["healthy", "degraded", "unavailable", "unconfigured"]
    model: str | None
    trained_until: str | None
    context_tokens: int | None
    answer_tokens: int | None
    price_in: float | None
    price_out: float | None
    daily_tokens: int | None
    daily_usd: float | None
    as_of: str | None


class ProvidersShape(TypedDict):
    """Every provider, in the order of priority."""

    providers: list[ProviderShape]
