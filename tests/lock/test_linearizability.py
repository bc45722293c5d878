"""The checker of histories accepts what one lock can do, and names the first call that no lock can have answered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lock.linearizability import Lock, Operation, check, outcomes

NEW = Lock()
FIRST = Lock(1, "openai", "ann", 0)


def said(process: str, called: int, ended: int, call: str, answer: tuple[object, ...] | None) -> Operation:
    """Return one call, written as ``command argument argument``; digits are numbers and a dash is nothing."""
    command, *words = call.split()
    arguments = tuple(None if word == "-" else int(word) if word.isdigit() else word for word in words)
    return Operation(process=process, command=command, arguments=arguments, called=called, ended=ended, answer=answer)


GOOD = {
    "nothing": (NEW, []),
    "one after the other": (
        NEW,
        [
            said("a", 1, 2, "acquire openai -", (True, 1, "openai", None)),
            said("a", 3, 4, "claim ann", (True, 1, "openai", "ann")),
            said("a", 5, 6, "publish 1 openai ann", (True, 1)),
            said("b", 7, 8, "acquire groq 0", (False, 1, "openai", "ann")),
            said("b", 9, 10, "acquire groq 1", (True, 2, "groq", "ann")),
            said("a", 11, 12, "publish 1 openai ann", (False,)),
            said("a", 13, 14, "renew ann", (True, 2, "groq", "ann")),
            said("c", 15, 16, "claim bob", (True, 3, "groq", "bob")),
            said("a", 17, 18, "end ann", (False, 3, "groq", "bob")),
            said("b", 19, 20, "release 3", (True, 4, None, "bob")),
            said("b", 21, 22, "holder", (True, None)),
        ],
    ),
    "a read may see a call that has not returned": (
        NEW,
        [
            said("a", 1, 9, "acquire openai -", (True, 1, "openai", None)),
            said("b", 2, 3, "read", (True, 0, None, None)),
            said("b", 4, 5, "read", (True, 1, "openai", None)),
        ],
    ),
    "the later call came first": (
        NEW,
        [
            said("a", 1, 9, "acquire openai -", (True, 2, "openai", None)),
            said("b", 2, 8, "acquire groq 0", (True, 1, "groq", None)),
        ],
    ),
    "a killed call took effect": (
        NEW,
        [said("a", 1, 9, "acquire openai -", None), said("b", 5, 6, "read", (True, 1, "openai", None))],
    ),
    "a killed call took no effect": (
        NEW,
        [said("a", 1, 3, "acquire openai -", None), said("b", 5, 6, "read", (True, 0, None, None))],
    ),
    "a claim that changes nothing now and something later": (
        FIRST,
        [
            said("a", 1, 9, "claim ann", (True, 1, "openai", "ann")),
            said("b", 2, 8, "end ann", (True, 1, "openai", None)),
            said("b", 10, 11, "read", (True, 1, "openai", "ann")),
        ],
    ),
    "a publish before the takeover, told after it": (
        FIRST,
        [
            said("a", 1, 9, "publish 1 openai ann", (True, 1)),
            said("b", 2, 3, "claim bob", (True, 2, "openai", "bob")),
        ],
    ),
}

BAD = {
    "as short as possible: a number from nowhere": (NEW, 0, [said("a", 1, 2, "read", (True, 1, None, None))]),
    "two get one number": (
        NEW,
        1,
        [
            said("a", 1, 5, "acquire openai -", (True, 1, "openai", None)),
            said("b", 2, 6, "acquire groq -", (True, 1, "groq", None)),
        ],
    ),
    "a number is left out": (NEW, 0, [said("a", 1, 2, "acquire openai -", (True, 2, "openai", None))]),
    "the number falls": (FIRST, 0, [said("a", 1, 2, "release -", (True, 0, None, "ann"))]),
    "a stale publish is accepted": (
        FIRST,
        1,
        [
            said("b", 1, 2, "acquire groq -", (True, 2, "groq", "ann")),
            said("a", 3, 4, "publish 1 openai ann", (True, 1)),
        ],
    ),
    "a publish by a former runner is accepted": (
        FIRST,
        1,
        [
            said("b", 1, 2, "end ann", (True, 1, "openai", None)),
            said("a", 3, 4, "publish 1 openai ann", (True, 1)),
        ],
    ),
    "a publish under the right number is refused": (FIRST, 0, [said("a", 1, 2, "publish 1 openai ann", (False,))]),
    "an edition is lost": (
        FIRST,
        1,
        [
            said("a", 1, 2, "publish 1 openai ann", (True, 1)),
            said("a", 3, 4, "publish 1 openai ann", (True, 1)),
        ],
    ),
    "an update is lost": (
        NEW,
        1,
        [
            said("a", 1, 2, "acquire openai -", (True, 1, "openai", None)),
            said("b", 3, 4, "acquire groq 0", (True, 1, "groq", None)),
        ],
    ),
    "a claim is lost": (
        NEW,
        1,
        [said("a", 1, 2, "claim ann", (True, 0, None, "ann")), said("b", 3, 4, "read", (True, 0, None, None))],
    ),
    "the lease has two holders": (
        NEW,
        1,
        [said("a", 1, 3, "claim ann", (True, 0, None, "ann")), said("b", 2, 4, "claim bob", (True, 0, None, "bob"))],
    ),
    "a lease is taken over under the old number": (
        FIRST,
        0,
        [said("b", 1, 2, "claim bob", (True, 1, "openai", "bob"))],
    ),
    "a read of the past": (
        NEW,
        1,
        [
            said("a", 1, 2, "acquire openai -", (True, 1, "openai", None)),
            said("b", 3, 4, "read", (True, 0, None, None)),
        ],
    ),
    "two reads in the wrong order": (
        NEW,
        1,
        [
            said("a", 1, 9, "acquire openai -", (True, 1, "openai", None)),
            said("b", 2, 3, "read", (True, 1, "openai", None)),
            said("b", 4, 5, "read", (True, 0, None, None)),
        ],
    ),
    "a killed call takes effect after its process has ended": (
        NEW,
        2,
        [
            said("a", 1, 3, "acquire openai -", None),
            said("b", 4, 5, "read", (True, 0, None, None)),
            said("b", 6, 7, "read", (True, 1, "openai", None)),
        ],
    ),
    "a killed call takes effect twice": (
        NEW,
        1,
        [said("a", 1, 9, "acquire openai -", None), said("b", 2, 3, "release -", (True, 4, None, None))],
    ),
    "a holder nobody made": (NEW, 0, [said("a", 1, 2, "holder", (True, "groq"))]),
}


@pytest.mark.parametrize("case", GOOD)
def test_what_one_lock_can_do_is_accepted(case: str):
    """A history that has an order is accepted, killed calls and overlapping ones included."""
    start, history = GOOD[case]
    assert check(history, start=start).fault is None


@pytest.mark.parametrize("case", BAD)
def test_what_no_lock_can_do_is_named(case: str):
    """A history without an order is refused, and the call is named at whose return no order was left."""
    start, at, history = BAD[case]
    at_fault = check(history, start=start)
    assert at_fault.fault in history
    ends = sorted(one.ended for one in history if one.answer is not None)
    assert at_fault.fault.ended == ends[min(at, len(ends) - 1)]
    assert at_fault.possible


def possible_orders(history: list[Operation]) -> Iterator[tuple[Operation, ...]]:
    """Yield every order that the clock allows: killed calls are in it or not."""
    killed = [one for one in history if one.answer is None]
    answered = [one for one in history if one.answer is not None]
    for count in range(len(killed) + 1):
        for effective in combinations(killed, count):
            for order in permutations([*answered, *effective]):
                if all(later.ended >= one.called for at, one in enumerate(order) for later in order[at + 1 :]):
                    yield order


def has_order(history: list[Operation]) -> bool:
    """Return whether one of all orders gives every caller its answer: slow, and plain enough to be believed."""
    for order in possible_orders(history):
        states = {NEW}
        for one in order:
            states = {
                then
                for lock in states
                for then, told in outcomes(lock, one.command, one.arguments)
                if told == one.answer or one.answer is None
            }
        if states:
            return True
    return False


CALLS = st.one_of(
    st.tuples(st.just("acquire"), st.sampled_from(["openai", "groq"]), st.sampled_from([None, 0, 1])),
    st.tuples(st.just("release"), st.sampled_from([None, 1])),
    st.tuples(st.sampled_from(["claim", "renew", "end"]), st.sampled_from(["ann", "bob"])),
    st.tuples(st.just("publish"), st.sampled_from([1, 2]), st.just("openai"), st.sampled_from(["ann", "bob"])),
    st.tuples(st.sampled_from(["read", "holder"])),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Operation]:
    """Draw up to six calls at overlapping times, answered as one order would, one of them perhaps spoiled."""
    calls = draw(st.lists(CALLS, min_size=1, max_size=6))
    lock, made = NEW, []
    for at, (command, *arguments) in enumerate(calls):
        ways = outcomes(lock, command, tuple(arguments))
        lock, answer = ways[draw(st.integers(0, len(ways) - 1))]
        called, ended = 10 * at - draw(st.integers(0, 25)), 10 * at + draw(st.integers(0, 25))
        known = draw(st.integers(0, 4)) > 0
        made.append(
            Operation(
                process=str(at),
                command=command,
                arguments=tuple(arguments),
                called=called,
                ended=ended,
                answer=answer if known else None,
            )
        )
    if draw(st.booleans()):
        at = draw(st.integers(0, len(made) - 1))
        made[at] = replace(made[at], called=made[at].called + 20, ended=made[at].ended + 20)
    return draw(st.permutations(made))


@settings(max_examples=150, derandomize=True)
@given(histories())
def test_the_quick_search_and_every_order_agree(history: list[Operation]):
    """On small histories the checker says what trying every order says."""
    assert (check(history).fault is None) == has_order(history)


def busy_day(count: int, *, processes: int, seed: int) -> list[Operation]:
    """Return a history of so many calls by processes that overlap, now and then one that was killed."""
    chance = random.Random(seed)
    lock, history, free_at = NEW, [], [0] * processes
    for at in range(count):
        now = at * 100  # this call happens now; it was called before, and returns later
        process = min(range(processes), key=lambda one: free_at[one])
        holder = str(chance.randrange(processes))
        expected = chance.choice([None, lock.number, lock.number - 1])
        command, *arguments = chance.choice(
            [
                ("read",), ("read",), ("holder",), ("renew", holder), ("end", holder), ("claim", holder),
                ("acquire", chance.choice(["openai", "groq", "local"]), expected), ("release", expected),
                ("publish", lock.number - chance.randrange(2), lock.provider, holder),
            ]
        )  # fmt: skip
        lock, answer = chance.choice(outcomes(lock, command, tuple(arguments)))
        called = max(free_at[process] + 1, now - chance.randrange(100 * processes))
        ended = now + chance.randrange(100 * processes // 2)
        free_at[process] = ended
        history.append(
            Operation(
                process=str(process),
                command=command,
                arguments=tuple(arguments),
                called=min(called, now),
                ended=ended,
                answer=None if chance.random() < 0.002 else answer,
            )
        )
    return history


@pytest.mark.parametrize("count", [5_000, pytest.param(200_000, marks=pytest.mark.slow)])
def test_a_long_history_is_checked_in_a_few_steps_a_call(count: int):
    """Of so many calls by eight processes each is put in its place, and few states are looked at for each."""
    history = busy_day(count, processes=8, seed=1)
    verdict = check(history)
    assert verdict.fault is None
    assert verdict.explored < 10 * count


@pytest.mark.parametrize("at", [100, 2_500, 4_900])
def test_one_wrong_answer_is_found_in_a_long_history(at: int):
    """One number that is one too high, among 5,000 calls, is noticed."""
    history = busy_day(5_000, processes=8, seed=2)
    at = next(index for index in range(at, 5_000) if history[index].command == "acquire" and history[index].answer)
    ok, number, *rest = history[at].answer or ()
    history[at] = replace(history[at], answer=(ok, number + 1, *rest))
    assert check(history).fault is not None
