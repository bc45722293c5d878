"""Tests of what one event is in a signal's unit."""

from __future__ import annotations

import numpy as np

from neuralbrain.bottleneck.event_size import ceilings_of, event_sizes
from neuralbrain.domain.observation import Signal, Unit

SIGNALS = tuple(Signal(name="s", unit=unit) for unit in (Unit.COUNT, Unit.PER_100K, Unit.SHARE) for _ in range(2))
POPULATIONS = np.array([2e5, np.nan] * 3)


def test_an_event_is_one_or_its_share_of_the_population():
    """One event is 1 for counts; 100,000/200,000 per 100,000; 1/200,000 as a share; 0 where nobody knows."""
    np.testing.assert_allclose(event_sizes(SIGNALS, POPULATIONS), [1, 1, 0.5, 0, 5e-6, 0])


def test_the_most_is_everybody():
    """The most is the population, or all people where it is unknown; 100,000 per 100,000; a share of 1."""
    np.testing.assert_array_equal(ceilings_of(SIGNALS, POPULATIONS), [2e5, 1e10, 1e5, 1e5, 1, 1])
