"""Words beside the numbers are found, and change no number wherever they stand."""

from __future__ import annotations

import json

import numpy as np
import pytest
from prompt_examples import NOW, answer_for, request_for

from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.bottleneck.read_explanation import explanation_in
from neuralbrain.providers.answer_findings import findings_of
from neuralbrain.providers.prompt import prompt_of

REQUEST = request_for("AGO", "BEN")
SHAPE = prompt_of(REQUEST).shape
ANSWER = answer_for(SHAPE)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"explanation": "It rises.", "forecasts": []}, "It rises."),
        ({"answer": {"forecasts": [], "Explanation": "It rises."}}, "It rises."),
        ({"answer": json.dumps({"forecasts": [], "explanation": "It rises."})}, "It rises."),
        ({"forecasts": []}, ""),
        ({"forecasts": [], "explanation": None}, ""),
        ({"forecasts": [], "explanation": ["It", "rises."]}, ""),
        ({"forecasts": [], "explanation": {"AGO": "It rises."}}, ""),
        ([{"explanation": "It rises."}], ""),
        ("It rises.", ""),
    ],
)
def test_words_are_found_or_there_are_none(said: object, words: str) -> None:
    """Text under its name is found, also wrapped; anything else in its place, or no JSON at all, is no words."""
    assert explanation_in(json.dumps(said).encode()) == words
    assert explanation_in(f"Here it is:\n```json\n{json.dumps(said)}\n```") == words


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[" * 100_000, b'{"explanation": "It ri', b'{"a":1,"A":2}'])
def test_what_cannot_be_read_has_no_words(body: bytes) -> None:
    """A broken, cut or endlessly nested reply is no error here: it was read once, and its numbers stand."""
    assert explanation_in(body) == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.update(explanation='AGO: {"median": [1, 2]}, 7 [8]'),
        lambda said: said.update(explanation={"AGO": {"cases": {"median": [1, 2]}}, "BEN": [3, 4]}),
        lambda said: said.update(explanation=[{"region": "AGO", "cases": {"median": [1, 2]}}]),
        lambda said: said.update(explanation=7.5),
        lambda said: [one.update(explanation="It rises to 9.") for one in said["forecasts"]],
        lambda said: said["forecasts"][0].update(explanation=[1, 2]),
    ],
)
def test_words_change_no_number_and_cost_no_second_call(change) -> None:
    """Wherever and whatever the words are, the numbers are as without them, and nothing is asked again."""
    said = json.loads(json.dumps(ANSWER))
    change(said)
    assert findings_of(json.dumps(said), SHAPE) == ()
    plain, worded = (
        normalise_reply(REQUEST, json.dumps(one).encode(), provider="openai", lock_number=7, now=NOW)
        for one in (ANSWER, said)
    )
    assert worded.refused == plain.refused == ()
    np.testing.assert_array_equal(worded.table.quantiles, plain.table.quantiles)


def test_words_beside_one_region_leave_it_to_be_found() -> None:
    """A forecast of one region that does not name it is found beside words as it is without them."""
    request = request_for("AGO")
    alone = {"forecasts": {"cases": {"median": [11, 12], "lower_80": [5, 5], "upper_80": [20, 25]}}}
    plain, worded = (
        normalise_reply(request, json.dumps(one).encode(), provider="openai", lock_number=7, now=NOW)
        for one in (alone, {**alone, "explanation": "It rises."})
    )
    assert plain.refused == worded.refused == ()
    np.testing.assert_array_equal(worded.table.quantiles, plain.table.quantiles)
