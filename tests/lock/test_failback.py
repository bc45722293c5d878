"""Whether the lock goes back: every reason to, and every reason not to, as a table."""

from __future__ import annotations

from datetime import timedelta

import pytest

from health.provider_records import DOWN, UNREACHED, check
from neuralbrain.domain.lock import LockState, Parked
from neuralbrain.health.verdict import PASSED_AFTER_PARKING
from neuralbrain.lock.failback import PASSED_IN_A_ROW, failback_target
from stand_ins import START

ORDER = ("openai", "gemini", "groq", "local")
PASSED = check(0).result


def row(provider: str, *results, first: float = 1, step: float = 5):
    """Return checks of a provider, newest first."""
    return tuple(check(first + step * number, one, provider=provider) for number, one in enumerate(results))


def target(state, given, *, lacking=(), **more):
    """Return whom the lock goes to, given checks."""
    kept = {one[0].provider: one for one in given if one}
    lacks = lambda name: "KEY not set" if name in lacking else ""  # noqa: E731 - said once
    return failback_target(state, order=more.pop("order", ORDER), checks=kept, lacking=lacks, now=START, **more)


def parked(provider: str, *, minutes: float) -> Parked:
    """Return a parking that ended so many minutes ago."""
    until = START - timedelta(minutes=minutes)
    return Parked(provider=provider, reason="unavailable", since=until - timedelta(hours=1), until=until, streak=1)


LOCAL = LockState(provider="local", number=4, reason="next in the order")
GOOD = (PASSED,) * 3


@pytest.mark.parametrize(
    ("given", "lacking", "expected"),
    [
        ([row("groq", *GOOD)], (), "groq"),
        ([row("groq", *GOOD), row("gemini", *GOOD)], (), "gemini"),
        ([row("openai", *GOOD), row("groq", *GOOD)], ("openai",), "groq"),
        ([row("openai", *GOOD)], ("openai",), None),
        ([], (), None),
        ([row("groq", *GOOD[:2])], (), None),
        ([row("groq", PASSED, PASSED, DOWN, PASSED)], (), None),
        ([row("groq", DOWN, PASSED, PASSED, PASSED)], (), None),
        ([row("groq", *GOOD, DOWN)], (), "groq"),
        ([row("openai", PASSED, DOWN), row("groq", *GOOD)], (), "groq"),
        ([row("groq", *GOOD, first=16)], (), None),
        ([row("groq", *GOOD, first=15)], (), "groq"),
        ([row("groq", *GOOD, step=16)], (), None),
        ([row("groq", *GOOD, first=-1)], (), None),
        ([row("groq", *GOOD, PASSED, first=-1)], (), "groq"),
    ],
)
def test_away_from_local(given, lacking, expected):
    """The lock leaves local for the first provider above it whose last three checks passed of late."""
    assert target(LOCAL, given, lacking=lacking) == expected


def test_a_check_while_the_network_was_down_proves_nothing():
    """One among the last three is enough for the lock to stay."""
    seen = (check(1), check(6, UNREACHED, network_down=True), check(11))
    assert target(LOCAL, [seen]) is None


@pytest.mark.parametrize(("minutes", "expected"), [(-30, None), (3, None), (10, None), (11, "groq"), (60, "groq")])
def test_checks_count_after_the_parking(minutes, expected):
    """Checks of the time in which a provider was left alone do not count: they prove a key, not an allowance."""
    state = LockState(provider="local", reason="next in the order", parked=(parked("groq", minutes=minutes),))
    assert target(state, [row("groq", *GOOD)]) == expected


def test_only_enabled_providers_get_it():
    """A provider that is not in the order is not chosen, however well it is; above a local out of the order all are."""
    assert target(LOCAL, [row("groq", *GOOD)], order=("openai", "local")) is None
    assert target(LOCAL, [row("groq", *GOOD)], order=("openai", "groq")) == "groq"
    assert target(LOCAL, [row("groq", *GOOD)], order=("openai", "local", "groq")) is None


def test_while_nobody_holds_it():
    """A free lock goes to nobody back: the next pass begins at the top anyway."""
    assert target(LockState(last_released="local"), [row("groq", *GOOD)]) is None


HOUR = (PASSED,) * 13


@pytest.mark.parametrize(
    ("holder", "given", "more", "expected"),
    [
        ("groq", row("openai", *HOUR), {}, None),
        ("groq", row("openai", *HOUR), {"preferred": True}, "openai"),
        ("groq", row("openai", *HOUR[:12]), {"preferred": True}, None),
        ("groq", row("openai", *HOUR[:6], DOWN, *HOUR), {"preferred": True}, None),
        ("groq", row("openai", *HOUR[:3]), {"preferred": True, "healthy_seconds": 600}, "openai"),
        ("gemini", row("groq", *HOUR), {"preferred": True}, None),
        ("openai", row("groq", *HOUR), {"preferred": True}, None),
        ("cloudflare", row("openai", *HOUR), {"preferred": True}, None),
        ("groq", row("openai", *HOUR, step=20), {"preferred": True}, None),
        ("groq", row("openai", *HOUR, step=20), {"preferred": True, "interval_seconds": 1200}, "openai"),
    ],
)
def test_between_ai_providers(holder, given, more, expected):
    """Only where it is wanted, only upwards, and only after the whole time without a failed check or a gap."""
    assert target(LockState(provider=holder), [given], **more) == expected


def test_the_verdict_counts_alike():
    """Three checks prove a provider wherever that is asked."""
    assert PASSED_IN_A_ROW == PASSED_AFTER_PARKING


def test_what_an_operator_gave_to_local_stays_there():
    """Local holds the lock by an operator's word until an operator, or a failure, takes it away."""
    state = LockState(provider="local", number=4, reason="the others are being tested")
    assert target(state, [row("groq", *GOOD)]) is None
