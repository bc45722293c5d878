"""Tests of the deaths that belong to rows of cases."""

from __future__ import annotations

import numpy as np
from bottleneck_examples import evidence_for, request_for

from neuralbrain.bottleneck.deaths import deaths_of, notes_on_dates
from neuralbrain.bottleneck.reading import companions_of

REQUEST = request_for("AGO", "BEN", deaths=(1,) * 9 + (3,))
EVIDENCE = evidence_for({"AGO": {"cases": [1, 2], "deaths": [1, 2]}, "BEN": {"cases": [1, 2]}}, request=REQUEST)
COMPANION = companions_of(REQUEST.panel.series)


def test_deaths_stand_in_the_rows_of_their_cases():
    """Each row has its own deaths; one whose deaths have no distribution says so."""
    quantiles = np.full((4, 2, 23), 5.0)
    quantiles[3] = np.nan
    found = deaths_of(np.array([0, 2]), companion=COMPANION, quantiles=quantiles, evidence=EVIDENCE)
    assert found.actual.tolist() == [3, 3]
    assert (found.quantiles[0] == 5).all()
    assert np.isnan(found.quantiles[1]).all()
    assert [rows.tolist() for rows, _ in found.lacking] == [[False] * 2, [False] * 2, [False] * 2, [False, True]]


def test_the_same_day_needs_no_note():
    """Deaths known for the same day as their cases are not remarked on, those of an earlier day are."""
    rows, dates = np.array([0, 2]), np.array(["2026-03-22"] * 4, dtype="datetime64[D]")
    assert notes_on_dates(rows, companion=COMPANION, last_dates=dates, evidence=EVIDENCE) == []
    dates[1] -= 7
    (note,) = notes_on_dates(rows, companion=COMPANION, last_dates=dates, evidence=EVIDENCE)
    assert (note.code, note.region, note.signal) == ("deaths-date-differs", "AGO", "deaths")
