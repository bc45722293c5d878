"""Why a provider failed, and how many times in a row are enough to hand the lock on: the design's table, as data."""

from __future__ import annotations

from enum import StrEnum


class FailureKind(StrEnum):
    """What happened, in the words of the table of reasons."""

    UNCONFIGURED = "unconfigured"
    AUTHENTICATION = "authentication"
    QUOTA_CONFIRMED = "quota_confirmed"
    QUOTA_SUSPECTED = "quota_suspected"
    UNAVAILABLE = "unavailable"
    RATE_LIMITED = "rate_limited"
    UNUSABLE_ANSWER = "unusable_answer"
    HEALTH_CHECK = "health_check"
    OUR_REQUEST = "our_request"


STRIKES: dict[FailureKind, int | None] = {
    FailureKind.UNCONFIGURED: 1,
    FailureKind.AUTHENTICATION: 1,
    FailureKind.QUOTA_CONFIRMED: 1,  # the provider's own word: asking twice more cannot help before the reset
    FailureKind.QUOTA_SUSPECTED: 3,
    FailureKind.UNAVAILABLE: 3,
    FailureKind.RATE_LIMITED: 3,
    FailureKind.UNUSABLE_ANSWER: 3,
    FailureKind.HEALTH_CHECK: 3,
    FailureKind.OUR_REQUEST: None,  # the next provider would get the same request
}
"""Failures in a row until failover; None never counts."""
