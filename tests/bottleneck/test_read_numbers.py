"""Tests of numbers, field names and levels as providers write them."""

from __future__ import annotations

import math

import pytest

from neuralbrain.bottleneck.read_numbers import (
    UnreadableError,
    bound_of_key,
    interval_levels,
    interval_of_key,
    level_of_key,
    named_fields,
    number,
    share_of,
)


@pytest.mark.parametrize("value", [True, False, "7", [], {}, "NaN"])
def test_what_is_no_number_is_not_taken_for_one(value):
    """Booleans and texts are refused, never converted."""
    with pytest.raises(UnreadableError, match="cases of AGO") as caught:
        number(value, where="cases of AGO")
    assert caught.value.code == "not-a-number"


def test_null_and_too_large_are_left_to_the_checks():
    """Null is NaN and an integer beyond floats is infinite, in its own direction."""
    assert math.isnan(number(None, where=""))
    assert number(10**400, where="") == math.inf
    assert number(-(10**400), where="") == -math.inf


def test_field_names_are_compared_plainly():
    """Case, spaces and hyphens in a field name do not matter; two names that become one are refused."""
    assert named_fields({"Forecasted-Cases": 1, "day ": 2}, where="") == {"forecasted_cases": 1, "day": 2}
    with pytest.raises(UnreadableError, match="twice"):
        named_fields({"Day": 1, "day": 2}, where="")


@pytest.mark.parametrize(
    ("key", "level"),
    [("0.1", 0.1), (".1", 0.1), ("q0.025", 0.025), ("q10", 0.1), ("p97.5", 0.975), ("quantile_0.5", 0.5), ("90%", 0.9)],
)
def test_a_level_is_read_from_its_name(key, level):
    """Quantile levels are read from the names that are in use."""
    assert level_of_key(key, where="") == level


@pytest.mark.parametrize("key", ["value", "1", "12", "day", "q", "lower_80", ""])
def test_other_names_are_no_level(key):
    """A name that is no level, a whole number among them, is none."""
    assert level_of_key(key, where="") is None


@pytest.mark.parametrize("key", ["q0", "q100", "0.0"])
def test_a_level_outside_is_refused(key):
    """Levels 0 and 1 have no quantile."""
    with pytest.raises(UnreadableError, match="between 0 and 1"):
        level_of_key(key, where="")


@pytest.mark.parametrize("level", [math.nan, math.inf, -0.5, 100.0])
def test_no_share_outside_0_and_1(level):
    """A level that is no share is refused, also where it is no number."""
    with pytest.raises(UnreadableError):
        share_of(level, where="")


def test_intervals_are_pairs_of_levels():
    """An 80 % interval has the levels 0.1 and 0.9, however it is named."""
    assert interval_levels(0.8, where="") == (0.1, 0.9)
    assert interval_of_key("interval_80", where="") == (0.1, 0.9)
    assert interval_of_key("ci_95", where="") == (0.025, 0.975)
    assert interval_of_key("interval", where="") is None
    assert (bound_of_key("lower_80", where=""), bound_of_key("hi95", where="")) == (0.1, 0.975)
    assert bound_of_key("80_upper", where="") == 0.9
    assert bound_of_key("lower", where="") is None
