"""Every transition of the lock, one row each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from neuralbrain.domain.lock import LockState, Runner, Transition
from neuralbrain.lock import transition

NOW = datetime(2026, 4, 1, tzinfo=UTC)
FREE = LockState(number=4, revision=9, reason="free", total_failures=7, last_released="gemini")
HELD = LockState(number=5, revision=9, provider="groq", reason="held", acquired_at=NOW, consecutive_failures=2)
ME = Runner(holder="me", boot="b", namespace="n", pid=1, started="1", lease_until=190.0, since=NOW)
OTHER = Runner(holder="other", boot="b", namespace="n", pid=2, started="2", lease_until=100.0, since=NOW)


def acquire(state: LockState, provider: str, number: int | None = None) -> Transition:
    """Acquire with the arguments that matter."""
    return transition.acquire(state, provider, reason="why", actor="a", now=NOW, expected_number=number)


# command, state before, number grows by, holder after, failures in a row after, types of the events
TABLE = [
    ("acquire free", lambda: acquire(FREE, "openai"), FREE, 1, "openai", 0, ["lock_acquire"]),
    ("acquire by the holder", lambda: acquire(HELD, "groq"), HELD, 0, "groq", 2, []),
    ("acquire from another", lambda: acquire(HELD, "local"), HELD, 1, "local", 0, ["lock_release", "lock_acquire"]),
    ("acquire, number as expected", lambda: acquire(FREE, "openai", 4), FREE, 1, "openai", 0, ["lock_acquire"]),
    ("acquire, number old", lambda: acquire(HELD, "local", 4), HELD, 0, "groq", 2, []),
    ("release held", lambda: transition.release(HELD, reason="r", actor="a"), HELD, 1, None, 0, ["lock_release"]),
    ("release free", lambda: transition.release(FREE, reason="r", actor="a"), FREE, 0, None, 0, []),
    (
        "release, number old",
        lambda: transition.release(HELD, reason="r", actor="a", expected_number=4),
        HELD, 0, "groq", 2, [],
    ),
    (
        "count held",
        lambda: transition.count_failures(HELD, 2, reason="r", actor="a"),
        HELD, 0, "groq", 4, ["failure_recorded"],
    ),
    ("count free", lambda: transition.count_failures(FREE, 1, reason="r", actor="a"), FREE, 0, None, 0, []),
    (
        "count, number old",
        lambda: transition.count_failures(HELD, 1, reason="r", actor="a", expected_number=1),
        HELD, 0, "groq", 2, [],
    ),
    ("reset after failures", lambda: transition.reset_failures(HELD, actor="a"), HELD, 0, "groq", 0, ["recovered"]),
    ("reset without", lambda: transition.reset_failures(FREE, actor="a"), FREE, 0, None, 0, []),
    (
        "reset, number old",
        lambda: transition.reset_failures(HELD, actor="a", expected_number=1),
        HELD, 0, "groq", 2, [],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("command", "run", "before", "grows", "holder", "failures", "events"), TABLE)
def test_provider_lock_transition(command, run, before, grows, holder, failures, events):
    """Each command leads to exactly the state and the events of its row."""
    after = run()
    assert after.state.number == before.number + grows, command
    assert after.state.provider == holder
    assert after.state.consecutive_failures == failures
    assert [event.event_type for event in after.events] == events
    assert all(event.number == after.state.number for event in after.events)
    assert after.state.revision == before.revision, "the store counts revisions, not the rules"


@pytest.mark.parametrize("number", [3, 4, 6])
def test_an_old_number_is_refused_with_its_reason(number):
    """A refusal names both numbers and changes nothing."""
    refused = acquire(HELD, "local", number)
    assert refused.state is HELD
    assert "5" in refused.refusal
    assert str(number) in refused.refusal


def test_the_total_survives_release_and_reset():
    """Totals are never set back."""
    counted = transition.count_failures(HELD, 3, reason="r", actor="a").state
    assert counted.total_failures == HELD.total_failures + 3
    assert transition.reset_failures(counted, actor="a").state.total_failures == counted.total_failures
    assert transition.release(counted, reason="r", actor="a").state.total_failures == counted.total_failures


def test_a_release_remembers_who_held():
    """The provider after the last released one is next, so the lock remembers who that was."""
    assert transition.release(HELD, reason="r", actor="a").state.last_released == "groq"
    assert acquire(FREE, "openai").state.last_released is None


@pytest.mark.parametrize("count", [0, -1])
def test_a_count_below_one_is_an_error(count):
    """Counting nothing, or backwards, is a fault of the caller."""
    with pytest.raises(ValueError, match="at least 1"):
        transition.count_failures(HELD, count, reason="r", actor="a")


def claim(state: LockState, *, uptime: float = 50.0, dead: bool = False) -> Transition:
    """Claim the runner lease for ME."""
    return transition.claim_runner(state, ME, seconds=uptime, one_clock=False, provably_dead=dead, actor="a")


# lease before, uptime of the claimer, holder provably dead, taken, number grows by
CLAIMS = [
    ("free", None, 50.0, False, True, 0),
    ("mine", ME, 50.0, False, True, 0),
    ("another's, in time", OTHER, 99.9, False, False, 0),
    ("another's, silent for a lease", OTHER, 100.0, False, True, 1),
    ("another's, dead", OTHER, 50.0, True, True, 1),
    ("another boot, late uptime says nothing", replace(OTHER, boot="c"), 500.0, False, False, 0),
    ("another boot, known to be dead", replace(OTHER, boot="c"), 1.0, True, True, 1),
]


@pytest.mark.parametrize(("case", "before", "uptime", "dead", "taken", "grows"), CLAIMS)
def test_runner_claim(case, before, uptime, dead, taken, grows):
    """A lease is taken when it is free, mine, run out or its holder is dead; only a takeover grows the number."""
    state = replace(HELD, runner=before)
    after = claim(state, uptime=uptime, dead=dead)
    assert (after.refusal == "") is taken, case
    assert after.state.number == state.number + grows
    assert (after.state.runner == ME) is taken
    assert [event.event_type for event in after.events] == ["runner_takeover"] * grows


def test_renewal_and_end_need_the_lease():
    """Who lost the lease can neither prolong nor end it, and neither grows the number."""
    mine = replace(HELD, runner=ME)
    renewed = transition.renew_runner(mine, holder="me", lease_until=300.0)
    assert renewed.state.runner == replace(ME, lease_until=300.0)
    assert transition.end_runner(mine, holder="me").state.runner is None
    for state in (HELD, replace(HELD, runner=OTHER)):
        assert transition.renew_runner(state, holder="me", lease_until=1.0).refusal
        assert transition.end_runner(state, holder="me").refusal
    assert renewed.state.number == HELD.number
    assert not renewed.events
