"""What is estimated is enough, and what is fitted fits."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from prompt_examples import STATES, answer_for, request_for

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.domain.request_split import split
from neuralbrain.providers.answer_schema import AnswerShape
from neuralbrain.providers.prompt import prompt_of
from neuralbrain.providers.prompt_size import most_series_for, tokens_of, tokens_of_answer

CONTEXT, ANSWER = 128_000, 8_000


def states(**named):
    """Return a request about the fifty states with 104 weeks of four to five digits."""
    history = tuple(np.random.default_rng(7).integers(1000, 99_999, 104).astype(float))
    return request_for(*STATES, history=history, horizons=(1, 2, 3, 4), **named)


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("seven l", 2), ("1234", 4), ("12,null,3", 7), ("forecast the value", 6)]
)
def test_words_are_cheap_and_digits_are_not(text, tokens):
    """Letters and spaces are 3.5 to a token, every other character is one."""
    assert tokens_of(text) == tokens


@pytest.mark.parametrize(
    ("deaths", "reasoning", "parts", "series"),
    [(None, 0, 3, 17), (None, 3000, 4, 13), ((1.0,) * 104, 0, 5, 20), ((1.0,) * 104, 3000, 8, 14)],
)
def test_fifty_states_under_a_small_limit(deaths, reasoning, parts, series):
    """Fifty states with 104 weeks are a few requests under 128k of context and 8k of answer, and each fits."""
    most = most_series_for(
        context_tokens=CONTEXT, answer_tokens=ANSWER, cadence=Cadence.WEEKLY, horizons=4, reasoning_tokens=reasoning
    )
    split_up = split(states(deaths=deaths), most)
    assert (len(split_up), max(len(one.panel.series) for one in split_up)) == (parts, series)
    for one in split_up:
        prompt = prompt_of(one)
        assert tokens_of_answer(prompt.shape) + reasoning <= ANSWER
        assert prompt.tokens + reasoning < CONTEXT // 6


def test_fifty_states_at_once_in_a_large_answer():
    """A model that may write 32k answers for fifty states at once."""
    most = most_series_for(context_tokens=CONTEXT, answer_tokens=32_000, cadence=Cadence.WEEKLY, horizons=4)
    request = states()
    assert split(request, most) == (request,)
    assert prompt_of(request).tokens < 40_000


def _long_lessons(request: ForecastRequest) -> Completeness:
    """Return shares that take as many characters as any."""
    shares = np.full((len(request.panel.series), 8), 12.34)
    return Completeness(
        series=request.panel.series,
        as_of=request.panel.dates[-1].astype("datetime64[us]") + np.timedelta64(3, "D"),
        median=shares,
        low=shares,
        high=shares,
        periods=shares.astype(np.int64),
    )


@given(
    context=st.integers(4_000, 200_000),
    answer=st.integers(500, 64_000),
    horizons=st.integers(1, 14),
    periods=st.integers(1, 200),
    points=st.booleans(),
    daily=st.booleans(),
    deaths=st.booleans(),
    lessons=st.booleans(),
)
@example(context=4000, answer=500, horizons=1, periods=119, points=False, daily=False, deaths=True, lessons=False)
@example(context=4000, answer=4000, horizons=1, periods=1, points=True, daily=False, deaths=True, lessons=True)
def test_what_is_fitted_fits(context, answer, horizons, periods, points, daily, deaths, lessons):
    """A request with as many series as fit has a prompt and an answer within the limits, for values of any size."""
    cadence = Cadence.DAILY if daily else Cadence.WEEKLY
    most = most_series_for(
        context_tokens=context,
        answer_tokens=answer,
        cadence=cadence,
        horizons=horizons,
        periods=periods,
        points_only=points,
        completeness=lessons,
    )
    regions = STATES[: most // 2 if deaths else most]
    if not regions:
        return
    rows = (4_567_000.0,) * 200
    asked = tuple(range(1, horizons + 1))
    request = request_for(*regions, history=rows, deaths=rows if deaths else None, cadence=cadence, horizons=asked)
    if lessons:
        request = replace(request, completeness=_long_lessons(request))
    prompt = prompt_of(request, periods=periods, points_only=points)
    assert ("completeness" in prompt.user) is lessons
    expected = tokens_of_answer(prompt.shape)
    assert expected <= answer
    assert prompt.tokens + expected <= context


@pytest.mark.parametrize("points", [False, True])
def test_an_answer_is_not_longer_than_estimated(points):
    """An answer in millions, written with spaces, takes no more tokens than are set aside for it."""
    shape = AnswerShape(regions=tuple(STATES), with_deaths=frozenset(STATES), horizons=4, points_only=points)
    answer = answer_for(shape)
    for entry in answer["forecasts"]:
        for signal in (entry["cases"], entry["deaths"]):
            for name in signal:
                signal[name] = [4567000 + int(value) for value in signal[name]]
    assert tokens_of(json.dumps(answer)) <= tokens_of_answer(shape)


def test_a_model_that_is_too_small_fits_nothing():
    """Where not one series fits, or thought takes all, the answer is none, not a negative number."""
    for limits in ({"context_tokens": 900, "answer_tokens": 8_000}, {"context_tokens": CONTEXT, "answer_tokens": 100}):
        assert most_series_for(**limits, cadence=Cadence.WEEKLY, horizons=4) == 0
    thought = {"context_tokens": CONTEXT, "answer_tokens": 2_000, "reasoning_tokens": 9_000}
    assert most_series_for(**thought, cadence=Cadence.WEEKLY, horizons=4) == 0
