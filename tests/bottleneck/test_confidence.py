"""Tests of the confidence score."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.bottleneck.confidence import confidence
from neuralbrain.domain.quantiles import LEVELS


def test_confidence_is_the_chance_of_a_quarter_around_the_median():
    """With log-straight quantiles from 75 at 0.1 over 100 at 0.5 to 125 at 0.9, eight in ten are about right."""
    logs = np.interp(LEVELS, [0.1, 0.5, 0.9], np.log1p([75.0, 100.0, 125.0]))
    logs[LEVELS < 0.1] -= 1.0
    logs[LEVELS > 0.9] += 1.0
    assert confidence(np.expm1(logs)[None, :], event_sizes=np.ones(1))[0] == pytest.approx(0.8)


def test_five_events_are_about_right():
    """Around a median of 2 everything from 0 to 7 is about right; a rate without population has no such width."""
    spread = np.full((1, 23), 2.0)
    spread[0, :3], spread[0, 20:] = 0.0, 7.0
    assert confidence(spread, event_sizes=np.ones(1))[0] == 1
    assert confidence(spread, event_sizes=np.zeros(1))[0] < 1


def test_the_edges_belong_to_it():
    """A chance that sits exactly on the edge counts as about right."""
    edges = np.full((1, 23), 100.0)
    edges[0, :5], edges[0, 18:] = 75.0, 125.0
    assert confidence(edges, event_sizes=np.ones(1))[0] == 1
