"""Tests of what is brought together for the checks."""

from __future__ import annotations

import numpy as np
from bottleneck_examples import evidence_for, request_for

from neuralbrain.domain.observation import Measure

NAN = np.nan


def test_each_history_ends_with_its_own_last_actual():
    """Rows are shifted so that the last column is the last actual, and a negative correction becomes a gap."""
    evidence = evidence_for([1, 2], request=request_for(history=(1, -5, 3, NAN)))
    np.testing.assert_array_equal(evidence.incidence, [[NAN, 1, NAN, 3]])
    assert (evidence.last[0], evidence.actual[0]) == (3, 3)


def test_totals_used_as_they_are_are_known_by_the_request():
    """Totals that the request holds unchanged as incidence are used as given, steps are not."""
    short = request_for(history=(5, 6), measure=Measure.CUMULATIVE)
    assert evidence_for([1, 2], request=short).as_given.tolist() == [True]
    stepped = request_for(history=(5, 6), measure=Measure.CUMULATIVE, incidence=np.array([[NAN, 1.0]]))
    assert evidence_for([1, 2], request=stepped).as_given.tolist() == [False]
    assert evidence_for([1, 2]).as_given.tolist() == [False]


def test_deaths_that_never_rise_are_read_as_totals_beside_cases_that_do():
    """Cases became new events, deaths were left as totals: an answer in deaths is then one of totals."""
    rising, constant = np.arange(10.0), np.full(10, 3.0)
    request = request_for(
        history=rising,
        deaths=tuple(constant),
        measure=Measure.CUMULATIVE,
        incidence=np.array([np.diff(rising, prepend=NAN), constant]),
    )
    evidence = evidence_for({"cases": [1, 1], "deaths": [3, 4]}, request=request)
    assert evidence.totals.tolist() == [False, True]
    assert evidence.as_given.tolist() == [False, False]


def test_no_history_is_one_unknown_period():
    """A panel without dates is worked on as one period of which nothing is known."""
    evidence = evidence_for([1, 2], request=request_for(history=()))
    assert evidence.history.shape == (1, 1)
    assert np.isnan(evidence.last[0])
    assert np.isnan(evidence.actual[0])
