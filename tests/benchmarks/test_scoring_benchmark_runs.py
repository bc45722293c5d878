"""The scoring benchmark runs, in a small size, and what stands beside it says the same."""

from __future__ import annotations

import numpy as np

from benchmarks import scoring
from benchmarks.__main__ import BENCHMARKS
from neuralbrain.evaluate.scores import weighted_interval_score


def test_the_scoring_benchmark_runs() -> None:
    """The score, all scores and the baseline have a row each; the score has a goal beside the plain formula."""
    rows = scoring.figures(rows=23 * 300, places=5, rounds=1)
    assert all(row.value > 0 for row in rows)
    assert [row.name for row in rows] == [
        "6,900 quantiles: weighted interval score",
        "6,900 quantiles: all eight scores",
        "hub baseline of 5 places x 150 weeks, four weeks ahead",
    ]
    assert [len(row.goals) for row in rows] == [1, 0, 0]
    assert all(row.reference is not None for row in rows)
    assert BENCHMARKS["scoring"] is scoring.figures


def test_what_it_is_compared_with_is_the_same_score() -> None:
    """The plain formula gives the same numbers."""
    random = np.random.default_rng(1)
    quantiles, observed = np.sort(random.gamma(2.0, 50.0, (5000, 23)), axis=1), random.gamma(2.0, 50.0, 5000)
    np.testing.assert_allclose(
        weighted_interval_score(quantiles, observed), scoring.plain_pinball(quantiles, observed), rtol=1e-12
    )
