"""The scale on which series of any size are compared: a root of the events, divided by each series' usual root."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.observation import Floats, Unit

Strings = npt.NDArray[np.str_]

ROOT = 0.3  # between the square root (for counting noise) and the logarithm (for growth); 0.25 to 0.35 score alike
OFFSET = 0.5  # events added before the root, so that one event more than none is a step of ordinary size
TYPICAL_EVENTS = 50.0  # a rate is read as if its own mean stood for that many events: its true number is unknown
DEFAULT_MEAN = {Unit.PER_100K: 1.0, Unit.SHARE: 0.01}  # the mean taken for a rate that was never above zero
SMALLEST_EVENT = 1e-20  # together with LARGEST it keeps every quotient a finite float
LARGEST = 1e280
GROWTH_LIMIT = 100.0  # no quantile exceeds the highest known value, plus ten events, by a larger factor
COUNT_NOISE = 0.5  # share of the counting noise that no forecast goes below; feeds that smooth have less than Poisson
RATE_NOISE = 0.05  # the same where the number of events is only assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How the values of each series become stabilised values, and back.

    Args:
        event: Shape (S,): the value that counts as one event, above 0.
        root: Shape (S,): the series' mean root of events, above 0.
        limit: Shape (S,): the largest value that a quantile may have, in the unit of the series.
        least_noise: Shape (S,): share of the counting noise that no forecast goes below, 0 to 1.
    """

    event: Floats
    root: Floats
    limit: Floats
    least_noise: Floats

    def stabilised(self, values: Floats) -> Floats:
        """Return values of shape (S, T), at least 0, on the stabilised scale; NaN where they are NaN."""
        return np.asarray((values / self.event[:, None] + OFFSET) ** ROOT / self.root[:, None])

    def natural(self, stabilised: Floats) -> Floats:
        """Return stabilised values of shape (S, ...) in the unit of each series, from 0 to its limit."""
        each = (slice(None), *[None] * (stabilised.ndim - 1))
        most = (self.limit / self.event)[each]
        roots = np.maximum(stabilised * self.root[each], 0.0)
        # Cut before the power is undone, so that it cannot overflow, and after, for what rounding adds.
        events = np.minimum(roots, (most + OFFSET) ** ROOT) ** (1 / ROOT) - OFFSET
        return np.minimum(np.maximum(events, 0.0) * self.event[each], self.limit[each])

    def counting_noise(self, stabilised: Floats, known: Floats) -> Floats:
        """Return the standard deviation that counting alone gives: Poisson, by the delta method.

        Args:
            stabilised: Shape (S, T): the level.
            known: Shape (S, T): how many values are known; n zeros do not exclude one event in n + 1 periods.

        Returns:
            Shape (S, T), above 0, on the stabilised scale.
        """
        root = self.root[:, None]
        events = np.maximum((stabilised * root) ** (1 / ROOT) - OFFSET, 0.0)
        deviation = np.sqrt(events + 1.0 / (known + 1.0))
        return np.asarray(ROOT * (events + OFFSET) ** (ROOT - 1.0) * deviation / root)


def scale_of(values: Floats, *, units: Strings) -> Scale:
    """Return the scale of many series.

    Args:
        values: Shape (S, T), from 0 to ``LARGEST``, NaN where nothing is known.
        units: Shape (S,): each series' unit, as the values of ``Unit``.
    """
    known = np.isfinite(values)
    counted = np.maximum(known.sum(axis=1), 1)
    # Divided before they are summed: the sum of enormous values must not overflow.
    mean = np.where(known, values / counted[:, None], 0.0).sum(axis=1)
    event = np.ones(len(values))
    for unit, default in DEFAULT_MEAN.items():
        typical = np.where(mean > 0, mean, default) / TYPICAL_EVENTS
        event = np.where(units == unit.value, np.maximum(typical, SMALLEST_EVENT), event)
    roots = np.where(known, (values / event[:, None] + OFFSET) ** ROOT, 0.0)
    mean_root = np.where(known.any(axis=1), roots.sum(axis=1) / counted, 1.0)
    highest = np.where(known, values, 0.0).max(axis=1, initial=0.0)
    possible = np.where(units == Unit.SHARE.value, 1.0, LARGEST)
    return Scale(
        event=event,
        root=mean_root,
        limit=np.minimum(GROWTH_LIMIT * (highest + 10.0 * event), possible),
        least_noise=np.where(units == Unit.COUNT.value, COUNT_NOISE, RATE_NOISE),
    )
