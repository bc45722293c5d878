"""How SQLite goes about the questions about calls: a year has 200,000 of them, and status asks every few seconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import event

from neuralbrain.domain.call import CallBegun, Purpose
from neuralbrain.store.calls import StoredCalls
from stand_ins import START


@pytest.fixture
def plans(database) -> Iterator[Callable[[Callable[[], object]], str]]:
    """Yield what tells how SQLite goes about the questions of a block."""
    asked: list[tuple[str, object]] = []

    def note(_connection, _cursor, statement, parameters, *_others) -> None:
        asked.append((statement, parameters))

    def plan(block: Callable[[], object]) -> str:
        asked.clear()
        block()
        questions = tuple(asked)
        with database.read() as connection:
            return "\n".join(
                row.detail for said, values in questions
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", values)
            )  # fmt: skip

    event.listen(database._reader, "before_cursor_execute", note)
    yield plan
    event.remove(database._reader, "before_cursor_execute", note)


def test_no_question_reads_all_calls(database, clock, plans):
    """However many calls there are: no question goes over all of them, and the last ones are found without sorting."""
    calls = StoredCalls(database, clock=clock)
    calls.begin(
        CallBegun(
            provider="openai", model="m", purpose=Purpose.FORECAST, prompt_digest="0" * 64, series=1,
            prompt_tokens=1, most_tokens=2, most_cost_usd=None,
        )
    )  # fmt: skip
    clock.forward(days=2)
    calls.totals()
    for question in (
        lambda: calls.last(20, provider="openai"),
        calls.totals,
        lambda: calls.spent("openai", since=START),
        lambda: calls.since(START),
        lambda: calls.by_day(since=START),
    ):
        assert "SCAN" not in plans(question)
    assert "TEMP B-TREE" not in plans(lambda: calls.last(20, provider="openai"))
    assert "provider=? AND at>?" in plans(lambda: calls.spent("openai", since=START))
