"""Tests of the summary of rows that could not be used."""

from __future__ import annotations

from neuralbrain.quality.checks.rejected_rows import rejected_rows


def test_each_reason_is_one_note():
    """Counts by code become one note each, in the order of the codes; none is no note, an unknown code has its name."""
    found = rejected_rows({"location-unknown": 3, "duplicate-row": 1, "value-negative": 0, "new-code": 2})
    assert [(one.count, one.severity, one.first_date) for one in found] == [
        (1, "note", None),
        (3, "note", None),
        (2, "note", None),
    ]
    assert found[0].message == ("1 row could not be used: the same place and date has several values (duplicate-row).")
    assert "their place is not known here (location-unknown)" in found[1].message
    assert "(new-code)" in found[2].message
