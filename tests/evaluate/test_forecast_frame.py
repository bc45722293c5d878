"""Forecasts in long form: one row a series and horizon, and the same tables back."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Measure, Signal, Unit
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.evaluate.forecast_frame import DEATHS_QUANTILES, KEYS, NUMBERS, QUANTILES, frame_of, tables_of

CUTOFF = datetime(2025, 1, 9, 4, tzinfo=UTC)
CASES = Signal(name="cases", deaths="deaths")
SHARE = Signal(name="visits", unit=Unit.SHARE, measure=Measure.INCIDENT, primary=False)


def table(*, regions: tuple[str, ...] = ("AGO", "BEN", "AGO"), horizons: tuple[int, ...] = (1, 2)) -> ForecastTable:
    """Return a table in which no two numbers are alike, the last row's deaths and risk unknown."""
    rows, steps = len(regions), len(horizons)
    count = iter(range(1, 100))

    def numbers(*shape: int) -> np.ndarray:
        return next(count) * 1000 + np.arange(np.prod(shape), dtype=np.float64).reshape(shape)

    made = ForecastTable(
        source="made",
        provider="local",
        lock_number=None,
        edition=None,
        timestamp=CUTOFF,
        cutoff=CUTOFF,
        cadence=Cadence.WEEKLY,
        horizons=horizons,
        regions=regions,
        signals=(CASES, CASES, SHARE)[:rows],
        last_dates=np.array(["2025-01-04", "2024-12-28", "2025-01-04"][:rows], dtype="datetime64[D]"),
        quantiles=numbers(rows, steps, len(LEVELS)),
        deaths_quantiles=numbers(rows, steps, len(LEVELS)),
        **{
            name: numbers(rows)
            for name in (
                *("actual_cases", "actual_deaths", "populations", "confidence", "outbreak_probability"),
                *("outbreak_threshold", "growth_probability", "risk_score", "volatility", "completeness"),
            )
        },
        trend_probabilities=numbers(rows, 3),
        risk_level_probabilities=numbers(rows, 3),
        findings=((),) * rows,
        reasons=((),) * rows,
    )
    lacking = made.risk_score.copy()
    lacking[-1:] = np.nan
    return replace(made, risk_score=lacking)


def require_same(first: ForecastTable, second: ForecastTable) -> None:
    """Require that two tables are the same, bit for bit."""
    for column in fields(first):
        one, other = getattr(first, column.name), getattr(second, column.name)
        if isinstance(one, np.ndarray):
            assert one.dtype == other.dtype, column.name
            assert one.tobytes() == other.tobytes(), column.name
        else:
            assert one == other, column.name


def test_a_row_is_a_series_and_a_horizon():
    """The second week of the second series has its own dates and quantiles, and its series' claims."""
    frame = frame_of(table())
    assert len(frame) == 6
    row = frame.row(3, named=True)
    assert {name: row[name] for name in KEYS} == {
        "provider": "local",
        "source": "made",
        "region": "BEN",
        "signal": "cases",
        "cutoff": CUTOFF,
        "last_date": date(2024, 12, 28),
        "horizon": 2,
        "target_date": date(2025, 1, 11),
    }
    assert [row[name] for name in QUANTILES] == [1000.0 + 3 * 23 + place for place in range(23)]
    assert next(row[name] for name in DEATHS_QUANTILES) == 2000.0 + 3 * 23
    assert row["actual_cases"] == 3001.0
    assert [row[name] for name in ("trend_decreasing", "trend_stable", "trend_increasing")] == [13003, 13004, 13005]


def test_columns_are_named_by_their_level():
    """Each level has the shortest name that says it."""
    assert QUANTILES[:4] == ("q0.01", "q0.025", "q0.05", "q0.1")
    assert QUANTILES[-2:] == ("q0.975", "q0.99")
    assert len(set(QUANTILES)) == 23
    assert set(NUMBERS) < set(frame_of(table()).columns)


def test_tables_come_back_as_they_were():
    """The table of a frame is the one that it was made from, bit for bit, whatever the order of the horizons."""
    made = table()
    (again,) = tables_of(frame_of(made))
    require_same(again, made)
    mixed = frame_of(made).reverse().sort("horizon", descending=True, maintain_order=True)
    (turned,) = tables_of(mixed.sort("region", descending=False, maintain_order=True))
    assert sorted(turned.regions) == sorted(made.regions)
    assert turned.quantiles[turned.regions.index("BEN")].tobytes() == made.quantiles[1].tobytes()


def test_each_cutoff_and_set_of_horizons_is_a_table_of_its_own():
    """Two cutoffs, and series with fewer horizons, come back apart."""
    later = replace(table(), cutoff=datetime(2025, 1, 16, 4, tzinfo=UTC))
    short = replace(table(regions=("COD",), horizons=(1,)))
    back = tables_of(pl.concat([frame_of(table()), frame_of(later), frame_of(short)]))
    assert [(one.cutoff, one.horizons, one.regions) for one in back] == [
        (CUTOFF, (1, 2), ("AGO", "BEN", "AGO")),
        (later.cutoff, (1, 2), ("AGO", "BEN", "AGO")),
        (CUTOFF, (1,), ("COD",)),
    ]


def test_a_row_that_stands_twice_is_refused():
    """Two forecasts of the same provider about the same target at the same cutoff are no record."""
    frame = frame_of(table())
    with pytest.raises(ValueError, match="two rows"):
        tables_of(pl.concat([frame, frame.head(1)]))


def test_an_empty_table_has_every_column():
    """A table without rows becomes a frame without rows that can be put beside others."""
    empty = frame_of(table(regions=()))
    assert empty.schema == frame_of(table()).schema
    assert len(pl.concat([empty, frame_of(table())])) == 6
    assert tables_of(empty) == ()
