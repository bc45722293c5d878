"""Fits the pooled model: each group is shrunk to all series together, and all series together to no change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.providers.local.features import Frame, design_of
from neuralbrain.providers.local.history import Flags, History
from neuralbrain.providers.local.pooled_model import PooledModel
from neuralbrain.providers.local.regression import nonnegative_ridge, ridge
from neuralbrain.providers.local.spread import LAPLACE, USUAL_SHARES, error_shape, volatility_of

MOST_ROWS = 120_000  # more past positions than this make the fit slower, not better
PERIODS_WORTH = 50.0  # no change is expected as firmly as if it had been seen for so many periods of all series
SPREAD_WORTH = 20.0  # rows; the size of errors is known sooner than what a change depends on


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Past positions and what followed each, n rows."""

    design: Floats  # (n, p)
    volatility: Floats  # (n, 3)
    weight: Floats  # (n,)
    change: Floats  # (n,), up to the horizon

    def where(self, chosen: Flags) -> _Rows:
        return _Rows(
            design=self.design[chosen],
            volatility=self.volatility[chosen],
            weight=self.weight[chosen],
            change=self.change[chosen],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """What is known of one group at one horizon; the fields are those of PooledModel."""

    change: Floats  # (p,)
    size: Floats  # (3,)
    shape: Floats  # (23,)


def fit_pooled(history: History, frame: Frame, *, horizons: Integers, groups: int) -> PooledModel:
    """Return the model fitted to the past of S series.

    Args:
        history: S right-aligned series.
        frame: Where they lie.
        horizons: Shape (H,): periods ahead, from 1.
        groups: G, how many groups there are; one without a past is given what all series say.
    """
    row, column = np.nonzero(np.isfinite(history.values))
    if len(row) > MOST_ROWS:
        kept = np.linspace(0, len(row) - 1, MOST_ROWS).astype(np.int64)
        row, column = row[kept], column[kept]
    last = history.values.shape[1] - 1
    design = design_of(history, frame, row=row, column=column)
    volatility = volatility_of(history, row=row, column=column)
    usual = float(volatility[:, 0].mean()) if len(row) else 1.0
    weight = _weights(volatility, usual=usual)
    # Series move together: what counts as evidence is periods, each with its rows.
    change_worth = PERIODS_WORTH * max(len(row) / (last + 1), 1.0) * usual**2
    fits = []
    for horizon in horizons:
        followed = history.values[row, np.minimum(column + horizon, last)] - history.values[row, column]
        known = np.isfinite(followed) & (column + horizon <= last)
        past = _Rows(design=design, volatility=volatility, weight=weight, change=followed).where(known)
        no_change = _Fit(change=np.zeros(design.shape[1]), size=USUAL_SHARES * np.sqrt(horizon), shape=LAPLACE)
        worth = (change_worth * horizon, SPREAD_WORTH * usual**2)
        pooled = _fit(past, no_change, worth=worth)
        group = frame.group[row][known]
        fits.append([_fit(past.where(group == number), pooled, worth=worth) for number in range(groups)])
    return PooledModel(
        change=np.array([[fit.change for fit in one_horizon] for one_horizon in fits]).swapaxes(0, 1),
        size=np.array([[fit.size for fit in one_horizon] for one_horizon in fits]).swapaxes(0, 1),
        shape=np.array([[fit.shape for fit in one_horizon] for one_horizon in fits]).swapaxes(0, 1),
    )


def _weights(volatility: Floats, *, usual: float) -> Floats:
    """Return the inverse of each row's expected variance, 1 where it is usual, so that wild series do not decide."""
    slow, fast, noise = (volatility**2).T
    # The usual part keeps a series that never moved from weighing without bound.
    return np.asarray(usual**2 / (0.5 * slow + 0.25 * fast + 0.25 * noise + 0.25 * usual**2))


def _fit(rows: _Rows, expected: _Fit, *, worth: tuple[float, float]) -> _Fit:
    """Return what rows say, shrunk to what is expected; ``worth`` is its weight for the change and for the size."""
    change = ridge(
        rows.design,
        rows.change,
        weight=rows.weight,
        expected=expected.change,
        strength=np.full(len(expected.change), worth[0]),
    )
    error = rows.change - rows.design @ change
    size = nonnegative_ridge(
        rows.volatility,
        np.abs(error),
        weight=rows.weight,
        expected=expected.size,
        strength=np.full(len(expected.size), worth[1]),
    )
    typical = rows.volatility @ size
    standardised = np.divide(error, typical, out=np.zeros_like(error), where=typical > 0)
    return _Fit(change=change, size=size, shape=error_shape(standardised, expected=expected.shape))
