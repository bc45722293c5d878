"""Panels and batches: what was known, where it ends, and how a change is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats, ObservationBatch, Panel, Series, Signal, Unit, aligned_to_last

NAN = np.nan
OTHER_NAN = np.array([0xFFF8000000000001], dtype=np.uint64).view(np.float64)[0]
CUTOFF = datetime(2026, 2, 8, tzinfo=UTC)
VALUES = arrays.arrays(np.float64, (3, 5), elements=st.floats(0, 1e6) | st.just(NAN))


def panel_of(values: Floats) -> Panel:
    """Return a weekly panel of these values, one location a row."""
    rows, periods = values.shape
    return Panel(
        series=tuple(Series(source="feed", location=f"US-{row}", signal=Signal(name="cases")) for row in range(rows)),
        dates=np.datetime64("2026-01-03", "D") + 7 * np.arange(periods),
        values=values,
        cadence=Cadence.WEEKLY,
        cutoff=CUTOFF,
        populations=np.arange(1.0, rows + 1),
    )


def test_last_values_by_hand() -> None:
    """A row ends with its last finite value; gaps before it do not matter, and an empty row has no end."""
    panel = panel_of(np.array([[1.0, 2.0, NAN], [NAN, NAN, 3.0], [4.0, NAN, NAN], [NAN, NAN, NAN]]))
    assert panel.last_index.tolist() == [1, 2, 0, -1]
    assert [str(day) for day in panel.last_dates] == ["2026-01-10", "2026-01-17", "2026-01-03", "NaT"]
    assert panel.last_dates.dtype == np.dtype("datetime64[D]")


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (2, 0)])
def test_last_values_of_empty_panels(shape: tuple[int, int]) -> None:
    """A panel without rows or without dates has ends that say so, one a row."""
    panel = panel_of(np.full(shape, NAN))
    assert panel.last_index.tolist() == [-1] * shape[0]
    assert np.isnat(panel.last_dates).tolist() == [True] * shape[0]
    assert len(panel.digest()) == 64
    assert aligned_to_last(panel.values, panel.last_index).shape == shape


def test_alignment_by_hand() -> None:
    """Rows are shifted right, inner gaps kept, until each ends with its last value."""
    values = np.array([[1.0, NAN, 2.0, NAN], [5.0, 6.0, 7.0, 8.0], [NAN] * 4, [9.0, NAN, NAN, NAN]])
    expected = [[NAN, 1.0, NAN, 2.0], [5.0, 6.0, 7.0, 8.0], [NAN] * 4, [NAN, NAN, NAN, 9.0]]
    np.testing.assert_array_equal(aligned_to_last(values, panel_of(values).last_index), expected)


@given(values=VALUES)
def test_alignment_keeps_every_value(values: Floats) -> None:
    """Alignment loses nothing, invents nothing, and puts the last known value last."""
    panel = panel_of(values)
    aligned = aligned_to_last(values, panel.last_index)
    for before, after, last in zip(values, aligned, panel.last_index, strict=True):
        assert after[np.isfinite(after)].tolist() == before[np.isfinite(before)].tolist()
        assert last == -1 or after[-1] == before[last]
    np.testing.assert_array_equal(aligned_to_last(aligned, panel_of(aligned).last_index), aligned)


@given(values=VALUES, row=st.integers(0, 2), period=st.integers(0, 4), other=st.floats(0, 1e6) | st.just(NAN))
def test_digest_sees_every_value(values: Floats, row: int, period: int, other: float) -> None:
    """Equal knowledge has an equal digest, and one changed value another one."""
    changed = values.copy()
    changed[row, period] = other
    same = np.array_equal(changed, values, equal_nan=True)
    assert (panel_of(changed).digest() == panel_of(values.copy()).digest()) is same


def test_digest_does_not_see_the_cutoff() -> None:
    """A later cutoff at which nothing new is known has the same digest."""
    panel = panel_of(np.array([[1.0, NAN]]))
    assert replace(panel, cutoff=CUTOFF + timedelta(days=1)).digest() == panel.digest()


def test_digest_sees_names_dates_and_populations() -> None:
    """Another location, unit, date or population is another question."""
    panel = panel_of(np.array([[1.0, 2.0]]))
    first = panel.series[0]
    others = [
        replace(panel, series=(replace(first, location="US-9"),)),
        replace(panel, series=(replace(first, source="other"),)),
        replace(panel, series=(replace(first, signal=Signal(name="cases", unit=Unit.SHARE)),)),
        replace(panel, dates=panel.dates + 1),
        replace(panel, populations=np.array([2.0])),
        replace(panel, populations=np.array([NAN])),
    ]
    assert len({panel.digest(), *(other.digest() for other in others)}) == len(others) + 1


def test_digest_knows_one_missing_only() -> None:
    """Which of the many NaN stands for missing does not matter."""
    panel = panel_of(np.array([[1.0, NAN]]))
    other = replace(panel, values=np.array([[1.0, OTHER_NAN]]))
    assert other.values.tobytes() != panel.values.tobytes()
    assert other.digest() == panel.digest()
    unknown = replace(panel, populations=np.array([NAN]))
    assert replace(panel, populations=np.array([OTHER_NAN])).digest() == unknown.digest()


def batch_of(*, rows: int, dates: int, values: int) -> ObservationBatch:
    """Return a batch whose columns have the lengths given."""
    return ObservationBatch(
        series=(Series(source="feed", location="USA", signal=Signal(name="cases")),),
        series_index=np.zeros(rows, dtype=np.int64),
        target_date=np.full(dates, "2026-01-03", dtype="datetime64[D]"),
        value=np.ones(values),
        as_of=CUTOFF,
    )


@pytest.mark.parametrize("lengths", [(2, 3, 3), (3, 2, 3), (3, 3, 2), (0, 0, 1)])
def test_batches_have_columns_of_one_length(lengths: tuple[int, int, int]) -> None:
    """A batch with a column too long or too short is refused where it is made."""
    rows, dates, values = lengths
    with pytest.raises(ValueError, match="different lengths"):
        batch_of(rows=rows, dates=dates, values=values)


def test_batches_know_their_length() -> None:
    """A batch is as long as its columns, also when it is empty."""
    assert [len(batch_of(rows=rows, dates=rows, values=rows)) for rows in (0, 3)] == [0, 3]
