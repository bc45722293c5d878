"""Ages of values, and the share of the settled value that each usually shows."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.completeness import Completeness, age_of
from neuralbrain.domain.observation import Panel, Series, Signal

SERIES = tuple(Series(source="feed", location=code, signal=Signal(name="cases")) for code in ("AGO", "BEN"))
PANEL = Panel(
    series=SERIES,
    dates=np.array(["2024-12-21", "2024-12-28", "2025-01-04", "2025-01-11"], dtype="datetime64[D]"),
    values=np.array([[5.0, 6.0, 7.0, 8.0], [5.0, 6.0, np.nan, np.nan]]),
    cadence=Cadence.WEEKLY,
    cutoff=datetime(2025, 1, 15, tzinfo=UTC),
    populations=np.array([np.nan, np.nan]),
)
KNOWN = Completeness(
    series=SERIES,
    as_of=np.datetime64("2025-01-15T00:00", "us"),
    median=np.array([[0.8, 0.9], [0.6, np.nan]]),
    low=np.array([[0.7, 0.85], [0.5, np.nan]]),
    high=np.array([[0.95, 1.0], [0.8, np.nan]]),
    periods=np.array([[12, 11], [3, 0]]),
)


@pytest.mark.parametrize(
    ("day", "as_of", "days", "age"),
    [
        ("2025-01-11", "2025-01-15T00:00", 7, 1),  # the Wednesday after
        ("2025-01-11", "2025-01-18T23:59", 7, 1),  # the last minute of the week after
        ("2025-01-11", "2025-01-19T00:00", 7, 2),
        ("2025-01-11", "2025-01-10T00:00", 7, 1),  # before the week ended
        ("2025-01-11", "2025-01-12T00:00", 1, 1),
        ("2025-01-11", "2025-01-14T12:00", 1, 3),
    ],
)
def test_age_counts_the_periods_begun_since_the_values_own(day: str, as_of: str, days: int, age: int) -> None:
    """A value has age 1 in the whole period after its own, and before that."""
    found = age_of(np.array([day], dtype="datetime64[D]"), as_of=np.datetime64(as_of, "us"), days=days)
    assert found.tolist() == [age]


def test_shares_stand_on_the_grid() -> None:
    """The newest column has age 1; what is older than all ages is settled; what nobody knows is NaN."""
    assert np.array_equal(KNOWN.shares(PANEL), [[1, 1, 0.9, 0.8], [1, 1, np.nan, 0.6]], equal_nan=True)


def test_the_newest_value_of_each_series_has_its_own_age() -> None:
    """A series that stopped two weeks earlier has a settled newest value, and one without any has none."""
    newest = KNOWN.newest(PANEL)
    assert newest.median.tolist() == [0.8, 1.0]
    assert newest.low.tolist() == [0.7, 1.0]
    assert newest.high.tolist() == [0.95, 1.0]
    assert newest.periods.tolist() == [12, 0]
    nothing = KNOWN.newest(replace(PANEL, values=np.full((2, 4), np.nan)))
    assert np.isnan(nothing.median).all()
    assert nothing.periods.tolist() == [0, 0]


def test_rows_are_about_the_series_that_were_chosen() -> None:
    """Some of the series in another order keep their own shares."""
    found = KNOWN.about(np.array([1]))
    assert found.series == SERIES[1:]
    assert found.median[0, 0] == 0.6
    assert found.periods.tolist() == [[3, 0]]


def test_another_panel_is_refused() -> None:
    """Shares are never taken for those of other series."""
    with pytest.raises(ValueError, match="other series"):
        KNOWN.shares(replace(PANEL, series=SERIES[::-1]))


def test_the_digest_sees_shares_and_ages() -> None:
    """Another moment of the same week changes nothing; another week, share or number of periods does."""
    digest = KNOWN.digest(PANEL)
    assert replace(KNOWN, as_of=np.datetime64("2025-01-17T09:00", "us")).digest(PANEL) == digest
    others = [
        replace(KNOWN, as_of=np.datetime64("2025-01-22", "us")),
        replace(KNOWN, median=KNOWN.median * 0.99),
        replace(KNOWN, low=KNOWN.low * 0.99),
        replace(KNOWN, periods=KNOWN.periods + 1),
    ]
    assert len({digest, *(one.digest(PANEL) for one in others)}) == 5
