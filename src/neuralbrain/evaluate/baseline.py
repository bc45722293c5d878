"""The hub baseline, against which forecasts are held: the last value again, spread by what one period changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from neuralbrain.domain.observation import Floats, Integers
from neuralbrain.domain.quantiles import LEVELS, MEDIAN, row_quantiles

POINTS = 1 << 14  # of a transform: for up to four horizons 2,048 cells per largest change, half as many for up to eight
FINEST = 4  # horizons that the finest cells are for
BLOCK_ROWS = 32  # places at once, so that their transforms stay in the cache
LOWER = LEVELS[:MEDIAN]
ROUNDING = 1e-12  # of a probability: what a convolution may be short of


def baseline_quantiles(history: Floats, *, horizons: Sequence[int], window: int | None = None) -> Floats:
    """Return the hub baseline of many series.

    The median is the last known value. The spread comes from the past one-step differences D and their negatives, the
    distribution of which is straight between neighbours (Hyndman & Fan type 7). At horizon h it is the distribution of
    the sum of h independent D, found by convolution instead of by drawing; what falls below 0 is put at 0. A quantile
    is exact at horizon 1. Beyond, it is off by at most (h + 1)/2 cells, a cell being 1/2048 of the largest difference
    up to horizon 4, 1/1024 up to 8, and so on; of real weekly admissions (FluSight, two releases) 99 of 100 quantiles
    are off by less than 1/200 of the 50 % interval.

    Args:
        history: Shape (S, T), new events per period, at least 0, evenly spaced; NaN where nothing is known. A
            difference next to a gap is not used.
        horizons: H of them, periods after each series' own last known value, each at least 1.
        window: How many of the newest differences are used; all of them unless given.

    Returns:
        Shape (S, H, 23), not decreasing along the last axis; NaN for a series without two neighbouring values.

    Raises:
        ValueError: If a horizon or the window is below 1.

    Source: Cramer et al. 2022, doi:10.1073/pnas.2113561119, supplement; the R packages simplets (quantile_baseline) and
    epipredict (cdc_baseline_forecaster) draw what is convolved here.

    >>> found = baseline_quantiles(np.array([[10.0, 14.0, 12.0]]), horizons=(1,))
    >>> [round(float(found[0, 0, place]), 2) for place in (0, 6, 11, 16, 22)]
    [8.06, 9.5, 12.0, 14.5, 15.94]
    """
    if min(horizons, default=1) < 1:
        raise ValueError(f"a horizon is at least one period ahead, got {min(horizons)}")
    if window is not None and window < 1:
        raise ValueError(f"a window holds at least one change, got {window}")
    changes = np.diff(history, axis=1)
    used = changes if window is None else changes[:, max(changes.shape[1] - window, 0) :]
    spread = np.full((len(history), len(horizons), len(LEVELS)), np.nan)
    for start in range(0, len(history) if used.shape[1] else 0, BLOCK_ROWS):
        block = slice(start, start + BLOCK_ROWS)
        spread[block] = _spread(used[block], horizons)
    return np.asarray(np.maximum(_last(history)[:, None, None] + spread, 0.0))


def _last(history: Floats) -> Floats:
    """Return shape (S,): each row's last known value, NaN where there is none."""
    if not history.shape[1]:
        return np.full(len(history), np.nan)
    position = np.where(np.isfinite(history), np.arange(history.shape[1]), 0).max(axis=1)
    return np.asarray(np.take_along_axis(history, position[:, None], axis=1)[:, 0])


def _spread(changes: Floats, horizons: Sequence[int]) -> Floats:
    """Return shape (S, H, 23): the quantiles of the sum of h changes, their sign left to chance; 0 at the median."""
    both = np.concatenate([changes, -changes], axis=1)
    largest = np.where(np.isfinite(both), both, 0.0).max(axis=1, initial=0.0)
    unit = np.where(largest > 0, largest, 1.0)
    shares = both / unit[:, None]
    lower = np.empty((len(changes), len(horizons), MEDIAN))
    exact = row_quantiles(shares, LOWER)
    sums = _lower_quantiles_of_sums(shares, {one for one in horizons if one > 1})
    for place, horizon in enumerate(horizons):
        lower[:, place] = exact if horizon == 1 else np.where(np.isnan(exact), np.nan, sums[horizon])
    lower *= unit[:, None, None]
    middle = np.where(np.isnan(lower[..., :1]), np.nan, 0.0)
    return np.concatenate([lower, middle, -lower[..., ::-1]], axis=-1)


def _lower_quantiles_of_sums(shares: Floats, horizons: Collection[int]) -> dict[int, Floats]:
    """Return, for each horizon, shape (S, 11): the quantiles below the median of the sum of that many shares.

    Args:
        shares: Shape (S, 2C), symmetric, between -1 and 1.
        horizons: Each at least 2.
    """
    found = {}
    for cells in sorted({_cells(one) for one in horizons}):
        transformed = np.fft.rfft(_masses(shares, cells=cells), n=POINTS, axis=1)
        for horizon in sorted(one for one in horizons if _cells(one) == cells):
            sums = np.fft.irfft(transformed**horizon, n=POINTS, axis=1)
            below = np.cumsum(sums[:, : cells * horizon], axis=1)
            found[horizon] = _inverted(below) / cells
    return found


def _cells(horizon: int) -> int:
    """Return into how many cells the largest change is cut, so that no sum of that many meets another one's end."""
    return POINTS // (2 << (max(horizon, FINEST) - 1).bit_length())


def _inverted(below: Floats) -> Floats:
    """Return shape (S, 11): where the lower levels are reached, in cells from 0; straight within a cell.

    Args:
        below: Shape (S, C): the probability up to the right edge of each cell below the one around 0.
    """
    middle = below.shape[1]
    reached = _first_at_least(below, LOWER - ROUNDING)
    inside = np.clip(reached, 0, middle - 1)
    right = np.take_along_axis(below, inside, axis=1)
    left = np.where(inside > 0, np.take_along_axis(below, np.maximum(inside - 1, 0), axis=1), 0.0)
    part = np.divide(LOWER - left, right - left, out=np.ones_like(left), where=right - left > ROUNDING)
    place = inside - middle - 0.5 + np.clip(part, 0.0, 1.0)
    return np.where(reached < middle, np.maximum(place, -middle), 0.0)  # no sum is below all changes at their largest


def _first_at_least(rising: Floats, sought: Floats) -> Integers:
    """Return shape (S, K): the position of each row's first value of at least what is sought, else C.

    Args:
        rising: Shape (S, C), not decreasing along the last axis.
        sought: Shape (K,).
    """
    low = np.zeros((len(rising), len(sought)), dtype=np.int64)
    high = np.full_like(low, rising.shape[1])
    for _ in range(rising.shape[1].bit_length()):  # halves what is left, for all rows and levels at once
        middle = (low + high) // 2
        short = np.take_along_axis(rising, np.minimum(middle, rising.shape[1] - 1), axis=1) < sought
        low = np.where(short & (low < high), middle + 1, low)
        high = np.where(short, high, middle)
    return low


def _masses(shares: Floats, *, cells: int) -> Floats:
    """Return shape (S, 2 cells + 1): the probability of each cell of one change, symmetric.

    The cells are centred on multiples of 1/cells from -1 to 1. A row without changes has all of it at 0.
    """
    ordered = np.sort(shares, axis=1)  # NaN sorts last
    known = np.isfinite(ordered)
    count = known.sum(axis=1)
    filled = np.where(known, ordered, 1.0)
    edges = (np.arange(-cells, cells) + 0.5) / cells
    at_most = _counts_at_most(filled, edges)
    left = np.clip(at_most - 1, 0, np.maximum(count - 2, 0)[:, None])
    low, high = np.take_along_axis(filled, left, axis=1), np.take_along_axis(filled, left + 1, axis=1)
    inside = np.divide(edges - low, high - low, out=np.zeros_like(low), where=high > low)
    reached = (left + np.clip(inside, 0.0, 1.0)) / np.maximum(count - 1, 1)[:, None]
    reached = np.where(at_most < count[:, None], reached, edges > 0)  # all of it is passed where nothing changed
    masses = np.diff(reached, axis=1, prepend=0.0, append=1.0)
    return np.asarray((masses + masses[:, ::-1]) / 2)


def _counts_at_most(ordered: Floats, edges: Floats) -> Integers:
    """Return shape (S, E): how many of each row's values lie at or below each edge."""
    rows = len(ordered)
    cell = np.searchsorted(edges, ordered)  # an edge equal to a value is its first
    flat = np.arange(rows)[:, None] * (len(edges) + 1) + cell
    counts = np.bincount(flat.ravel(), minlength=rows * (len(edges) + 1)).reshape(rows, len(edges) + 1)
    return np.asarray(counts.cumsum(axis=1)[:, :-1])
