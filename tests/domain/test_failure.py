"""The table of reasons: how many failures in a row hand the lock on."""

from __future__ import annotations

from neuralbrain.domain.failure import STRIKES, FailureKind


def test_strikes_are_those_of_the_design() -> None:
    """Certain failures count at once, doubtful ones three times in a row, our own mistakes never."""
    assert {kind.value: strikes for kind, strikes in STRIKES.items()} == {
        "unconfigured": 1,
        "authentication": 1,
        "quota_confirmed": 1,
        "quota_suspected": 3,
        "unavailable": 3,
        "rate_limited": 3,
        "unusable_answer": 3,
        "health_check": 3,
        "our_request": None,
    }


def test_every_kind_of_failure_has_a_row() -> None:
    """No failure is without a number of strikes."""
    assert set(STRIKES) == set(FailureKind)
