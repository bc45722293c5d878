"""Checks and calls of a provider as tests need them: how long ago, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, CallRecord, Purpose
from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.provider_check import ProbeResult, ProviderCheck
from stand_ins import START

PASSED = ProbeResult(kind=None, rule="probed", seconds=0.2)
DOWN = ProbeResult(kind=FailureKind.UNAVAILABLE, rule="http-503", message="It is overloaded.", seconds=0.1)
REFUSED = ProbeResult(kind=FailureKind.AUTHENTICATION, rule="key-refused", message="The key is refused.", seconds=0.1)
OURS = ProbeResult(kind=FailureKind.OUR_REQUEST, rule="probe-broke", message="The probe itself broke (ValueError)")
UNREACHED = ProbeResult(kind=FailureKind.UNAVAILABLE, rule="connection-refused", message="Refused.", reached=False)


def check(
    minutes: float, result: ProbeResult = PASSED, *, provider: str = "groq", network_down: bool = False
) -> ProviderCheck:
    """Return a check of so many minutes ago."""
    at = START - timedelta(minutes=minutes)
    return ProviderCheck(provider=provider, at=at, result=result, network_down=network_down)


def call(
    minutes: float,
    kind: FailureKind | None = None,
    *,
    provider: str = "groq",
    seconds: float = 2.0,
    tokens: int | None = 1000,
    cost_usd: float | None = 0.01,
    at: datetime | None = None,
) -> CallRecord:
    """Return a call of so many minutes ago that was answered and read."""
    well = kind is None
    return CallRecord(
        number=1,
        at=START - timedelta(minutes=minutes) if at is None else at,
        begun=CallBegun(
            provider=provider,
            model="m",
            purpose=Purpose.FORECAST,
            prompt_digest="0" * 64,
            series=1,
            prompt_tokens=400,
            most_tokens=5000,
            most_cost_usd=None if cost_usd is None else 0.05,
        ),
        answered=CallAnswered(seconds=seconds, status=200 if well else 503, request_id="", sent=True),
        reading=CallReading(
            kind=kind,
            rule="answered" if well else "http-503",
            message="" if well else "It is overloaded.",
            prompt_tokens=400 if well and tokens is not None else None,
            completion_tokens=None if not well or tokens is None else tokens - 400,
            cost_usd=cost_usd if well and tokens is not None else None,
        ),
    )


def calls(*kinds: FailureKind | None) -> tuple[CallRecord, ...]:
    """Return calls, newest first, each a minute older than the one before."""
    return tuple(call(number + 1, kind) for number, kind in enumerate(kinds))


def checks(*results: ProbeResult, provider: str = "groq", first: float = 1) -> tuple[ProviderCheck, ...]:
    """Return checks, newest first, each five minutes older than the one before."""
    return tuple(check(first + 5 * number, result, provider=provider) for number, result in enumerate(results))
