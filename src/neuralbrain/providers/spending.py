"""The limits of one's own: how many tokens and dollars the calls to a provider may use in a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from neuralbrain.domain.call import CallBegun, Spent
from neuralbrain.domain.failure import Failure, FailureKind
from neuralbrain.providers.service import Service


def midnight(now: datetime) -> datetime:
    """Return the beginning of a moment's day, UTC."""
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def over_limit(service: Service, call: CallBegun, spent: Spent, *, now: datetime) -> Failure | None:
    """Return why a call may not be made, None where it may.

    It counts with its upper bound: a limit is kept also where a model writes as long as it may.

    Args:
        service: Whom the limits are set for.
        call: What is about to be asked.
        spent: What the day's calls used so far.
        now: The time, aware.
    """
    why = ""
    if service.daily_tokens is not None and spent.tokens + call.most_tokens > service.daily_tokens:
        why = (
            f"{spent.tokens} tokens of the day's {service.daily_tokens} are used, and this call may use "
            f"{call.most_tokens}"
        )
    cost = call.most_cost_usd
    if service.daily_usd is not None and cost is not None and spent.cost_usd + cost > service.daily_usd:
        why = (
            f"{spent.cost_usd:.4f} US dollars of the day's {service.daily_usd:g} are used, and this call may cost "
            f"{cost:.4f}"
        )
    if not why:
        return None
    return Failure(
        kind=FailureKind.QUOTA_CONFIRMED,
        rule="own-limit",
        message=f"The limit of the settings: {why}.",
        resets_at=midnight(now) + timedelta(days=1),
        sent=False,
    )
