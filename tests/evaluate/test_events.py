"""Scores of event probabilities: closed forms, hand-computed cases, and what must not matter."""

from __future__ import annotations

import warnings
from math import isnan, nan, sqrt
from random import Random

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from neuralbrain.domain.observation import Floats
from neuralbrain.evaluate.events import (
    Spacing,
    brier_score,
    event_scores,
    expected_calibration_error,
    reliability_curve,
    roc_area,
)

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it loads besides
    import scoringrules

SHARES = st.integers(0, 20).map(lambda step: step / 20)  # few different values, so that ties are common
PAIRS = st.lists(st.tuples(SHARES, st.booleans()), min_size=1, max_size=60).map(
    lambda pairs: (np.array([share for share, _ in pairs]), np.array([float(event) for _, event in pairs]))
)
SPACINGS = st.sampled_from(list(Spacing))
NONE: Floats = np.empty(0)


def test_parts_by_hand() -> None:
    """0.2 came true once in four, 0.8 twice in two: frequencies 0.25 and 1, of all a half."""
    said, true = np.array([0.2] * 4 + [0.8] * 2), np.array([1.0, 0, 0, 0, 1, 1])
    found = brier_score(said, true)
    assert found.score == pytest.approx((0.64 + 3 * 0.04 + 2 * 0.04) / 6)
    assert found.reliability == pytest.approx((4 * 0.05**2 + 2 * 0.2**2) / 6)
    assert found.resolution == pytest.approx((4 * 0.25**2 + 2 * 0.5**2) / 6)
    assert found.uncertainty == pytest.approx(0.25)
    assert found.within == pytest.approx(0, abs=1e-15)
    assert expected_calibration_error(said, true) == pytest.approx((4 * 0.05 + 2 * 0.2) / 6)


@pytest.mark.parametrize(
    ("said", "score"),
    [([1.0, 0.0, 1.0, 0.0], 0.0), ([0.0, 1.0, 0.0, 1.0], 1.0), ([0.5] * 4, 0.25)],
)
def test_best_worst_and_indifferent(said: list[float], score: float) -> None:
    """Certain and right is 0, certain and wrong 1, and always a half is a quarter."""
    assert brier_score(np.array(said), np.array([1.0, 0, 1, 0])).score == score


@given(PAIRS, SPACINGS, st.integers(1, 12))
def test_the_parts_add_up(pairs: tuple[Floats, Floats], spacing: Spacing, bins: int) -> None:
    """However the bins are made, the score is reliability - resolution + uncertainty + what differs within bins."""
    found = brier_score(*pairs, bins=bins, spacing=spacing)
    assert found.score == pytest.approx(found.reliability - found.resolution + found.uncertainty + found.within)
    assert found.score == pytest.approx(float(np.mean(scoringrules.brier_score(pairs[1], pairs[0]))))
    assert min(found.reliability, found.resolution) >= 0
    assert 0 <= found.uncertainty <= 0.25


@given(st.integers(1, 19), st.integers(1, 19))
def test_the_truth_has_the_best_expected_score(true: int, said: int) -> None:
    """Where an event happens in so many of twenty cases, saying another probability has a worse score."""
    assume(true != said)
    happened = np.array([1.0] * true + [0.0] * (20 - true))
    honest, other = (brier_score(np.full(20, share / 20), happened).score for share in (true, said))
    assert other > honest
    assert other - honest == pytest.approx(((said - true) / 20) ** 2)


def test_bins_of_equal_count() -> None:
    """Eight different probabilities in four bins are two by two, in order."""
    curve = reliability_curve(np.arange(8) / 10, np.array([0.0, 0, 0, 1, 0, 1, 1, 1]), bins=4)
    assert curve.pairs.tolist() == [2, 2, 2, 2]
    assert curve.probability == pytest.approx([0.05, 0.25, 0.45, 0.65])
    assert curve.frequency.tolist() == [0, 0.5, 0.5, 1]


def test_equal_probabilities_stay_together() -> None:
    """A probability that half of all were given is one bin, though a bin would hold fewer."""
    curve = reliability_curve(np.array([0.0] * 10 + list(np.arange(1, 11) / 10)), np.zeros(20), bins=5)
    assert curve.pairs[0] == 10
    assert curve.probability[0] == 0
    assert curve.pairs.sum() == 20


def test_bins_of_equal_width() -> None:
    """0.1 and 0.2 share the first fifth's neighbours: bins are closed below, and 1 is in the last one."""
    curve = reliability_curve(
        np.array([0.0, 0.1, 0.2, 0.9, 1.0]), np.array([0.0, 1, 1, 1, 1]), bins=5, spacing=Spacing.EQUAL_WIDTH
    )
    assert curve.pairs.tolist() == [2, 1, 2]  # bins that hold nothing are left out
    assert curve.probability == pytest.approx([0.05, 0.2, 0.95])


def test_the_interval_is_the_score_interval() -> None:
    """Of 10 events in 20 the ends solve |share - 0.5| = 1.96·√(share·(1 - share)/20): 0.2993 and 0.7007."""
    curve = reliability_curve(np.full(20, 0.4), np.array([1.0, 0.0] * 10))
    assert (curve.low[0], curve.high[0]) == pytest.approx((0.2993, 0.7007), abs=5e-5)
    for end in (curve.low[0], curve.high[0]):
        assert abs(end - 0.5) == pytest.approx(1.959963984540054 * sqrt(end * (1 - end) / 20))
    never = reliability_curve(np.full(20, 0.4), np.zeros(20))
    assert never.low[0] == 0
    assert never.high[0] == pytest.approx(1.96**2 / (20 + 1.96**2), abs=1e-4)


@given(PAIRS, SPACINGS, st.integers(1, 12))
def test_curves_count_everything_once(pairs: tuple[Floats, Floats], spacing: Spacing, bins: int) -> None:
    """Bins hold all pairs, ascend, are no more than asked, keep the overall mean, and lie in their intervals."""
    curve = reliability_curve(*pairs, bins=bins, spacing=spacing)
    assert curve.pairs.sum() == len(pairs[0])
    assert len(curve.pairs) <= bins
    assert (np.diff(curve.probability) > 0).all()
    assert (curve.pairs * curve.frequency).sum() == pytest.approx(pairs[1].sum())
    assert ((curve.low <= curve.frequency + 1e-12) & (curve.frequency <= curve.high + 1e-12)).all()
    assert 0 <= expected_calibration_error(*pairs, bins=bins, spacing=spacing) <= 1


def test_area_by_hand() -> None:
    """Events at 0.8 and 0.9, others at 0.2 and 0.8: of four pairs three are in order and one is tied."""
    assert roc_area(np.array([0.2, 0.8, 0.8, 0.9]), np.array([0.0, 0, 1, 1])).area == 3.5 / 4


@given(PAIRS)
def test_area_is_the_share_of_pairs_in_order(pairs: tuple[Floats, Floats]) -> None:
    """Compared pair by pair, ties counted as half, it is the same; turned round, it is the rest to 1."""
    said, true = pairs
    assume(0 < true.sum() < len(true))
    apart = said[true == 1][:, None] - said[true == 0][None, :]
    longhand = ((apart > 0) + 0.5 * (apart == 0)).mean()
    assert roc_area(said, true).area == pytest.approx(longhand)
    assert roc_area(1 - said, true).area == pytest.approx(1 - longhand)
    assert roc_area(said**3, true).area == pytest.approx(longhand)  # only the order counts


@pytest.mark.parametrize(
    ("true", "reason"),
    [([0.0, 0.0], "it never happened"), ([1.0, 1.0], "it always happened"), ([nan, nan], "nothing is known yet")],
)
def test_area_of_one_class_is_unknown_with_a_reason(true: list[float], reason: str) -> None:
    """Where all outcomes are the same there is no pair to compare, and the reason says which."""
    found = roc_area(np.array([0.1, 0.9]), np.array(true))
    assert isnan(found.area)
    assert found.reason == reason
    assert roc_area(np.array([0.1, 0.9]), np.array([0.0, 1.0])).reason is None


@given(PAIRS, st.randoms(use_true_random=False))
def test_the_order_of_pairs_does_not_matter(pairs: tuple[Floats, Floats], random: Random) -> None:
    """Shuffled, all scores are the same."""
    order = list(range(len(pairs[0])))
    random.shuffle(order)
    first, second = event_scores(*pairs), event_scores(pairs[0][order], pairs[1][order])
    assert second.brier == pytest.approx(first.brier)
    assert second.calibration_error == pytest.approx(first.calibration_error)
    assert second.roc == first.roc or isnan(first.roc.area)
    np.testing.assert_allclose(second.curve.probability, first.curve.probability)


def test_unknown_pairs_are_left_out() -> None:
    """A probability or an outcome that is not known leaves its pair out of everything."""
    found = event_scores(np.array([0.3, nan, 0.6, 0.9]), np.array([0.0, 1.0, nan, 1.0]))
    expected = event_scores(np.array([0.3, 0.9]), np.array([0.0, 1.0]))
    assert found.pairs == expected.pairs == 2
    assert found.frequency == 0.5
    assert found.brier == expected.brier
    assert found.roc == expected.roc


def test_nothing_known_is_said() -> None:
    """Without a pair every number is NaN, the curve is empty, and no warning is raised."""
    found = event_scores(NONE, NONE)
    assert found.pairs == 0
    assert all(isnan(number) for number in (*found.brier, found.frequency, found.calibration_error, found.roc.area))
    assert len(found.curve.probability) == 0


@pytest.mark.parametrize(
    ("said", "true", "bins", "words"),
    [
        (1.2, 1.0, 10, "from 0 to 1, got 1.2"),
        (-0.1, 1.0, 10, "from 0 to 1, got -0.1"),
        (0.5, 0.5, 10, "or not .0., got 0.5"),
        (0.5, 1.0, 0, "at least one bin"),
    ],
)
def test_what_is_no_probability_is_refused(said: float, true: float, bins: int, words: str) -> None:
    """Percentages, half events and no bins are mistakes of the caller."""
    with pytest.raises(ValueError, match=words):
        event_scores(np.array([said]), np.array([true]), bins=bins)
