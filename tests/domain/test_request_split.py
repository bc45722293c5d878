"""A request is parted without losing, doubling or mixing anything."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.observation import Panel, Series, Signal
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.domain.request_split import split, with_companions

CASES = Signal(name="cases", deaths="deaths")
DEATHS = Signal(name="deaths", primary=False)
RATE = Signal(name="rate", primary=False)
CHAIN = (Signal(name="one", deaths="two"), Signal(name="two", deaths="three"), Signal(name="three", deaths="one"))


def request_about(*pairs: tuple[str, Signal], source: str = "feed") -> ForecastRequest:
    """Return a request about these locations and signals; row i has the values i, i + 0.5."""
    series = tuple(Series(source=source, location=place, signal=signal) for place, signal in pairs)
    values = np.arange(len(series), dtype=float)[:, None] + np.array([0.0, 0.5])
    panel = Panel(
        series=series,
        dates=np.array(["2026-03-15", "2026-03-22"], dtype="datetime64[D]"),
        values=values,
        cadence=CASES.cadence,
        cutoff=datetime(2026, 3, 25, tzinfo=UTC),
        populations=100 * np.arange(len(series), dtype=float),
    )
    return ForecastRequest(panel=panel, incidence=values * 2, horizons=(1, 2))


@st.composite
def requests(draw: st.DrawFn) -> ForecastRequest:
    """Draw requests with deaths, without, in any order, and with companions that point in a ring."""
    signals = [CASES, DEATHS, RATE, *CHAIN]
    pairs = st.tuples(st.sampled_from(["AGO", "BEN", "CMR", "COD", "ETH", "KEN"]), st.sampled_from(signals))
    return request_about(*draw(st.lists(pairs, min_size=1, max_size=30, unique=True)))


@given(requests(), st.integers(1, 12))
def test_nothing_is_lost_doubled_or_changed(request_drawn, most):
    """Every series stands in exactly one part, with its own values and population, in the order of the panel."""
    parts = split(request_drawn, most)
    panel = request_drawn.panel
    places = [[panel.series.index(one) for one in part.panel.series] for part in parts]
    assert Counter(place for part in places for place in part) == Counter(range(len(panel.series)))
    for part, rows in zip(parts, places, strict=True):
        assert rows == sorted(rows)
        np.testing.assert_array_equal(part.panel.values, panel.values[rows])
        np.testing.assert_array_equal(part.incidence, request_drawn.incidence[rows])
        np.testing.assert_array_equal(part.panel.populations, panel.populations[rows])
        assert (part.horizons, part.panel.cutoff) == (request_drawn.horizons, panel.cutoff)
        assert len(part.panel.series) <= max(most, 2)


@given(requests(), st.integers(1, 12))
def test_parts_are_the_same_each_time_and_each_other(request_drawn, most):
    """Parting is deterministic, and each part is a request of its own with a digest of its own."""
    digests = [part.digest() for part in split(request_drawn, most)]
    assert digests == [part.digest() for part in split(request_drawn, most)]
    assert len(set(digests)) == len(digests)


@given(st.permutations([(place, one) for place in ("AGO", "BEN", "CMR") for one in (CASES, DEATHS)]), st.integers(1, 6))
def test_deaths_stay_with_their_cases(pairs, most):
    """A part that holds the cases of a region holds its deaths, wherever in the panel they stand."""
    for part in split(request_about(*pairs), most):
        named = Counter(one.location for one in part.panel.series)
        assert set(named.values()) == {2}


def test_a_part_is_about_one_main_signal():
    """Two main signals of a region are asked separately, so a region stands once in each part."""
    parts = split(request_about(("AGO", CASES), ("AGO", RATE), ("BEN", CASES), ("BEN", RATE), ("AGO", DEATHS)), 10)
    assert [[(one.location, one.signal.name) for one in part.panel.series] for part in parts] == [
        [("AGO", "cases"), ("BEN", "cases"), ("AGO", "deaths")],
        [("AGO", "rate"), ("BEN", "rate")],
    ]


def test_parts_are_about_equally_large():
    """Fifty series of which 24 fit become 17, 17 and 16, not 24, 24 and 2."""
    request = request_about(*((f"R{place:02d}", RATE) for place in range(50)))
    assert [len(part.panel.series) for part in split(request, 24)] == [17, 17, 16]


def test_what_fits_is_the_request_itself():
    """A request that fits is not copied, so its digest and its kept reply stay what they are."""
    request = request_about(("AGO", CASES), ("AGO", DEATHS))
    assert split(request, 2) == (request,)
    assert split(request, 1) == (request,), "a pair is never parted"


def test_nothing_parts_into_nothing():
    """A request without series has no parts."""
    assert split(request_about(), 3) == ()


def test_less_than_one_series_is_refused():
    """A limit below one series is an error of the caller."""
    with pytest.raises(ValueError, match="at least one series"):
        split(request_about(("AGO", CASES)), 0)


def test_shared_deaths_belong_to_the_first():
    """Deaths that two signals name as theirs are asked once, with the first of them."""
    other = Signal(name="other", deaths="deaths", primary=False)
    series = request_about(("AGO", CASES), ("AGO", other), ("AGO", DEATHS)).panel.series
    assert with_companions(series) == ((0, 2), (1,))


def test_a_signal_that_is_its_own_deaths_stands_alone():
    """A signal that names itself as its deaths is one series, not two."""
    itself = Signal(name="deaths", deaths="deaths")
    assert with_companions(request_about(("AGO", itself)).panel.series) == ((0,),)


def test_parts_know_the_completeness_of_their_own_series() -> None:
    """What is known of the newest values goes with each series into its part."""
    request = request_about(*((f"R{place:02d}", RATE) for place in range(9)))
    shares = np.arange(9.0)[:, None] / 10
    known = Completeness(
        series=request.panel.series,
        as_of=np.datetime64("2026-01-07", "us"),
        median=shares,
        low=shares,
        high=shares,
        periods=np.ones((9, 1), dtype=np.int64),
    )
    parts = split(replace(request, completeness=known), 2)
    assert len(parts) == 5
    for part in parts:
        assert part.completeness is not None
        assert part.completeness.series == part.panel.series
        expected = [int(one.location[1:]) / 10 for one in part.panel.series]
        assert part.completeness.median[:, 0].tolist() == expected
