"""Tests of the bottleneck as a whole."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from bottleneck_examples import NOW, request_for

from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.observation import Measure
from neuralbrain.domain.quantiles import LEVELS, MEDIAN
from neuralbrain.errors import AnswerError


def normalised(request, answer, **named):
    """Return an answer, given as a document, normalised."""
    body = json.dumps(answer).encode()
    return normalise_reply(request, body, provider="openai", lock_number=7, now=NOW, **named)


def columns(request, quantiles):
    """Return the columnar answer that gives these quantiles, one entry a series."""
    return {
        "series": [[one.location, one.signal.name] for one in request.panel.series],
        "horizons": list(request.horizons),
        "levels": LEVELS.tolist(),
        "quantiles": quantiles,
    }


WEEK = [20 + step for step in range(23)]
DEATHS = (1.0,) * 9 + (4.0,)


def test_cases_and_deaths_become_one_row():
    """The deaths of a region stand in its row; the header says who answered, when and under which lock."""
    request = request_for("AGO", "BEN", deaths=DEATHS)
    found = normalised(request, columns(request, [[WEEK, WEEK], [[1] * 23, [2] * 23]] * 2))
    assert found.refused == ()
    table = found.table
    assert (table.provider, table.lock_number, table.timestamp, table.cutoff) == ("openai", 7, NOW, NOW)
    assert table.regions == ("AGO", "BEN")
    np.testing.assert_array_equal(table.quantiles, [[WEEK, WEEK]] * 2)
    np.testing.assert_array_equal(table.deaths_quantiles[:, :, MEDIAN], [[1, 2]] * 2)
    row = table.row(0)
    assert (row.actual_cases, row.actual_deaths) == (12, 4)
    assert list(row.forecasted_cases) == [{"day": 7, "value": 31.0}, {"day": 14, "value": 31.0}]
    assert list(row.forecasted_deaths) == [{"day": 7, "value": 1.0}, {"day": 14, "value": 2.0}]


def test_null_refuses_one_series_only():
    """A null for cases refuses that region; a null for deaths leaves its cases standing, with a reason."""
    request = request_for("AGO", "BEN", "CMR", deaths=DEATHS)
    whole, deaths = [WEEK, WEEK], [[1] * 23, [2] * 23]
    found = normalised(request, columns(request, [None, deaths, whole, None, whole, deaths]))
    assert found.table.regions == ("BEN", "CMR")
    assert [(one.region, one.signal, one.code) for one in found.refused] == [("AGO", "cases", "no-answer")]
    row = found.table.row(0)
    assert list(row.forecasted_deaths) == []
    assert "forecasted_deaths" in dict(row.context.reasons)
    assert [(one.code, one.severity) for one in row.context.findings if one.signal == "deaths"] == [
        ("no-answer", "note")
    ]
    assert found.table.row(1).context.reasons == ()


@pytest.mark.parametrize(
    ("bad", "code"),
    [([[-1.0] * 23] * 2, "negative"), ([WEEK[::-1]] * 2, "quantiles-cross"), ([["7"] * 23] * 2, "not-a-number")],
)
def test_a_refused_region_never_appears(bad, code):
    """A region with a refusal is not in the table; its finding names field and region; the others stand."""
    request = request_for("AGO", "BEN")
    found = normalised(request, columns(request, [bad, [WEEK, WEEK]]))
    assert found.table.regions == ("BEN",)
    assert [(one.code, one.region) for one in found.refused] == [(code, "AGO")]
    assert "forecasted_cases of AGO" in found.refused[0].message


@pytest.mark.parametrize(
    "answer",
    [
        {"AGO": {"cases": [20, 21]}, "BEN": {"cases": [20, 21]}, "XXX": {"cases": [20, 21]}},
        [{"region": name, "cases": [20, 21]} for name in ("AGO", "BEN", "BEN")],
    ],
)
def test_another_set_of_regions_refuses_the_whole_answer(answer):
    """Unknown and repeated regions leave an empty table and findings about the whole answer."""
    found = normalised(request_for("AGO", "BEN"), answer)
    assert len(found.table) == 0
    assert {one.region for one in found.refused} == {""}


@pytest.mark.parametrize("columnar", [False, True])
def test_a_region_left_out_is_refused_alone(columnar):
    """Who leaves a region out has the others published; the finding names code, region and signal, once a row."""
    request = request_for("AGO", "BEN", "CMR", deaths=DEATHS)
    answer = {name: {"cases": [20, 21], "deaths": [1, 1]} for name in ("AGO", "CMR")}
    if columnar:
        answer = columns(request_for("AGO", "CMR", deaths=DEATHS), [[WEEK, WEEK], [[1] * 23, [2] * 23]] * 2)
    found = normalised(request, answer)
    assert found.table.regions == ("AGO", "CMR")
    assert [(one.code, one.region, one.signal) for one in found.refused] == [("region-missing", "BEN", "cases")]
    assert "region-missing" not in {one.code for row in found.table.findings for one in row}


@pytest.mark.parametrize("answer", [{"XXX": {"cases": [20, 21]}}, columns(request_for("XXX"), [[WEEK, WEEK]])])
def test_an_answer_about_others_leaves_nothing(answer):
    """Where none of the regions is named nothing is accepted, and each region is refused under its own name."""
    found = normalised(request_for("AGO", "BEN"), answer)
    assert len(found.table) == 0
    assert [one.region for one in found.refused if one.code == "region-missing"] == ["AGO", "BEN"]


@pytest.mark.parametrize("answer", [{"forecasts": []}, {"regions": {}}, {}, []])
def test_an_answer_without_a_name_cannot_be_read(answer):
    """Where no region is named at all, there is no forecast in the answer."""
    with pytest.raises(AnswerError, match="which region"):
        normalised(request_for("AGO", "BEN"), answer)


def test_the_cycle_speaks_of_incidence_and_shows_totals():
    """An answer about a cumulative feed is new events; its path is the last total plus their running sum."""
    totals = np.arange(10.0) * 10
    request = request_for(
        history=totals, measure=Measure.CUMULATIVE, incidence=np.diff(totals, prepend=np.nan)[None, :]
    )
    row = normalised(request, {"AGO": {"cases": [10, 12]}}).table.row(0)
    assert row.actual_cases == 90
    assert [step["value"] for step in row.forecasted_cases] == [100, 112]
    assert row.context.measure == "cumulative"


def test_totals_used_as_they_are_are_shown_as_they_are():
    """Short totals are used as given: the path is the answer itself, the measure says so, and so does a note."""
    row = normalised(request_for(history=(5, 6, 7), measure=Measure.CUMULATIVE), {"AGO": {"cases": [8, 9]}}).table.row(
        0
    )
    assert [step["value"] for step in row.forecasted_cases] == [8, 9]
    assert row.context.measure == "incident"
    assert "levels-as-given" in [one.code for one in row.context.findings]


def test_deaths_in_another_measure_are_left_out():
    """Beside cases used as totals, deaths that became new events cannot be shown."""
    rising = np.arange(10.0)
    request = request_for(
        history=(5,) * 10,
        deaths=tuple(rising),
        measure=Measure.CUMULATIVE,
        incidence=np.array([np.full(10, 5.0), np.diff(rising, prepend=np.nan)]),
    )
    row = normalised(request, {"AGO": {"cases": [5, 6], "deaths": [1, 1]}}).table.row(0)
    assert list(row.forecasted_deaths) == []
    assert "side by side" in dict(row.context.reasons)["forecasted_deaths"]


def test_deaths_of_another_day_are_noted():
    """Deaths that are known for an earlier week than the cases count their horizons from there, and it is said."""
    request = request_for(deaths=(*DEATHS[:-1], np.nan))
    row = normalised(request, {"AGO": {"cases": [20, 21], "deaths": [1, 2]}}).table.row(0)
    (note,) = [one for one in row.context.findings if one.code == "deaths-date-differs"]
    assert "2026-03-15" in note.message


def test_a_feed_without_deaths_says_so():
    """Where nothing counts deaths they are null with that reason, and take no memory of their own."""
    table = normalised(request_for("AGO", "BEN"), {"AGO": [20, 21], "BEN": [20, 21]}).table
    assert dict(table.row(0).context.reasons)["forecasted_deaths"] == "the feed counts no deaths of this"
    assert table.row(0).context.deaths_quantiles is None
    assert table.deaths_quantiles.strides == (0, 0, 0)


def test_names_are_resolved():
    """A region may be named otherwise where its name is known."""
    found = normalised(request_for("AGO", "BEN"), {"Angola": [20, 21], "BEN": [20, 21]}, resolve={"Angola": "AGO"}.get)
    assert found.table.regions == ("AGO", "BEN")


def test_what_cannot_be_read_is_an_answer_error():
    """An answer without a forecast is an error, not an empty table."""
    with pytest.raises(AnswerError):
        normalise_reply(request_for(), b"Sorry.", provider="openai", lock_number=7, now=NOW)


def test_one_region_and_many_are_the_same():
    """A region gets the same row whether it is asked for alone or among others."""
    rng = np.random.default_rng(5)
    answer = {name: {"cases": rng.integers(5, 20, 2).tolist()} for name in ("AGO", "BEN", "CMR")}
    together = normalised(request_for(*answer), answer).table
    for position, name in enumerate(answer):
        alone = normalised(request_for(name), {name: answer[name]}).table
        assert alone.row(0).to_dict() == together.row(position).to_dict()
        np.testing.assert_array_equal(alone.quantiles[0], together.quantiles[position])


def test_a_question_about_nothing_has_an_empty_answer():
    """A panel without series gives an empty table and no refusals."""
    request = request_for()
    empty = replace(
        request,
        panel=replace(request.panel, series=(), values=np.empty((0, 10)), populations=np.empty(0)),
        incidence=np.empty((0, 10)),
    )
    found = normalised(empty, columns(empty, []))
    assert (len(found.table), found.refused) == (0, ())


def test_the_usual_share_of_the_last_actual_stands_beside_it():
    """Each row has the share that belongs to the age of its own last actual, and none where nobody knows it."""
    request = request_for("AGO", "BEN", deaths=DEATHS)
    answer = columns(request, [[WEEK, WEEK], [[1] * 23, [2] * 23]] * 2)
    assert normalised(request, answer).table.row(0).context.completeness is None
    shares = np.array([[0.9, 1.0], [0.5, 1.0], [np.nan, np.nan], [0.5, 1.0]])
    known = Completeness(
        series=request.panel.series,
        as_of=(request.panel.dates[-1] + np.timedelta64(4, "D")).astype("datetime64[us]"),
        median=shares,
        low=shares,
        high=shares,
        periods=np.full(shares.shape, 30),
    )
    found = normalised(replace(request, completeness=known), answer).table
    assert [found.row(place).context.completeness for place in (0, 1)] == [0.9, None]
    assert found.row(0).context.to_dict()["completeness"] == 0.9
