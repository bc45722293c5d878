"""Regions are found by a part of what they are called."""

from __future__ import annotations

import pytest

from neuralbrain.domain.location import LOCATIONS, search


def codes(text: str) -> list[str]:
    """Return the codes of what a search finds."""
    return [one.code for one in search(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("carolina", ["US-NC", "US-SC"]),
        ("Côte", ["CIV"]),
        ("us-c", ["US-CA", "US-CO", "US-CT"]),
        ("ivory", ["CIV"]),
        ("burm", ["MMR"]),
        ("New York", ["US-NY"]),
        ("xyzzy", []),
        ("...", []),
        (" ", []),
        ("n" * 121, []),
    ],
)
def test_what_a_search_finds(text: str, found: list[str]) -> None:
    """Names, aliases and the beginning of codes are looked through; accents and capitals do not matter."""
    assert codes(text) == found


def test_what_is_meant_comes_first() -> None:
    """The region that exactly the text means is first, then what begins with it, then what has it inside."""
    assert codes("niger")[:2] == ["NER", "NGA"]
    assert codes("CA")[0] == "CAN"
    found = codes("guinea")
    assert found[0] == "GIN"
    assert found.index("GNB") < found.index("PNG")


def test_states_of_the_union_are_not_all_found_by_its_name() -> None:
    """That a state is also known with its nation's name behind does not make it a find for the nation."""
    assert "US-TX" not in codes("united states")
    assert codes("united states")[0] == "USA"


def test_each_region_is_found_once_by_its_own_name() -> None:
    """Every region's own name finds it, and nothing is found twice."""
    for one in LOCATIONS.values():
        found = codes(one.name)
        assert one.code in found
        assert len(found) == len(set(found))
