"""Tests of the check for series of which nothing is known."""

from __future__ import annotations

import numpy as np
from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.no_actual import no_actual


def test_a_series_without_a_value_is_refused():
    """Horizons count from the last actual, so without one there is no forecast."""
    (finding,) = no_actual(evidence_for([1, 2], request=request_for(history=(np.nan, np.nan))))
    assert (finding.code, finding.severity, finding.region) == ("no-actual", "refuse", "AGO")
    assert no_actual(evidence_for([1, 2], request=request_for(history=()))) != ()


def test_one_value_is_enough():
    """A series with a single value is not refused for that."""
    assert no_actual(evidence_for([1, 2], request=request_for(history=(np.nan, 5)))) == ()
