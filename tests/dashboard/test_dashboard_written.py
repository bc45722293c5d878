"""What the dashboard takes from the code is still so: types of answers, names and codes of places."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from dashboard.written_from_code import PLACES, TYPES, places, types_of  # noqa: E402 - found by the lines above
from docs.openapi_document import served_document  # noqa: E402


def declared(text: str) -> dict[str, set[str]]:
    """Return the lines of each type."""
    found: dict[str, set[str]] = {}
    for block in text.split("export ")[1:]:
        first, *lines = block.strip().splitlines()
        found[" ".join(first.split()[:2])] = {line.strip() for line in lines if ":" in line}
    return found


@pytest.mark.slow
def test_the_types_are_those_of_the_api() -> None:
    """Every field that the dashboard uses is in the OpenAPI document, with the same type; there may be more."""
    kept, now = declared(TYPES.read_text(encoding="utf-8")), declared(types_of(served_document()))
    missing = {f"{name} {line}" for name, lines in kept.items() for line in lines - now.get(name, set())}
    source = "".join(path.read_text(encoding="utf-8") for path in TYPES.parents[1].rglob("*.ts*") if path != TYPES)
    wrong = {one for one in missing if re.search(rf"\b{one.split()[2].rstrip(':')}\b", source)}
    assert wrong == set(), "python -m dashboard.written_from_code writes them anew"


def test_the_places_are_those_of_the_code() -> None:
    """The maps are drawn with the codes and names that the service uses."""
    assert json.loads(PLACES.read_text(encoding="utf-8")) == places()


@pytest.mark.parametrize("name", ["world", "states"])
def test_every_place_is_drawn_once(name: str) -> None:
    """No code stands on a map twice, and every one is a place that the service knows."""
    path = ROOT / "dashboard" / "geometry" / "made" / f"{name}.json"
    if not path.is_file():
        pytest.skip("the maps are not made; `make dashboard` makes them")
    codes = [row[0] for row in json.loads(path.read_text(encoding="utf-8"))["places"] if row[0]]
    assert len(codes) == len(set(codes))
    assert set(codes) <= set(places())
