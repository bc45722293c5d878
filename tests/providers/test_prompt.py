"""A prompt says what is asked, in our own words, codes and numbers only."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from prompt_examples import HISTORY, request_for

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.incidence import incidence_of
from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Measure, Series, Signal, Unit
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.errors import NothingKnownError
from neuralbrain.providers.answer_schema import example_of
from neuralbrain.providers.prompt import prompt_of
from neuralbrain.providers.prompt_words import words_of

WEEKS = tuple(float(week) for week in range(1, 61))


def with_series(request: ForecastRequest, *added: Series) -> ForecastRequest:
    """Return a request with more series at its end, each with the history of the first."""
    panel = request.panel
    rows = [0] * len(added)
    longer = replace(
        panel,
        series=(*panel.series, *added),
        values=np.concatenate([panel.values, panel.values[rows]]),
        populations=np.concatenate([panel.populations, panel.populations[rows]]),
    )
    return replace(request, panel=longer, incidence=np.concatenate([request.incidence, request.incidence[rows]]))


def test_a_weekly_prompt_word_for_word():
    """Signal, unit, horizons, population, history with gaps, last week, the year before, and deaths stand there."""
    history = (*WEEKS[:56], np.nan, 12345.6, 59.0, 60.0)
    found = prompt_of(request_for("AGO", "US-CA", history=history, deaths=(np.nan,) * 58 + (2.0, 3.0)))
    values = ",".join([*(str(week) for week in range(1, 57)), "null", "12350", "59", "60"])
    block = (
        f"population 2000000\ncases to 2026-W12 ending 2026-03-22: {values}\n"
        "cases a year before the horizons: 9,10\n"
        "deaths to 2026-W12 ending 2026-03-22: 2,3"
    )
    assert found.user == (
        "cases: cholera cases, events, of one week\n"
        "deaths: cholera deaths, events, of one week\n"
        "horizons: 1, 2 weeks after the last value of a row\n"
        "rows: one value a week, the oldest first\n"
        "regions: 2\n\n"
        f"AGO Angola, {block}\n\n"
        f"US-CA California, {block}"
    )
    assert found.shape.regions == ("AGO", "US-CA")
    assert found.shape.with_deaths == {"AGO", "US-CA"}
    assert found.omitted == ()


def test_a_daily_prompt_names_the_weekday():
    """A daily row ends on a named weekday, has no year before, and has 120 days at most."""
    request = request_for("DEU", history=(5.0,) * 200, cadence=Cadence.DAILY, horizons=(1,), unit=Unit.PER_100K)
    lines = prompt_of(request).user.splitlines()
    assert lines[:3] == [
        "cases: cholera cases, events per 100,000 inhabitants, of one day",
        "horizons: 1 day after the last value of a row",
        "rows: one value a day, the oldest first",
    ]
    assert lines[-1] == "cases to 2026-03-22 Sunday: " + ",".join(["5"] * 120)


def test_history_is_as_long_as_is_said():
    """104 weeks are shown, or as many as are asked for, the newest."""
    request = request_for("AGO", history=tuple(map(float, range(200))))
    shown = {periods: prompt_of(request, periods=periods).user for periods in (None, 3)}
    assert shown[None].count(": 96,97,98,") == 1
    assert ": 197,198,199\n" in shown[3]
    assert "a year before the horizons: 148,149" in shown[3], "the season does not need the history that is shown"


def test_each_row_ends_with_its_own_last_value():
    """A series that stopped earlier says so, and its history ends there."""
    request = request_for("AGO", "BEN", deaths=(*HISTORY[:-2], np.nan, np.nan))
    user = prompt_of(request).user
    assert user.count("cases to 2026-W12 ending 2026-03-22: 10,12,11,13,12,10,11,12,14,12") == 2
    assert user.count("deaths to 2026-W10 ending 2026-03-08: 10,12,11,13,12,10,11,12") == 2


def test_totals_are_asked_as_new_events_or_named():
    """The incidence of totals is shown; totals that imply none are shown as they are and called running totals."""
    totals = tuple(np.cumsum([0, 2, 3, 0, 5, 1, 4, 4, 2, 9]).astype(float))
    rising = request_for("AGO", history=totals, measure=Measure.CUMULATIVE)
    rising = replace(rising, incidence=incidence_of(rising.panel.values))
    assert "cases to 2026-W12 ending 2026-03-22: 2,3,0,5,1,4,4,2,9" in prompt_of(rising).user
    flat = request_for("AGO", history=(7.0,) * 10, measure=Measure.CUMULATIVE)
    assert "2026-03-22, running total: 7,7,7,7,7,7,7,7,7,7" in prompt_of(flat).user


def test_a_negative_correction_is_a_gap():
    """A negative value is shown as not reported, as the bottleneck takes it."""
    assert ": 4,null,6\n" in prompt_of(request_for(history=(4.0, -2.0, 6.0))).user + "\n"


def test_completeness_has_its_place():
    """Shares of the newest values stand below the row from the first that is not 1, with the range of the newest."""
    request = request_for("AGO", "BEN", "CMR")
    known = Completeness(
        series=request.panel.series,
        as_of=np.datetime64("2026-03-25", "us"),
        median=np.array([[0.88, 0.954, 0.97, 0.999], [np.nan] * 4, [0.998] * 4]),
        low=np.array([[0.71, 0.9, 0.9, 0.9], [np.nan] * 4, [0.998] * 4]),
        high=np.array([[1.02, 1, 1, 1], [np.nan] * 4, [0.998] * 4]),
        periods=np.zeros((3, 4), dtype=np.int64),
    )
    told = prompt_of(replace(request, completeness=known)).user
    assert "\ncases completeness of the newest: 0.97,0.95,0.88 (0.71-1.02)\n" in told
    assert told.count("cases completeness") == 1, "nothing is said of what nobody knows, nor of what is settled"
    assert "\ncompleteness of the newest: which share" in told.partition("\n\n")[0]
    assert "completeness" not in prompt_of(request).user


def test_instructions_say_form_score_and_order():
    """The model is told the form of the answer, the number of numbers, the score, and the order of the levels."""
    found = prompt_of(request_for("AGO", deaths=HISTORY, horizons=(1, 2, 3)))
    assert example_of(found.shape) in found.system
    assert "exactly 3 numbers in each list" in found.system
    assert "weighted interval score (WIS)" in found.system
    assert "lower_95 <= lower_80 <= lower_50 <= median <= upper_50 <= upper_80 <= upper_95" in found.system
    assert "deaths" not in prompt_of(request_for("AGO")).system
    points = prompt_of(request_for("AGO"), points_only=True)
    assert "lower_" not in points.system
    assert "absolute error" in points.system


def test_equal_questions_are_equal_prompts():
    """The cutoff and the name of the feed change nothing; values, horizons and regions do."""
    request = request_for("AGO", "BEN")
    prompt = prompt_of(request)
    later = replace(request, panel=replace(request.panel, cutoff=request.panel.cutoff + timedelta(days=3)))
    assert prompt_of(later) == prompt
    assert prompt_of(later).digest() == prompt.digest()
    others = [
        request_for("AGO", "BEN", horizons=(1, 2, 3)),
        request_for("AGO", "CMR"),
        request_for("AGO", "BEN", history=(*HISTORY[:-1], 13.0)),
        request_for("AGO", "BEN", deaths=HISTORY),
        request_for("AGO", "BEN", name="covid_cases"),
    ]
    digests = {prompt_of(one).digest() for one in others} | {prompt_of(request, points_only=True).digest()}
    assert len(digests | {prompt.digest()}) == len(others) + 2


def test_the_digest_covers_every_word():
    """Another word in the instructions, the data or what follows, or another form, gives another digest."""
    prompt = prompt_of(request_for("AGO"))
    other = replace(prompt.shape, points_only=True)
    changes = [{"system": prompt.system + "."}, {"user": prompt.user + "."}, {"shape": other}]
    assert len({prompt.digest(), *(replace(prompt, **change).digest() for change in changes)}) == 4


FOREIGN = st.text(min_size=1, max_size=80)


@given(source=FOREIGN, place=FOREIGN, name=FOREIGN, deaths=st.none() | FOREIGN)
def test_no_text_of_a_feed_enters_a_prompt(source, place, name, deaths):
    """A series with any text as source, location, signal or deaths leaves the prompt as it is without it."""
    assume(place not in LOCATIONS and words_of(name) is None)
    clean = request_for("AGO", "BEN")
    known = clean.panel.series[0].signal
    poisoned = with_series(
        clean,
        Series(source=source, location=place, signal=known),
        Series(source=source, location="CMR", signal=Signal(name=name, deaths=deaths)),
        Series(source=source, location=place, signal=Signal(name=name, deaths=deaths)),
    )
    relabelled = tuple(replace(one, source=source) for one in poisoned.panel.series)
    found = prompt_of(replace(poisoned, panel=replace(poisoned.panel, series=relabelled)))
    expected = prompt_of(clean)
    assert (found.system, found.user, found.shape) == (expected.system, expected.user, expected.shape)
    assert found.digest() == expected.digest()
    assert [one.code for one in found.omitted] == ["location-unknown", "signal-without-words", "location-unknown"]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=30))
def test_values_enter_as_plain_numbers(values):
    """Whatever a feed's values are, a row of them is digits, points, commas and null."""
    history = (1.0, *values)
    if not np.isfinite(history).all():
        history = tuple(one if np.isfinite(one) or np.isnan(one) else np.nan for one in history)
    line = prompt_of(request_for("AGO", history=history)).user.splitlines()[-1]
    assert re.fullmatch(r"cases to [-W\d]+ ending [-\d]+: (?:\d+(?:\.\d+)?|null)(?:,(?:\d+(?:\.\d+)?|null))*", line)
    assert len(line) < 40 + 17 * len(history)


def test_why_a_series_is_left_out_is_said():
    """An unknown region, a signal without words and a series without a value each have their reason and place."""
    request = with_series(
        request_for("AGO", "BEN"),
        Series(source="test", location="XXX", signal=Signal(name="cholera_cases")),
        Series(source="test", location="CMR", signal=Signal(name="brainworm_cases")),
    )
    request.incidence[1] = np.nan
    found = prompt_of(request)
    assert found.shape.regions == ("AGO",)
    assert [(one.region, one.code, one.message) for one in found.omitted] == [
        ("BEN", "nothing-known", "Series 2 of the request is not asked about: nothing is known of it."),
        (
            "XXX",
            "location-unknown",
            "Series 3 of the request is not asked about: its location is not in the registry.",
        ),
        (
            "CMR",
            "signal-without-words",
            "Series 4 of the request is not asked about: there are no words for its signal in"
            " providers/prompt_words.py.",
        ),
    ]


def test_deaths_without_a_value_are_not_asked():
    """A region whose deaths are unknown is asked for its cases alone."""
    found = prompt_of(request_for("AGO", deaths=(np.nan,) * 10))
    assert found.shape.with_deaths == frozenset()
    assert "deaths" not in found.user
    assert [(one.signal, one.code) for one in found.omitted] == [("cholera_deaths", "nothing-known")]


@pytest.mark.parametrize("request_made", [request_for("XXX"), request_for("AGO", history=(np.nan,) * 3)])
def test_nothing_to_ask_is_an_error(request_made):
    """A request of which nothing can be asked says so, with the first reason."""
    with pytest.raises(NothingKnownError, match="Series 1 of the request"):
        prompt_of(request_made)


@pytest.mark.parametrize("horizons", [(), (2, 3), (1, 3), (2, 1)])
def test_horizons_run_from_one_on(horizons):
    """Horizons with a gap are an error of the caller: the answer's lists have no room to name them."""
    with pytest.raises(ValueError, match="without a gap"):
        prompt_of(request_for("AGO", horizons=horizons))


def test_a_request_that_was_not_split_is_refused():
    """Two main signals, or a region twice, are an error of the caller."""
    clean = request_for("AGO")
    signal = clean.panel.series[0].signal
    for added in (
        Series(source="test", location="BEN", signal=Signal(name="covid_cases")),
        Series(source="another", location="AGO", signal=signal),
    ):
        with pytest.raises(ValueError, match="split the request"):
            prompt_of(with_series(clean, added))
