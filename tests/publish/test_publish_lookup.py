"""From what somebody typed to a forecast, with the words of each door in the remedy."""

from __future__ import annotations

import pytest
from made_editions import TIMESTAMP, edition, table

from neuralbrain.bottleneck.engine import BottleneckForecastingEngine
from neuralbrain.domain.observation import Signal
from neuralbrain.errors import UnknownRegionError
from neuralbrain.publish.lookup import forecast_or_error, place_or_error
from neuralbrain.publish.summary import summary_as_json
from neuralbrain.publish.tally import primary_rows


def test_any_name_leads_to_the_place() -> None:
    """Names and codes, in any capitals, lead to one region."""
    assert [place_or_error(typed).code for typed in ("Angola", "ago", "AO", "024")] == ["AGO"] * 4


def test_a_misspelt_name_is_asked_back() -> None:
    """The remedy names the region that may have been meant."""
    with pytest.raises(UnknownRegionError) as caught:
        place_or_error("Gremany")
    assert caught.value.remedy == "Did you mean Germany (DEU)?"


def test_what_is_like_nothing_gets_a_rule() -> None:
    """Where nothing is near, the remedy says what may be given."""
    with pytest.raises(UnknownRegionError) as caught:
        place_or_error("qqqqqqq")
    assert caught.value.remedy == "Use an English name or an ISO 3166 code."


def test_each_door_says_how_it_names_a_signal() -> None:
    """The remedy for a region without a primary signal is in the words of the door that was used."""
    made = edition(table(["AGO"], signal=Signal(name="admissions", primary=False)))
    with pytest.raises(UnknownRegionError) as caught:
        forecast_or_error(made, "Angola", signal=None, named_with="--signal")
    assert caught.value.remedy == "Name one with --signal: admissions."


def test_a_forecast_is_found() -> None:
    """Without a signal the primary one is meant, with one that one."""
    made = edition(table(["AGO"], cases=[4]), table(["AGO"], signal=Signal(name="beds", primary=False), cases=[9]))
    assert forecast_or_error(made, "Angola", signal=None, named_with="").actual_cases == 4
    assert forecast_or_error(made, "Angola", signal="beds", named_with="").actual_cases == 9


@pytest.mark.parametrize(("last", "source"), [("2025-03-29", "first"), ("2025-03-28", "second")])
def test_of_several_feeds_the_first_that_is_of_today(last: str, source: str) -> None:
    """The first feed of a region answers, wherever one asks, unless its last report is a year behind another's."""
    first = table(["US-CA"], source="first", risk=[10], last_dates={"US-CA": last})
    made = edition(first, table(["US-CA"], source="second", risk=[20]))
    assert made.find("US-CA").context.source == source
    assert made.find("US-CA", "cases").context.source == source
    assert [row.context.source for row in primary_rows(made)] == [source]
    assert summary_as_json(made)["left_out"] == []
    engine = BottleneckForecastingEngine(
        current=lambda: made, now=lambda: TIMESTAMP, code_of=lambda name: name, newest=lambda: 7, seconds=lambda: 0.0
    )
    assert engine.get_cached_forecast("US-CA").context.source == source
