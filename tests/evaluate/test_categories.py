"""Scores of probabilities of ordered categories: closed forms and a second opinion."""

from __future__ import annotations

import warnings
from math import isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.evaluate.categories import category_scores, ranked_probability_score
from neuralbrain.evaluate.events import brier_score, event_scores

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it loads besides
    import scoringrules

THREE = st.lists(
    st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(1, 9), st.integers(0, 2)), min_size=1, max_size=30
).map(
    lambda rows: (
        np.array([[one / sum(row[:3]) for one in row[:3]] for row in rows]),
        np.array([row[3] for row in rows]),
    )
)


def test_by_hand() -> None:
    """0.2, 0.5, 0.3 when the first, second and third comes: 0.8² + 0.3², 0.2² + 0.3² and 0.2² + 0.7²."""
    found = ranked_probability_score(np.tile([0.2, 0.5, 0.3], (3, 1)), np.array([0, 1, 2]))
    assert found == pytest.approx([0.73, 0.13, 0.53])


def test_far_off_is_worse_than_next_to_it() -> None:
    """Certain of the first of three: 0 if it comes, 1 if the second does, 2 if the third does."""
    found = ranked_probability_score(np.tile([1.0, 0, 0], (3, 1)), np.array([0, 1, 2]))
    assert found.tolist() == [0, 1, 2]


@given(THREE)
def test_a_second_opinion(rows: tuple[np.ndarray, np.ndarray]) -> None:
    """Another implementation, which counts categories from 1, says the same."""
    said, category = rows
    np.testing.assert_allclose(
        ranked_probability_score(said, category), scoringrules.rps_score(category + 1, said), atol=1e-12
    )


@given(THREE)
def test_two_categories_are_the_brier_score(rows: tuple[np.ndarray, np.ndarray]) -> None:
    """For two categories the mean is the Brier score of either."""
    said, category = rows[0][:, :1], np.minimum(rows[1], 1)
    pair = np.concatenate([said, 1 - said], axis=1)
    expected = brier_score(said[:, 0], (category == 0).astype(float)).score
    assert ranked_probability_score(pair, category).mean() == pytest.approx(expected)


@given(THREE)
def test_each_category_is_an_event(rows: tuple[np.ndarray, np.ndarray]) -> None:
    """One against the rest, a category has the scores that it has as an event; the frequencies sum to 1."""
    said, category = rows
    found = category_scores(said, category)
    assert found.pairs == len(category)
    assert found.ranked_probability_score == pytest.approx(ranked_probability_score(said, category).mean())
    assert sum(one.frequency for one in found.one_against_rest) == pytest.approx(1)
    for place, one in enumerate(found.one_against_rest):
        assert one.brier == event_scores(said[:, place], (category == place).astype(float)).brier


def test_the_truth_has_the_best_expected_score() -> None:
    """Where the categories come 5, 3 and 2 times in ten, no other tenths have as good a mean score."""
    category = np.repeat([0, 1, 2], [5, 3, 2])
    tenths = [(one, two, 10 - one - two) for one in range(11) for two in range(11 - one)]
    means = {row: ranked_probability_score(np.tile(np.array(row) / 10, (10, 1)), category).mean() for row in tenths}
    best = min(means, key=means.__getitem__)
    assert best == (5, 3, 2)
    assert sorted(means.values())[1] > means[best] + 1e-3


def test_unknown_is_left_out() -> None:
    """A row that was not said, or whose category is not known, has no score and does not count."""
    said = np.array([[0.2, 0.5, 0.3], [nan, nan, nan], [0.1, 0.1, 0.8]])
    category = np.array([1, 1, -1])
    assert np.isnan(ranked_probability_score(said, category)).tolist() == [False, True, True]
    assert category_scores(said, category).pairs == 1
    nothing = category_scores(said[1:2], category[1:2])
    assert nothing.pairs == 0
    assert isnan(nothing.ranked_probability_score)
    assert [one.roc.reason for one in nothing.one_against_rest] == ["nothing is known yet"] * 3


@pytest.mark.parametrize(
    ("said", "category", "words"),
    [([0.5, 0.4, 0.3], 1, "sum to 1"), ([1.2, -0.2, 0.0], 1, "at least 0"), ([0.5, 0.5, 0.0], 3, "one of 3 or -1")],
)
def test_what_is_no_distribution_is_refused(said: list[float], category: int, words: str) -> None:
    """Probabilities that do not sum to 1 or are negative, and unknown categories, are mistakes of the caller."""
    with pytest.raises(ValueError, match=words):
        category_scores(np.array([said]), np.array([category]))
