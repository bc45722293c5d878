"""Of two answers to one question the better is told."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_examples import NOW, answer_for, request_for, text_of

from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.errors import AnswerError
from neuralbrain.providers.answer_findings import findings_of
from neuralbrain.providers.answer_schema import AnswerShape
from neuralbrain.providers.answer_worth import worth_of

SHAPE = AnswerShape(regions=("AGO", "BEN", "CIV"), horizons=2)
GOOD = answer_for(SHAPE)
ENTRIES = GOOD["forecasts"]


def worth(answer: str) -> tuple[int, int]:
    """Return the worth of an answer as text."""
    return worth_of(findings_of(answer, SHAPE), SHAPE)


def taken(answer: str) -> int:
    """Return how many regions of an answer the bottleneck takes."""
    try:
        made = normalise_reply(request_for(*SHAPE.regions), answer, provider="openai", lock_number=1, now=NOW)
    except AnswerError:
        return 0
    return len(made.table)


def changed(*changes) -> tuple[int, int]:
    """Return the worth of the good answer after changes to its list."""
    document = copy.deepcopy(GOOD)
    for change in changes:
        change(document["forecasts"])
    return worth(text_of(document))


def crossing(place: int):
    """Return a change that lets quantiles of a region cross."""
    return lambda all_: all_[place]["cases"]["median"].__setitem__(0, 9999)


def less(all_: list) -> None:
    """Leave out a region."""
    all_.pop()


def test_the_order_of_answers():
    """From best to worst: whole, one flaw, a region less, all flawed, more flaws, two less, none, unreadable."""
    medians = [lambda all_, place=place: all_[place]["cases"].update(lower_50=None) for place in range(3)]
    found = [
        changed(),
        changed(crossing(0)),
        changed(less),
        changed(*medians),
        changed(*medians, crossing(0), lambda all_: all_[0]["cases"].update(upper_50=None)),
        changed(less, less),
        changed(lambda all_: all_.clear()),
        worth("Sorry."),
    ]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "answer",
    [
        text_of({"forecasts": [*ENTRIES, {**ENTRIES[0], "region": "Atlantis"}]}),
        text_of({"forecasts": [*ENTRIES, ENTRIES[0]]}),
        text_of({"forecasts": [*ENTRIES, 7]}),
        text_of(GOOD).replace('"region": "BEN"', '"region": "BEN", "region": "BEN"'),
    ],
    ids=["unknown", "repeated", "unreadable", "same-key"],
)
def test_what_is_refused_as_a_whole_is_worth_nothing(answer):
    """An answer of which the bottleneck takes nothing is worth less than a single region that can be used."""
    assert taken(answer) == 0
    assert worth(answer) == worth("{}") < changed(less, less)


@pytest.mark.parametrize(
    "answer",
    [
        text_of({"forecasts": ENTRIES[:1]}),
        text_of({**GOOD, "remark": "as asked"}),
        text_of({"forecasts": [*ENTRIES[:2], {**ENTRIES[2], "remark": "as asked"}]}),
        text_of({"forecasts": [*ENTRIES[:2], {**ENTRIES[2], "cases": None}]}),
    ],
    ids=["fewer", "remark", "remark-of-one", "one-null"],
)
def test_what_is_refused_in_part_is_worth_something(answer):
    """An answer of which the bottleneck takes a region is worth more than one of which it takes none."""
    assert taken(answer) > 0
    assert worth(answer) > worth("{}")


def test_answers_without_a_region_are_alike():
    """Which of two useless answers has fewer findings says nothing: a name the bottleneck knows has many."""
    assert worth("{}") == worth('{"forecasts": []}') == worth('{"forecasts": [{"region": "Angola"}]}')


@given(st.text() | st.lists(st.sampled_from(["AGO", "BEN", "FRA"])).map(lambda all_: text_of({"forecasts": all_})))
def test_no_answer_is_worth_more_than_a_good_one(text):
    """Whatever is said, its worth lies between that of no answer and that of a good one."""
    assert worth("") <= worth(text) < changed()
