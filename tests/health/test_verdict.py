"""The verdict on a provider: one case for each rule and for the order between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from health.provider_records import DOWN, OURS, PASSED, REFUSED, UNREACHED, call, calls, check, checks
from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import Parked, ProviderStatus
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.health.verdict import ProviderRecord, checks_failed_in_a_row, health_of, status_of
from stand_ins import START

HEALTHY, DEGRADED = ProviderStatus.HEALTHY, ProviderStatus.DEGRADED
UNAVAILABLE, UNCONFIGURED = ProviderStatus.UNAVAILABLE, ProviderStatus.UNCONFIGURED
DOWN_CALL = FailureKind.UNAVAILABLE
BAD_ANSWER = FailureKind.UNUSABLE_ANSWER
FULL = FailureKind.QUOTA_CONFIRMED
NOT_KNOWN = ProbeResult(kind=FailureKind.OUR_REQUEST, rule="http-400", message="Bad request.")


def record(*, name="groq", lacks="", checks=(), calls=(), parked=None) -> ProviderRecord:
    """Return what is known of a provider; nothing, unless said."""
    return ProviderRecord(name=name, lacks=lacks, checks=checks, calls=calls, parked=parked)


def parked(*, until_minutes: float, reason: str = "quota_confirmed") -> Parked:
    """Return a parking that ends in so many minutes; below 0 it has ended."""
    since, until = START - timedelta(hours=2), START + timedelta(minutes=until_minutes)
    return Parked(provider="groq", reason=reason, since=since, until=until, streak=1)


@pytest.mark.parametrize(
    ("known", "status", "why"),
    [
        (record(), HEALTHY, "nobody has checked or asked it"),
        (record(lacks="GROQ_API_KEY not set"), UNCONFIGURED, "GROQ_API_KEY not set."),
        (record(lacks="GROQ_API_KEY not set", checks=checks(PASSED)), UNCONFIGURED, "not set"),
        (record(name="local"), HEALTHY, "on this machine"),
        (record(name="local", checks=checks(DOWN, DOWN, DOWN)), HEALTHY, "on this machine"),
        (record(checks=checks(PASSED)), HEALTHY, "The last check passed."),
        (record(checks=checks(PASSED, DOWN, DOWN, DOWN)), HEALTHY, "passed"),
        (record(checks=checks(DOWN)), DEGRADED, "The last check failed: unavailable (It is overloaded)."),
        (record(checks=checks(DOWN, DOWN, PASSED)), DEGRADED, "The last 2 checks failed"),
        (record(checks=checks(DOWN, DOWN, DOWN, PASSED)), UNAVAILABLE, "The last 3 checks failed"),
        (record(checks=checks(REFUSED, PASSED)), UNAVAILABLE, "authentication (The key is refused)"),
        (record(checks=checks(OURS, OURS, OURS)), DEGRADED, "could not tell how it is: our_request (The probe itself"),
        (record(checks=checks(NOT_KNOWN, PASSED)), DEGRADED, "our_request (Bad request)."),
        (record(checks=checks(NOT_KNOWN), calls=[call(2)]), DEGRADED, "Bad request"),
        (record(checks=checks(NOT_KNOWN), calls=[call(0.5)]), HEALTHY, "The last call went well."),
        (record(checks=checks(PASSED, NOT_KNOWN)), HEALTHY, "The last check passed."),
        (record(calls=calls(None)), HEALTHY, "The last call went well."),
        (record(calls=calls(DOWN_CALL, None)), DEGRADED, "The last call failed."),
        (record(calls=calls(DOWN_CALL, DOWN_CALL, DOWN_CALL)), UNAVAILABLE, "The last 3 calls failed"),
        (record(calls=calls(DOWN_CALL, DOWN_CALL, DOWN_CALL), checks=[check(0.5)]), DEGRADED, "a check passed since"),
        (record(calls=calls(FULL, None)), UNAVAILABLE, "The last call failed, the newest by quota_confirmed."),
        (record(calls=calls(None, DOWN_CALL, DOWN_CALL, None)), DEGRADED, "50% of its last 4 calls failed."),
        (record(calls=calls(None, BAD_ANSWER, None, None, None)), HEALTHY, "went well"),
        (record(calls=calls(FailureKind.OUR_REQUEST, None)), HEALTHY, "went well"),
        (record(checks=checks(DOWN, DOWN, DOWN), calls=[call(2)]), DEGRADED, "The last check failed"),
        (record(checks=checks(PASSED, PASSED, PASSED), parked=parked(until_minutes=30)), UNAVAILABLE, "left alone"),
        (record(parked=parked(until_minutes=-20)), DEGRADED, "0 of 3 checks passed since"),
        (record(checks=checks(PASSED, PASSED), parked=parked(until_minutes=-20)), DEGRADED, "2 of 3"),
        (record(checks=checks(PASSED, PASSED, PASSED), parked=parked(until_minutes=-20)), HEALTHY, "passed"),
        (record(checks=checks(PASSED, PASSED, PASSED), parked=parked(until_minutes=-3)), DEGRADED, "1 of 3"),
        (record(checks=[check(60 * 25, DOWN)] * 3), HEALTHY, "nobody has checked or asked it within a day"),
        (record(checks=[check(-60, DOWN)] * 3), HEALTHY, "nobody has checked or asked it within a day"),
    ],
)
def test_the_first_rule_that_fits_decides(known, status, why):
    """Each state follows from what is known, and the sentence says from what."""
    found = health_of(known, now=START)
    assert (found.status, why in found.why) == (status, True), found.why
    assert status_of(known, now=START) is status
    assert found.why.endswith(".")


def test_while_our_own_network_is_down_nothing_is_said():
    """Checks of a moment at which nobody could be connected to neither speak against a provider nor hide it."""
    silent = tuple(check(number, UNREACHED, network_down=True) for number in (1, 6, 11))
    assert status_of(record(checks=silent), now=START) is HEALTHY
    assert "could connect to nobody" in health_of(record(checks=silent), now=START).why
    assert status_of(record(checks=(*silent, check(16, DOWN))), now=START) is HEALTHY
    assert health_of(record(checks=(*silent, check(16))), now=START).why == "The last check passed."


def test_a_note_of_a_check_is_told():
    """A sentence that a check came with, such as the end of a model, stands beside the verdict."""
    soon = replace(PASSED, notes=("Its model is shut down on 2026-12-01.",))
    found = health_of(record(checks=checks(soon)), now=START)
    assert found.why == "The last check passed. Its model is shut down on 2026-12-01."


def test_the_numbers():
    """Medians are of what went well, rates of what was read, and the newest failure is named."""
    seen = record(
        checks=(check(1), check(6, DOWN), check(11, replace(PASSED, seconds=0.4)), check(16, DOWN)),
        calls=(
            call(2, seconds=3.0), call(3, FailureKind.UNAVAILABLE, seconds=90.0), call(4, seconds=1.0),
            replace(call(5), reading=None), call(6, seconds=5.0),
        ),
    )  # fmt: skip
    found = health_of(seen, now=START)
    assert (found.calls, found.error_rate, found.call_seconds) == (5, 0.25, 3.0)
    assert found.check_seconds == pytest.approx(0.3)
    assert (found.checks_failed, found.consecutive_failures, found.parked_until) == (0, 0, None)
    assert found.last_check == seen.checks[0]
    error = found.last_error
    assert (error.kind, error.rule, error.at) == (FailureKind.UNAVAILABLE, "http-503", START - timedelta(minutes=3))


def test_how_long_it_is_left_alone_is_told_while_it_lasts():
    """The end of a parking is told until it has come."""
    assert health_of(record(parked=parked(until_minutes=5)), now=START).parked_until == START + timedelta(minutes=5)
    assert health_of(record(parked=parked(until_minutes=0)), now=START).parked_until is None


@pytest.mark.parametrize(
    ("seen", "since", "count"),
    [
        (checks(DOWN, DOWN, DOWN), None, 3),
        (checks(DOWN, DOWN, PASSED, DOWN), None, 2),
        (checks(DOWN, OURS, DOWN), None, 1),
        ((check(1, DOWN), check(6, UNREACHED, network_down=True), check(11, DOWN)), None, 1),
        (checks(DOWN, DOWN, DOWN), START - timedelta(minutes=7), 2),
        (checks(DOWN, DOWN, DOWN), START, 0),
        ((check(-5, DOWN), check(1, DOWN)), None, 1),
        ((), None, 0),
    ],
)
def test_failed_checks_in_a_row(seen, since, count):
    """Only the newest failures count, after what forgave them, and none that claims to be of the future."""
    assert checks_failed_in_a_row(seen, since=since, now=START) == count
