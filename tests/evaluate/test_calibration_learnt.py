"""Tests of what a provider's record teaches about its quantiles."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuralbrain.bottleneck.calibrate import calibrated
from neuralbrain.domain.calibration import FURTHEST, SCORES, Calibration
from neuralbrain.domain.quantiles import LEVELS, MEDIAN, position_of
from neuralbrain.evaluate.calibration import (
    FEWEST_WEEKS,
    POSITION_GAIN,
    STEPS,
    WIDTH_GAIN,
    RankRecord,
    covered_by,
    learn,
    moved,
)
from neuralbrain.evaluate.scores import ranks_of

FIRST = np.datetime64("2025-01-04", "D")  # a Saturday
KEY = ("hub", "cases", 1)


def record(*weeks, source="hub", signal="cases", horizon=1, days=7, at_most=None):
    """Return the record of weeks that are given by the ranks of their places; without ties unless they are given."""
    counts = [len(week) for week in weeks]
    below = np.array([rank for week in weeks for rank in week], dtype=np.int64)
    total = len(below)
    return RankRecord(
        source=np.full(total, source),
        signal=np.full(total, signal),
        horizon=np.full(total, horizon),
        last_date=FIRST + np.repeat(np.arange(len(weeks)), counts) * days,
        below=below,
        at_most=below if at_most is None else np.array(at_most, dtype=np.int64),
    )


def together(*records):
    """Return several records as one."""
    return RankRecord(*(np.concatenate(columns) for columns in zip(*records, strict=True)))


def test_one_lesson_longhand():
    """Truth above all: a level p lacks p, so its width 0.1 (p - 1/2) and its position 0.01 / 2, times e^(z²/4)."""
    after = moved(np.zeros(23), np.zeros(23))
    assert after[MEDIAN] == pytest.approx(0.005)
    assert after[position_of(0.75)] == pytest.approx((0.1 * 0.25 + 0.005) * np.exp(0.67449**2 / 4), rel=1e-5)
    assert after[position_of(0.25)] == pytest.approx((0.1 * -0.25 + 0.005) * np.exp(0.67449**2 / 4), rel=1e-5)
    assert after[position_of(0.99)] == pytest.approx((0.1 * 0.49 + 0.005) * np.exp(2.32635**2 / 4), rel=1e-5)


def test_eight_lessons_longhand():
    """Half of the truths above 0.75 and half below 0.25 widen the middle by 0.1 · 1/4 · e^(z²/4) a week."""
    weeks = [(3, 20)] * 8  # three quantiles lie below the one, twenty below the other
    found = learn(record(*weeks), provider="local").corrections[KEY]
    step = 0.1 * 0.25 * np.exp(0.67449**2 / 4)
    assert found[position_of(0.75)] == pytest.approx(8 * step, rel=1e-4)
    assert found[position_of(0.25)] == pytest.approx(-8 * step, rel=1e-4)
    assert found[MEDIAN] == 0


def test_what_differs_in_its_last_bits_is_one_calibration():
    """Corrections have six digits, so that another machine's sums make no other edition."""
    found = learn(record(*[(3, 7, 20)] * 11), provider="local").corrections[KEY]
    np.testing.assert_allclose(found, np.round(found, 6), rtol=0, atol=1e-12)


def test_a_record_that_is_too_short_corrects_nothing():
    """Seven weeks are counted and correct nothing; eight do; however many places."""
    weeks = [(23,) * 50] * FEWEST_WEEKS
    assert FEWEST_WEEKS == 8
    short = learn(record(*weeks[1:]), provider="local")
    assert not short.corrections
    assert dict(short.counts) == {KEY: 7}
    assert learn(record(*weeks), provider="local").corrects


def test_an_empty_record_teaches_nothing():
    """Nobody's calibration is the one of a provider without a record."""
    found = learn(record(), provider="local")
    assert (dict(found.corrections), dict(found.counts), found.provider) == ({}, {}, "local")


def test_a_truth_that_is_unknown_is_left_out():
    """A rank of -1 is no lesson, and a week of nothing else no week."""
    known = [(5, 20)] * 8
    noise = [(5, 20, -1), *known[1:], (-1, -1)]
    assert learn(record(*known), provider="local").digest() == learn(record(*noise), provider="local").digest()


def test_places_are_pooled():
    """A week of four places is one lesson, the mean of them: the same as a week of one of each kind."""
    four, two = [(2, 2, 21, 21)] * 9, [(2, 21)] * 9
    assert learn(record(*four), provider="local").digest() == learn(record(*two), provider="local").digest()


def test_the_days_of_a_week_are_one_lesson():
    """Seven daily forecasts weigh as much as a weekly one; weeks begin on Thursday."""
    thursday = np.datetime64("2025-01-02", "D")
    weekly = record(*[(2, 21)] * 10)
    daily = record(*[(2, 21)] * 70, days=1)._replace(last_date=thursday + np.repeat(np.arange(70), 2))
    assert learn(daily, provider="local").digest() == learn(weekly, provider="local").digest()


def test_order_in_time_comes_from_the_dates():
    """The rows may come in any order, the weeks may not: what came last weighs where the bound was met before."""
    wide, narrow = [(0, 23)] * 60, [(11, 12)] * 10
    told = record(*wide, *narrow)
    shuffled = np.random.default_rng(3).permutation(140)
    mixed = RankRecord(*(column[shuffled] for column in told))
    assert learn(mixed, provider="local").digest() == learn(told, provider="local").digest()
    turned = learn(record(*narrow, *wide), provider="local")
    upper = position_of(0.75)  # 60 weeks of 0.028 are more than the bound, and what is beyond it is not kept
    assert learn(told, provider="local").corrections[KEY][upper] < turned.corrections[KEY][upper] < FURTHEST


def test_each_source_signal_and_horizon_learns_alone():
    """What is added about another feed, signal or horizon leaves every bit of the first."""
    first = record(*[(2, 21)] * 9)
    others = [
        record(*[(23,)] * 20, **{field: value})
        for field, value in (("source", "else"), ("signal", "deaths"), ("horizon", 2))
    ]
    alone, all_of_them = learn(first, provider="local"), learn(together(*others, first), provider="local")
    assert alone.corrections[KEY].tobytes() == all_of_them.corrections[KEY].tobytes()
    assert dict(all_of_them.counts) == {
        KEY: 9,
        ("else", "cases", 1): 20,
        ("hub", "deaths", 1): 20,
        ("hub", "cases", 2): 20,
    }


def test_the_same_record_gives_the_same_correction():
    """Providers differ by their records only; the name is what a calibration is kept apart by."""
    told = record(*[(2, 21)] * 9)
    one, other = learn(told, provider="local"), learn(told, provider="openai")
    assert one.corrections[KEY].tobytes() == other.corrections[KEY].tobytes()
    assert one.digest() != other.digest()


@pytest.mark.parametrize(("below", "at_most"), [(5, 4), (3, 24)])
def test_ranks_that_cannot_be_are_refused(below, at_most):
    """More below than at or below, or more than there are quantiles."""
    with pytest.raises(ValueError, match="ranks go from 0 to 23"):
        learn(record((below,), at_most=[at_most]), provider="local")


def test_a_tie_is_a_stretch_of_levels():
    """Longhand: zero equals the quantiles up to 0.90, so it stands for 0 to 0.925, each with the same chance."""
    covered = covered_by(np.array(0), np.array(20))
    assert covered[position_of(0.5)] == pytest.approx(0.5 / 0.925)
    assert covered[position_of(0.9)] == pytest.approx(0.9 / 0.925)
    assert covered[position_of(0.95)] == 1
    assert covered[0] == pytest.approx(0.01 / 0.925)


def test_zeros_that_are_forecast_rightly_need_no_correction():
    """Counts that are 0 nine times in ten, forecast as such: no level is moved by more than 0.15 in two years."""
    random = np.random.default_rng(5)
    counts = np.where(random.random((104, 200)) < 0.9, 0.0, random.gamma(2.0, 10.0, (104, 200)))
    usual = np.quantile(counts, LEVELS)
    assert usual[position_of(0.85)] == 0
    below, at_most = ranks_of(np.broadcast_to(usual, (104, 200, 23)), counts)
    told = record(*below.tolist(), at_most=at_most.ravel())
    assert np.abs(learn(told, provider="local").corrections[KEY]).max() < 0.15


RANKS = st.lists(st.tuples(st.integers(0, 23), st.integers(0, 23)).map(sorted), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None)
@given(weeks=st.lists(RANKS, min_size=FEWEST_WEEKS, max_size=60), seed=st.integers(0, 99))
def test_any_record_gives_a_calibration(weeks, seed):
    """Bounded, without crossing, and the same to the last bit whatever the order of its rows."""
    told = record(
        *[[below for below, _ in week] for week in weeks], at_most=[most for week in weeks for _, most in week]
    )
    found = learn(told, provider="local")
    correction = found.corrections[KEY]
    assert np.abs(correction).max() <= FURTHEST
    assert (np.diff(SCORES + correction) >= -2e-6).all()
    order = np.random.default_rng(seed).permutation(len(told.below))
    again = learn(RankRecord(*(column[order] for column in told)), provider="local")
    assert again.digest() == found.digest()


@settings(max_examples=30, deadline=None)
@given(weeks=st.lists(RANKS, min_size=1, max_size=120))
def test_a_step_is_bounded(weeks):
    """No week moves a level by more than the outermost step times half of both gains, and levels never cross."""
    correction = np.zeros(23)
    most = STEPS * (WIDTH_GAIN * 0.5 + POSITION_GAIN)
    for week in weeks:
        below, at_most = np.array(week).T
        after = moved(correction, covered_by(below, at_most).mean(axis=0))
        assert (np.abs(after - correction) <= most.max() + 1e-9).all()
        assert (np.diff(SCORES + after) >= -1e-9).all()
        correction = after


DELAY = 9  # weeks between a forecast four weeks ahead and a truth that is five weeks old
PLACES = 40


def followed(weeks, *, spread, shift, learning=True):
    """Return shape (W, 23): coverage a week of a provider whose truths drift away from it, its lessons nine weeks late.

    The provider says a log-normal of spread 0.4 around 5; the truths have spread and shift times as much.
    """
    random, correction = np.random.default_rng(11), np.zeros(23)
    said = np.broadcast_to(np.expm1(5 + 0.4 * SCORES), (PLACES, 1, 23))
    keys, ceilings = [("hub", "cases")] * PLACES, np.full(PLACES, 1e10)
    covered = np.zeros((weeks, 23))
    for week in range(weeks):
        if learning and week >= DELAY:
            correction = moved(correction, covered[week - DELAY])
        told = Calibration(provider="local", corrections={KEY: correction.copy()}, counts={KEY: week})
        quantiles = calibrated(said, keys=keys, horizons=(1,), calibration=told, ceilings=ceilings)[:, 0]
        truths = np.expm1(5 + 0.4 * (shift(week) + spread(week) * random.standard_normal(PLACES)))
        covered[week] = covered_by(*ranks_of(quantiles, truths)).mean(axis=0)
    return covered


def test_coverage_is_right_in_the_long_run_whatever_happens():
    """Spreads of 0.7 and 1.5 in turn, shifts from -0.1 to 0.7: the mean coverage comes as near as is promised."""
    # While no bound is met the sum of the steps is the correction, so the mean error of a width is at most
    # (bound + steps under way) / (gain * step * weeks), and so is that of a position.
    weeks = 1500

    def spread(week):
        return 1.1 + 0.4 * np.sign(np.sin(week / 40))

    def shift(week):
        return 0.3 + 0.4 * np.sin(week / 25)

    off = followed(weeks, spread=spread, shift=shift, learning=False).mean(axis=0) - LEVELS
    missing = followed(weeks, spread=spread, shift=shift).mean(axis=0) - LEVELS
    width, position = (missing - missing[::-1]) / 2, (missing + missing[::-1]) / 2
    for error, gain in ((width, WIDTH_GAIN), (position, POSITION_GAIN)):
        under_way = DELAY * gain * STEPS * np.maximum(LEVELS, 1 - LEVELS)
        assert (np.abs(error) <= (FURTHEST + under_way) / (gain * STEPS * weeks)).all()
    assert np.abs(off).max() > 0.1
    assert np.abs(missing).max() < 0.04


def test_a_provider_that_is_right_is_left_nearly_alone():
    """Three years of a perfect provider move no level of the middle by more than 0.15 normal scores."""
    random = np.random.default_rng(7)
    ranks = np.searchsorted(LEVELS, random.random((156, PLACES)))
    found = learn(record(*ranks.tolist()), provider="local").corrections[KEY]
    middle = slice(position_of(0.1), position_of(0.9) + 1)
    assert np.abs(found[middle]).max() < 0.15
