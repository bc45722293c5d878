"""Growth a day between two levels, and what counts as fast."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats

FAST_GROWTH = 0.05  # a day: doubling in two weeks; trend, risk and the spread of short histories speak of it
CUSHION_EVENTS = 5.0  # added to both levels, so that one case becoming two is no doubling


def span_days(horizons: tuple[int, ...], cadence: Cadence) -> int:
    """Return the days between the level now and the level at the last horizon, as all rules count them.

    For daily feeds the two levels are the mean of the last seven days and that of the seven days ending at H: they
    lie H days apart where H is above 7, and count as 7 apart below, where actual days fill the seven. So the same
    growth a day gives about the same risk whether 7 or 14 days are asked for.

    Source: methods, the four derived numbers: max(7, H) for daily feeds, 7·H for weekly ones.

    >>> span_days((1, 2, 3, 4), Cadence.WEEKLY), span_days((1, 2, 3), Cadence.DAILY), span_days((14,), Cadence.DAILY)
    (28, 7, 14)
    """
    furthest = max(horizons)
    return max(7, furthest) if cadence is Cadence.DAILY else 7 * furthest


def growth_per_day(then: Floats, now: Floats, *, event_sizes: Floats, days: int) -> Floats:
    """Return the expected growth a day from one level to another, cushioned by five events.

    Args:
        then: Shape (N, ...): the later level.
        now: Shape (N,): the level now.
        event_sizes: Shape (N,): one event in the series' unit, 0 where unknown.
        days: Days between them.

    Returns:
        Shape of ``then``, above -1; from nothing to something it is infinite, from nothing to nothing 0.

    Source: methods: ``((m + 5)/(y0 + 5))^(1/days) - 1``.

    >>> growth_per_day(np.array([15.0]), np.array([5.0]), event_sizes=np.array([1.0]), days=1)
    array([1.])
    """
    apart = (slice(None), *[None] * (then.ndim - 1))
    cushion = (CUSHION_EVENTS * event_sizes)[apart]
    above, below = then + cushion, now[apart] + cushion
    unknown = np.isnan(above) | np.isnan(below)
    nothing = np.where(unknown, np.nan, np.where(above > 0, np.inf, 1.0))
    ratio = np.divide(above, below, out=nothing, where=below > 0)
    return np.asarray(ratio ** (1.0 / days) - 1.0)
