"""Tests of the way from accepted answers to distributions of the incidence."""

from __future__ import annotations

import numpy as np
from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.distribution import distributions_of
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.quantiles import MEDIAN


def made(evidence, *, wanted=True):
    """Return the distributions of all or none of the series."""
    rows = np.full(len(evidence.series), wanted)
    return distributions_of(evidence, wanted=rows, cadence=Cadence.WEEKLY)


def test_points_of_totals_become_points_of_new_events_first():
    """Totals of 15 and 17 after 12 are 3 and 2 new events, with the spread of new events."""
    found = made(evidence_for([15, 17], totals=True))
    assert found.quantiles[0, :, MEDIAN].tolist() == [3, 2]


def test_quantiles_of_totals_become_quantiles_of_new_events():
    """The same as an interval of totals: the first week's width is the interval's own."""
    answer = [{"lower_80": 14, "value": 15, "upper_80": 17}, {"lower_80": 15, "value": 17, "upper_80": 20}]
    found = made(evidence_for(answer, totals=True))
    np.testing.assert_allclose(found.quantiles[0, 0, [3, MEDIAN, 19]], [2, 3, 5])
    # 80 % of the second week: 2 - sqrt(2² - 1²) and 2 + sqrt(3² - 2²)
    np.testing.assert_allclose(found.quantiles[0, 1, [3, MEDIAN, 19]], [2 - 3**0.5, 2, 2 + 5**0.5])


def test_short_histories_are_noted():
    """Points with nine values are scaled up at longer horizons, with two values the stated rule is used."""
    request = request_for(history=tuple(range(1, 10)), horizons=(1, 2, 3, 4))
    assert [one.code for one in made(evidence_for([1, 2, 3, 4], request=request)).notes] == ["spread-scaled"]
    (note,) = made(evidence_for([1, 2], request=request_for(history=(1, 2)))).notes
    assert (note.code, note.severity, note.region) == ("spread-assumed", "note", "AGO")


def test_rows_that_are_not_wanted_have_none():
    """A refused series has no distribution."""
    assert np.isnan(made(evidence_for([1, 2]), wanted=False).quantiles).all()
