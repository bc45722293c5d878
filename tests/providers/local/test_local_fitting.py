"""Fitting: momentum is learned where there is some, persistence where there is none."""

from __future__ import annotations

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats
from neuralbrain.providers.local.features import Frame
from neuralbrain.providers.local.fitting import fit_pooled
from neuralbrain.providers.local.history import USUAL_STEP, History, history_of
from neuralbrain.providers.local.pooled_model import PooledModel
from neuralbrain.providers.local.spread import LAPLACE, USUAL_SHARES
from neuralbrain.providers.local.stabilise import Scale

HORIZONS = np.array([1, 4])


def _fitted(values: Floats, group: Floats) -> tuple[PooledModel, History, Frame]:
    ones = np.ones(len(values))
    scale = Scale(event=ones, root=ones, limit=ones, least_noise=ones)
    history = history_of(values, scale=scale, usual=USUAL_STEP * ones)
    frame = Frame(
        cadence=Cadence.WEEKLY,
        seasonal=False,
        last_period=np.full(len(values), values.shape[1] - 1),
        last_day=np.full(len(values), 20_000),
        group=group.astype(np.int64),
        shared=np.zeros((2, values.shape[1] + 1)),
    )
    return fit_pooled(history, frame, horizons=HORIZONS, groups=2), history, frame


def test_without_a_past_nothing_is_learned() -> None:
    """One value a series gives no change and the expected size and shape of errors."""
    model, _, _ = _fitted(np.ones((3, 1)), np.zeros(3))
    np.testing.assert_array_equal(model.change, 0.0)
    np.testing.assert_allclose(model.size[0], USUAL_SHARES * np.sqrt(HORIZONS)[:, None])
    np.testing.assert_array_equal(model.shape[0, 0], LAPLACE)


def test_momentum_is_learned() -> None:
    """Where changes carry on, a rise is forecast to go on."""
    waves = 1.0 + 0.3 * np.sin(np.arange(150)[None, :] / 8.0 + np.linspace(0.0, 6.0, 40)[:, None])
    model, history, frame = _fitted(waves, np.zeros(40))
    median = model.quantiles(history, frame, least_noise=np.zeros(40))[:, 0, 11]
    rising = waves[:, -1] - waves[:, -2]
    assert np.corrcoef(median - waves[:, -1], rising)[0, 1] > 0.9


def test_a_group_without_a_past_learns_from_the_others() -> None:
    """A signal that just began is forecast by what all signals taught."""
    waves = 1.0 + 0.3 * np.sin(np.arange(150)[None, :] / 8.0 + np.linspace(0.0, 6.0, 40)[:, None])
    waves[-1, :-1] = np.nan
    model, _, _ = _fitted(waves, np.array([0.0] * 39 + [1.0]))
    # Group 0 moves further from no change than all together did, and group 1 is left with what all said.
    assert np.abs(model.change[1]).max() > 0.1
    assert np.corrcoef(model.change[1].ravel(), model.change[0].ravel())[0, 1] > 0.95


def test_errors_grow_with_the_horizon() -> None:
    """The interval of a random walk is about twice as wide at four periods as at one."""
    walks = 5.0 + np.cumsum(np.random.default_rng(2).normal(0.0, 0.05, (40, 150)), axis=1)
    model, history, frame = _fitted(walks, np.zeros(40))
    quantiles = model.quantiles(history, frame, least_noise=np.zeros(40))
    width = (quantiles[:, :, 16] - quantiles[:, :, 6]).mean(axis=0)
    assert 1.6 < width[1] / width[0] < 2.4
