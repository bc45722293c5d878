"""Features: what a position is described by."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats
from neuralbrain.providers.local.features import QUIET_WORTH, Frame, design_of, shared_changes
from neuralbrain.providers.local.history import USUAL_STEP, History, history_of
from neuralbrain.providers.local.stabilise import Scale


def _history(values: Floats) -> History:
    ones = np.ones(len(values))
    scale = Scale(event=ones, root=ones, limit=ones, least_noise=ones)
    return history_of(values, scale=scale, usual=USUAL_STEP * ones)


def _frame(series: int, *, seasonal: bool = False, periods: int = 12) -> Frame:
    return Frame(
        cadence=Cadence.WEEKLY,
        seasonal=seasonal,
        last_period=np.full(series, periods - 1),
        last_day=np.full(series, 20_000),
        group=np.zeros(series, np.int64),
        shared=np.zeros((1, periods + 1)),
    )


def test_a_still_series_has_nothing_to_say() -> None:
    """All features of a constant series are 0, so that its forecast is its last value."""
    design = design_of(_history(np.ones((1, 12))), _frame(1), row=np.array([0, 0]), column=np.array([0, 11]))
    np.testing.assert_array_equal(design, 0.0)


def test_the_last_changes_come_first() -> None:
    """The first two features are the last change and the one before."""
    values = np.array([[1.0, 1.0, 2.0, 5.0]])
    design = design_of(_history(values), _frame(1, periods=4), row=np.array([0]), column=np.array([3]))
    np.testing.assert_allclose(design[0, :2], [3.0, 1.0])


def test_the_season_repeats_after_a_year() -> None:
    """Two positions a year apart have nearly the same waves."""
    history = _history(np.ones((1, 60)))
    design = design_of(history, _frame(1, seasonal=True, periods=60), row=np.array([0, 0]), column=np.array([7, 59]))
    np.testing.assert_allclose(design[0, -4:], design[1, -4:], atol=0.01)


def test_what_is_shared_stands_at_its_date() -> None:
    """A change is counted at the grid position where it happened, also for a series that ended earlier."""
    history = _history(np.array([[1.0, 1.0, 2.0], [1.0, 1.0, 2.0]]))
    found = shared_changes(history, last_period=np.array([4, 2]), group=np.zeros(2, np.int64), groups=1, periods=5)
    expected = 1.0 / (1.0 + QUIET_WORTH)
    np.testing.assert_allclose(found, [[0.0, 0.0, expected, 0.0, expected, 0.0]])
