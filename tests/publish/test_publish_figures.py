"""Figures of what forecasts were worth: readable XML, and every point where its numbers say."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest

from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.publish.figure_frame import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, ticks_between
from neuralbrain.publish.figures import (
    CENTRAL,
    Fan,
    Reliability,
    coverage_svg,
    fan_svg,
    reliability_svg,
    weekly_scores_svg,
)

SVG = "{http://www.w3.org/2000/svg}"
DATES = np.datetime64("2025-01-04") + 7 * np.arange(10)
CURVE = Reliability(
    probability=np.array([0.1, 0.5, 1.0]),
    frequency=np.array([0.2, 0.4, 1.0]),
    low=np.array([0.1, 0.3, 0.8]),
    high=np.array([0.3, 0.6, 1.0]),
    pairs=np.array([10, 20, 30]),
)


def drawings() -> dict[str, str]:
    """Return one figure of each kind."""
    fan = Fan(target_dates=DATES[-1] + 7 * np.arange(1, 5), quantiles=np.outer([1, 2, 3, 4], 10 + 20 * LEVELS))
    return {
        "fan": fan_svg("A <b>", dates=DATES, values=np.arange(10.0) * 10, fans=[fan], below="from & to"),
        "coverage": coverage_svg("A <b>", covered={"one": CENTRAL, "two": CENTRAL / 2}, below="from & to"),
        "weekly": weekly_scores_svg(
            "A <b>",
            dates=DATES,
            scores={"one": np.arange(10.0), "two": np.where(np.arange(10) == 5, np.nan, 4.0)},
            what="Mean WIS",
            below="from & to",
        ),
        "reliability": reliability_svg("A <b>", curve=CURVE, below="from & to"),
    }


def circles(drawing: str) -> list[tuple[float, float]]:
    """Return the places of all dots."""
    found = ElementTree.fromstring(drawing).iter(f"{SVG}circle")
    return [(float(one.get("cx")), float(one.get("cy"))) for one in found]


@pytest.mark.parametrize("kind", ["fan", "coverage", "weekly", "reliability"])
def test_a_figure_is_xml_that_can_be_read_aloud(kind):
    """Each has a title and a description, foreign words are escaped, and nothing lies outside of the picture."""
    root = ElementTree.fromstring(drawings()[kind])
    assert root.find(f"{SVG}title").text == "A <b>"
    assert len(root.find(f"{SVG}desc").text) > 20
    assert "nan" not in drawings()[kind].lower().replace("nance", "")
    words = [one.text for one in root.iter(f"{SVG}text")]
    assert {"A <b>", "from & to"} <= set(words)
    for x, y in circles(drawings()[kind]):
        assert LEFT <= x <= WIDTH - RIGHT
        assert TOP <= y <= HEIGHT - BOTTOM


def test_points_stand_where_their_numbers_say():
    """Said with 0.5 and true in 0.4 stands in the middle along, and two fifths up."""
    middle = circles(drawings()["reliability"])[1]
    assert middle == (LEFT + 0.5 * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - round(0.4 * (HEIGHT - BOTTOM - TOP), 1))


def test_a_gap_breaks_the_line():
    """A week without a score is left out, and the line begins anew behind it."""
    paths = re.findall(r'<path d="([^"]+)" fill="none"', drawings()["weekly"])
    assert [path.count("M") for path in paths] == [1, 2]
    assert [path.count("L") for path in paths] == [9, 7]


def test_the_central_intervals_are_those_of_the_levels():
    """Eleven intervals, from 98 % to 10 %."""
    assert CENTRAL.round(2).tolist() == [0.98, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]


def test_nothing_known_is_drawn_as_nothing():
    """Without a bin the figure has its axes, and says so."""
    nothing = Reliability(*(np.zeros(0) for _ in range(4)), pairs=np.zeros(0, dtype=np.int64))
    drawing = reliability_svg("Empty", curve=nothing, below="")
    assert "Nothing is known yet." in drawing
    assert circles(drawing) == []


def test_scores_that_are_not_known_are_said_to_be_so():
    """Of a name without a score the description says that none is known, and nothing is drawn of it."""
    drawing = weekly_scores_svg(
        "T", dates=DATES, scores={"one": np.full(10, np.nan), "two": np.arange(10.0)}, what="WIS", below=""
    )
    assert "one: no score is known yet. two: 4.5 on average." in drawing
    assert "nan" not in drawing


def test_without_dates_the_axes_stand_alone():
    """No dates, or a single one, make a figure with its axes and no line."""
    empty = weekly_scores_svg("T", dates=DATES[:0], scores={"one": np.zeros(0)}, what="WIS", below="")
    assert "one: no score is known yet." in empty
    assert "Nothing is known yet." in weekly_scores_svg("T", dates=DATES[:0], scores={}, what="WIS", below="")
    assert "0 forecasts beside no values." in fan_svg("T", dates=DATES[:0], values=np.zeros(0), fans=[], below="")
    one = weekly_scores_svg("T", dates=DATES[:1], scores={"one": np.ones(1)}, what="WIS", below="")
    for drawing in (empty, one):
        assert ElementTree.fromstring(drawing).find(f"{SVG}title").text == "T"
        assert "nan" not in drawing


@pytest.mark.parametrize(("low", "high"), [(0.0, 0.0), (0.0, 1e-9), (-3.0, 12.0), (0.0, 4e6), (5.0, 5.0)])
def test_axes_hold_their_numbers(low, high):
    """The ends of an axis are ticks, and both numbers lie between them."""
    (first, last), ticks = ticks_between(low, high)
    assert first <= low
    assert high <= last
    assert (ticks[0].at, ticks[-1].at) == (first, last)
    assert 2 <= len(ticks) <= 8
