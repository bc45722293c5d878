"""Numbers are written short, plain and near enough."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.providers.prompt_text import LARGEST, SMALLEST, number_text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (7.0, "7"),
        (0.1, "0.1"),
        (12.345, "12.35"),
        (1234.5, "1234"),
        (123456.0, "123500"),
        (111820082.0, "111800000"),
        (0.00261349, "0.002613"),
        (1e-12, "0"),
        (1e15, "null"),
        (float("nan"), "null"),
        (float("inf"), "null"),
    ],
)
def test_numbers_as_they_are_written(value, text):
    """Four significant digits, no exponent, no superfluous zero; null for what is no number."""
    assert number_text(value) == text


@given(st.floats(SMALLEST, LARGEST, exclude_max=True))
def test_a_number_is_near_what_it_was(value):
    """What is written is off by at most half a unit of the fourth digit, and has no exponent."""
    text = number_text(value)
    assert text == "null" or abs(float(text) - value) <= 5.001e-4 * value
    assert re.fullmatch(r"\d+(?:\.\d+)?|null", text)
    assert len(text) <= 16
