"""How much a forecast grows because the newest value it starts from is not complete yet."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.domain.request import ForecastRequest

LEAST_SHARE = 0.5  # a newest value is at most doubled, whatever earlier ones did
KEPT = 0.5  # of the correction from one horizon to the next


def completing(request: ForecastRequest, horizons: Integers) -> Floats:
    """Return by what the forecasts of each series and horizon are multiplied.

    One over the usual share of the newest value at horizon 1, its root at horizon 2, the root of that at horizon 3:
    the further ahead, the less a forecast rests on the newest value. Shares above 1 correct nothing.

    Measured on the public forecast hubs by relative WIS, natural and log scale: influenza 2024-25 from 0.646 and 0.675
    to 0.638 and 0.666, COVID-19 2024-25 from 1.035 and 0.823 to 1.032 and 0.813, influenza 2023-24, whose first values
    were nearly final, unchanged. Dividing the newest values before the forecast gains more on influenza (0.634 and
    0.648) and loses on COVID-19 (1.060 on the natural scale), because the slope grows with the newest value.

    Args:
        request: What is asked; S series.
        horizons: Shape (H,), from 1.

    Returns:
        Shape (S, H), 1 to 2; all 1 where nothing is known of completeness.
    """
    factors = np.ones((len(request.panel.series), len(horizons)))
    if request.completeness is None:
        return factors
    share = request.completeness.newest(request.panel).median
    share = np.clip(np.where(np.isfinite(share), share, 1.0), LEAST_SHARE, 1.0)
    return np.asarray(share[:, None] ** -(KEPT ** (horizons - 1.0))[None, :])
