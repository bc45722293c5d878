"""Tests of what is said beside each row."""

from __future__ import annotations

import numpy as np
from bottleneck_examples import request_for

from neuralbrain.bottleneck.reading import companions_of
from neuralbrain.bottleneck.remarks import refused_series, row_findings, row_reasons
from neuralbrain.domain.finding import Finding, Severity

SERIES = request_for("AGO", "BEN", deaths=(1,) * 10).panel.series


def finding(severity, region="", signal=""):
    """Return a finding."""
    return Finding(code="c", severity=severity, message="m", region=region, signal=signal)


def test_a_refusal_refuses_its_series_or_all():
    """A refusal of one series refuses that one, one of the whole answer all, a note none."""
    assert refused_series((finding(Severity.REFUSE, "BEN", "cases"),), SERIES).tolist() == [False, False, True, False]
    assert refused_series((finding(Severity.REFUSE),), SERIES).all()
    assert not refused_series((finding(Severity.NOTE, "BEN", "cases"),), SERIES).any()


def test_refused_deaths_are_a_note_beside_their_cases():
    """The row of cases shows its own notes, and the refusal of its deaths as a note."""
    found = (finding(Severity.NOTE, "AGO", "cases"), finding(Severity.REFUSE, "AGO", "deaths"))
    (row,) = row_findings(found, SERIES, rows=np.array([0]), companion=companions_of(SERIES))
    assert [(one.signal, one.severity) for one in row] == [("cases", "note"), ("deaths", "note")]
    assert row_findings((), SERIES, rows=np.array([0]), companion=companions_of(SERIES)) == ((),)


def test_rows_that_lack_the_same_share_their_reasons():
    """Reasons are per row, and one tuple serves all rows that lack the same."""
    both, one = np.array([True, True, False]), np.array([False, False, True])
    reasons = row_reasons(((both, (("a", "x"),)), (one, (("b", "y"), ("c", "y")))), 3)
    assert reasons == ((("a", "x"),), (("a", "x"),), (("b", "y"), ("c", "y")))
    assert reasons[0] is reasons[1]
