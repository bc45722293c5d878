"""The dashboard as people use it: with keys alone, comparing numbers, and stepping through what was said before."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from in_browser import Looker
from served import Service

pytestmark = pytest.mark.slow

Look = Callable[..., Looker]
PLACE = "COD"
FOCUSED = "document.activeElement.getAttribute"


def tab_to(looker: Looker, selector: str) -> None:
    """Press Tab until something has the focus."""
    for _ in range(80):
        looker.page.keyboard.press("Tab")
        if looker.page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_keys_alone_lead_everywhere(look: Look, shown: Service) -> None:
    """Without a mouse a region is found on the map, opened, and stepped back through the editions; focus is seen."""
    looker = look(shown)
    tab_to(looker, "[data-region]")
    first = looker.page.evaluate(f"{FOCUSED}('data-region')")
    looker.page.keyboard.press("ArrowDown")
    second = looker.page.evaluate(f"{FOCUSED}('data-region')")
    assert second != first
    said = looker.page.evaluate(f"{FOCUSED}('aria-label')")
    assert "risk" in said
    assert "Provider: local" in said
    assert looker.page.locator(".map .tip").is_visible()
    looker.page.keyboard.press("Enter")
    looker.page.wait_for_selector("main[data-view=region] figure")
    assert f"region={second}" in looker.page.url
    looker.settle()
    tab_to(looker, ".chart-card figure")
    for edition in ("3", "2"):
        looker.page.keyboard.press("ArrowLeft")
        looker.page.wait_for_selector(f"[data-edition='{edition}']")
    assert "edition=2" in looker.page.url
    looker.page.keyboard.press("ArrowRight")
    looker.page.wait_for_selector("[data-edition='3']")


def test_every_control_has_a_name_and_a_visible_focus(look: Look, shown: Service) -> None:
    """What Tab reaches on a page says what it is, and is outlined while it has the focus."""
    looker = look(shown, "/?view=predictions&area=world")
    for _ in range(30):
        looker.page.keyboard.press("Tab")
        name, outline = looker.page.evaluate(
            "(() => { const one = document.activeElement, style = getComputedStyle(one);"
            " const name = one.innerText || one.ariaLabel || one.labels?.[0]?.innerText || one.title;"
            " return [name, style.outlineStyle] })()"
        )
        assert name
        assert outline == "solid"


def test_one_number_is_the_same_everywhere(look: Look, shown: Service) -> None:
    """Map, table, chart, file and API give the same forecast of the same edition, to the last digit."""
    told = shown.get(f"/api/forecasts/region/{PLACE}").body
    number, edition = told["forecasted_cases"][-1]["value"], told["edition"]["number"]
    found: dict[str, float] = {}

    looker = look(shown)
    looker.page.locator(f"[data-region={PLACE}]").hover()
    found["map"] = float(looker.page.locator(".map .tip dd data").nth(1).get_attribute("value"))
    looker.go(f"/?view=region&region={PLACE}&table=1")
    latest = looker.page.locator(".chart-card tbody tr").first
    found["chart"] = float(latest.locator("data").first.get_attribute("value"))
    found["facts"] = float(looker.page.locator(".facts dd data").nth(1).get_attribute("value"))
    rows = list(csv.DictReader(io.StringIO(_saved(looker, "CSV").read_text(encoding="utf-8"))))
    found["file"] = float(rows[-1]["median"])
    looker.go("/?view=predictions&find=democratic")
    found["table"] = float(looker.page.locator("tbody tr td.number data").nth(1).get_attribute("value"))
    every = shown.get("/api/forecasts/all").body
    found["all"] = next(one for one in every["regions"] if one["region"] == PLACE)["forecasted_cases"][-1]["value"]

    assert found == dict.fromkeys(found, number)
    assert {rows[-1]["edition"], str(every["edition"]["number"])} == {str(edition)}
    assert looker.page.locator("[data-edition]").get_attribute("data-edition") == str(edition)


def _saved(looker: Looker, kind: str) -> Path:
    with looker.page.expect_download() as download:
        looker.page.get_by_role("button", name=kind, exact=True).click()
    return Path(download.value.path())


def test_a_chart_is_saved_as_it_is_seen(look: Look, shown: Service) -> None:
    """The drawing stands alone, with its colours and where it is from; the picture is one, and not empty."""
    looker = look(shown, f"/?view=region&region={PLACE}")
    drawing = _saved(looker, "SVG").read_text(encoding="utf-8")
    assert drawing.startswith("<svg")
    assert "Edition 4 by local" in drawing
    assert "class=" not in drawing
    assert "var(" not in drawing
    picture = _saved(looker, "PNG").read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert len(picture) > 10_000


def test_a_region_says_what_came_true(look: Look, shown: Service) -> None:
    """Of an earlier edition the page shows what was said then, and beside it what the current one knows."""
    looker = look(shown, "/?view=region&region=MOZ&edition=2")
    then = shown.get(
        "/api/charts/MOZ",
    ).body
    known = dict(zip(then["cases"]["actual"]["dates"], then["cases"]["actual"]["incidence"], strict=True))
    told = [one for one in looker.page.locator(".came").all() if one.is_visible()]
    assert looker.page.locator("main").inner_text().count("are known by now") == 1
    assert len(told) >= 2
    assert "Old edition" in looker.text(".warnings")
    looker.page.get_by_role("button", name="Show the current edition").click()
    looker.page.wait_for_selector("[data-edition='4']")
    assert "edition" not in looker.page.url
    assert len(known) > 50


def test_the_table_sorts_and_filters(look: Look, shown: Service) -> None:
    """A column is sorted both ways, a filter narrows, and both stand in the address."""
    looker = look(shown, "/?view=predictions&area=world")
    sorter = looker.page.get_by_role("button", name="Last report")
    values: list[list[float]] = []
    for _ in range(2):
        sorter.click()
        looker.settle()
        cells: Any = looker.page.locator("tbody tr td.number:nth-child(3) data")
        values.append([float(one.get_attribute("value")) for one in cells.all()])
    assert values[0] == sorted(values[0], reverse=True)
    assert values[1] == sorted(values[1])
    assert len(values[0]) == 15
    looker.page.get_by_label("Find a region").fill("moz")
    looker.settle()
    assert looker.page.locator("tbody tr").count() == 1
    assert "find=moz" in looker.page.url
    looker.page.get_by_label("Exact numbers").check()
    assert "sort-forecasts=last.up" in looker.page.url
    looker.page.reload()
    looker.settle()
    assert looker.page.locator("tbody tr").count() == 1
