"""Log-linear models of many series of counts at once: a level for each part of the year, and a trend."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.reading import Flags, Positions
from neuralbrain.domain.observation import Floats

MOST_ITERATIONS = 25  # this and the next as in R's glm.control
CLOSE = 1e-8  # relative change of the deviance
FIRST_STEP_ABOVE = 0.1  # the first means are the counts and a little, so that zeros have a logarithm
LEAST_MEAN = float(np.finfo(np.float64).eps)  # as R's log link
_ROWS_AT_ONCE = 16  # of a product: for larger ones BLAS starts threads, which cost more than they save
_ROUNDING = 16 * float(np.finfo(np.float64).eps)  # of a sum: a difference below is none


@dataclass(frozen=True, kw_only=True, eq=False)
class Design:
    """What is the same for all series.

    Args:
        parts: Shape (T, P): 1 where a week belongs to a part of the year, else 0; one 1 a row.
        times: Shape (T,): the position of each week, for the trend.
        trend: Whether there is one.
    """

    parts: Floats
    times: Floats
    trend: bool

    @cached_property
    def columns(self) -> Floats:
        """Shape (P + 1, T): what levels and slope are multiplied by."""
        return np.ascontiguousarray(np.column_stack([self.parts, self.times]).T)

    @cached_property
    def powers(self) -> Floats:
        """Shape (T, 3·P): the parts, with a trend also times the times and their squares."""
        times = self.times[:, None]
        return np.hstack([self.parts, self.parts * times, self.parts * times**2]) if self.trend else self.parts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QuasiPoisson:
    """N fitted models; NaN where a series has no known weeks.

    Args:
        levels: Shape (N, P): log mean of each part of the year at time 0; 0 where none of its weeks is known.
        slopes: Shape (N,): growth of the log mean a week, 0 without a trend.
        means: Shape (N, T): fitted.
        working: Shape (N, T): weights of the last step, 0 where nothing is known.
        freedom: Shape (N,): known weeks less fitted numbers.
        converged: Shape (N,).
    """

    levels: Floats
    slopes: Floats
    means: Floats
    working: Floats
    freedom: Floats
    converged: Flags

    def of_rows(self, rows: Flags) -> QuasiPoisson:
        """Return the models of some series."""
        return QuasiPoisson(**{one.name: getattr(self, one.name)[rows] for one in fields(self)})

    def replace(self, rows: Positions, other: QuasiPoisson) -> None:
        """Put other models in the place of those of some series."""
        for one in fields(self):
            getattr(self, one.name)[rows] = getattr(other, one.name)


def quasi_poisson(counts: Floats, weights: Floats, design: Design) -> QuasiPoisson:
    """Return log-linear models fitted by iteratively reweighted least squares.

    Args:
        counts: Shape (N, T), not negative, need not be whole; anything where the weight is 0.
        weights: Shape (N, T), 0 where nothing is known.
        design: Parts of the year and trend.

    Source: McCullagh & Nelder (1989), section 2.5; start, end and working weights as in R's ``glm.fit``.
    """
    rows, periods = counts.shape
    used = weights > 0
    fitted = (_product(used.astype(np.float64), design.parts) > 0).sum(axis=1) + design.trend
    found = QuasiPoisson(
        levels=np.full((rows, design.parts.shape[1]), np.nan),
        slopes=np.full(rows, np.nan),
        means=np.full((rows, periods), np.nan),
        working=np.full((rows, periods), np.nan),
        freedom=(used.sum(axis=1) - fitted).astype(np.float64),
        converged=np.zeros(rows, dtype=bool),
    )
    left = np.flatnonzero(used.any(axis=1))
    if not len(left):
        return found
    with np.errstate(all="ignore"):  # a fit that runs away is found below: it does not converge
        _iterate(found, left, counts=np.where(used, counts, 0.0)[left], weights=weights[left], design=design)
    return found


def _iterate(found: QuasiPoisson, left: Positions, *, counts: Floats, weights: Floats, design: Design) -> None:
    observed = _Observed.of(counts, weights, design)
    means = counts + FIRST_STEP_ABOVE
    working = weights * means
    log_means = np.log(means)
    deviances = observed.deviances((weights * counts * log_means).sum(axis=1), working.sum(axis=1))
    moments = _Moments.of(working, design)
    targets = working * (log_means - 1) + weights * counts
    steps = moments.solved(_product(targets, design.parts), targets @ design.times)
    numbers = np.zeros_like(steps)
    for iteration in range(MOST_ITERATIONS):
        numbers = numbers + steps
        means = _product(numbers, design.columns)
        np.maximum(np.exp(means, out=means), LEAST_MEAN, out=means)
        last, working = working, weights * means
        moments = _Moments.of(working, design)
        before, deviances = deviances, observed.deviances(observed.along(numbers), moments.weights.sum(axis=1))
        close = CLOSE * (np.abs(deviances) + 0.1) + _ROUNDING * np.abs(observed.logs)
        settled = np.abs(deviances - before) < close
        ended = settled | ~np.isfinite(deviances) | (iteration == MOST_ITERATIONS - 1)
        if ended.any():
            rows = left[ended]
            found.levels[rows], found.slopes[rows] = numbers[ended, :-1], numbers[ended, -1]
            found.means[rows], found.working[rows], found.converged[rows] = means[ended], last[ended], settled[ended]
            on = ~ended
            left = left[on]
            numbers, weights, working, deviances = (one[on] for one in (numbers, weights, working, deviances))
            if not len(left):
                return
            observed, moments = observed.of_rows(on), moments.of_rows(on)
        # With levels and a slope the working residuals add up to what the counts are above the means.
        steps = moments.solved(observed.sums - moments.weights, observed.times - moments.times.sum(axis=1))


class _Observed(NamedTuple):
    """What the likelihood of N series needs of their counts."""

    sums: Floats  # shape (N, P): weighted, in each part of the year
    times: Floats  # shape (N,): weighted, times their times
    logs: Floats  # shape (N,): weighted, times their logarithms

    @classmethod
    def of(cls, counts: Floats, weights: Floats, design: Design) -> _Observed:
        weighted = weights * counts
        logs = weighted * np.log(np.maximum(counts, LEAST_MEAN))  # a count of 0 leaves its mean alone
        return cls(_product(weighted, design.parts), weighted @ design.times, logs.sum(axis=1))

    def of_rows(self, rows: Flags) -> _Observed:
        return _Observed(*(one[rows] for one in self))

    def along(self, numbers: Floats) -> Floats:
        """Return shape (N,): the sum of weighted counts times the log means that levels and slopes give."""
        return np.asarray((self.sums * numbers[:, :-1]).sum(axis=1) + self.times * numbers[:, -1])

    def deviances(self, along: Floats, means: Floats) -> Floats:
        return np.asarray(2 * (self.logs - along - self.sums.sum(axis=1) + means))


class _Moments(NamedTuple):
    """The normal equations of N steps; with one level a part of the year they are an arrowhead."""

    weights: Floats  # shape (N, P): working weights in each part of the year
    times: Floats  # shape (N, P): the same times the times, 0 without a trend
    squares: Floats  # shape (N,): all times the squares of the times, infinite without a trend

    @classmethod
    def of(cls, working: Floats, design: Design) -> _Moments:
        sums = _product(working, design.powers)
        parts = design.parts.shape[1]
        if not design.trend:
            return cls(sums, np.zeros(sums.shape), np.full(len(sums), np.inf))
        return cls(sums[:, :parts], sums[:, parts : 2 * parts], sums[:, 2 * parts :].sum(axis=1))

    def of_rows(self, rows: Flags) -> _Moments:
        return _Moments(*(one[rows] for one in self))

    def solved(self, sums: Floats, along: Floats) -> Floats:
        """Return shape (N, P + 1): levels and slopes of weighted least squares.

        Args:
            sums: Shape (N, P): weighted targets in each part of the year.
            along: Shape (N,): the same times their times.
        """
        some = _some(self.weights)  # a part of which nothing is known has the level 0
        centres = self.times / some
        about = self.squares - (centres * self.times).sum(axis=1)
        about[about < _ROUNDING * self.squares] = np.nan  # all weeks of a part at one time: no slope
        slopes = (along - (centres * sums).sum(axis=1)) / about
        return np.column_stack([sums / some - slopes[:, None] * centres, slopes])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Precision:
    """What the weeks weigh: the normal equations of N models, in the form that a level a part of the year allows.

    Args:
        weights: Shape (N, P): sum of the weights in each part of the year.
        centres: Shape (N, P): mean time of each part, weighted; 0 without a trend or weights.
        about: Shape (N,): weighted squares of the times about those means; infinite without a trend.
    """

    weights: Floats
    centres: Floats
    about: Floats

    def variances(self, parts: Floats, times: Floats) -> Floats:
        """Return shape (N, M): variances of fitted log means at dispersion 1.

        Args:
            parts: Shape (M, P): which part of the year each is in.
            times: Shape (M,): their positions.
        """
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            apart = times - _product(self.centres, parts.T)
            return np.asarray(1 / _product(self.weights, parts.T) + apart**2 / self.about[:, None])


def precision_of(working: Floats, design: Design) -> Precision:
    """Return what the weeks weigh.

    Args:
        working: Shape (N, T): weights of the last step.
        design: Parts of the year and trend.
    """
    weights = _product(working, design.parts)
    if not design.trend:
        none = np.zeros(weights.shape)
        return Precision(weights=weights, centres=none, about=np.full(len(working), np.inf))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        centres = _product(working * design.times, design.parts) / _some(weights)
        apart = design.times - _product(centres, design.parts.T)
        return Precision(weights=weights, centres=centres, about=(working * apart**2).sum(axis=1))


def _some(weights: Floats) -> Floats:
    return np.where(weights == 0, 1.0, weights)


def _product(rows: Floats, columns: Floats) -> Floats:
    """Return shape (N, M): the matrix product of shapes (N, K) and (K, M)."""
    if len(rows) < 2 * _ROWS_AT_ONCE:
        return np.asarray(rows @ columns)
    whole = len(rows) // _ROWS_AT_ONCE * _ROWS_AT_ONCE
    blocks = np.ascontiguousarray(rows[:whole]).reshape(-1, _ROWS_AT_ONCE, rows.shape[1]) @ columns
    return np.concatenate([blocks.reshape(whole, -1), rows[whole:] @ columns])
