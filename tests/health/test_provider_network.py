"""Whether our own network is down, which is decided over every provider that can be asked."""

from __future__ import annotations

from health.provider_records import DOWN, UNREACHED
from health.scripted_providers import CONFIGURED
from neuralbrain.domain.failure import FailureKind


def test_a_check_by_hand_of_one_that_is_away_is_no_network_that_is_down(here):
    """Whether the network is down is decided over everybody: the others are probed too, and nothing is kept of that."""
    here.providers.standing["openai"] = UNREACHED
    here.look(2)
    here.providers.probed.clear()
    here.clock.forward(seconds=1)
    (found,) = here.monitor.check_now("openai")
    assert not found.network_down
    assert here.monitor.get_status()["network_down"] is False
    assert sorted(here.providers.probed) == sorted(CONFIGURED)
    assert [len(here.checks.last(name, 10)) for name in CONFIGURED] == [3, 2, 2]
    here.look()
    assert here.lock.get_locked_provider() is None


def test_a_check_by_hand_of_one_that_answers_asks_nobody_else(here):
    """Somebody who answers shows that the network is up, whatever it says."""
    here.providers.standing["openai"] = DOWN
    here.monitor.check_now("openai")
    assert here.providers.probed == ["openai"]


def test_a_check_by_hand_while_our_own_network_is_down(here):
    """Where none of the others can be connected to either, the check says nothing about its provider."""
    here.providers.standing = dict.fromkeys(CONFIGURED, UNREACHED)
    (found,) = here.monitor.check_now("openai")
    assert found.network_down
    assert here.checks.last("groq", 10) == ()


def test_a_holder_that_is_away_while_all_others_are_left_alone(here):
    """Those that are left alone tell whether the network is down, too; they stay left alone as they are."""
    for name in ("gemini", "groq"):
        assert here.lock.park(name, FailureKind.QUOTA_CONFIRMED, why="Empty.", expected_number=1)
    before = here.lock.state().parked
    here.providers.standing["openai"] = UNREACHED
    here.look(3, minutes=0.1)
    assert here.lock.get_locked_provider() is None
    assert here.checks.last("gemini", 10) == here.checks.last("groq", 10) == ()
    assert [one for one in here.lock.state().parked if one.provider != "openai"] == list(before)
