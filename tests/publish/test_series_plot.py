"""The picture of a series: true to its numbers, readable without eyes, and made of text that is only text."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.observation import Measure, Series, Signal, Unit
from neuralbrain.publish.series_plot import (
    BOTTOM,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    first_known_of,
    nice_step,
    series_svg,
)
from neuralbrain.publish.series_table import SeriesTable

AT = datetime(2026, 3, 20, 23, 59, tzinfo=UTC)
FACTS = FeedFacts(name="x", title="X", licence="CC BY 4.0", attribution="Those who counted", signals=())
SVG = "{http://www.w3.org/2000/svg}"


def table(values, *, first="2026-01-04", skip=(), signal=None, location="AGO"):
    """Return a weekly table; positions in ``skip`` were not reported."""
    kept = [place for place in range(len(values)) if place not in skip]
    days = np.datetime64(first) + 7 * np.array(kept, dtype=np.int64)
    return SeriesTable(
        series=Series(source="x", location=location, signal=signal or Signal(name="cholera_cases")),
        target_date=days,
        value=np.array([values[place] for place in kept], dtype=np.float64),
        as_of=np.full(len(kept), np.datetime64("2026-03-20", "us")),
    )


def drawn(one, **more):
    """Return a picture as a tree."""
    return ElementTree.fromstring(series_svg(one, more.pop("facts", FACTS), known_until=AT, **more))


def paths(root):
    """Return the points of every line through values, one list a piece."""
    lines = [one.get("d") for one in root.iter(f"{SVG}path") if one.get("fill") == "none"]
    pieces = [piece for line in lines for piece in line.split("M")[1:]]
    return [[tuple(map(float, point.split(","))) for point in piece.strip().split(" L")] for piece in pieces]


def test_points_stand_where_their_numbers_are():
    """From 0 at the bottom to the highest tick at the top, from the first day at the left to the last at the right."""
    (line,) = paths(drawn(table([0.0, 50.0, 100.0])))
    middle = (LEFT + WIDTH - RIGHT) / 2
    assert line == [(LEFT, HEIGHT - BOTTOM), (middle, (TOP + HEIGHT - BOTTOM) / 2), (WIDTH - RIGHT, TOP)]


def test_a_gap_is_a_gap():
    """Where a week was not reported, or a value was withdrawn, the line is broken; a lone value is a dot."""
    root = drawn(table([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], skip=(2,)))
    assert [len(one) for one in paths(root)] == [2, 3]
    root = drawn(table([1.0, 2.0, np.nan, 4.0, np.nan, 6.0, 7.0]))
    assert [len(one) for one in paths(root)] == [2, 2]
    assert len(list(root.iter(f"{SVG}circle"))) == 1


def test_it_says_what_it_shows():
    """A reader of the description learns how many values, from when to when, the highest, the last, and whose."""
    root = drawn(table([5.0, 1234.0, 7.0]))
    assert root.find(f"{SVG}title").text == "Angola: cholera cases"
    assert root.find(f"{SVG}desc").text == (
        "3 values from 2026-01-04 to 2026-01-18; the highest is 1,234 on 2026-01-11, the last 7. Source: Those who "
        "counted. Licence: CC BY 4.0. Known by 2026-03-20 23:59 UTC."
    )
    named = {one.get("id") for one in root}
    assert set(root.get("aria-labelledby").split()) <= named
    words = [one.text for one in root.iter(f"{SVG}text")]
    assert "Source: Those who counted" in words
    assert "Known by 2026-03-20 23:59 UTC." in words


def test_what_may_not_be_handed_on_says_so():
    """A picture of values whose licence forbids to hand them on carries that with it."""
    closed = FeedFacts(name="x", title="X", licence="None", attribution="Y", signals=(), redistribute=False)
    words = [one.text for one in drawn(table([1.0]), facts=closed).iter(f"{SVG}text")]
    assert "Licence: None. Its values may not be handed on." in words


@pytest.mark.parametrize(
    ("signal", "said", "tick"),
    [
        (Signal(name="x"), "New each week", "2"),
        (Signal(name="x", measure=Measure.CUMULATIVE, cadence=Cadence.DAILY), "Total so far, each day", "2"),
        (Signal(name="x", unit=Unit.PER_100K), "New each week per 100,000 inhabitants", "2"),
        (Signal(name="x", unit=Unit.SHARE), "Each week, share", "200 %"),
    ],
)
def test_units_are_named(signal, said, tick):
    """What is counted and in what stands below the title, and shares are in percent along the axis."""
    words = [one.text for one in drawn(table([1.0, 2.0], signal=signal)).iter(f"{SVG}text")]
    assert said in words
    assert tick in words


def test_first_and_last_known_are_two_lines():
    """What was first known of each week is a broken line of its own, with a legend."""
    weeks = np.array(["2026-01-04", "2026-01-04", "2026-01-11"], dtype="datetime64[D]")
    revisions = SeriesTable(
        series=table([1.0]).series,
        target_date=weeks,
        value=np.array([1.0, 2.0, 4.0]),
        as_of=np.array(["2026-01-05", "2026-01-12", "2026-01-12"], dtype="datetime64[us]"),
    )
    first = first_known_of(revisions)
    assert first.value.tolist() == [1.0, 4.0]
    root = drawn(table([2.0, 4.0]), first_known=first)
    assert len(paths(root)) == 2
    words = [one.text for one in root.iter(f"{SVG}text")]
    assert {"as last known", "as first known"} <= set(words)
    assert len([one for one in root.iter(f"{SVG}path") if one.get("stroke-dasharray")]) == 2  # the line, the legend


def test_nothing_known_is_said():
    """Without a value there is a picture that says so, and no line."""
    for one in (table([]), table([np.nan])):
        root = drawn(one)
        assert "Nothing was known." in [word.text for word in root.iter(f"{SVG}text")]
        assert paths(root) == []


def test_words_are_only_words():
    """Whatever a feed is called, its words are text in the picture: no element, no control character."""
    nasty = 'A&B <script>alert(1)</script> "\x1b[2J\x00\ud800\uffff" ]]>'
    facts = FeedFacts(name="x", title="X", licence=nasty, attribution=nasty, signals=())
    root = drawn(table([1.0], location="<x>"), facts=facts)
    ours = ("svg", "title", "desc", "rect", "text", "g", "line", "path", "circle")
    assert {one.tag.removeprefix(SVG) for one in root.iter()} <= set(ours)
    assert 'A&B <script>alert(1)</script> "[2J" ]]>' in (root.find(f"{SVG}desc").text or "")


@given(
    values=st.lists(st.floats(0, 1e12) | st.just(float("nan")), max_size=60),
    first=st.dates().map(str),
    daily=st.booleans(),
)
def test_any_series_has_a_picture(values, first, daily):
    """Any values from any day on give well-formed SVG whose points lie inside its axes and whose ticks do not touch."""
    signal = Signal(name="x", cadence=Cadence.DAILY if daily else Cadence.WEEKLY)
    if np.datetime64(first) > np.datetime64("9990-01-01"):
        return
    root = drawn(table(values, first=first, signal=signal))
    for line in paths(root):
        for x, y in line:
            assert LEFT - 0.1 <= x <= WIDTH - RIGHT + 0.1
            assert TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1
    along = [float(one.get("x")) for one in root.iter(f"{SVG}text") if one.get("y") == f"{HEIGHT - BOTTOM + 22}"]
    assert all(after - before >= 90 for before, after in pairwise(along))


@given(span=st.floats(1e-9, 1e12), most=st.integers(1, 10))
def test_steps_are_round_and_enough(span, most):
    """A step divides the span into so many parts at most, and into more than a fifth of them."""
    step = nice_step(span, most=most)
    assert span / step <= most * (1 + 1e-6)
    assert span / step >= most / 2.6
