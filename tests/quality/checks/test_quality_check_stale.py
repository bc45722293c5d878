"""Tests of the check for series without a new value."""

from __future__ import annotations

from datetime import UTC, datetime

from quality_examples import GAP, evidence_for

from neuralbrain.quality.checks.stale import stale

ROWS = ([1, 2, 3], [1, 2, GAP], [GAP, GAP, GAP])


def test_a_series_is_stale_after_the_feeds_own_time():
    """Eleven days after its week ended a limit of 10 marks a value, one of 11 does not; nothing known is not stale."""
    now = datetime(2026, 3, 25, 23, 59, tzinfo=UTC)
    assert [one.location for one in stale(evidence_for(*ROWS, now=now, stale_after_days=11))] == []
    (found,) = stale(evidence_for(*ROWS, now=now, stale_after_days=10))
    assert (found.check, found.location, found.severity, found.count) == ("stale", "P1", "warning", 1)
    assert found.message == "cases of P1 has nothing newer than 2026-03-14, 11 days ago; 10 are usual at most."


def test_a_feed_that_no_longer_grows_is_never_stale():
    """Without a limit nothing is marked."""
    assert stale(evidence_for(*ROWS, now=datetime(2030, 1, 1, tzinfo=UTC), stale_after_days=None)) == ()
