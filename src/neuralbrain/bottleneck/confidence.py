"""The chance that the median will turn out about right."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.exceedance import probabilities_outside
from neuralbrain.domain.claim_rules import about_right_within
from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import MEDIAN


def confidence(last: Floats, *, event_sizes: Floats) -> Floats:
    """Return P(|Y_H - m_H| ≤ max(0.25·m_H, 5 events)).

    Args:
        last: Shape (N, 23): quantiles of Y_H.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.

    Returns:
        Shape (N,), 0 to 1.

    Source: methods, the four derived numbers.

    >>> confidence(np.full((1, 23), 100.0), event_sizes=np.ones(1))
    array([1.])
    """
    median = last[:, MEDIAN]
    width = about_right_within(median, event_sizes=event_sizes)
    below, above = probabilities_outside(last, low=median - width, high=median + width)
    return np.clip(1.0 - below - above, 0.0, 1.0)
