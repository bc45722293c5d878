"""What a backtest's forecasts were worth, beside the hub baseline made from the same knowledge."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from neuralbrain.backtest.deaths_alone import with_deaths
from neuralbrain.backtest.known_by import KnownBy
from neuralbrain.backtest.truth import Truth
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.evaluate.baseline import baseline_quantiles
from neuralbrain.evaluate.forecast_frame import frame_of, tables_of
from neuralbrain.evaluate.pairing import history_before
from neuralbrain.evaluate.relative import Tasks
from neuralbrain.evaluate.score_table import score_table, scored
from neuralbrain.source_ports import Observations

BASELINE = "baseline"
TASK = ("source", "region", "signal", "cutoff", "horizon")
SAID = (*TASK, "last_date", "target_date")


def scores_of_tasks(frame: pl.DataFrame, *, observations: Observations, truth: Truth) -> pl.DataFrame:
    """Return the scores of every forecast whose value is known, and of the baseline at the same tasks.

    Those of the deaths beside cases are rows of the deaths' own signal.

    Args:
        frame: A backtest's forecasts in long form, with ``contaminated``.
        observations: What was known when: the baseline is made from what was known at each cutoff.
        truth: What came true.

    Returns:
        One row a model and task: ``model``, ``SAID``, ``contaminated`` and the columns of ``scored``.
    """
    tables = with_deaths(tables_of(frame), observations)
    parts = [one for table in tables for one in _both(table, observations=observations, truth=truth)]
    marks = frame.select("cutoff", "contaminated").unique()
    return pl.concat(parts).join(marks, on="cutoff", how="left", maintain_order="left")


def table_of_scores(scores: pl.DataFrame, *, by: tuple[str, ...] = ()) -> pl.DataFrame:
    """Return one row a feed, signal and author: what it was worth against the baseline.

    Contaminated forecasts are told apart: they prove nothing.

    Args:
        scores: As ``scores_of_tasks`` returns them.
        by: Further columns that split it, such as ``horizon``.
    """
    tasks = Tasks(task=TASK, by=("source", "signal", "contaminated", *by))
    return score_table(scores, baseline=BASELINE, tasks=tasks)


def _both(table: ForecastTable, *, observations: Observations, truth: Truth) -> Iterator[pl.DataFrame]:
    """Yield the scores of a table's author and of the baseline."""
    observed = truth.of(table).reshape(-1)
    known = np.isfinite(observed) & np.isfinite(table.quantiles).all(axis=-1).reshape(-1)
    said = frame_of(table).select(SAID).filter(known)
    authors = ((table.provider, table.quantiles), (BASELINE, _baseline(table, observations)))
    for author, quantiles in authors:
        rows = said.select(pl.lit(author).alias("model"), pl.all())
        yield scored(rows, quantiles=quantiles.reshape(-1, len(LEVELS))[known], observed=observed[known])


def _baseline(table: ForecastTable, observations: Observations) -> Floats:
    """Return shape (N, H, 23): the last value again, spread by what one period changed before."""
    known = KnownBy(observations, cutoff=table.cutoff).panels(table.source, cutoff=table.cutoff)
    return baseline_quantiles(history_before(table, known), horizons=table.horizons)
