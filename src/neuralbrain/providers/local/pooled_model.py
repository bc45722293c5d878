"""One model for all series: how they change over each horizon, and how wrong that turns out to be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuralbrain.domain.observation import Floats
from neuralbrain.providers.local.features import Frame, design_of
from neuralbrain.providers.local.history import History
from neuralbrain.providers.local.spread import spread_around, volatility_of

DAMPING = 0.9  # the forecast change is averaged with no change, one part in ten: what was fitted fades
SHORT_WORTH = 2.0  # a history of n values widens the spread by sqrt(1 + 2 / n)


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledModel:
    """What was learned from the past of all series, by group and horizon.

    Args:
        change: Shape (G, H, p): coefficients of the change.
        size: Shape (G, H, 3): coefficients, at least 0, of the mean absolute error.
        shape: Shape (G, H, 23): quantiles of errors of mean size 1.
    """

    change: Floats
    size: Floats
    shape: Floats

    def quantiles(self, history: History, frame: Frame, *, least_noise: Floats) -> Floats:
        """Return the quantiles of S series, ahead of their last position.

        Args:
            history: S right-aligned series.
            frame: Where they lie.
            least_noise: Shape (S,): share of the counting noise that is certain.

        Returns:
            Shape (S, H, 23), on the stabilised scale, not decreasing along the last axis.
        """
        row = np.arange(len(history.filled))
        column = np.full(len(row), history.filled.shape[1] - 1)
        design = design_of(history, frame, row=row, column=column)
        volatility = volatility_of(history, row=row, column=column)
        change = (design[:, None, :] * self.change[frame.group]).sum(axis=-1)
        size = (volatility[:, None, :] * self.size[frame.group]).sum(axis=-1)
        widening = np.sqrt(1.0 + SHORT_WORTH / np.maximum(history.known[:, -1], 1.0))
        least = np.broadcast_to((least_noise * history.noise[:, -1])[:, None], size.shape)
        return spread_around(
            history.filled[:, -1:] + DAMPING * change,
            size=size * widening[:, None],
            shape=self.shape[frame.group],
            least=least,
        )
