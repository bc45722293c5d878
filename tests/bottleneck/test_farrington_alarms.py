"""Tests of what the bound is for: how often ordinary weeks exceed it, and that an outbreak does."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.farrington import Control, farrington
from neuralbrain.bottleneck.outbreak import recent_bounds
from neuralbrain.bottleneck.reference_weeks import years_back_of

SERIES = 400
BACK = years_back_of(np.datetime64("2026-03-22"), 5)
WEEKS = np.arange(-BACK[-1] - 3, 1)


def made(*, mean, dispersion, swing=0.0, peak=0, seed=1):
    """Return counts whose newest four weeks are unknown, and the count of the week in question, of many series."""
    means = mean * np.exp(swing * np.cos(2 * np.pi * (WEEKS - peak) / 52.18))
    generator = np.random.default_rng(seed)
    counts = generator.negative_binomial(means / (dispersion - 1), 1 / dispersion, (SERIES, len(WEEKS))).astype(float)
    now = counts[:, -1].copy()
    counts[:, -4:] = np.nan
    return counts, now


@pytest.mark.parametrize(("mean", "dispersion"), [(2, 1.5), (20, 1.01), (20, 3), (200, 20)])
def test_a_flat_series_exceeds_its_bound_about_as_often_as_said(mean, dispersion):
    """Of 400 series without season or outbreak 1 to 5 % are above: 2.5 % are meant, and the fit has its own error."""
    counts, now = made(mean=mean, dispersion=dispersion)
    above = np.mean(now > farrington(counts, years_back=BACK, control=Control()).upper)
    assert 0.01 <= above <= 0.05


@pytest.mark.parametrize("peak", [0, -1, 2, 13, 26])
def test_a_season_does_not_exceed_its_bound(peak):
    """With a season that swings by a factor of seven at most 5 % are above: at its peak, on a slope, in its low."""
    counts, now = made(mean=20, dispersion=3, swing=1.0, peak=peak)
    above = np.mean(now > farrington(counts, years_back=BACK, control=Control()).upper)
    assert above <= 0.05


def test_the_bound_of_recent_weeks_does_exceed_at_the_usual_peak():
    """The rule for short pasts calls the usual peak an outbreak in more than a third of all series."""
    counts, now = made(mean=20, dispersion=3, swing=1.0)
    known = counts[:, :-4]
    assert np.mean(now > recent_bounds(known, event_sizes=np.ones(SERIES))) > 1 / 3


def test_an_outbreak_exceeds_the_bound():
    """Three times the usual count is above in nearly all series, also out of season, where it is no peak."""
    for peak in (0, 26):
        counts, now = made(mean=60, dispersion=1.5, swing=0.5, peak=peak)
        above = np.mean(3 * now > farrington(counts, years_back=BACK, control=Control()).upper)
        assert above > 0.95


def test_an_outbreak_that_lasts_a_quarter_still_exceeds_the_bound():
    """Thirteen weeks of threefold counts up to the week in question do not lift its bound."""
    counts, now = made(mean=20, dispersion=1.5)
    begun = counts.copy()
    begun[:, -17:-4] *= 3
    quiet, loud = (farrington(one, years_back=BACK, control=Control()).upper for one in (counts, begun))
    assert np.array_equal(quiet, loud)
    assert np.mean(3 * now > loud) > 0.95
