"""All checks together: the worst first, nothing changed, nothing thrown."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from quality_examples import GAP, NOW, panel_for

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Measure, Unit
from neuralbrain.domain.quality import MarkSeverity
from neuralbrain.quality.assess import assess
from neuralbrain.quality.checks import CHECKS

NUMBERS = st.one_of(
    st.just(GAP), st.just(0.0), st.integers(-5, 5000).map(float), st.floats(-1e12, 1e12), st.floats(0, 1e-300)
)


def test_the_worst_comes_first():
    """Errors stand before warnings before notes, over all panels; rejected rows are the last notes."""
    totals = panel_for([10, 30, 20, GAP, 25], measure=Measure.CUMULATIVE)
    counts = panel_for([12, 0, GAP, 1, 2], [1, 2, 1, 2, 1], signal="deaths")
    found = assess([counts, totals], now=NOW, stale_after_days=16, rejected={"duplicate-row": 2})
    assert [(one.severity.value, one.check) for one in found] == [
        ("error", "falling-totals"),
        ("warning", "negative-increments"),
        ("warning", "zeros-for-blanks"),
        ("note", "gaps"),
        ("note", "gaps"),
        ("note", "rejected-rows"),
    ]
    assert [one.signal for one in found] == ["cases", "cases", "deaths", "deaths", "cases", ""]


def test_a_clean_feed_has_no_marks():
    """Ordinary values give nothing, and neither does a feed of which nothing is known."""
    assert assess([panel_for([5, 7, 6, 8, 9, 7])], now=NOW, stale_after_days=16) == ()
    assert assess([], now=NOW, stale_after_days=16) == ()


def test_panels_and_lessons_come_in_pairs():
    """Completeness for another number of panels is refused rather than taken for the wrong one."""
    with pytest.raises(ValueError, match="shorter"):
        assess([panel_for([1, 2]), panel_for([1, 2])], now=NOW, stale_after_days=16, completeness=[None])


@given(
    st.lists(st.lists(NUMBERS, min_size=20, max_size=20), min_size=0, max_size=4),
    st.sampled_from(Unit),
    st.sampled_from(Measure),
    st.sampled_from(Cadence),
    st.sampled_from([0, 1, 2, 20]),
)
def test_checks_never_throw_and_never_change_a_value(rows, unit, measure, cadence, width):
    """Whatever stands in a panel, every mark has a sentence, dates in order and a count, and the values stay."""
    values = np.array(rows, dtype=float).reshape(len(rows), 20)[:, :width]
    places = ["WORLD", "GBR", "GB-ENG", "P1"][: len(rows)]
    panel = (
        panel_for(*values, places=places, unit=unit, measure=measure, cadence=cadence) if len(rows) else panel_for([])
    )
    before = panel.values.copy()
    found = assess([panel], now=NOW, stale_after_days=16)
    assert np.array_equal(panel.values, before, equal_nan=True)
    for one in found:
        assert one.message.endswith(".")
        assert one.explain
        assert one.count >= 1
        assert one.first_date <= one.last_date
    ranks = [list(MarkSeverity).index(one.severity) for one in found]
    assert ranks == sorted(ranks)


def test_each_check_is_called_by_its_file():
    """A check and its file share their name, so that a mark leads to its source."""
    assert all(check.__module__.rpartition(".")[2] == check.__name__ for check in CHECKS)
