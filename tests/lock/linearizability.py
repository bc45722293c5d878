"""Says whether concurrent calls of the lock could have happened one after the other, each at one moment of its own.

The method is just-in-time linearization (Lowe 2017, doi:10.1002/cpe.3928, after Wing & Gong 1993): a call is put in
its place only when it returns, together with those open calls that must come before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple


class Lock(NamedTuple):
    """The lock, and how many editions there are, at one moment."""

    number: int = 0
    provider: str | None = None
    runner: str | None = None
    editions: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call: who, what, when, and what was answered.

    Args:
        process: Who called.
        command: What was called.
        arguments: With what.
        called: When, in nanoseconds of one clock that every process reads.
        ended: When the answer was there; without one, when the caller had certainly ended.
        answer: As ``outcomes`` gives it; None where nobody knows: the call took effect once, or never.
    """

    process: str
    command: str
    arguments: tuple[Any, ...] = ()
    called: int
    ended: int
    answer: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a check.

    Args:
        explored: How many states of the search were looked at.
        fault: The first call that fits nowhere, None where each fits.
        possible: What the lock can only have been before it.
    """

    explored: int
    fault: Operation | None = None
    possible: tuple[Lock, ...] = ()


def outcomes(at: Lock, command: str, arguments: tuple[Any, ...]) -> list[tuple[Lock, tuple[Any, ...]]]:
    """Return every way a call may end at that moment: the lock after it, and what its caller is told."""
    match (command, *arguments):
        case ["read"] | ["renew", at.runner]:
            after = at
        case ["holder"]:
            return [(at, (True, at.provider))]
        case ["acquire", provider, (None | at.number)]:
            after = at if provider == at.provider else at._replace(number=at.number + 1, provider=provider)
        case ["release", (None | at.number)] if at.provider is not None:
            after = at._replace(number=at.number + 1, provider=None)
        case ["claim", holder] if at.runner in (None, holder):
            after = at._replace(runner=holder)
        case ["claim", holder]:  # whether the other one is dead or silent is not known here
            taken = at._replace(number=at.number + 1, runner=holder)
            return [(at, (False, *at[:3])), (taken, (True, *taken[:3]))]
        case ["end", at.runner]:
            after = at._replace(runner=None)
        case ["publish", at.number, at.provider, at.runner]:
            return [(at._replace(editions=at.editions + 1), (True, at.editions + 1))]
        case ["publish", *_]:
            return [(at, (False,))]
        case _:
            return [(at, (False, *at[:3]))]
    return [(after, (True, *after[:3]))]


def check(history: Sequence[Operation], *, start: Lock = Lock()) -> Verdict:  # noqa: B008 - immutable
    """Return whether the history is linearizable, and where it stops to be.

    >>> read = Operation(process="a", command="read", called=1, ended=2, answer=(True, 1, "openai", None))
    >>> check([read]).fault == read, check([read], start=Lock(1, "openai")).fault
    (True, None)
    """
    moments = [(one.called, 0, index) for index, one in enumerate(history)]  # at one moment calls come before returns
    moments += [(one.ended, 1, index) for index, one in enumerate(history)]
    moments.sort()
    highest = _highest_numbers(history, moments)
    open_calls: set[int] = set()
    possible: set[_Node] = {(start, frozenset())}
    explored = 0
    for (_, ends, index), ceiling in zip(moments, highest, strict=True):
        if not ends:
            open_calls.add(index)
            continue
        after = set(possible) if history[index].answer is None else set()  # a killed call may never have happened
        for node in possible:
            explored += _put_in_place(history, index, node, open_calls, ceiling=ceiling, after=after)
        open_calls.remove(index)
        if not after:
            before = tuple(sorted({lock for lock, _ in possible}, key=repr))
            return Verdict(explored=explored, fault=history[index], possible=before)
        possible = {(lock, done - {index}) for lock, done in after}
    return Verdict(explored=explored)


_Node = tuple[Lock, frozenset[int]]  # the lock, and which of the open calls have happened already


def _put_in_place(
    history: Sequence[Operation],
    wanted: int,
    node: _Node,
    open_calls: set[int],
    *,
    ceiling: float,
    after: set[_Node],
) -> int:
    """Add every state in which the wanted call has happened to ``after``; return how many were looked at.

    A call that changes nothing is put in place as soon as its answer fits: nothing is lost by that, because what
    could have come before it can still come after it. A claim that was granted is none: the same answer may be given
    to the holder, where it changes nothing, and after the holder has ended.
    """
    newest = _newest_number(history[wanted])
    todo, seen = [node], {node}
    while todo:
        lock, done = todo.pop()
        following = []
        for index in () if wanted in done else (wanted, *(open_calls - done - {wanted})):
            one = history[index]
            for then in _ways(one, lock, ceiling):
                if then == lock and not (one.command == "claim" and one.answer and one.answer[0]):
                    done |= {index}
                else:
                    following.append((then, index))
            if wanted in done:
                break
        if wanted in done:
            after.add((lock, done))
            continue
        further = {(then, done | {index}) for then, index in following if then.number <= newest}  # it never falls
        todo += further - seen
        seen |= further
    return len(seen)


def _ways(one: Operation, lock: Lock, ceiling: float) -> list[Lock]:
    """Return what the lock can be after a call that happens now and is answered as it was; a killed one has effect."""
    ways = outcomes(lock, one.command, one.arguments)
    if one.answer is None:
        return [then for then, _ in ways if then != lock and then.number <= ceiling]
    return [then for then, told in ways if told == one.answer]


def _highest_numbers(history: Sequence[Operation], moments: Sequence[tuple[int, int, int]]) -> list[float]:
    """Return, for each moment, the highest number the lock can have had, told by every call that began after it.

    Without it the killed calls of a moment in which nothing is answered could have happened in any number and order.
    """
    highest = []
    newest = float("inf")
    for _, ends, index in reversed(moments):
        highest.append(newest)
        newest = newest if ends else min(newest, _newest_number(history[index]))
    return highest[::-1]


def _newest_number(one: Operation) -> float:
    """Return the highest number the lock can have had when a call happened."""
    if one.answer is None or one.command == "holder" or one.answer == (False,):
        return float("inf")
    return float(one.arguments[0] if one.command == "publish" else one.answer[1])
