"""The improved Farrington algorithm: the upper bound of a week's count by the same time of earlier years."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from neuralbrain.bottleneck.count_quantile import count_quantile
from neuralbrain.bottleneck.quasi_poisson import (
    LEAST_MEAN,
    Design,
    Precision,
    QuasiPoisson,
    precision_of,
    quasi_poisson,
)
from neuralbrain.bottleneck.reading import Flags
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
    parts = parts_of_year(counts.shape[1], years_back=years_back, half_window=control.half_window, parts=control.parts)
    used = np.flatnonzero(parts >= 0)
    used = used[used < counts.shape[1] - 1 - control.past_weeks_left_out]
    baseline = counts[:, used]
    members = (parts[used][:, None] == np.arange(control.parts)).astype(np.float64)
    times = (used - (counts.shape[1] - 1)).astype(np.float64)  # 0 is the week in question
    known = np.isfinite(baseline)
    found = Bounds(*(np.full(len(counts), np.nan) for _ in Bounds._fields))
    season = parts[-1]
    rows = np.flatnonzero((known & (members[:, season] > 0)).any(axis=1))
    for trend in (True, False) if control.trend else (False,):
        fits = _fitted(baseline[rows], known[rows], Design(parts=members, times=times, trend=trend), control)
        kept = fits.converged
        if trend:
            kept = kept & _keeps_trend(fits, season=season, years=len(years_back), significance=control.significance)
        for into, values in zip(found, _bounds(fits, season=season, control=control), strict=True):
            into[rows[kept]] = values[kept]
        rows = rows[~kept]
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fits:
    """N final models.

    Args:
        model: The last one fitted, with the weights of past outbreaks where that is asked for.
        design: What it was fitted to.
        largest: Shape (N,): the largest count of the baseline.
        dispersions: Shape (N,): at least 1.
        scale: Shape (N,): the dispersion that standard errors are computed with.
        converged: Shape (N,): whether the first model did.
    """

    model: QuasiPoisson
    design: Design
    largest: Floats
    dispersions: Floats
    scale: Floats
    converged: Flags

    def precision(self) -> Precision:
        return precision_of(self.model.working, self.design)


def _fitted(counts: Floats, known: Flags, design: Design, control: Control) -> _Fits:
    counts = np.where(known, counts, 0.0)
    weights = known.astype(np.float64)
    model = quasi_poisson(counts, weights, design)
    scale = _dispersions(model, counts, weights=model.working)
    converged = model.converged & (model.freedom > 0)
    if control.reweight:
        residuals = _anscombe(model, counts, design=design, dispersions=np.maximum(scale, 1.0))
        weights = _outbreak_weights(residuals, known, threshold=control.weights_threshold)
        model = quasi_poisson(counts, weights, design)
        # R overwrites the working weights with these before it computes standard errors.
        scale = _dispersions(model, counts, weights=weights)
    return _Fits(
        model=model,
        design=design,
        largest=counts.max(axis=1, initial=0.0),
        dispersions=np.maximum(_dispersions(model, counts, weights=model.working), 1.0),
        scale=scale,
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
        residuals = 1.5 * (counts ** (2 / 3) * model.means ** (-1 / 6) - model.means**0.5)
        return np.asarray(residuals / np.sqrt(dispersions[:, None] * (1 - hats)))


def _outbreak_weights(residuals: Floats, known: Flags, *, threshold: float) -> Floats:
    """Return shape (N, T): weights that add up to the number of known weeks, less where the residual is large."""
    large = np.where(residuals > threshold, residuals, 1.0)
    weights = np.where(known, large**-2.0, 0.0)
    with np.errstate(all="ignore"):
        return np.asarray(weights * (known.sum(axis=1) / weights.sum(axis=1))[:, None])


def _keeps_trend(fits: _Fits, *, season: int, years: int, significance: float) -> Flags:
    with np.errstate(all="ignore"):
        errors = np.sqrt(fits.scale / fits.precision().about)
        chance = student_two_sided(fits.model.slopes / errors, np.maximum(fits.model.freedom, 1.0))
        expected = np.exp(fits.model.levels[:, season])
    return (years >= YEARS_OF_A_TREND) & (chance < significance) & (expected <= fits.largest)


def _bounds(fits: _Fits, *, season: int, control: Control) -> Bounds:
    score = NormalDist().inv_cdf(1 - control.alpha)
    log_mean = fits.model.levels[:, season]
    there = np.eye(fits.design.parts.shape[1])[[season]]
    with np.errstate(all="ignore"):
        error = np.sqrt(fits.scale * fits.precision().variances(there, np.zeros(1))[:, 0])
        expected = np.maximum(np.exp(log_mean), LEAST_MEAN)
        if control.method is ThresholdMethod.DELTA:
            upper = _delta(expected, error * expected, dispersions=fits.dispersions, control=control)
        else:
            means = expected if control.method is ThresholdMethod.NB_PLUGIN else np.exp(log_mean + score * error)
            upper = count_quantile(1 - control.alpha, means=means, dispersions=fits.dispersions)
    slope = fits.model.slopes if fits.design.trend else np.full(len(expected), np.nan)
    return Bounds(upper=upper, expected=expected, dispersion=fits.dispersions, slope=slope)


def _delta(expected: Floats, error: Floats, *, dispersions: Floats, control: Control) -> Floats:
    """Return the bound of Farrington et al. (1996), section 3.5: normal after a power transformation."""
    power = control.exponent
    variance = power**2 * expected ** (2 * power - 1) * (dispersions + error**2 / expected)
    return np.asarray((expected**power + NormalDist().inv_cdf(1 - control.alpha) * np.sqrt(variance)) ** (1 / power))
