"""Tests of what checks may look at."""

from __future__ import annotations

import numpy as np
from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.evidence import listed, whole_answer
from neuralbrain.domain.finding import Severity


def test_the_median_is_the_level_nearest_to_the_middle():
    """Each series shows the value at its own level nearest to 0.5, and nothing where it has no answer."""
    request = request_for("AGO", "BEN", "CMR")
    evidence = evidence_for({"AGO": [{"0.1": 1, "0.5": 2}] * 2, "BEN": [{"0.1": 3, "0.6": 4}] * 2, "CMR": None},
                            request=request)  # fmt: skip
    np.testing.assert_array_equal(evidence.medians, [[2, 2], [4, 4], [np.nan, np.nan]])


def test_one_finding_a_series_about_its_first_wrong_value():
    """Of several wrong values of a series the first is shown, by horizon and then by level."""
    evidence = evidence_for({"AGO": [1, 2], "BEN": [3, 4]}, request=request_for("AGO", "BEN"))
    wrong = np.zeros((2, 2, 3), dtype=bool)
    wrong[1, 0, 2] = wrong[1, 1, 0] = True
    assert evidence.first_cells(wrong) == [(1, 0, 2)]
    assert evidence.first_cells(wrong[:0]) == []


def test_findings_name_what_they_are_about():
    """A finding carries field, region and signal; one about the whole answer carries none."""
    one = evidence_for([1, 2]).finding(0, code="c", severity=Severity.NOTE, says="is odd.")
    assert (one.message, one.region, one.signal) == ("forecasted_cases of AGO is odd.", "AGO", "cases")
    assert (whole_answer("c", "m").region, whole_answer("c", "m").severity) == ("", "refuse")
    assert listed(tuple("abcdefg")) == "a, b, c, d, e and 2 more"
