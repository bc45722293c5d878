"""The record of calls: its last ones, and its sums, which the database makes without loading a call."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, Purpose, Spent, spent_by
from neuralbrain.domain.failure import FailureKind
from neuralbrain.store.calls import StoredCalls
from stand_ins import START

pytestmark = pytest.mark.both_databases(slow=True)

ANSWERS = (
    None,
    *(
        CallAnswered(seconds=1, status=status, request_id="", sent=sent)
        for status, sent in product((None, 200, 429), (False, True))
    ),
)
READINGS = (
    None,
    *(
        CallReading(kind=None, rule="r", prompt_tokens=prompt, completion_tokens=written, cost_usd=cost)
        for prompt, written, cost in product((None, 100, 2**31 - 1), (None, 20), (None, 0.25))
    ),
)


@pytest.fixture
def calls(database, clock) -> StoredCalls:
    """Return the record over a fresh database."""
    return StoredCalls(database, clock=clock)


def begun(provider: str = "openai", *, most_cost_usd: float | None = 0.5) -> CallBegun:
    """Return a call that is about to be made."""
    return CallBegun(
        provider=provider, model="m", purpose=Purpose.FORECAST, prompt_digest="0" * 64, series=1,
        prompt_tokens=400, most_tokens=5000, most_cost_usd=most_cost_usd,
    )  # fmt: skip


def read(calls: StoredCalls, number: int, kind: FailureKind | None = None) -> None:
    """Keep that a call was answered and what was read out of it."""
    calls.answered(number, CallAnswered(seconds=1, status=200, request_id="", sent=True))
    calls.read(number, CallReading(kind=kind, rule="r", prompt_tokens=10, completion_tokens=5))


def counted(calls: StoredCalls) -> dict[tuple[str, str], tuple[int, int, int]]:
    """Return the totals by provider and outcome."""
    return {
        (one.provider, one.outcome): (one.calls, one.prompt_tokens, one.completion_tokens) for one in calls.totals()
    }


def test_what_was_used_is_counted_by_the_rules_of_the_domain(calls):
    """Whatever is known of a call and whatever is not, the database counts it as ``spent_by`` does."""
    for answer, reading, most in product(ANSWERS, READINGS, (None, 0.5)):
        if answer is None and reading is not None:
            continue
        number = calls.begin(begun(most_cost_usd=most))
        if answer is not None:
            calls.answered(number, answer)
        if reading is not None:
            calls.read(number, reading)
        (kept,) = calls.last(1)
        alone = calls.spent("openai", since=kept.at)
        assert alone == spent_by((kept,)), kept
        calls._clock.forward(seconds=1)
    everything = calls.since(START)
    assert calls.spent("openai", since=START) == spent_by(everything)
    assert calls.spent("openai", since=calls._clock.now()) == calls.spent("groq", since=START) == Spent()
    unpriced = [
        one
        for one in everything
        if (None if one.reading is None else one.reading.cost_usd) is None
        and (
            one.begun.most_cost_usd is None
            if one.possibly_billed
            else one.reading is not None and one.reading.completion_tokens is not None
        )
    ]
    days = calls.by_day(since=START)
    assert sum(one.without_price for one in days) == len(unpriced)
    assert sum(one.spent.tokens for one in days) == spent_by(everything).tokens


def test_days_are_those_of_utc(calls, clock):
    """Calls are added up by day of UTC, provider and how they ended, from the moment that was asked for."""
    midnight = (START + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    for minutes, provider, kind in (
        (-1, "openai", None), (0, "openai", None), (1, "openai", FailureKind.UNAVAILABLE), (2, "openai", None),
        (3, "groq", None), (60 * 24 - 1, "groq", None), (60 * 24, "groq", None),
    ):  # fmt: skip
        clock.at = midnight + timedelta(minutes=minutes)
        read(calls, calls.begin(begun(provider)), kind)
    found = {(one.day, one.provider, one.kind): one.spent.calls for one in calls.by_day(since=midnight)}
    today = midnight.date()
    assert found == {
        (today, "openai", None): 2, (today, "openai", FailureKind.UNAVAILABLE): 1,
        (today, "groq", None): 2, (today + timedelta(days=1), "groq", None): 1,
    }  # fmt: skip


def test_the_last_ones(calls):
    """The newest come first, of one provider or of all, each with what is known of it."""
    numbers = [calls.begin(begun(provider)) for provider in ("openai", "groq", "openai", "openai", "groq")]
    read(calls, numbers[2])
    assert [one.number for one in calls.last(3)] == numbers[:1:-1]
    found = calls.last(2, provider="openai")
    assert [one.number for one in found] == [numbers[3], numbers[2]]
    assert [one.reading is None for one in found] == [True, False]
    assert calls.last(2, provider="gemini") == ()


def test_totals_follow_what_comes_later(calls, clock):
    """A call that is read later, on the same day or over midnight, moves from unread to how it ended."""
    first, _ = calls.begin(begun()), calls.begin(begun("groq"))
    assert counted(calls) == {("openai", "unread"): (1, 0, 0), ("groq", "unread"): (1, 0, 0)}
    clock.forward(hours=23)
    read(calls, first)
    assert counted(calls) == {("openai", "done"): (1, 10, 5), ("groq", "unread"): (1, 0, 0)}
    clock.forward(hours=2)
    read(calls, calls.begin(begun()), FailureKind.UNAVAILABLE)
    read(calls, calls.begin(begun()))
    expected = {("openai", "done"): (2, 20, 10), ("groq", "unread"): (1, 0, 0), ("openai", "unavailable"): (1, 10, 5)}
    assert counted(calls) == counted(calls) == expected
    clock.forward(days=2)
    assert counted(calls) == expected
    assert counted(StoredCalls(calls._database, clock=clock)) == expected


def test_totals_of_another_file_begin_anew(calls, clock, database):
    """Where a copy was put in the place of the database, what was added up before is forgotten."""
    read(calls, calls.begin(begun()))
    clock.forward(days=2)
    calls.totals()
    calls._old = replace(calls._old, last=99)  # as if the file that is gone had had more calls
    read(calls, calls.begin(begun("groq")))
    assert ("groq", "done") not in counted(calls)
    database.opened += 1
    assert counted(calls) == {("openai", "done"): (1, 10, 5), ("groq", "done"): (1, 10, 5)}
