"""Probabilities of FluSight's classes of change."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.hub.rate_change import CLASSES, LARGE_FROM, STABLE_BELOW, class_probabilities, in_millionths


def certain(value: float, *, last: float, population: float, horizon: int) -> str:
    """Return the class of a value that is certain."""
    found = class_probabilities(
        np.full((1, 23), value), last=np.array([last]), population=np.array([population]), horizon=horizon
    )  # fmt: skip
    assert found.sum() == pytest.approx(1)
    return CLASSES[int(found[0].argmax())]


@pytest.mark.parametrize(
    ("value", "last", "population", "horizon", "expected"),
    [
        # Ten million people: a rate of 0.3 per 100,000 is 30 admissions, 1.7 are 170.
        (129.0, 100.0, 1e7, 0, "stable"),
        (130.0, 100.0, 1e7, 0, "increase"),
        (269.0, 100.0, 1e7, 0, "increase"),
        (270.0, 100.0, 1e7, 0, "large_increase"),
        (471.0, 500.0, 1e7, 0, "stable"),
        (470.0, 500.0, 1e7, 0, "decrease"),
        (331.0, 500.0, 1e7, 0, "decrease"),
        (330.0, 500.0, 1e7, 0, "large_decrease"),
        # At horizon 3 the bounds are 1.0 and 5.0: 100 and 500 admissions.
        (599.0, 500.0, 1e7, 3, "stable"),
        (600.0, 500.0, 1e7, 3, "increase"),
        (1000.0, 500.0, 1e7, 3, "large_increase"),
        # 500,000 people: 0.3 are 1.5 admissions, but fewer than ten more are stable all the same; 1.7 are 8.5.
        (9.0, 0.0, 5e5, 0, "stable"),
        (10.0, 0.0, 5e5, 0, "large_increase"),
        (11.0, 20.0, 5e5, 0, "stable"),
        (10.0, 20.0, 5e5, 0, "large_decrease"),
    ],
)
def test_bounds_by_hand(value: float, last: float, population: float, horizon: int, expected: str) -> None:
    """A certain value is of the class that the hub's table gives, also right at the bounds."""
    assert certain(value, last=last, population=population, horizon=horizon) == expected


def test_a_spread_forecast_by_hand() -> None:
    """Quantiles straight on the log scale from 100 to 1,000 have the probabilities that one reads off."""
    quantiles = np.expm1(np.log1p(100) + LEVELS * (np.log1p(1000) - np.log1p(100)))[None]
    found = class_probabilities(quantiles, last=np.array([300.0]), population=np.array([1e7]), horizon=0)[0]

    def at_most(value: float) -> float:
        return float(np.log((1 + value) / 101) / np.log(1001 / 101))

    expected = [at_most(130), at_most(270) - at_most(130), at_most(330) - at_most(270)]
    expected += [at_most(470) - at_most(330), 1 - at_most(470)]
    np.testing.assert_allclose(found, expected, atol=1e-8)


def test_the_tables_are_the_hubs() -> None:
    """Bounds grow with the horizon, and there is one of each for horizons 0 to 3."""
    assert dict(STABLE_BELOW) == {0: 0.3, 1: 0.5, 2: 0.7, 3: 1.0}
    assert dict(LARGE_FROM) == {0: 1.7, 1: 3.0, 2: 4.0, 3: 5.0}


def test_what_is_unknown_stays_unknown() -> None:
    """Without a last value, a population or quantiles there is no probability."""
    known = np.linspace(1, 23, 23)[None]
    one, unknown = np.array([5.0]), np.array([np.nan])
    assert np.isnan(class_probabilities(known, last=unknown, population=one, horizon=0)).any()
    assert np.isnan(class_probabilities(known, last=one, population=unknown, horizon=0)).any()
    assert np.isnan(class_probabilities(known * np.nan, last=one, population=one, horizon=0)).any()


@given(
    values=st.lists(st.integers(0, 10**6).map(lambda one: one / 10), min_size=23, max_size=23).map(sorted),
    last=st.floats(0, 1e5),
    population=st.floats(1e3, 4e8),
    horizon=st.integers(0, 3),
)
def test_classes_share_one_in_millionths(values: list[float], last: float, population: float, horizon: int) -> None:
    """The five are never negative and sum to 1; in millionths they sum to a million exactly."""
    found = class_probabilities(
        np.array([values]), last=np.array([last]), population=np.array([population]), horizon=horizon
    )  # fmt: skip
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1, abs=1e-12)
    whole = in_millionths(found)
    assert whole.sum() == 1e6
    assert (whole == np.rint(whole)).all()
    assert (np.abs(whole - found * 1e6) < 2).all()
