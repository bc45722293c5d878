"""The improved Farrington algorithm: the upper bound of a week's count by the same time of earlier years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.count_quantile import count_quantile
from neuralbrain.bottleneck.quasi_poisson import (
    LEAST_MEAN,
    Design,
    QuasiPoisson,
    precision_of,
    quasi_poisson,
)
from neuralbrain.bottleneck.reading import Flags, Positions
from neuralbrain.bottleneck.reference_weeks import parts_of_year
from neuralbrain.bottleneck.special_functions import student_two_sided
from neuralbrain.domain.observation import Floats

YEARS_OF_A_TREND = 3  # a trend over fewer is a season


class ThresholdMethod(StrEnum):
    """How the bound is read off the fit, under the names of R's ``farringtonFlexible``."""

    DELTA = "delta"  # normal on the transformed scale, with the error of the fit
    NB_PLUGIN = "nbPlugin"  # quantile of negative binomial counts with the fitted mean
    MUAN = "muan"  # the same with the upper bound of the fitted mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """What R's ``farringtonFlexible`` calls its control; the defaults are ours (docs/decisions).

    Args:
        half_window: w: weeks on either side of the same week of earlier years that are its season.
        parts: noPeriods: into so many parts the year falls; with 1 only the weeks of the season are used.
        past_weeks_left_out: So many weeks before the one in question do not count, lest an outbreak hides itself.
        trend: Whether a trend is tried.
        significance: pThresholdTrend: it is kept where its p-value is below.
        reweight: Whether past outbreaks count less.
        weights_threshold: Anscombe residual from which they do.
        method: How the bound is read off the fit.
        exponent: Of the transformation towards normal that ``delta`` uses: 1, 1/2 or 2/3.
        alpha: Chance of more than the bound.
    """

    half_window: int = 3
    parts: int = 10
    past_weeks_left_out: int = 26
    trend: bool = True
    significance: float = 1.0
    reweight: bool = True
    weights_threshold: float = 2.58
    method: ThresholdMethod = ThresholdMethod.NB_PLUGIN
    exponent: float = 2 / 3
    alpha: float = 0.025


class Bounds(NamedTuple):
    """Of N series, each of shape (N,): NaN where the fit did not converge or too little is known for it."""

    upper: Floats
    expected: Floats
    dispersion: Floats
    slope: Floats
    """Growth of the log mean a week; NaN where there is no trend in the model."""


def farrington(counts: Floats, *, years_back: Sequence[int], control: Control) -> Bounds:
    """Return the upper bounds of the last week's counts.

    A trend is kept where at least three years are used, it is significant, and it does not lead beyond the largest
    count that it was fitted to.

    Args:
        counts: Shape (N, T): weekly counts, not negative, NaN where unknown. The last column is the week in question;
            its values are not used.
        years_back: So many columns before the last one lie the same weeks of earlier years, nearest first.
        control: See ``Control``.

    Raises:
        ValueError: If the weeks do not reach back as far, or the year has fewer weeks than parts.

    Source: Noufaily et al. (2013), doi:10.1002/sim.5595; Farrington et al. (1996), doi:10.2307/2983331. Agrees with
    ``farringtonFlexible`` of the R package surveillance, Salmon et al. (2016), doi:10.18637/jss.v070.i10, without its
    limit54, also where that computes standard errors and the trend's p-value with the weights of past outbreaks in
    the place of the working weights; with ``significance`` 1 and ``nbPlugin`` neither is used.
    """
    calendar = _calendar(counts.shape[1], tuple(years_back), control=control)
    baseline = counts[:, calendar.used]
    known = np.isfinite(baseline)
    found = Bounds(*(np.full(len(counts), np.nan) for _ in Bounds._fields))
    season = control.parts - 1
    rows = np.flatnonzero((known & (calendar.level.parts[:, season] > 0)).any(axis=1))
    for design in (calendar.growth, calendar.level) if control.trend else (calendar.level,):
        if not len(rows):
            break
        fits = _fitted(baseline[rows], known[rows], design, control)
        kept = fits.converged
        if design.trend:
            kept = kept & _keeps_trend(fits, season=season, years=len(years_back), significance=control.significance)
        for into, values in zip(found, _bounds(fits.of_rows(kept), season=season, control=control), strict=True):
            into[rows[kept]] = values
        rows = rows[~kept]
    return found


class _Calendar(NamedTuple):
    used: Positions  # columns of the baseline
    level: Design
    growth: Design  # the same with a trend


@lru_cache(maxsize=64)  # calls are many, calendars few
def _calendar(weeks: int, years_back: tuple[int, ...], *, control: Control) -> _Calendar:
    parts = parts_of_year(weeks, years_back=years_back, half_window=control.half_window, parts=control.parts)
    used = np.flatnonzero(parts >= 0)
    used = used[used < weeks - 1 - control.past_weeks_left_out]
    members = (parts[used][:, None] == np.arange(control.parts)).astype(np.float64)
    times = (used - (weeks - 1)).astype(np.float64)  # 0 is the week in question
    level, growth = (Design(parts=members, times=times, trend=trend) for trend in (False, True))
    return _Calendar(used=used, level=level, growth=growth)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fits:
    """N final models.

    Args:
        model: The last one fitted, with the weights of past outbreaks where that is asked for.
        design: What it was fitted to.
        counts: Shape (N, T): 0 where unknown.
        weights: Shape (N, T): of the residuals that standard errors are computed with; with ``reweight`` R overwrites
            the working weights with those of past outbreaks.
        dispersions: Shape (N,): at least 1.
        converged: Shape (N,): whether the first model did.
    """

    model: QuasiPoisson
    design: Design
    counts: Floats
    weights: Floats
    dispersions: Floats
    converged: Flags

    def of_rows(self, rows: Flags) -> _Fits:
        return (
            self
            if rows.all()
            else _Fits(
                model=self.model.of_rows(rows),
                design=self.design,
                counts=self.counts[rows],
                weights=self.weights[rows],
                dispersions=self.dispersions[rows],
                converged=self.converged[rows],
            )
        )

    def errors(self, variances: Floats) -> Floats:
        """Return shape (N,): standard errors of variances at dispersion 1."""
        return np.asarray(np.sqrt(_dispersions(self.model, self.counts, weights=self.weights) * variances))


def _fitted(counts: Floats, known: Flags, design: Design, control: Control) -> _Fits:
    counts = np.where(known, counts, 0.0)
    weights = known.astype(np.float64)
    model = quasi_poisson(counts, weights, design)
    dispersions = np.maximum(_dispersions(model, counts, weights=model.working), 1.0)
    used = model.working
    converged = model.converged & (model.freedom > 0)
    if control.reweight:
        residuals = _anscombe(model, counts, design=design, dispersions=dispersions)
        large = known & (residuals > control.weights_threshold)
        rows = np.flatnonzero(large.any(axis=1))  # of the others the weights stay 1, and so does the fit
        used = weights
        if len(rows):
            used = weights.copy()
            used[rows] = _outbreak_weights(residuals[rows], known[rows], large[rows])
            again = quasi_poisson(counts[rows], used[rows], design)
            model.replace(rows, again)
            dispersions[rows] = np.maximum(_dispersions(again, counts[rows], weights=again.working), 1.0)
    return _Fits(
        model=model,
        design=design,
        counts=counts,
        weights=used,
        dispersions=dispersions,
        converged=converged & np.isfinite(model.means).all(axis=1),
    )


def _dispersions(model: QuasiPoisson, counts: Floats, *, weights: Floats) -> Floats:
    """Return shape (N,): the mean weighted square of the working residuals over the degrees of freedom."""
    with np.errstate(all="ignore"):  # a model that did not converge gives anything, and is not used
        return np.asarray((weights * (counts / model.means - 1) ** 2).sum(axis=1) / model.freedom)


def _anscombe(model: QuasiPoisson, counts: Floats, *, design: Design, dispersions: Floats) -> Floats:
    """Return shape (N, T): standardised Anscombe residuals of Poisson counts, Farrington et al. (1996), section 3.6."""
    with np.errstate(all="ignore"):
        hats = model.working * precision_of(model.working, design).variances(design.parts, design.times)
        roots = np.sqrt(model.means)
        residuals = 1.5 * (np.cbrt(counts) ** 2 / np.cbrt(roots) - roots)
        return np.asarray(residuals / np.sqrt(dispersions[:, None] * (1 - hats)))


def _outbreak_weights(residuals: Floats, known: Flags, large: Flags) -> Floats:
    """Return shape (N, T): weights that add up to the number of known weeks, less where the residual is large."""
    weights = known / np.where(large, residuals, 1.0) ** 2
    return np.asarray(weights * (known.sum(axis=1) / weights.sum(axis=1))[:, None])


def _keeps_trend(fits: _Fits, *, season: int, years: int, significance: float) -> Flags:
    with np.errstate(all="ignore"):
        kept = (np.exp(fits.model.levels[:, season]) <= fits.counts.max(axis=1)) & (years >= YEARS_OF_A_TREND)
        if significance < 1:
            errors = fits.errors(1 / precision_of(fits.model.working, fits.design).about)
            chance = student_two_sided(fits.model.slopes / errors, np.maximum(fits.model.freedom, 1.0))
            kept &= chance < significance
    return np.asarray(kept)


def _bounds(fits: _Fits, *, season: int, control: Control) -> Bounds:
    log_mean = fits.model.levels[:, season]
    with np.errstate(all="ignore"):
        expected = np.maximum(np.exp(log_mean), LEAST_MEAN)
        means = expected
        if control.method is not ThresholdMethod.NB_PLUGIN:
            there = np.eye(fits.design.parts.shape[1])[[season]]
            precision = precision_of(fits.model.working, fits.design)
            error = fits.errors(precision.variances(there, np.zeros(1))[:, 0])
            means = np.exp(log_mean + NormalDist().inv_cdf(1 - control.alpha) * error)
        if control.method is ThresholdMethod.DELTA:
            upper = _delta(expected, error * expected, dispersions=fits.dispersions, control=control)
        else:
            upper = count_quantile(1 - control.alpha, means=means, dispersions=fits.dispersions)
    slope = fits.model.slopes if fits.design.trend else np.full(len(expected), np.nan)
    return Bounds(upper=upper, expected=expected, dispersion=fits.dispersions, slope=slope)


def _delta(expected: Floats, error: Floats, *, dispersions: Floats, control: Control) -> Floats:
    """Return the bound of Farrington et al. (1996), section 3.5: normal after a power transformation."""
    power = control.exponent
    variance = power**2 * expected ** (2 * power - 1) * (dispersions + error**2 / expected)
    return np.asarray((expected**power + NormalDist().inv_cdf(1 - control.alpha) * np.sqrt(variance)) ** (1 / power))
