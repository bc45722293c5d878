"""Rounding of numbers in sentences: people, proportions and chances."""

from __future__ import annotations

import pytest

from neuralbrain.publish.rounding import chance, spoken


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.0, "0"),
        (0.4, "0"),
        (0.5, "1"),
        (9.4, "9"),
        (9.9, "10"),
        (10.0, "10"),
        (14.9, "10"),
        (15.0, "20"),
        (994.0, "990"),
        (996.0, "1,000"),
        (1000.0, "1,000"),
        (1049.0, "1,000"),
        (1050.0, "1,100"),
        (111_823_456.0, "111,823,500"),
    ],
)
def test_people_are_rounded_as_cdc_does(value: float, words: str) -> None:
    """Above 1,000 to the nearest 100, from 10 to the nearest 10, below 10 to a whole number."""
    assert spoken(value, "count") == words


@pytest.mark.parametrize(
    ("value", "words"), [(0.0, "0 %"), (0.123, "12 %"), (0.0123, "1.2 %"), (0.5, "50 %"), (1.0, "100 %")]
)
def test_proportions_have_two_figures(value: float, words: str) -> None:
    """A share is a percentage of two significant figures."""
    assert spoken(value, "share") == words


@pytest.mark.parametrize(("value", "words"), [(0.0, "0"), (12.34, "12"), (0.0456, "0.046"), (345.0, "350")])
def test_rates_have_two_figures(value: float, words: str) -> None:
    """A rate keeps its unit and two significant figures."""
    assert spoken(value, "per_100k") == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0 %"), (0.001, "less than 1 %"), (0.425, "43 %"), (0.9999, "more than 99 %"), (1.0, "100 %")],
)
def test_a_chance_is_never_said_to_be_certain(value: float, words: str) -> None:
    """What is only nearly 0 or 1 is not said to be that."""
    assert chance(value) == words
