"""The words: rounded without harm, and JSON that anyone can read."""

from __future__ import annotations

import json

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuralbrain.domain.observation import Floats, Series, Signal
from neuralbrain.providers.local.answer import answer_body, rounded

SERIES = Series(source="feed", location="CÔTE", signal=Signal(name="cases"))


@settings(deadline=None)
@given(values=arrays.arrays(np.float64, 12, elements=st.floats(0.0, 1e280)))
def test_rounding_keeps_the_size(values: Floats) -> None:
    """Six digits are kept of any number, and what is next to nothing becomes 0."""
    np.testing.assert_allclose(rounded(values), values, rtol=5.1e-6, atol=1.1e-15)


@settings(deadline=None)
@given(values=arrays.arrays(np.float64, (1, 2, 23), elements=st.floats(0.0, 1e280)))
def test_written_quantiles_do_not_cross(values: Floats) -> None:
    """Quantiles that ascend before they are written ascend when they are read."""
    body = answer_body([SERIES], horizons=(1, 2), quantiles=np.sort(values, axis=-1))
    assert (np.diff(json.loads(body)["quantiles"], axis=-1) >= 0).all()


def test_numbers_are_short() -> None:
    """No more than six digits are written, so that the words stay small."""
    body = answer_body([SERIES], horizons=(1,), quantiles=np.full((1, 1, 23), 100.0 / 3.0))
    assert b"33.3333," in body
    assert b"33.33333" not in body


def test_a_blank_series_is_null_and_names_are_kept() -> None:
    """NaN is written as null for the whole series, and names in any script as they are."""
    body = answer_body([SERIES], horizons=(1,), quantiles=np.full((1, 1, 23), np.nan))
    read = json.loads(body.decode())
    assert read["quantiles"] == [None]
    assert read["series"] == [["CÔTE", "cases"]]
