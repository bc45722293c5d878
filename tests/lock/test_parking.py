"""How long a provider that failed is left alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from neuralbrain.domain.failure import FailureKind
from neuralbrain.domain.lock import LockState
from neuralbrain.lock.parking import is_parked, must_be_probed, parked_after, with_parking, without_parking
from stand_ins import START

MINUTES = [5, 10, 20, 40, 80, 160, 320, 360, 360]  # at most six hours


def test_each_time_in_a_row_doubles_it():
    """Five minutes, doubled with each failure in a row, at most six hours."""
    state = LockState()
    for streak, minutes in enumerate(MINUTES, start=1):
        parked = parked_after(state, "groq", FailureKind.UNAVAILABLE, now=START)
        assert (parked.streak, parked.until - START) == (streak, timedelta(minutes=minutes))
        state = LockState(parked=with_parking(state, parked))


@pytest.mark.parametrize(
    ("kind", "days", "hours"),
    [
        (FailureKind.QUOTA_CONFIRMED, 20, 480),
        (FailureKind.QUOTA_SUSPECTED, 20, 6),
        (FailureKind.RATE_LIMITED, 1, 6),
        (FailureKind.QUOTA_CONFIRMED, -1, 5 / 60),
    ],
)
def test_until_the_allowance_is_given_again(kind, days, hours):
    """A confirmed quota waits for its reset however far, a suspected one six hours, a reset in the past for nothing."""
    parked = parked_after(LockState(), "groq", kind, now=START, resets_at=START + timedelta(days=days))
    assert parked.until - START == timedelta(hours=hours)


def test_before_and_after():
    """Until then it is left alone, from then on it is probed before it is asked, and a success ends both."""
    parked = parked_after(LockState(), "groq", FailureKind.UNAVAILABLE, now=START)
    state = LockState(parked=(parked,))
    for minutes, left_alone in ((0, True), (4.9, True), (5, False), (500, False)):
        now = START + timedelta(minutes=minutes)
        assert (is_parked(state, "groq", now=now), must_be_probed(state, "groq", now=now)) == (
            left_alone,
            not left_alone,
        )
    assert not is_parked(state, "openai", now=START)
    assert not must_be_probed(state, "openai", now=START)
    assert without_parking(state, "groq") == ()
