"""Tests of the note on totals that are used as they are."""

from __future__ import annotations

import numpy as np
from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.checks.levels_as_given import levels_as_given
from neuralbrain.domain.observation import Measure


def test_totals_without_incidence_are_noted():
    """Totals that the request holds unchanged as incidence are noted, with the last of them."""
    (finding,) = levels_as_given(evidence_for([5, 5], request=request_for(history=(5, 5), measure=Measure.CUMULATIVE)))
    assert (finding.code, finding.severity) == ("levels-as-given", "note")
    assert "last 5" in finding.message


def test_totals_with_incidence_are_not():
    """Totals that became new events, and incident series, are not meant."""
    stepped = request_for(history=(5, 9), measure=Measure.CUMULATIVE, incidence=np.array([[np.nan, 4.0]]))
    assert levels_as_given(evidence_for([5, 5], request=stepped)) == ()
    assert levels_as_given(evidence_for([5, 5])) == ()
