"""How much a series has been jumping about."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats

VALUES = 14  # requirements: of the last 14 values
NOTHING = 1e-12  # no count, rate or share of people is as small; a change from less could be too large for a number


def volatility(history: Floats) -> Floats:
    """Return the mean absolute relative change of the last 14 values.

    Args:
        history: Shape (N, T): the incidence, the last column is the last actual; NaN where nothing is known.

    Returns:
        Shape (N,), at least 0. Changes next to a gap or from nothing are left out; NaN where no change is left.

    >>> volatility(np.array([[10.0, 15.0, 7.5]]))
    array([0.5])
    """
    recent = history[:, -VALUES:]
    before, after = recent[:, :-1], recent[:, 1:]
    known = np.isfinite(after) & (before > NOTHING)
    changes = np.divide(after, before, out=np.ones(after.shape), where=known) - 1.0
    count = known.sum(axis=1)
    total = np.where(known, np.abs(changes), 0.0).sum(axis=1)
    return np.asarray(np.divide(total, count, out=np.full(len(history), np.nan), where=count > 0))
