"""What probabilities of ordered categories were worth, such as a trend's or a risk's three: all at once, one by one."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.evaluate.events import BINS, EventScores, Spacing, event_scores

SUM_TOLERANCE = 1e-6  # probabilities that were kept with fewer digits still count as summing to 1


class CategoryScores(NamedTuple):
    """Everything about the probabilities of K ordered categories.

    Args:
        pairs: How many probabilities of which it is known what came.
        ranked_probability_score: The mean of it, NaN where none is known.
        one_against_rest: K of them: each category taken for an event, all others for its absence.
    """

    pairs: int
    ranked_probability_score: float
    one_against_rest: tuple[EventScores, ...]


def ranked_probability_score(probabilities: Floats, category: Integers) -> Floats:
    """Return the sum, over all categories but the last, of (P(at most that category) - whether it was at most that)².

    For two categories it is the Brier score. Being sure of a category that is far off costs more than of a neighbour.

    Args:
        probabilities: Shape (n, K), each row summing to 1; NaN where nothing was said.
        category: Shape (n,), position of the category that came true; -1 where it cannot be said.

    Returns:
        Shape (n,), from 0, best, to K - 1; NaN where either is unknown.

    Raises:
        ValueError: If a row does not sum to 1, a probability is negative, or a category is none of the K.

    Source: Epstein 1969, doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2, as a sum, as ``scoringrules`` has it.

    >>> [round(float(one), 2) for one in ranked_probability_score(np.array([[0.1, 0.2, 0.3, 0.4]]), np.array([2]))]
    [0.26]
    """
    known = _known(probabilities, category)
    at_most = np.cumsum(probabilities, axis=1)[:, :-1]
    true = np.arange(probabilities.shape[1] - 1)[None, :] >= category[:, None]
    return np.where(known, ((at_most - true) ** 2).sum(axis=1), np.nan)


def category_scores(
    probabilities: Floats, category: Integers, *, bins: int = BINS, spacing: Spacing = Spacing.EQUAL_COUNT
) -> CategoryScores:
    """Return all scores of the probabilities of ordered categories.

    Args:
        probabilities: Shape (n, K), each row summing to 1; NaN where nothing was said.
        category: Shape (n,), position of the category that came true; -1 where it cannot be said.
        bins: How many bins at most a curve has.
        spacing: How they are made.

    Raises:
        ValueError: As ``ranked_probability_score`` does.
    """
    known = _known(probabilities, category)
    said, true = np.clip(probabilities[known], 0.0, 1.0), category[known]
    ranked = ranked_probability_score(said, true)
    return CategoryScores(
        pairs=len(true),
        ranked_probability_score=float(ranked.mean()) if len(true) else float("nan"),
        one_against_rest=tuple(
            event_scores(said[:, place], (true == place).astype(np.float64), bins=bins, spacing=spacing)
            for place in range(probabilities.shape[1])
        ),
    )


def _known(probabilities: Floats, category: Integers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return shape (n,): whether both are known."""
    known = ~np.isnan(probabilities).any(axis=1) & (category >= 0)
    said = probabilities[known]
    wrong = (np.abs(said.sum(axis=1) - 1) > SUM_TOLERANCE) | (said < 0).any(axis=1)
    if wrong.any():
        raise ValueError(f"probabilities of categories are at least 0 and sum to 1, got {said[wrong][0].tolist()}")
    if (category < -1).any() or (category >= probabilities.shape[1]).any():
        raise ValueError(
            f"a category is one of {probabilities.shape[1]} or -1, got {category.min()} to {category.max()}"
        )
    return known
