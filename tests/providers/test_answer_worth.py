"""Of two answers to one question the better is told."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_examples import answer_for, text_of

from neuralbrain.providers.answer_findings import findings_of
from neuralbrain.providers.answer_schema import AnswerShape
from neuralbrain.providers.answer_worth import worth_of

SHAPE = AnswerShape(regions=("AGO", "BEN", "CIV"), horizons=2)
GOOD = answer_for(SHAPE)


def worth(answer: str) -> tuple[int, int]:
    """Return the worth of an answer as text."""
    return worth_of(findings_of(answer, SHAPE), SHAPE)


def changed(*changes) -> tuple[int, int]:
    """Return the worth of the good answer after changes to its list."""
    document = copy.deepcopy(GOOD)
    for change in changes:
        change(document["forecasts"])
    return worth(text_of(document))


def crossing(place: int):
    """Return a change that lets quantiles of a region cross."""
    return lambda all_: all_[place]["cases"]["median"].__setitem__(0, 9999)


def test_the_order_of_answers():
    """From best to worst: whole, one flaw, all flawed, more flaws, a region less, two less, none, unreadable."""
    medians = [lambda all_, place=place: all_[place]["cases"].update(lower_50=None) for place in range(3)]
    found = [
        changed(),
        changed(crossing(0)),
        changed(*medians),
        changed(*medians, crossing(0), lambda all_: all_[0]["cases"].update(upper_50=None)),
        changed(lambda all_: all_.pop()),
        changed(lambda all_: all_.pop(), lambda all_: all_.pop()),
        changed(lambda all_: all_.clear()),
        worth("Sorry."),
    ]
    assert found == sorted(found, reverse=True)
    assert len(set(found)) == len(found)


@pytest.mark.parametrize(
    "change",
    [
        lambda all_: all_.append({**all_[0], "region": "Atlantis"}),
        lambda all_: all_.append(all_[0]),
        lambda all_: all_.append(7),
    ],
    ids=["unknown", "repeated", "unreadable"],
)
def test_what_refuses_the_whole_answer_counts_against_each_region(change):
    """An answer that is refused as a whole is worth less than one with a flaw, and more than one with less in it."""
    assert changed(lambda all_: all_.pop()) < changed(change) < changed(crossing(0))


def test_answers_without_a_region_are_alike():
    """Which of two useless answers has fewer findings says nothing: a name the bottleneck knows has many."""
    assert worth("{}") == worth('{"forecasts": []}') == worth('{"forecasts": [{"region": "Angola"}]}')


@given(st.text() | st.lists(st.sampled_from(["AGO", "BEN", "FRA"])).map(lambda all_: text_of({"forecasts": all_})))
def test_no_answer_is_worth_more_than_a_good_one(text):
    """Whatever is said, its worth lies between that of no answer and that of a good one."""
    assert worth("") <= worth(text) < changed()
