"""How a provider is doing, from what it lacks, its last checks, its last real calls and its parking; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from statistics import median

from neuralbrain.domain.call import CallRecord
from neuralbrain.domain.failure import STRIKES, FailureKind
from neuralbrain.domain.lock import Parked, ProviderStatus
from neuralbrain.domain.provider_check import ProviderCheck

ON_THIS_MACHINE = "local"
KNOWN_FOR = timedelta(hours=24)  # older checks and calls say how it was
CHECKS_LOOKED_AT = 20
CALLS_LOOKED_AT = 20
FAILED_IN_A_ROW = STRIKES[FailureKind.HEALTH_CHECK] or 3  # checks: one or two are weather
PASSED_AFTER_PARKING = 3  # checks: a provider that had to be left alone proves itself first
MANY_FAILED = 0.2  # of its calls; a fifth is more than rate limits and weather come to


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRecord:
    """What is known of a provider at a moment.

    Args:
        name: Its name.
        lacks: What it lacks to be asked, empty where nothing.
        checks: Its last checks, newest first.
        calls: Its last real calls, newest first.
        parked: Why it is or was left alone, None where it had a success since.
    """

    name: str
    lacks: str
    checks: Sequence[ProviderCheck]
    calls: Sequence[CallRecord]
    parked: Parked | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LastError:
    """The newest failure of a check or a call.

    Args:
        kind: In the words of the table of reasons.
        rule: The stable name of what decided.
        message: The provider's own words or ours, without keys.
        at: When, wall time.
    """

    kind: FailureKind
    rule: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderHealth:
    """How a provider is doing.

    Args:
        provider: Its name.
        status: One of four.
        why: The reason, in one sentence.
        last_check: The newest check, None where there was none.
        checks_failed: Checks failed in a row since anything went well.
        check_seconds: Median time of the checks that passed, None where none did.
        calls: How many real calls were looked at.
        call_seconds: Median time of the calls that went well, None where none did.
        error_rate: Share of its calls that failed by the provider's doing, 0 to 1; None where there were none.
        consecutive_failures: Calls failed in a row.
        last_error: None where nothing failed within a day.
        parked_until: Until when it is left alone, None where it is not.
    """

    provider: str
    status: ProviderStatus
    why: str
    last_check: ProviderCheck | None = None
    checks_failed: int = 0
    check_seconds: float | None = None
    calls: int = 0
    call_seconds: float | None = None
    error_rate: float | None = None
    consecutive_failures: int = 0
    last_error: LastError | None = None
    parked_until: datetime | None = None


def status_of(record: ProviderRecord, *, now: datetime) -> ProviderStatus:
    """Return how a provider is doing, in one word."""
    return health_of(record, now=now).status


def health_of(record: ProviderRecord, *, now: datetime) -> ProviderHealth:
    """Return how a provider is doing: what the first rule that fits says, and the numbers beside it."""
    seen = _seen(record, now)
    status, why = next(said for rule in RULES if (said := rule(seen)) is not None)
    passed = [one.result.seconds for one in seen.checks if one.passed]
    well = [one.answered.seconds for one in seen.calls if one.answered and one.reading and not failed(one)]
    return ProviderHealth(
        provider=record.name,
        status=status,
        why=why,
        last_check=next(iter(record.checks), None),
        checks_failed=seen.checks_failed,
        check_seconds=median(passed) if passed else None,
        calls=len(seen.calls),
        call_seconds=median(well) if well else None,
        error_rate=seen.error_rate,
        consecutive_failures=seen.calls_failed,
        last_error=_last_error(seen),
        parked_until=record.parked.until if record.parked is not None and now < record.parked.until else None,
    )


def counts_against(check: ProviderCheck) -> bool:
    """Return whether a check speaks against its provider: not while our network was down, nor by our own fault."""
    return not check.passed and not check.network_down and check.result.kind is not FailureKind.OUR_REQUEST


def failed(call: CallRecord) -> bool:
    """Return whether a call failed by the provider's doing; one that nobody has read yet did not."""
    return is_failure(None if call.reading is None else call.reading.kind)


def is_failure(kind: FailureKind | None) -> bool:
    """Return whether what came of a call is a failure by the provider's doing."""
    return kind is not None and STRIKES[kind] is not None


def checks_failed_in_a_row(checks: Sequence[ProviderCheck], *, since: datetime | None, now: datetime) -> int:
    """Return how many of the newest checks failed without one between them that did not.

    Args:
        checks: Newest first.
        since: When it last got the lock or answered a call, whatever is later: what was before has been forgiven.
        now: The time; checks that claim to be later say nothing, because a clock was set back.
    """
    known = (one for one in checks if one.at <= now)
    return sum(1 for _ in takewhile(lambda one: counts_against(one) and (since is None or one.at > since), known))


def last_success(calls: Sequence[CallRecord]) -> datetime | None:
    """Return when the last call that went well began, None where none did."""
    return next((one.at for one in calls if one.reading is not None and one.reading.kind is None), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """The record of the last day and what is counted from it."""

    record: ProviderRecord
    now: datetime
    checks: Sequence[ProviderCheck]
    calls: Sequence[CallRecord]
    checks_failed: int
    calls_failed: int
    error_rate: float | None

    @property
    def latest(self) -> ProviderCheck | None:
        return next((one for one in self.checks if not one.network_down), None)


Said = tuple[ProviderStatus, str] | None


def _seen(record: ProviderRecord, now: datetime) -> _Seen:
    checks = [one for one in record.checks if now - KNOWN_FOR <= one.at <= now][:CHECKS_LOOKED_AT]
    calls = [one for one in record.calls if now - KNOWN_FOR <= one.at <= now][:CALLS_LOOKED_AT]
    read = [one for one in calls if one.reading is not None]
    return _Seen(
        record=record,
        now=now,
        checks=checks,
        calls=calls,
        checks_failed=checks_failed_in_a_row(checks, since=last_success(calls), now=now),
        calls_failed=sum(1 for _ in takewhile(failed, read)),
        error_rate=sum(map(failed, read)) / len(read) if read else None,
    )


def _lacks(seen: _Seen) -> Said:
    return (ProviderStatus.UNCONFIGURED, f"{_capital(seen.record.lacks)}.") if seen.record.lacks else None


def _here(seen: _Seen) -> Said:
    # It runs in our own process: no network and no account stands between.
    return (ProviderStatus.HEALTHY, "It runs on this machine.") if seen.record.name == ON_THIS_MACHINE else None


def _parked(seen: _Seen) -> Said:
    # A check that passes proves a key, never credit: until the parking ends, nothing makes it healthy.
    parked = seen.record.parked
    if parked is None or seen.now >= parked.until:
        return None
    return (
        ProviderStatus.UNAVAILABLE,
        f"It is left alone until {parked.until:%Y-%m-%d %H:%M} UTC, because of {parked.reason}.",
    )


def _refused(seen: _Seen) -> Said:
    # What is enough to hand the lock on at once, such as a refused key, is enough for the verdict too.
    check = seen.latest
    kind = None if check is None else check.result.kind
    if check is None or kind is None or STRIKES[kind] != 1 or not seen.checks_failed:
        return None
    return ProviderStatus.UNAVAILABLE, f"The last check failed by {_words(check)}."


def _checks_failed(seen: _Seen) -> Said:
    if seen.checks_failed < FAILED_IN_A_ROW or seen.latest is None:
        return None
    said = f"The last {seen.checks_failed} checks failed, the newest by {_words(seen.latest)}."
    return ProviderStatus.UNAVAILABLE, said


def _calls_failed(seen: _Seen) -> Said:
    """Say that calls failed as often as hands the lock on; a check that passed since makes that a doubt."""
    last = next((one for one in seen.calls if one.reading is not None), None)
    kind = None if last is None or last.reading is None else last.reading.kind
    strikes = None if kind is None else STRIKES[kind]
    if last is None or kind is None or strikes is None or seen.calls_failed < strikes:
        return None
    check = seen.latest
    answers = check is not None and check.passed and check.at > last.at
    said = f"The last {_many(seen.calls_failed, 'call')} failed, the newest by {kind.value}"
    if answers:
        return ProviderStatus.DEGRADED, f"{said}; a check passed since."
    return ProviderStatus.UNAVAILABLE, f"{said}."


def _comes_back(seen: _Seen) -> Said:
    parked = seen.record.parked
    if parked is None:
        return None
    passed = sum(1 for _ in takewhile(lambda one: one.passed and one.at >= parked.until, seen.checks))
    if passed >= PASSED_AFTER_PARKING:
        return None
    return (
        ProviderStatus.DEGRADED,
        f"It was left alone because of {parked.reason}; {passed} of {PASSED_AFTER_PARKING} checks passed since.",
    )


def _some_checks_failed(seen: _Seen) -> Said:
    if not seen.checks_failed or seen.latest is None:
        return None
    return ProviderStatus.DEGRADED, f"The last {_many(seen.checks_failed, 'check')} failed: {_words(seen.latest)}."


def _some_calls_failed(seen: _Seen) -> Said:
    if seen.calls_failed:
        return ProviderStatus.DEGRADED, f"The last {_many(seen.calls_failed, 'call')} failed."
    if seen.error_rate is None or seen.error_rate <= MANY_FAILED:
        return None
    return ProviderStatus.DEGRADED, f"{seen.error_rate:.0%} of its last {len(seen.calls)} calls failed."


def _our_request(seen: _Seen) -> Said:
    """Say that the check itself was refused or broke: nobody's strike, but it tells nothing good of the provider."""
    check = seen.latest
    if check is None or check.result.kind is not FailureKind.OUR_REQUEST:
        return None
    answered = last_success(seen.calls)
    if answered is not None and answered > check.at:
        return None
    return ProviderStatus.DEGRADED, f"The last check could not tell how it is: {_words(check)}."


def _well(seen: _Seen) -> Said:
    check = seen.latest
    if check is not None and check.passed:
        return ProviderStatus.HEALTHY, " ".join(("The last check passed.", *check.result.notes))
    if last_success(seen.calls) is not None:
        return ProviderStatus.HEALTHY, "The last call went well."
    if any(one.network_down for one in seen.checks):
        return ProviderStatus.HEALTHY, "Nothing speaks against it; the last checks could connect to nobody at all."
    # Nothing speaks against it. The first check or call says more.
    return ProviderStatus.HEALTHY, "Nothing is missing; nobody has checked or asked it within a day."


RULES: tuple[Callable[[_Seen], Said], ...] = (
    _lacks,
    _here,
    _parked,
    _refused,
    _checks_failed,
    _calls_failed,
    _comes_back,
    _some_checks_failed,
    _some_calls_failed,
    _our_request,
    _well,
)
"""The first that fits decides: what is missing, then what makes asking pointless, then what raises doubts."""


def _last_error(seen: _Seen) -> LastError | None:
    errors = [
        LastError(kind=one.result.kind, rule=one.result.rule, message=one.result.message, at=one.at)
        for one in seen.checks
        if one.result.kind is not None and not one.network_down
    ]
    errors += [
        LastError(kind=one.reading.kind, rule=one.reading.rule, message=one.reading.message, at=one.at)
        for one in seen.calls
        if one.reading is not None and one.reading.kind is not None
    ]
    return max(errors, key=lambda one: one.at, default=None)


def _words(check: ProviderCheck) -> str:
    kind = "" if check.result.kind is None else check.result.kind.value
    return f"{kind} ({check.result.message.rstrip('.') or check.result.rule})"


def _many(count: int, what: str) -> str:
    return what if count == 1 else f"{count} {what}s"


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
