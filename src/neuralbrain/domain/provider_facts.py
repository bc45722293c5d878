"""What is known of a provider beforehand: its model, its price, its limits; never a key or an address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderFacts:
    """One provider, as catalogue and settings describe it.

    Args:
        name: As in the order of priority.
        title: For people.
        priority: Its place in the order, from 1.
        enabled: Whether a cycle may choose it.
        lacks: What it lacks to be asked, in one line; empty where nothing.
        model: The model that is asked, None for the one on this machine.
        trained_until: Until when its training data reach, None where that is not known.
        context_tokens: What the model takes, prompt and answer together, None where there is no such limit.
        answer_tokens: What it may write, None as above.
        price_in: Price of a million tokens read, US dollars; None where it is not known.
        price_out: Price of a million tokens written, US dollars; None where it is not known.
        daily_tokens: Limit of tokens a day, None for none.
        daily_usd: Limit of US dollars a day, None for none.
        as_of: The day on which these facts were looked up, None where nobody looked them up.
    """

    name: str
    title: str
    priority: int
    enabled: bool
    lacks: str
    model: str | None = None
    trained_until: date | None = None
    context_tokens: int | None = None
    answer_tokens: int | None = None
    price_in: float | None = None
    price_out: float | None = None
    daily_tokens: int | None = None
    daily_usd: float | None = None
    as_of: date | None = None
