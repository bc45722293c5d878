"""Model output as arrays: one row a forecast, 23 quantiles beside each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS

KEYS = ("model_id", "target", "location", "reference_date", "horizon", "target_end_date")
"""Who forecast what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileTable:
    """Forecasts by quantiles.

    Args:
        tasks: n rows of ``KEYS``.
        quantiles: Shape (n, 23).
        left_out: How many forecasts lack a level or its value.
    """

    tasks: pl.DataFrame
    quantiles: Floats
    left_out: int


def quantile_table(rows: pl.DataFrame) -> QuantileTable:
    """Return the forecasts by quantiles in some model output; one that lacks a level is left out and counted.

    Args:
        rows: As ``read_model_output`` returns them. Of two rows of the same level the later one counts; a forecast
            without a target's date is taken to be of the round's weeks, ``reference_date`` plus seven days a horizon.
    """
    level = pl.col("output_type_id").cast(pl.Float64, strict=False).round(3)
    end = pl.col("target_end_date").fill_null(
        pl.col("reference_date") + pl.duration(days=7 * pl.col("horizon").cast(pl.Int64))
    )
    named = rows.filter(pl.col("output_type") == "quantile").with_columns(level=level, target_end_date=end)
    known = named.drop_nulls([*KEYS, "value"]).filter(pl.col("level").is_in(np.round(LEVELS, 3).tolist()))
    known = known.unique([*KEYS, "level"], keep="last", maintain_order=True).sort(*KEYS, "level")
    whole = known.filter(pl.len().over(KEYS) == len(LEVELS))
    tasks = whole.gather_every(len(LEVELS)).select(KEYS)
    return QuantileTable(
        tasks=tasks,
        quantiles=whole["value"].to_numpy().reshape(len(tasks), len(LEVELS)),
        left_out=named.select(KEYS).n_unique() - len(tasks),
    )


def observed_by(tasks: pl.DataFrame, truth: pl.DataFrame) -> Floats:
    """Return what came true of each task, NaN where that is not known.

    Args:
        tasks: n rows of ``KEYS``.
        truth: As ``read_truth`` returns it; a truth that names no target is that of every one.

    Returns:
        Shape (n,).
    """
    keys = (
        ["location", "target_end_date"]
        if truth["target"].is_null().all()
        else ["target", "location", "target_end_date"]
    )
    joined = tasks.join(truth.select(*keys, "value"), on=keys, how="left", maintain_order="left")
    return np.asarray(joined["value"].fill_null(np.nan).to_numpy(), dtype=np.float64)
