"""Tests of the forecasts kept in a process."""

from __future__ import annotations

import sys
import threading
from dataclasses import replace

import numpy as np
import pytest
from bottleneck_examples import NOW, request_for

from neuralbrain.bottleneck.kept import KeptForecasts
from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.domain.edition import Edition, EditionHeader

REGIONS = ("AGO", "BEN", "CMR")


@pytest.fixture
def edition():
    """Return an edition of three regions."""
    answer = {name: {"cases": [20 + place, 21]} for place, name in enumerate(REGIONS)}
    found = normalise_reply(request_for(*REGIONS), answer, provider="openai", lock_number=1, now=NOW)
    header = EditionHeader(
        number=1, provider="openai", lock_number=1, inputs_digest="", cutoff=NOW, timestamp=NOW, forecasts=3, refused=0,
        digest="", previous_digest="",
    )  # fmt: skip
    return Edition(header=header, tables=(found.table,), refused=())


def test_it_starts_as_the_current_edition(edition):
    """Every region of the edition is there, in its order, and the edition is loaded once."""
    calls = []
    kept = KeptForecasts(lambda: calls.append(1) or edition)
    assert calls == []
    assert [forecast.region for forecast in kept.all()] == list(REGIONS)
    assert kept.get("BEN").to_dict() == edition.find("BEN").to_dict()
    assert kept.get("XXX") is None
    assert calls == [1]


def test_an_edition_that_comes_later_is_found(edition):
    """While there is no edition, each use looks again."""
    answers = [None, None, edition]
    kept = KeptForecasts(lambda: answers.pop(0))
    assert kept.all() == []
    assert kept.get("AGO") is None
    assert kept.get("AGO") is not None


def test_a_forecast_put_in_by_hand_comes_first(edition):
    """A hand-put forecast replaces its region's, others come after the edition's, and the edition is unchanged."""
    kept = KeptForecasts(lambda: edition)
    other = replace(edition.find("BEN"), confidence_score=0.123)
    kept.put("BEN", other)
    kept.put("XXX", replace(other, region="XXX"))
    assert kept.get("BEN").confidence_score == 0.123
    assert [forecast.region for forecast in kept.all()] == ["AGO", "BEN", "CMR", "XXX"]
    assert kept.all()[1].confidence_score == 0.123
    assert edition.find("BEN").confidence_score != 0.123


def test_nothing_handed_out_or_in_can_change_what_is_kept(edition):
    """Arrays handed out are read-only, and an array handed in is copied."""
    kept = KeptForecasts(lambda: edition)
    with pytest.raises(ValueError, match="read-only"):
        kept.get("AGO").context.quantiles[0, 0] = -1
    mine = edition.find("AGO")
    numbers = mine.context.quantiles.copy()
    kept.put("AGO", replace(mine, context=replace(mine.context, quantiles=numbers, deaths_quantiles=numbers)))
    numbers[:] = -1
    assert (kept.get("AGO").context.quantiles >= 0).all()
    with pytest.raises(ValueError, match="read-only"):
        kept.get("AGO").context.quantiles[0, 0] = -1
    next(iter(kept.get("AGO").forecasted_cases))["value"] = -1
    assert kept.get("AGO").forecasted_cases[0]["value"] == 20


def test_clear_forgets_everything(edition):
    """After clearing nothing is kept, and the edition is not loaded again."""
    kept = KeptForecasts(lambda: edition)
    kept.put("AGO", edition.find("BEN"))
    kept.clear()
    assert kept.all() == []
    assert kept.get("AGO") is None


def test_a_failed_load_is_tried_again(edition):
    """An error of the store reaches the caller and does not leave a half-loaded cache."""
    answers = [OSError("locked"), edition]

    def current():
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    kept = KeptForecasts(current)
    with pytest.raises(OSError, match="locked"):
        kept.get("AGO")
    assert kept.get("AGO") is not None


def test_threads_lose_nothing(edition):
    """Forecasts put in from many threads at once are all there."""
    kept = KeptForecasts(lambda: edition)
    forecast = edition.find("AGO")

    def put(start):
        for number in range(start, start + 50):
            kept.put(f"R{number}", forecast)
            kept.get("BEN")

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=put, args=(50 * place,)) for place in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert len(kept.all()) == 403


def test_a_kept_forecast_is_small(edition):
    """The arrays of one kept weekly forecast without deaths take less than 2 KB."""
    (table,) = edition.tables
    columns = [getattr(table, name) for name in table.__slots__]
    held = sum(column.nbytes for column in columns if isinstance(column, np.ndarray) and column.strides[0])
    assert held / len(table) < 2048


def test_more_regions_than_are_shared_are_still_right(edition, monkeypatch):
    """A row is the same whether it was handed out before or is made anew."""
    monkeypatch.setattr("neuralbrain.bottleneck.kept.MOST_MADE", 2)
    kept = KeptForecasts(lambda: edition)
    for name in (*REGIONS, *REGIONS):
        assert kept.get(name).to_dict() == edition.find(name).to_dict()
    assert kept.get("CMR") is kept.get("CMR")
