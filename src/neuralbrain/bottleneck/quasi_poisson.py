"""Log-linear models of many series of counts at once: a level for each part of the year, and a trend."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuralbrain.bottleneck.reading import Flags
from neuralbrain.domain.observation import Floats

MOST_ITERATIONS = 25  # this and the next as in R's glm.control
CLOSE = 1e-8  # relative change of the deviance
FIRST_STEP_ABOVE = 0.1  # the first means are the counts and a little, so that zeros have a logarithm
LEAST_MEAN = float(np.finfo(np.float64).eps)  # as R's log link


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
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
    fitted = (used.astype(np.float64) @ design.parts > 0).sum(axis=1) + design.trend
    found = QuasiPoisson(
        levels=np.full((rows, design.parts.shape[1]), np.nan),
        slopes=np.full(rows, np.nan),
        means=np.full((rows, periods), np.nan),
        working=np.full((rows, periods), np.nan),
        freedom=(used.sum(axis=1) - fitted).astype(np.float64),
        converged=np.zeros(rows, dtype=bool),
    )
    left = np.flatnonzero(used.any(axis=1))
    counts = np.where(used, counts, 1.0)
    log_means = np.log(counts[left] + FIRST_STEP_ABOVE)
    deviances = _deviances(counts[left], weights[left], counts[left] + FIRST_STEP_ABOVE)
    with np.errstate(all="ignore"):  # a fit that runs away is found below: it does not converge
        for iteration in range(MOST_ITERATIONS):
            means = np.maximum(np.exp(log_means), LEAST_MEAN)
            working = weights[left] * means
            levels, slopes = _solved(working, log_means + counts[left] / means - 1, design)
            log_means = levels @ design.parts.T + slopes[:, None] * design.times
            means = np.maximum(np.exp(log_means), LEAST_MEAN)
            before, deviances = deviances, _deviances(counts[left], weights[left], means)
            settled = np.abs(deviances - before) / (np.abs(deviances) + 0.1) < CLOSE
            ended = settled if iteration < MOST_ITERATIONS - 1 else np.ones(len(left), dtype=bool)
            rows_ended = left[ended]
            found.levels[rows_ended], found.slopes[rows_ended] = levels[ended], slopes[ended]
            found.means[rows_ended], found.working[rows_ended] = means[ended], working[ended]
            found.converged[rows_ended] = settled[ended]
            left, log_means, deviances = left[~ended], log_means[~ended], deviances[~ended]
            if not len(left):
                break
    return found


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
            apart = times - self.centres @ parts.T
            return np.asarray(1 / (self.weights @ parts.T) + apart**2 / self.about[:, None])


def precision_of(working: Floats, design: Design) -> Precision:
    """Return what the weeks weigh.

    Args:
        working: Shape (N, T): weights of the last step.
        design: Parts of the year and trend.
    """
    weights = working @ design.parts
    if not design.trend:
        none = np.zeros(weights.shape)
        return Precision(weights=weights, centres=none, about=np.full(len(working), np.inf))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        centres = (working * design.times) @ design.parts / _some(weights)
        apart = design.times - centres @ design.parts.T
        return Precision(weights=weights, centres=centres, about=(working * apart**2).sum(axis=1))


def _solved(working: Floats, targets: Floats, design: Design) -> tuple[Floats, Floats]:
    """Return levels and slopes of weighted least squares; with one level a part the equations are an arrowhead."""
    precision = precision_of(working, design)
    weighted = working * targets
    sums = weighted @ design.parts
    means = sums / _some(precision.weights)
    if not design.trend:
        return means, np.zeros(len(working))
    slopes = (weighted @ design.times - (precision.centres * sums).sum(axis=1)) / precision.about
    return means - slopes[:, None] * precision.centres, slopes


def _some(weights: Floats) -> Floats:
    return np.where(weights == 0, 1.0, weights)  # a part of the year of which nothing is known has the level 0


def _deviances(counts: Floats, weights: Floats, means: Floats) -> Floats:
    # Of the relative difference, so that a close fit keeps its digits; a count of 0 leaves its mean alone.
    ratio = counts / means
    beyond = np.where(counts > 0, ratio * np.log1p(np.maximum(ratio, LEAST_MEAN) - 1), 0.0) - (ratio - 1)
    return np.asarray(2 * (weights * means * beyond).sum(axis=1))
