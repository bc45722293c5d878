"""Several that decide by what they read do it one after the other, also where a database lets all write at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from neuralbrain.domain.journal import Outcome
from neuralbrain.errors import NeuralBrainError
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.journal import StoredJournal
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.schema import edition
from neuralbrain.store.slots import StoredSlots
from stand_ins import START, ScriptedSource

pytestmark = pytest.mark.both_databases(slow=True)

AT_ONCE = 4


@pytest.fixture
def all_at_once() -> Callable[[Callable[[], object]], list[object]]:
    """Return what does the same in several threads at one moment, and tells what came of each."""

    def doing(act: Callable[[], object]) -> list[object]:
        gate, said = threading.Barrier(AT_ONCE), []

        def one() -> None:
            gate.wait()
            try:
                said.append(act())
            except NeuralBrainError as error:
                said.append(error.error_code)

        threads = [threading.Thread(target=one) for _ in range(AT_ONCE)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return said

    return doing


def test_the_same_payload_and_rows(database, clock, all_at_once):
    """Of several that keep the same payload and its rows, one adds them, and all have one number."""
    observations, source = StoredObservations(database, clock=clock), ScriptedSource({"AGO": [1, 2, 3]})
    (fetched,) = source.fetch(now=clock.now(), known={})
    numbers = all_at_once(lambda: observations.keep_payload("s", fetched.pages[0]))
    assert len(set(numbers)) == 1
    added = all_at_once(
        lambda: (
            observations.take_in(source.parse(fetched.pages), source="scripted", payload_numbers=numbers[:1]).changed
        )
    )
    assert sorted(added) == [0, 0, 0, 3]


def test_the_same_edition_withdrawn(database, clock, all_at_once):
    """Of several that withdraw an edition one does, and the others are told that it is withdrawn."""
    row = {
        "number": 1, "provider": "local", "lock_number": 1, "inputs_digest": "", "cutoff": START, "timestamp": START,
        "forecasts": 0, "refused": 0, "digest": "", "previous_digest": "",
    }  # fmt: skip
    with database.write() as connection:
        connection.execute(edition.insert(), row)
    editions = StoredEditions(database, clock=clock)
    said = all_at_once(lambda: editions.withdraw(1, reason="wrong", actor="me"))
    assert sorted(map(str, said)) == ["None", *["edition-unknown"] * 3]


def test_changes_of_the_schedule(database, clock, all_at_once):
    """Several changes of the schedule have a number each."""
    slots = StoredSlots(database, clock=clock)
    all_at_once(lambda: slots.change(interval_seconds=900, paused=None, reason="x", actor="me"))
    assert [one.number for one in slots.schedules()] == list(range(AT_ONCE + 1))


def test_broken_cycles(database, clock, all_at_once):
    """Of several that close a broken cycle one does, and nobody fails."""
    journal = StoredJournal(database, clock=clock)
    number = journal.begin(trigger="manual", holder="dead")
    assert sorted(all_at_once(journal.close_abandoned)) == [(), (), (), (number,)]
    assert journal.counts() == {Outcome.FAILED.value: 1}
