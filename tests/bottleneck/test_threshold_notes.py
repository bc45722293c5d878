"""Tests of what is said about an outbreak threshold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from bottleneck_examples import LAST_WEEK, evidence_for, request_for

from neuralbrain.bottleneck.derive import derive
from neuralbrain.bottleneck.threshold_notes import threshold_notes
from neuralbrain.domain.calendar import Cadence


def test_a_row_says_which_rule_its_threshold_comes_from():
    """By the years where it rests on them, why not where they do not fit, nothing where fewer than three are known."""
    evidence = evidence_for(
        {"AGO": [20], "BEN": [20], "KEN": [20]}, request=request_for("AGO", "BEN", "KEN", horizons=(1,))
    )
    history = np.full((3, 300), 20.0)
    history[2, :200] = np.nan
    made = derive(
        np.full((3, 1, 23), 20.0),
        history=history,
        horizons=(1,),
        cadence=Cadence.WEEKLY,
        event_sizes=np.ones(3),
        last_dates=np.full(3, LAST_WEEK),
    )
    unfitted = replace(made, threshold_fitted=np.array([True, False, False]))
    notes = threshold_notes(np.arange(3), derived=unfitted, evidence=evidence)
    assert [(one.code, one.severity, one.region) for one in notes] == [
        ("threshold-seasonal", "note", "AGO"),
        ("threshold-recent", "note", "BEN"),
    ]
    assert "by 5 years" in notes[0].message
    assert "the fit to 5 years did not converge" in notes[1].message
