"""Tests of the check for levels that shift by the factor between two units."""

from __future__ import annotations

import pytest
from quality_examples import GAP, evidence_for

from neuralbrain.domain.observation import Unit
from neuralbrain.quality.checks.unit_change import unit_change

OLD = [20, 22, 19, 21, 20, 23]


@pytest.mark.parametrize("factor", [7, 10, 100, 1000])
def test_a_level_that_shifts_at_once_is_marked(factor: int):
    """Upwards and downwards the shift is dated, and the nearest factor is named; a gap between does not matter."""
    new = [factor * value for value in (21, 20, 22, 19)]
    up, down = [*OLD, GAP, *new], [*new, GAP, *OLD]
    found = unit_change(evidence_for(up, down))
    assert [(one.check, one.location, one.severity, one.count) for one in found] == [
        ("unit-change", "P0", "warning", 4),
        ("unit-change", "P1", "warning", 6),
    ]
    assert str(found[0].first_date) == "2026-02-28"
    assert all(one.message.endswith(f"which is near {factor}.") for one in found)


def test_other_shifts_are_left_alone():
    """A factor of three, a wave, a single far value, and a shift of very few events are no change of unit."""
    wave = [10, 12, 15, 30, 80, 160, 300, 420, 300, 120]
    assert unit_change(evidence_for([*OLD, 60, 66, 57, 63], wave, [*OLD, 200, 20, 22, 19])) == ()
    assert unit_change(evidence_for([1, 2, 1, 1, 2, 12, 14, 13, 12])) == ()


def test_three_values_make_a_new_level():
    """The shift is not judged before there are three values after it."""
    assert unit_change(evidence_for([*OLD, 200, 210])) == ()
    assert len(unit_change(evidence_for([*OLD, 200, 210, 190]))) == 1


def test_percent_for_shares_is_found():
    """A share that becomes percent is marked; one that only rounding keeps from zero is not."""
    assert len(unit_change(evidence_for([0.020, 0.021, 0.019, 0.020, 2.1, 2.0, 1.9], unit=Unit.SHARE))) == 1
    assert unit_change(evidence_for([0.01, 0.01, 0.01, 0.01, 0.07, 0.07, 0.08], unit=Unit.SHARE)) == ()
