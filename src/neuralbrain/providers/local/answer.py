"""The words of the local provider: quantiles in columns, as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np

from neuralbrain.domain.observation import Floats, Series
from neuralbrain.domain.quantiles import LEVELS

MEDIA_TYPE = "application/json"
DIGITS = 6  # significant digits: far finer than any forecast, and half the bytes
NOTHING_BELOW = 1e-15  # what is smaller than this is written as 0


def rounded(values: Floats) -> Floats:
    """Return values, at least 0 and finite, rounded to six significant digits; their order is kept.

    >>> rounded(np.array([0.0, 0.123456789, 1234567.0])).tolist()
    [0.0, 0.123457, 1234570.0]
    """
    present = values > NOTHING_BELOW
    exponent = np.floor(np.log10(np.where(present, values, 1.0)))
    # Multiplied or divided by a whole power of ten, whichever is exact, so that the shortest digits are written.
    up = 10.0 ** np.maximum(DIGITS - 1 - exponent, 0.0)
    down = 10.0 ** np.maximum(exponent - (DIGITS - 1), 0.0)
    return np.where(present, np.round(values * up / down) / up * down, 0.0)


def answer_body(series: Sequence[Series], *, horizons: Sequence[int], quantiles: Floats) -> bytes:
    """Return the answer as UTF-8 JSON.

    Args:
        series: S series.
        horizons: H horizons.
        quantiles: Shape (S, H, 23), at least 0, not decreasing along the last axis; NaN for a series without a value.

    Returns:
        An object with ``series`` (pairs of location and signal name), ``horizons``, ``levels`` and ``quantiles``,
        which is S blocks of H by 23 numbers, ``null`` for a series without a value.
    """
    blank = np.isnan(quantiles).any(axis=(1, 2))
    steady = np.maximum.accumulate(rounded(np.nan_to_num(quantiles)), axis=-1)
    blocks: list[object] = steady.tolist()
    for position in np.flatnonzero(blank):
        blocks[position] = None
    spoken = {
        "series": [[one.location, one.signal.name] for one in series],
        "horizons": list(horizons),
        "levels": LEVELS.tolist(),
        "quantiles": blocks,
    }
    return json.dumps(spoken, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
