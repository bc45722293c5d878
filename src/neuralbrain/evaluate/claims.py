"""What came of the claims of forecasts: about right, outbreak, growth, trend and risk, once the values are known."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuralbrain.domain.claim_rules import (
    RISK_DECIMALS,
    about_right_within,
    growth_shares,
    least_change,
    mid_ranks,
)
from neuralbrain.domain.claims import RED_FROM, YELLOW_FROM
from neuralbrain.domain.event_size import event_sizes
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.growth import span_days
from neuralbrain.domain.level import last_horizon, levels_of
from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.domain.quantiles import MEDIAN

ROUNDING = 1e-9  # relative: a seven-day mean of the same days in another order differs by less
UNKNOWN = -1  # instead of a position, where it cannot be said


class Outcomes(NamedTuple):
    """What came of the claims of N forecasts; 1.0 for yes, 0.0 for no, NaN where it cannot be said.

    Args:
        settled: Shape (N,): Y_H as it came true; for daily feeds the mean of the seven days ending there.
        confidence: Shape (N,): whether the median turned out about right.
        outbreak: Shape (N,): whether Y_H exceeded the threshold that was served.
        growth: Shape (N,): whether Y_H exceeded y0.
        trend: Shape (N,): position in ``TRENDS``, -1 where it cannot be said.
        risk_level: Shape (N,): position in ``RISK_LEVELS`` of what the formula gives for Y_H as it came true, in the
            history that the forecast knew; -1 where it cannot be said.
    """

    settled: Floats
    confidence: Floats
    outbreak: Floats
    growth: Floats
    trend: Integers
    risk_level: Integers


def outcomes_of(table: ForecastTable, observed: Floats, *, history: Floats) -> Outcomes:
    """Return what came of the claims of a table.

    Args:
        table: N forecasts over H horizons.
        observed: Shape (N, H): the incidence that came true, NaN where unknown; see ``pairing.observed_of``.
        history: Shape (N, T): the incidence that was known at the cutoff, the last column is the last actual; see
            ``pairing.history_before``.

    Source: methods, the four derived numbers: each is judged by the formula that made it.
    """
    pairs = np.stack([observed, table.quantiles[:, :, MEDIAN]], axis=-1)
    last = last_horizon(pairs, horizons=table.horizons, history=history, cadence=table.cadence)
    settled, median = last[:, 0], last[:, 1]
    sizes = event_sizes(table.signals, table.populations)
    levels = levels_of(history, table.cadence)
    now = levels[:, -1]
    days = span_days(table.horizons, table.cadence)
    within = about_right_within(median, event_sizes=sizes)
    change = least_change(now, event_sizes=sizes, days=days, cadence=table.cadence)
    return Outcomes(
        settled=settled,
        confidence=_said(~_exceeds(np.abs(settled - median), within), settled, median),
        outbreak=_said(_exceeds(settled, table.outbreak_threshold), settled, table.outbreak_threshold),
        growth=_said(_exceeds(settled, now), settled, now),
        trend=_trend(settled, now, change),
        risk_level=_risk_level(settled, levels, sizes=sizes, days=days),
    )


def _exceeds(value: Floats, bound: Floats) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.asarray(value > bound + ROUNDING * np.abs(bound))


def _said(came_true: np.ndarray[tuple[int], np.dtype[np.bool_]], *needed: Floats) -> Floats:
    unknown = np.any([np.isnan(one) for one in needed], axis=0)
    return np.where(unknown, np.nan, came_true)


def _trend(settled: Floats, now: Floats, change: Floats) -> Integers:
    rises, falls = _exceeds(settled, now + change), _exceeds(now - change, settled)
    unknown = np.isnan(settled) | np.isnan(now)
    return np.where(unknown, UNKNOWN, 1 + rises.astype(np.int64) - falls.astype(np.int64))


def _risk_level(settled: Floats, levels: Floats, *, sizes: Floats, days: int) -> Integers:
    value, now = settled[:, None], levels[:, -1]
    shares = growth_shares(value, now, event_sizes=sizes, days=days)
    scores = np.round(50.0 * (mid_ranks(value, levels) + shares), RISK_DECIMALS)[:, 0]
    unknown = np.isnan(settled) | np.isnan(scores)
    position = (scores >= YELLOW_FROM).astype(np.int64) + (scores >= RED_FROM)
    return np.where(unknown, UNKNOWN, position)
