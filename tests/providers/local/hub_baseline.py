"""The hub baseline of Cramer et al. (2022), doi:10.1073/pnas.2113561119: what the local provider must beat."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import LEVELS

PATHS = 4_000
SEED = 20260322


def baseline_quantiles(values: Floats, *, horizons: tuple[int, ...]) -> Floats:
    """Return the baseline's quantiles of one series.

    The median is the last known value. The spread is that of sums of h past one-step changes and their negatives,
    drawn at random and centred at 0; what falls below 0 is cut.

    Args:
        values: Shape (T,), NaN for gaps, at least one value known.
        horizons: Periods ahead, from 1.

    Returns:
        Shape (H, 23), in the unit of the values.
    """
    changes = np.diff(values)
    changes = changes[np.isfinite(changes)]
    symmetric = np.concatenate([changes, -changes]) if len(changes) else np.zeros(1)
    drawn = np.random.default_rng(SEED).choice(symmetric, size=(PATHS, max(horizons)))
    wandered = np.cumsum(drawn, axis=1)[:, [horizon - 1 for horizon in horizons]]
    centred = wandered - np.median(wandered, axis=0)
    last = values[np.isfinite(values)][-1]
    return np.asarray(np.quantile(np.maximum(last + centred, 0.0), LEVELS, axis=0).T)


def weighted_interval_score(quantiles: Floats, observed: Floats) -> Floats:
    """Return twice the mean pinball loss over the 23 levels (Bracher et al. 2021).

    Args:
        quantiles: Shape (..., 23).
        observed: Shape (...), same unit.
    """
    above = observed[..., None] - quantiles
    return np.asarray(2.0 * np.maximum(LEVELS * above, (LEVELS - 1.0) * above).mean(axis=-1))
