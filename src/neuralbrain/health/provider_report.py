"""What the health of providers looks like from outside: plain values for Python, the API and the command line; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from math import ceil
from statistics import median
from typing import Any

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.call import CallRecord, spent_by
from neuralbrain.domain.day_cost import DayCost
from neuralbrain.domain.provider_check import ProviderCheck
from neuralbrain.domain.provider_facts import ProviderFacts
from neuralbrain.health.verdict import ProviderHealth, counts_against, failed, is_failure


def health_as_json(health: ProviderHealth) -> dict[str, Any]:
    """Return how a provider is doing, as plain values."""
    error, check = health.last_error, health.last_check
    return {
        "provider": health.provider,
        "status": health.status.value,
        "why": health.why,
        "last_check": None if check is None else check_as_json(check),
        "checks_failed_in_a_row": health.checks_failed,
        "check_seconds": health.check_seconds,
        "calls": health.calls,
        "call_seconds": health.call_seconds,
        "error_rate": health.error_rate,
        "consecutive_failures": health.consecutive_failures,
        "last_error": None
        if error is None
        else {"kind": error.kind.value, "rule": error.rule, "message": error.message, "at": utc_text(error.at)},
        "parked_until": None if health.parked_until is None else utc_text(health.parked_until),
    }


def check_as_json(check: ProviderCheck) -> dict[str, Any]:
    """Return one check as plain values."""
    return {
        "at": utc_text(check.at),
        "passed": check.passed,
        "kind": None if check.result.kind is None else check.result.kind.value,
        "rule": check.result.rule,
        "message": check.result.message,
        "seconds": check.result.seconds,
        "reached": check.result.reached,
        "network_down": check.network_down,
        "notes": list(check.result.notes),
    }


def facts_as_json(facts: ProviderFacts) -> dict[str, Any]:
    """Return what is known of a provider beforehand, as plain values."""
    return {
        "name": facts.name,
        "title": facts.title,
        "priority": facts.priority,
        "enabled": facts.enabled,
        "lacks": facts.lacks or None,
        "model": facts.model,
        "trained_until": None if facts.trained_until is None else facts.trained_until.isoformat(),
        "context_tokens": facts.context_tokens,
        "answer_tokens": facts.answer_tokens,
        "price_in": facts.price_in,
        "price_out": facts.price_out,
        "daily_tokens": facts.daily_tokens,
        "daily_usd": facts.daily_usd,
        "as_of": None if facts.as_of is None else facts.as_of.isoformat(),
    }


def metrics_as_json(provider: str, *, checks: Sequence[ProviderCheck], calls: Sequence[CallRecord]) -> dict[str, Any]:
    """Return what a provider's checks and calls of a time come to.

    ``seconds_p95`` is the time within which 95 of 100 ended, by nearest rank.
    """
    spent = spent_by(tuple(calls))
    read = [one for one in calls if one.reading is not None]
    bad = sum(map(failed, read))
    return {
        "provider": provider,
        "checks": {
            "count": len(checks),
            "passed": sum(one.passed for one in checks),
            "failed": sum(map(counts_against, checks)),
            "network_down": sum(one.network_down for one in checks),
            **_times([one.result.seconds for one in checks if one.passed]),
        },
        "calls": {
            "count": spent.calls,
            "failed": bad,
            "error_rate": bad / len(read) if read else None,
            "possibly_billed": spent.possibly_billed,
            "tokens": spent.tokens,
            "cost_usd": spent.cost_usd,
            **_times([one.answered.seconds for one in read if one.answered is not None and not failed(one)]),
        },
    }


def cost_as_json(parts: Iterable[DayCost]) -> list[dict[str, Any]]:
    """Return what calls used by day (UTC) and provider, newest day first.

    Calls that nobody told us the tokens of, though they may have been worked on, count with their upper bound.
    """
    rows: dict[tuple[date, str], dict[str, Any]] = {}
    for one in sorted(parts, key=lambda part: (-part.day.toordinal(), part.provider)):
        used = {
            "calls": one.spent.calls,
            "failed": one.spent.calls if is_failure(one.kind) else 0,
            "tokens": one.spent.tokens,
            "cost_usd": one.spent.cost_usd,
            "possibly_billed": one.spent.possibly_billed,
            "without_price": one.without_price,
        }
        before = rows.get((one.day, one.provider), dict.fromkeys(used, 0))
        rows[one.day, one.provider] = {
            "day": one.day.isoformat(),
            "provider": one.provider,
            **{name: before[name] + value for name, value in used.items()},
        }
    return list(rows.values())


def since_when(now: datetime, *, days: int) -> datetime:
    """Return the midnight (UTC) with which the last so many days began, today among them.

    >>> since_when(datetime(2026, 4, 3, 12, tzinfo=UTC), days=2).isoformat()
    '2026-04-02T00:00:00+00:00'
    """
    first = now.astimezone(UTC).date().toordinal() - (days - 1)
    return datetime.combine(date.fromordinal(max(first, 1)), datetime.min.time(), tzinfo=UTC)


def _times(seconds: Sequence[float]) -> dict[str, float | None]:
    ordered = sorted(seconds)
    if not ordered:
        return {"seconds_median": None, "seconds_p95": None}
    return {"seconds_median": median(ordered), "seconds_p95": ordered[ceil(0.95 * len(ordered)) - 1]}
