"""Scores forecasts of one table against what came true: the columns that are kept of it."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Dates, Floats, Integers
from neuralbrain.domain.score import ScoredClaims, ScoredRows, in_hindsight
from neuralbrain.evaluate.baseline import baseline_quantiles
from neuralbrain.evaluate.claims import outcomes_of
from neuralbrain.evaluate.scores import on_log_scale, ranks_of, scores_of, weighted_interval_score

Flags = npt.NDArray[np.bool_]
LOG_SCORES = 5  # of the scores: WIS, its three parts and the absolute error; bias and coverage are the same


def score_values(
    table: ForecastTable,
    observed: Floats,
    *,
    wanted: Flags,
    history: Floats,
    edition: int,
    place: int,
    as_of: datetime,
    deaths: bool = False,
) -> ScoredRows:
    """Return the scores of some forecasts of a table.

    Args:
        table: N forecasts over H horizons; for deaths as if they were published alone, with their signals and dates.
        observed: Shape (N, H): what came true.
        wanted: Shape (N, H): which to score; one whose quantiles or value are unknown is left out.
        history: Shape (N, T): the incidence that was known at the cutoff, the last column is the last actual.
        edition: The edition's number.
        place: The table's position in it.
        as_of: The last moment of knowledge of the truth.
        deaths: Whether they are the deaths that were published beside cases.
    """
    known = wanted & np.isfinite(observed) & np.isfinite(table.quantiles).all(axis=2)
    rows, steps = np.nonzero(known)
    value, quantiles = observed[known], table.quantiles[known]
    natural, logarithmic = scores_of(quantiles, value), scores_of(on_log_scale(quantiles), on_log_scale(value))
    below, at_most = ranks_of(quantiles, value)
    last_dates = table.last_dates[rows].astype("datetime64[D]")
    targets = last_dates + np.array(table.days, dtype="timedelta64[D]")[steps]
    return ScoredRows(
        edition=edition,
        table=place,
        truth_as_of=as_of,
        rows=rows,
        horizons=np.array(table.horizons, dtype=np.int64)[steps],
        last_dates=last_dates,
        target_dates=targets,
        observed=value,
        natural=np.stack(natural, axis=-1),
        logarithmic=np.stack(logarithmic[:LOG_SCORES], axis=-1),
        below=below,
        at_most=at_most,
        baseline=_of_baseline(history, value, horizons=table.horizons, rows=rows, steps=steps),
        hindsight=in_hindsight(targets, newest=_newest(table)),
        deaths=deaths,
    )


def score_claims(
    table: ForecastTable, observed: Floats, *, wanted: Flags, history: Floats, edition: int, place: int, as_of: datetime
) -> ScoredClaims:
    """Return what came of the claims of some forecasts of a table.

    Args:
        table: N forecasts over H horizons.
        observed: Shape (N, H): what came true.
        wanted: Shape (N,): which to judge; one whose Y_H did not come to be known is left out.
        history: Shape (N, T): the incidence that was known at the cutoff, the last column is the last actual.
        edition: The edition's number.
        place: The table's position in it.
        as_of: The last moment of knowledge of the truth.
    """
    came = outcomes_of(table, observed, history=history)
    rows = np.flatnonzero(wanted & np.isfinite(came.settled))
    last_dates: Dates = table.last_dates[rows].astype("datetime64[D]")
    targets: Dates = last_dates + np.timedelta64(table.days[-1], "D")
    return ScoredClaims(
        edition=edition,
        table=place,
        truth_as_of=as_of,
        rows=rows,
        last_dates=last_dates,
        target_dates=targets,
        settled=came.settled[rows],
        probabilities=np.stack([table.confidence, table.outbreak_probability, table.growth_probability], axis=1)[rows],
        came_true=np.stack([came.confidence, came.outbreak, came.growth], axis=1)[rows],
        trend_probabilities=table.trend_probabilities[rows],
        trend=came.trend[rows],
        risk_probabilities=table.risk_level_probabilities[rows],
        risk_level=came.risk_level[rows],
        hindsight=in_hindsight(targets, newest=_newest(table)),
    )


def _newest(table: ForecastTable) -> np.datetime64:
    """Return the newest last actual of any row; a row of a place whose deaths were not forecast has none."""
    known = table.last_dates[~np.isnat(table.last_dates)]
    return np.datetime64(known.max(), "D") if len(known) else np.datetime64("NaT", "D")


def _of_baseline(
    history: Floats, observed: Floats, *, horizons: tuple[int, ...], rows: Integers, steps: Integers
) -> Floats:
    """Return shape (M, 2): WIS of the hub baseline on the natural and the log(x + 1) scale."""
    if not len(rows):
        return np.empty((0, 2))
    asked, which = np.unique(rows, return_inverse=True)
    needed, step = np.unique(steps, return_inverse=True)
    made = baseline_quantiles(history[asked], horizons=[horizons[one] for one in needed])[which, step]
    natural = weighted_interval_score(made, observed)
    return np.stack([natural, weighted_interval_score(on_log_scale(made), on_log_scale(observed))], axis=-1)
