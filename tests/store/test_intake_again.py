"""Releases that are read again: they change nothing, bring nothing back, and cost little."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import event
from test_intake import Release, answered, replayed, taken

from neuralbrain.domain.feed import Intake
from neuralbrain.store.observations import StoredObservations

pytestmark = pytest.mark.both_databases(slow=True)


@pytest.fixture
def observations(database, clock) -> StoredObservations:
    """Return the store's observations over a fresh database."""
    return StoredObservations(database, clock=clock)


def test_a_release_that_only_mentions_is_not_replayed(observations):
    """Read again, also with the clock behind the newest release, it adds nothing and brings no old value back."""
    first, second = (Release(day, {("AGO", "cases", 0): float(day)}, None) for day in (2, 3))
    taken(observations, Release(5, {("AGO", "cases", 0): 5.0}), first, second)
    assert answered(observations, 6) == {("AGO", "cases", 0): 3.0}
    assert taken(observations, first) == Intake()
    assert taken(observations, first, second) == Intake()
    assert answered(observations, 6) == {("AGO", "cases", 0): 3.0}


def test_releases_that_say_nothing_new_are_cheap(observations, database):
    """All releases read again in another window: what was known goes forward with them, one question for each."""
    history = [Release(day, {("AGO", "cases", number): float(day) for number in range(5)}) for day in range(1, 11)]
    taken(observations, *history)
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_others) -> None:
        asked.append(statement)

    event.listen(database._writer, "before_cursor_execute", note)
    again = [replace(one, scope=(frozenset({"cases"}), 0, None)) for one in history]
    assert taken(observations, *again) == Intake(releases=10, rows=50)
    event.remove(database._writer, "before_cursor_execute", note)
    assert sum("FROM observation" in one for one in asked) == 10
    for day in range(12):
        assert answered(observations, day) == replayed(history, day)
