"""From forecasts of running totals to forecasts of new events."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats
from neuralbrain.domain.quantiles import MEDIAN


def median_steps(medians: Floats, *, last: Floats) -> Floats:
    """Return the new events per horizon of the medians of totals; where a total falls, there are none.

    Args:
        medians: Shape (N, H): totals at consecutive horizons.
        last: Shape (N,): the last actual totals.

    Returns:
        Shape (N, H), at least 0.

    >>> median_steps(np.array([[12.0, 11.0, 15.0]]), last=np.array([10.0]))
    array([[2., 0., 3.]])
    """
    reached = np.maximum.accumulate(np.concatenate([last[:, None], medians], axis=1), axis=1)
    return np.diff(reached, axis=1)


def step_quantiles(quantiles: Floats, *, last: Floats) -> Floats:
    """Return the quantiles of new events per horizon from quantiles of totals.

    A quantile lies ``d_h`` from the median at horizon h. If the steps are independent, squared deviations add up,
    so a step's own deviation is ``sign(d_h)·sqrt(max(d_h² - d_{h-1}², 0))`` around the step of the medians.

    Args:
        quantiles: Shape (N, H, 23): of totals at consecutive horizons.
        last: Shape (N,): the last actual totals.

    Returns:
        Shape (N, H, 23), at least 0, not decreasing along the last axis.
    """
    middle = quantiles[:, :, MEDIAN]
    deviations = quantiles - middle[:, :, None]
    before = np.concatenate([np.zeros_like(deviations[:, :1]), deviations[:, :-1]], axis=1)
    widths = np.sign(deviations) * np.sqrt(np.maximum(deviations**2 - before**2, 0.0))
    # Differences of squares may cross; outwards from the median each takes at least its neighbour's width.
    widths[..., MEDIAN:] = np.maximum.accumulate(widths[..., MEDIAN:], axis=-1)
    widths[..., : MEDIAN + 1] = np.minimum.accumulate(widths[..., MEDIAN::-1], axis=-1)[..., ::-1]
    return np.asarray(np.maximum(median_steps(middle, last=last)[:, :, None] + widths, 0.0))
