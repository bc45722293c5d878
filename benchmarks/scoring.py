"""Scoring: ten million quantiles beside the plainest NumPy that says the same, all scores of them, and the baseline.

It is arithmetic and waits for nobody, so the clock is the processor's.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

import numpy as np

from benchmarks.figure import Figure, Goal, Of, timed
from benchmarks.measure import interleaved
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.evaluate.baseline import baseline_quantiles
from neuralbrain.evaluate.scores import scores_of, weighted_interval_score

ROWS = 10_000_000  # one a forecast and quantile, as a hub's file has them
PLACES = 1_000
WEEKS = 150
AS_PLAIN = Goal(most=2.0, of=Of.RATIO)
SEED = 20261122


def plain_pinball(quantiles: Floats, observed: Floats) -> Floats:
    """Return twice the mean pinball loss, written as its formula is, over everything at once.

    Args:
        quantiles: Shape (n, 23).
        observed: Shape (n,).
    """
    error = observed[:, None] - quantiles
    return np.asarray(2.0 * np.maximum(LEVELS * error, (LEVELS - 1.0) * error).mean(axis=1))


def figures(*, rows: int = ROWS, places: int = PLACES, rounds: int = 5) -> list[Figure]:
    """Return the scores and the baseline.

    Args:
        rows: How many quantiles are scored; 23 are a forecast.
        places: How many places have a baseline.
        rounds: How often each action is timed.
    """
    return [*_scores(rows, rounds=rounds), *_baseline(places, rounds=rounds)]


def _scores(rows: int, *, rounds: int) -> list[Figure]:
    random = np.random.default_rng(SEED)
    forecasts = rows // len(LEVELS)
    quantiles = np.sort(random.gamma(2.0, 50.0, (forecasts, len(LEVELS))), axis=1)
    observed = random.gamma(2.0, 50.0, forecasts)
    beside = "plain NumPy pinball"
    actions: dict[str, Callable[[], object]] = {
        beside: lambda: plain_pinball(quantiles, observed),
        "score": lambda: weighted_interval_score(quantiles, observed),
        "all": lambda: scores_of(quantiles, observed),
    }
    taken = interleaved(actions, rounds=rounds, clock=process_time)
    return [
        timed(
            f"{rows:,} quantiles: weighted interval score",
            taken["score"],
            beside=beside,
            reference=taken[beside],
            goals=(AS_PLAIN,),
        ),
        timed(f"{rows:,} quantiles: all eight scores", taken["all"], beside=beside, reference=taken[beside]),
    ]


def _baseline(places: int, *, rounds: int) -> list[Figure]:
    random = np.random.default_rng(SEED)
    history = random.poisson(random.gamma(1.0, 100.0, (places, 1)), (places, WEEKS)).astype(np.float64)
    actions: dict[str, Callable[[], object]] = {
        "one": lambda: baseline_quantiles(history, horizons=(1,)),
        "four": lambda: baseline_quantiles(history, horizons=(1, 2, 3, 4)),
    }
    taken = interleaved(actions, rounds=rounds, clock=process_time)
    return [
        timed(
            f"hub baseline of {places:,} places x {WEEKS} weeks, four weeks ahead",
            taken["four"],
            beside="one week ahead",
            reference=taken["one"],
        )
    ]
