"""Tests of the check for wholes that are not the sum of their parts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from quality_examples import GAP, evidence_for

from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Unit
from neuralbrain.quality.checks.sum_mismatch import sum_mismatch

NATIONS = [code for code, one in LOCATIONS.items() if one.parent == "GBR"]
STATES = [code for code, one in LOCATIONS.items() if one.parent == "USA"]


def test_a_whole_below_its_parts_is_marked():
    """Parts that report are enough to say that a whole is too small; 2 % or 10 events are let pass."""
    whole = [300, 191, 190, GAP]
    (found,) = sum_mismatch(evidence_for(whole, [100] * 4, [101] * 4, places=["GBR", "GB-ENG", "GB-SCT"]))
    assert (found.check, found.location, found.severity, found.count) == ("sum-mismatch", "GBR", "warning", 1)
    assert found.message == (
        "cases of GBR is not the sum of its parts in 1 week; on 2026-03-14 it is 190, and its parts together 201."
    )


def test_a_whole_above_its_parts_is_marked_where_all_report():
    """With all four nations a larger whole is wrong; where one of them is missing nobody knows."""
    assert len(NATIONS) == 4
    parts = [[100, 100], [100, 100], [100, 100], [100, GAP]]
    (found,) = sum_mismatch(evidence_for([500, 500], *parts, places=["GBR", *NATIONS]))
    assert (str(found.first_date), found.count) == ("2026-03-14", 1)


def test_territories_may_be_counted_or_not():
    """A US total with or without Puerto Rico is right, a larger one is not."""
    parts = [[10, 10, 10]] * len(STATES)
    rows = ([510, 610, 640], *parts, [100, 100, 100])
    (found,) = sum_mismatch(evidence_for(*rows, places=["USA", *STATES, "PRI"]))
    assert (str(found.first_date), found.count) == ("2026-03-21", 1)


def test_only_counts_of_one_signal_add_up():
    """Rates are left alone, and so are parts that count something else."""
    places = ["GBR", "GB-ENG"]
    assert sum_mismatch(evidence_for([1.0], [50.0], places=places, unit=Unit.PER_100K)) == ()
    evidence = evidence_for([1], [50], places=places)
    other = replace(evidence.panel.series[1], signal=replace(evidence.panel.series[1].signal, name="other"))
    panel = replace(evidence.panel, series=(evidence.panel.series[0], other))
    assert sum_mismatch(replace(evidence, panel=panel)) == ()
    assert np.isfinite(panel.values).all()
