"""What is wrong with an answer is found, named, and said without the answer's own words."""

from __future__ import annotations

import copy
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_examples import NOW, answer_for, request_for, text_of

from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.providers.answer_findings import findings_of
from neuralbrain.providers.answer_schema import FIELDS, AnswerShape
from neuralbrain.providers.prompt import prompt_of

SHAPE = AnswerShape(regions=("AGO", "BEN"), with_deaths=frozenset({"AGO"}), horizons=2)
GOOD = answer_for(SHAPE)
OURS = set(
    re.findall(
        r"\w+",
        "The answer entry Entry of the list is not an object about a region that was asked for has no fields other than"
        " region cases deaths forecasts explanation says key more once answered lists numbers number at horizon finite"
        " negative above must be null in AGO BEN median lower upper",
    )
)
WORD = re.compile(r"[A-Za-z]{2,}")


def changed(change) -> str:
    """Return the good answer after a change to its document."""
    document = copy.deepcopy(GOOD)
    change(document["forecasts"])
    return text_of(document)


def codes(answer: str | bytes) -> list[str]:
    """Return the codes of the findings of an answer."""
    return [one.code for one in findings_of(answer, SHAPE)]


@pytest.mark.parametrize(
    "around", ["{}", "```json\n{}\n```", "Here it is [as asked]:\n{}\nGood luck!", "\ufeff{}", "\n ```\n{}```"]
)
def test_a_good_answer_has_no_findings(around):
    """An answer as it was asked for is let pass, with fences or prose around it, as text and as bytes."""
    answer = around.format(text_of(GOOD)) if "{}" in around else around
    assert findings_of(answer, SHAPE) == ()
    assert findings_of(answer.encode(), SHAPE) == ()


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (lambda all_: all_.pop(), "region-missing", "BEN is not answered."),
        (lambda all_: all_.append(all_[0]), "region-repeated", "AGO is answered more than once."),
        (
            lambda all_: all_.append({**all_[0], "region": "Atlantis"}),
            "region-unknown",
            "Entry 3 of the list is not about a region that was asked for.",
        ),
        (lambda all_: all_.insert(0, 7), "entry-unreadable", "Entry 1 of the list is not an object."),
        (
            lambda all_: all_[1]["cases"]["median"].append(1),
            "horizons-wrong",
            "median in cases of BEN has 3 numbers, not 2.",
        ),
        (
            lambda all_: all_[0]["deaths"]["upper_95"].clear(),
            "horizons-wrong",
            "upper_95 in deaths of AGO has 0 numbers, not 2.",
        ),
        (lambda all_: all_[0]["cases"].pop("lower_50"), "levels-missing", None),
        (lambda all_: all_[0]["cases"].update(lower_90=[1, 2]), "field-unknown", None),
        (lambda all_: all_[0].update(comment="rising"), "field-unknown", None),
        (lambda all_: all_[0].pop("deaths"), "signal-missing", "deaths of AGO is not an object of 7 lists."),
        (lambda all_: all_[1].update(deaths=all_[0]["deaths"]), "deaths-not-asked", "deaths of BEN must be null."),
        (lambda all_: all_[0].update(cases=[1, 2]), "signal-missing", None),
        (
            lambda all_: all_[0]["cases"]["median"].__setitem__(1, float("nan")),
            "not-finite",
            "median in cases of AGO is not finite at horizon 2.",
        ),
        (lambda all_: all_[0]["cases"]["median"].__setitem__(0, float("-inf")), "not-finite", None),
        (lambda all_: all_[0]["cases"]["median"].__setitem__(0, 10**400), "not-finite", None),
        (
            lambda all_: all_[0]["cases"]["lower_95"].__setitem__(0, -1),
            "negative",
            "lower_95 in cases of AGO is negative at horizon 1.",
        ),
        (lambda all_: all_[0]["cases"]["median"].__setitem__(0, True), "not-a-number", None),
        (lambda all_: all_[0]["cases"]["median"].__setitem__(0, "101"), "not-a-number", None),
        (lambda all_: all_[0]["cases"]["median"].__setitem__(0, None), "not-a-number", None),
        (
            lambda all_: all_[0]["cases"]["lower_80"].__setitem__(1, 500),
            "quantiles-cross",
            "lower_80 is above lower_50 in cases of AGO at horizon 2.",
        ),
    ],
)
def test_each_mistake_is_named(change, code, message):
    """One mistake gives one finding, with the region and place it is about."""
    (found,) = findings_of(changed(change), SHAPE)
    assert found.code == code
    assert message is None or found.message == message


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ("", "answer-unreadable"),
        ("I cannot help with that.", "answer-unreadable"),
        (text_of(GOOD)[:-20], "answer-unreadable"),
        (text_of(GOOD["forecasts"]), "answer-unreadable"),
        ("{" * 100_000, "answer-unreadable"),
        (text_of(GOOD) * 2, "answers-many"),
        ("{}", "forecasts-missing"),
        ('{"forecasts": {"AGO": 1}}', "forecasts-missing"),
    ],
)
def test_what_is_no_answer_is_said(answer, code):
    """Prose, a cut, a list, a ring of braces, two objects and other forms each have their finding."""
    assert codes(answer) == [code]


def test_a_key_said_twice_is_found_at_every_depth():
    """An object that says a key twice is found, though a parser would keep the last."""
    text = text_of(GOOD)
    for key in ('"forecasts":', '"region":', '"median":'):
        assert "key-repeated" in codes(text.replace(key, f"{key} 1, {key}", 1))


def test_broken_bytes_do_not_stop_the_check():
    """Bytes that are no UTF-8 are read as far as they are JSON."""
    assert codes(b"\xff\xfe" + text_of(GOOD).encode()) == []
    assert codes(b"\xff\xfe") == ["answer-unreadable"]


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text() | st.sampled_from(["region", "cases", "deaths", *FIELDS]), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(JSON, st.text(min_size=1))
def test_findings_never_repeat_the_answer(document, text):
    """Whatever a model says, the findings are made of the words of the good ones, codes and counts."""
    spoken = {"forecasts": [document, {"region": text, text: text}, {"region": "AGO", "cases": document, text: 1}]}
    said = " ".join(one.message for one in findings_of(json.dumps(spoken), SHAPE))
    assert set(WORD.findall(said)) <= OURS


@given(st.data())
def test_what_has_no_findings_the_bottleneck_accepts(data):
    """After any change, an answer that is let pass here is refused by no check of the bottleneck."""
    request = request_for("AGO", "BEN", deaths=(1.0,) * 10)
    shape = prompt_of(request).shape
    document = answer_for(shape)
    entry = data.draw(st.sampled_from(document["forecasts"]))
    part = entry[data.draw(st.sampled_from(["cases", "deaths"]))]
    values = st.none() | st.booleans() | st.text(max_size=3) | st.floats(-10, 1000) | st.integers(0, 300)
    part[data.draw(st.sampled_from(FIELDS))] = data.draw(st.lists(values, min_size=1, max_size=3) | values)
    text = text_of(document)
    if not findings_of(text, shape):
        found = normalise_reply(request, text, provider="openai", lock_number=1, now=NOW)
        assert (found.refused, len(found.table)) == ((), 2)
