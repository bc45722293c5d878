"""Every view in a real browser: it shows something, nothing stands in anybody's way, nothing sticks out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from in_browser import PHONE, Looker
from served import Service

pytestmark = pytest.mark.slow

Look = Callable[..., Looker]
WALL = {"width": 3840, "height": 2160}
LITTLE_ROOM: dict[str, dict[str, Any]] = {
    "phone": {"viewport": PHONE, "has_touch": True},
    "zoomed": {"viewport": {"width": 720, "height": 450}, "device_scale_factor": 2},
}
NAMES = ("now", "region", "predictions", "evaluation", "providers", "cycles", "alerts")
# An address, its picture, and something that must be on it.
VIEWS = (
    ("/?", "now", "Highest risk"),
    ("/?zoom=all", "now-whole-map", "In words"),
    ("/?map=states", "now-states", "Every region of this map reported"),
    ("/?view=region&region=MOZ&edition=3", "region", "came true within the 95 % interval"),
    ("/?view=region&region=COD&line=deaths&table=1", "region-table", "Hide table"),
    ("/?view=predictions&against=2&area=world", "predictions", "Forecast then"),
    ("/?view=evaluation", "evaluation", "Do probabilities mean what they say?"),
    ("/?view=providers", "providers", "Audit trail"),
    ("/?view=cycles", "cycles", "Steps of cycle"),
    ("/?view=alerts", "alerts-none", "Did alerts come true?"),
)


@pytest.mark.parametrize(("address", "name", "said"), VIEWS, ids=[name for _, name, _ in VIEWS])
def test_a_view_shows_what_it_is_for(look: Look, shown: Service, address: str, name: str, said: str) -> None:
    """Each view says what it is there for, nothing in it is a serious barrier, and nothing sticks out of the page."""
    looker = look(shown, address)
    looker.page.wait_for_selector(f"text={said}")
    looker.settle()
    assert looker.page.locator("h1").count() == 1
    assert looker.page.locator("[data-edition]").get_attribute("data-edition")
    assert looker.overflow() <= 0
    looker.picture(name)
    assert looker.barriers() == []


def test_dark_colours_can_be_read(look: Look, shown: Service) -> None:
    """In dark colours, too, nothing is a serious barrier: contrast among it."""
    looker = look(shown, color_scheme="dark")
    for name in NAMES:
        looker.go(f"/?view={name}&region=COD")
        if name in {"now", "region"}:
            looker.picture(f"{name}-dark")
        assert looker.barriers() == [], name


@pytest.mark.parametrize("kind", ["phone", "zoomed"])
def test_nothing_sticks_out_where_there_is_little_room(look: Look, shown: Service, kind: str) -> None:
    """On a phone, and at 200 %, no page scrolls sideways, and nothing is a serious barrier."""
    looker = look(shown, **LITTLE_ROOM[kind])
    for name in NAMES:
        looker.go(f"/?view={name}&region=COD")
        assert looker.overflow() <= 0, name
        if kind == "phone" and name in {"now", "region"}:
            looker.picture(f"{name}-phone")
        assert looker.barriers() == [], name


def test_a_wall_is_filled(look: Look, shown: Service) -> None:
    """On a screen of a wall the page is as wide as the screen, with letters to be read from afar."""
    looker = look(shown, "/?", viewport=WALL, color_scheme="dark")
    looker.picture("now-wall")
    width, letters = looker.page.evaluate(
        "[document.querySelector('main').clientWidth, parseFloat(getComputedStyle(document.body).fontSize)]"
    )
    assert width > 0.95 * WALL["width"]
    assert letters >= 24


def test_it_can_be_printed(look: Look, shown: Service) -> None:
    """On paper there are the edition and its numbers, and nothing to be pressed."""
    looker = look(shown, "/?view=region&region=COD")
    looker.page.emulate_media(media="print")
    assert looker.page.locator("[data-edition]").is_visible()
    assert looker.page.locator("svg[role=img]").first.is_visible()
    assert looker.page.locator("button:visible").count() == 0


def test_an_embedded_view_is_alone(look: Look, shown: Service) -> None:
    """With embed=1 there is no menu and nothing for operators, but the edition and a way to the whole page."""
    looker = look(shown, "/?view=providers&embed=1")
    assert looker.page.locator("nav").count() == 0
    assert looker.page.locator("input[name=token]").count() == 0
    assert looker.page.locator("[data-edition]").is_visible()
    assert looker.page.get_attribute("footer a", "href") == "/?view=providers"
