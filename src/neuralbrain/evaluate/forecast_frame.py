"""Forecasts in long form, one row a series and horizon: what a backtest keeps as Parquet, and back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Dates, Floats, Measure, Signal, Unit
from neuralbrain.domain.quantiles import LEVELS

QUANTILES = tuple(f"q{level:g}" for level in LEVELS.tolist())
"""Columns of the incidence's quantiles: ``q0.01``, ``q0.025``, ``q0.05``, ``q0.1`` … ``q0.99``."""

DEATHS_QUANTILES = tuple(f"deaths_{name}" for name in QUANTILES)
"""The same for deaths; NaN where the feed has none."""

NUMBERS = (
    *("actual_cases", "actual_deaths", "population", "completeness"),
    *("confidence", "outbreak_probability", "outbreak_threshold", "growth_probability", "risk_score", "volatility"),
)
"""Columns of one number a series, NaN where it cannot be derived; the same at each of its horizons."""

TRENDS = ("trend_decreasing", "trend_stable", "trend_increasing")
RISKS = ("risk_green", "risk_yellow", "risk_red")

KEYS = ("provider", "source", "region", "signal", "cutoff", "last_date", "horizon", "target_date")
"""Columns that name a row; no two rows of a backtest share all of them."""

WORDS = ("cadence", "unit", "measure", "deaths_signal", "primary")
MOMENT = pl.Datetime("us", "UTC")


def frame_of(table: ForecastTable) -> pl.DataFrame:
    """Return a table of forecasts in long form.

    Findings and reasons are left out: what cannot be derived is NaN.

    Args:
        table: N series, H horizons.

    Returns:
        N times H rows in the order of the table, horizons ascending: ``KEYS``, ``WORDS``, ``NUMBERS``, the
        probabilities of ``TRENDS`` and ``RISKS``, ``QUANTILES`` and ``DEATHS_QUANTILES``. ``horizon`` counts periods
        after ``last_date``.
    """
    steps = len(table.horizons)
    rows = len(table) * steps
    row = np.repeat(np.arange(len(table)), steps)
    last_dates = table.last_dates.astype("datetime64[D]")
    target_dates = last_dates[:, None] + np.array(table.days, dtype="timedelta64[D]")
    signals = [table.signals[place] for place in row.tolist()]
    keys = {
        "provider": pl.repeat(table.provider, rows, dtype=pl.String, eager=True),
        "source": pl.repeat(table.source, rows, dtype=pl.String, eager=True),
        "region": pl.Series([table.regions[place] for place in row.tolist()], dtype=pl.String),
        "signal": pl.Series([one.name for one in signals], dtype=pl.String),
        "cutoff": pl.repeat(table.cutoff, rows, dtype=MOMENT, eager=True),
        "last_date": pl.Series(last_dates[row]),
        "horizon": pl.Series(np.tile(np.array(table.horizons, dtype=np.int64), len(table))),
        "target_date": pl.Series(target_dates.reshape(rows)),
    }
    words = {
        "cadence": pl.repeat(table.cadence.value, rows, dtype=pl.String, eager=True),
        "unit": pl.Series([one.unit.value for one in signals], dtype=pl.String),
        "measure": pl.Series([one.measure.value for one in signals], dtype=pl.String),
        "deaths_signal": pl.Series([one.deaths for one in signals], dtype=pl.String),
        "primary": pl.Series([one.primary for one in signals], dtype=pl.Boolean),
    }
    numbers = {name: pl.Series(getattr(table, _FIELDS.get(name, name))[row]) for name in NUMBERS}
    blocks = [
        (TRENDS, table.trend_probabilities[row]),
        (RISKS, table.risk_level_probabilities[row]),
        (QUANTILES, table.quantiles.reshape(rows, len(LEVELS))),
        (DEATHS_QUANTILES, table.deaths_quantiles.reshape(rows, len(LEVELS))),
    ]
    spread = {name: pl.Series(block[:, place]) for names, block in blocks for place, name in enumerate(names)}
    return pl.DataFrame({**keys, **words, **numbers, **spread})


_FIELDS = {"population": "populations"}


def tables_of(frame: pl.DataFrame) -> tuple[ForecastTable, ...]:
    """Return the tables that a frame holds: one a provider, source, cadence, cutoff and set of horizons, in its order.

    A table's time is its cutoff; it belongs to no edition and has no findings.

    Args:
        frame: As ``frame_of`` returns it; further columns are not read, and rows may stand in any order.

    Raises:
        ValueError: If two rows have the same ``KEYS``.
    """
    if frame.select(KEYS).is_duplicated().any():
        raise ValueError("two rows are about the same provider, series, cutoff and horizon")
    series = [name for name in KEYS if name not in {"horizon", "target_date"}]
    ordered = frame.with_columns(
        pl.col("horizon").sort().implode().over(series, mapping_strategy="join").alias("_horizons")
    )
    groups = ordered.partition_by("provider", "source", "cadence", "cutoff", "_horizons", maintain_order=True)
    return tuple(_table(group, series=series) for group in groups)


def _table(group: pl.DataFrame, *, series: Sequence[str]) -> ForecastTable:
    """Return one table from the rows of one provider, source, cadence, cutoff and set of horizons."""
    first = group.row(0, named=True)
    horizons = tuple(first["_horizons"])
    place = pl.col("_row").min().over(series)  # series come in the order of their first rows
    rows = group.with_row_index("_row").with_columns(place).sort("_row", "horizon")
    one = rows.gather_every(len(horizons))
    shape = (len(one), len(horizons), len(LEVELS))
    return ForecastTable(
        source=first["source"],
        provider=first["provider"],
        lock_number=None,
        edition=None,
        timestamp=first["cutoff"],
        cutoff=first["cutoff"],
        cadence=Cadence(first["cadence"]),
        horizons=horizons,
        regions=tuple(one["region"]),
        signals=_signals(one, cadence=Cadence(first["cadence"])),
        last_dates=_days(one["last_date"]),
        quantiles=_block(rows, QUANTILES).reshape(shape),
        deaths_quantiles=_block(rows, DEATHS_QUANTILES).reshape(shape),
        **{_FIELDS.get(name, name): _block(one, (name,))[:, 0] for name in NUMBERS},
        trend_probabilities=_block(one, TRENDS),
        risk_level_probabilities=_block(one, RISKS),
        findings=((),) * len(one),
        reasons=((),) * len(one),
    )


def _signals(one: pl.DataFrame, *, cadence: Cadence) -> tuple[Signal, ...]:
    return tuple(
        Signal(
            name=row["signal"],
            unit=Unit(row["unit"]),
            measure=Measure(row["measure"]),
            cadence=cadence,
            deaths=row["deaths_signal"],
            primary=row["primary"],
        )
        for row in one.select("signal", *WORDS[1:]).iter_rows(named=True)
    )


def _block(rows: pl.DataFrame, names: Sequence[str]) -> Floats:
    return np.column_stack([rows[name].to_numpy() for name in names]).astype(np.float64)


def _days(column: pl.Series) -> Dates:
    return column.to_numpy().astype("datetime64[D]")
