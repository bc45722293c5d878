"""Why a provider failed, and how many times in a row are enough to hand the lock on: the design's table, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why a provider gave no answer: a value, since it is expected.

    Args:
        kind: What happened, in the words of the table of reasons.
        rule: The stable name of what decided, such as ``key-refused``.
        message: The provider's own words, or ours: one line, without keys.
        wait_seconds: How long it asks us to wait; None where it does not say, or where waiting does not help.
        resets_at: When an allowance is given again, None where nobody says.
        sent: Whether the request may have been worked on, and billed.
        reached: Whether anybody answered at all; False where no connection came about, so it may be our own network.
        asks_otherwise: Whether the provider will put the same question in another way when it is asked again, because
            this one's form was refused. Such an attempt is no strike.
        call: Number of the call's record, None where no call was made.
    """

    kind: FailureKind
    rule: str
    message: str = ""
    wait_seconds: float | None = None
    resets_at: datetime | None = None
    sent: bool = False
    reached: bool = True
    asks_otherwise: bool = False
    call: int | None = None
