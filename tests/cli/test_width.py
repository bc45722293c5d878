"""Narrow screens: columns leave, names wrap, and no number is cut."""

from __future__ import annotations

import json
import re

import pytest
from command_line import neuralbrain

from neuralbrain.cli.edition_view import percent_text, region_name, risk_text, score_text, value_text

pytestmark = pytest.mark.slow  # each test starts real processes

WIDTHS = [40, 60, 80, 100, 140]


@pytest.fixture(scope="module")
def edition(ran):
    """Return the published edition as a program reads it."""
    return json.loads(neuralbrain("editions", "show", "--json", home=ran).stdout)


@pytest.fixture(scope="module")
def pictures(ran):
    """Return the edition as it is shown at each width."""
    return {width: neuralbrain("editions", "show", home=ran, COLUMNS=str(width)).stdout for width in WIDTHS}


@pytest.fixture(scope="module")
def angola(edition):
    """Return one region's forecast as a program reads it."""
    return next(row for row in edition["regions"] if row["region"] == "AGO")


def signals(edition) -> list[str]:
    """Return what was forecast, each once."""
    return list({row["context"]["signal"]: None for row in edition["regions"]})


@pytest.mark.parametrize("width", WIDTHS)
def test_every_width_has_regions_and_whole_numbers(pictures, edition, width: int):
    """At each width all regions are named, every number is whole, and no line of the table leaves the screen."""
    shown = pictures[width]
    lines = shown.splitlines()
    assert "Region" in shown
    assert "…" not in shown
    assert max(map(len, lines)) <= width
    tables = {title: shown.split(f"Edition 1: {title.replace('_', ' ')}")[1] for title in signals(edition)}
    assert len(tables) == 2  # what follows must not depend on there being one
    # A row's number stands on the line on which its region's name begins.
    for row in edition["regions"]:
        first = region_name(row["region"]).split()[0]
        table = tables[row["context"]["signal"]].splitlines()
        found = [line for line in table if re.match(rf" {re.escape(first)}\b", line)]
        assert found, row["region"]
        numbers = {word for line in found for word in re.findall(r"[\d,.<]+", line)}
        assert score_text(row["risk_score"]) in numbers
        assert value_text(row["context"]["quantiles"][-1][11], row["context"]["unit"]) in numbers


def test_columns_leave_in_order_and_are_named(pictures):
    """A wide screen has every column; a narrow one says below the table which it has no room for."""
    heads = ["For", "Reported", "Confidence", "Outbreak", "Trend", "80 % interval", "Latest"]
    gone = []
    for width in reversed(WIDTHS):
        shown = pictures[width]
        most = 0
        for head in (line for line in shown.splitlines() if line.startswith(" Region")):
            missing = [one for one in heads if not re.search(rf"\b{re.escape(one)}(?= )", head)]
            assert missing == heads[: len(missing)]
            most = max(most, len(missing))
        assert shown.count("No room here for:") == bool(most)
        gone.append(most)
    assert gone[0] == 0
    assert gone == sorted(gone)
    assert gone[-1] > gone[0]


@pytest.mark.parametrize("width", [20, 40, 60, 100])
def test_a_forecast_fits(ran, angola, width: int):
    """A region's picture fits from 40 columns on, its numbers whole; on less it ends well and cuts no number."""
    shown = neuralbrain("forecast", "Angola", home=ran, COLUMNS=str(width))
    assert shown.returncode == 0, shown.stderr
    assert "…" not in shown.stdout
    if width >= 40:
        assert max(map(len, shown.stdout.splitlines())) <= width
    for quantiles in angola["context"]["quantiles"]:
        assert re.search(rf"\b{value_text(quantiles[11], angola['context']['unit'])}\b", shown.stdout)


def test_a_long_reason_wraps(withdrawn):
    """On a narrow screen the reason of a withdrawal takes several lines, and the edition's number is whole."""
    shown = neuralbrain("editions", "list", home=withdrawn, COLUMNS="40").stdout
    assert max(map(len, shown.splitlines())) <= 40
    assert re.search(r"^ +1  ", shown, re.MULTILINE)


def test_a_score_just_below_a_level_does_not_seem_to_have_reached_it():
    """Scores are cut, not rounded, so that 49.8 is not shown as the 50 from which YELLOW counts."""
    from types import SimpleNamespace

    from neuralbrain.domain.claims import RiskLevel

    assert risk_text(SimpleNamespace(risk_level=RiskLevel.GREEN, risk_score=49.8)).plain.split() == ["GREEN", "49"]
    assert risk_text(SimpleNamespace(risk_level=RiskLevel.YELLOW, risk_score=79.6)).plain.split() == ["YELLOW", "79"]
    assert percent_text(0.9951) == ">99 %"
    assert percent_text(0.0049) == "<1 %"
