"""The hours of the schedule as the database holds them: one state each, and who changed how often."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert, text

from neuralbrain.domain.slot import UNCHANGED_SCHEDULE, SlotCode, SlotOutcome, SlotRecord
from neuralbrain.errors import StoreDamagedError, StoreError
from neuralbrain.store.database import Database
from neuralbrain.store.journal import StoredJournal
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.schema import edition, slot_state
from neuralbrain.store.slots import StoredSlots
from stand_ins import START, StillClock

pytestmark = pytest.mark.both_databases(slow=True)

DONE = SlotRecord(slot=START, outcome=SlotOutcome.DONE, code="", reason="Well.", recorded_at=START)
HOUR = timedelta(hours=1)


@pytest.fixture
def slots(database: Database, clock: StillClock) -> StoredSlots:
    """Return the slots of a fresh database."""
    return StoredSlots(database, clock=clock)


@pytest.fixture
def journal(database: Database, clock: StillClock) -> StoredJournal:
    """Return the journal of a fresh database."""
    return StoredJournal(database, clock=clock)


def edition_row(slot, number=1):
    """Return the least row of an edition for a slot."""
    return {
        "number": number, "provider": "local", "lock_number": 1, "inputs_digest": "", "cutoff": START,
        "timestamp": START, "forecasts": 0, "refused": 0, "digest": "", "previous_digest": "", "slot": slot,
    }  # fmt: skip


def test_nothing_has_a_state_at_first(slots):
    """In a fresh database no slot has a state, and the schedule is the one that nobody has changed."""
    assert slots.newest(at_most=START) is None
    assert slots.find(START) is None
    assert slots.last(10) == ()
    assert slots.counts() == {}
    assert slots.attempts(START) == 0
    assert slots.schedules() == (UNCHANGED_SCHEDULE,)


def test_a_state_comes_back(slots, journal, database):
    """A state comes back as it was written, its references too."""
    with database.write() as connection:
        connection.execute(insert(edition), edition_row(START))
    number = journal.begin(trigger="schedule", holder="x", slot=START)
    record = replace(DONE, cycle=number, edition=1, reason="Zoë 🦠", recorded_at=START + timedelta(microseconds=1))
    assert slots.record(record) is True
    assert slots.find(START) == record
    assert slots.last(10) == (record,)


def test_the_first_state_stays(slots):
    """A slot's second state is not written, and whoever wanted to write it is told so."""
    slots.record(DONE)
    assert slots.record(replace(DONE, outcome=SlotOutcome.FAILED, code="internal")) is False
    assert slots.record_missed([(START, SlotCode.NOT_RUNNING)], now=START) == 0
    assert slots.find(START) == DONE


def test_one_state_is_held_by_the_database(slots, database):
    """The table itself refuses a second state of a slot, a change of one, and its removal."""
    slots.record(DONE)
    row = {"slot": START, "outcome": "failed", "code": "x", "reason": "", "recorded_at": START}
    with pytest.raises(StoreError, match="break its rules"), database.write() as connection:
        connection.execute(insert(slot_state), row)
    for statement in ("UPDATE slot_state SET outcome = 'failed'", "DELETE FROM slot_state"):
        with pytest.raises(StoreError), database.write() as connection:
            connection.execute(text(statement))
    assert slots.last(10) == (DONE,)


def test_one_edition_an_hour_is_held_by_the_database(database):
    """The table itself refuses a second edition for a slot, while editions without one are as many as they like."""
    with database.write() as connection:
        connection.execute(insert(edition), [edition_row(START, 1), edition_row(None, 2), edition_row(None, 3)])
    with pytest.raises(StoreError, match="break its rules"), database.write() as connection:
        connection.execute(insert(edition), edition_row(START, 4))


def test_writers_at_the_same_moment(slots, database):
    """Of several writers of one state exactly one writes it."""
    wrote: list[bool] = []
    gate = threading.Barrier(4)

    def write(code: str) -> None:
        gate.wait()
        wrote.append(slots.record(replace(DONE, code=code)))

    writers = [threading.Thread(target=write, args=(str(number),)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(wrote) == [False, False, False, True]


def test_missed_slots_say_why(slots, journal, database):
    """Missed slots are skipped for their reason; one begun has failed as interrupted, one published is done."""
    with database.write() as connection:
        connection.execute(insert(edition), edition_row(START + 2 * HOUR))
    begun = journal.begin(trigger="schedule", holder="dead", slot=START + HOUR)
    journal.begin(trigger="schedule", holder="dead", slot=START + 2 * HOUR)
    missed = [(START + hour * HOUR, SlotCode.PAUSED) for hour in range(4)]
    assert slots.record_missed(missed, now=START + 5 * HOUR) == 4
    found = [(one.outcome.value, one.code, one.cycle, one.edition) for one in reversed(slots.last(9))]
    assert found == [
        ("skipped", "schedule-paused", None, None),
        ("failed", "cycle-interrupted", begun, None),
        ("done", "", begun + 1, 1),
        ("skipped", "schedule-paused", None, None),
    ]


def test_many_missed_slots(slots):
    """More missed slots than one transaction holds are all written, and counted once when written again."""
    missed = [(START + hour * HOUR, SlotCode.NOT_RUNNING) for hour in range(1201)]
    assert slots.record_missed(missed, now=START) == 1201
    assert slots.record_missed([*missed, (START - HOUR, SlotCode.NOT_RUNNING)], now=START) == 1
    assert slots.counts() == {"skipped": 1202}


def test_the_newest_up_to_a_moment(slots):
    """The newest slot with a state is told up to a moment, that moment included."""
    for hour in (0, 1, 5):
        slots.record(replace(DONE, slot=START + hour * HOUR))
    assert slots.newest(at_most=START - timedelta(microseconds=1)) is None
    assert slots.newest(at_most=START) == START
    assert slots.newest(at_most=START + 4 * HOUR) == START + HOUR
    assert slots.newest(at_most=START + 9 * HOUR) == START + 5 * HOUR


def test_attempts_are_cycles_begun(slots, journal):
    """Attempts count the cycles that were begun for a slot, ended or not, and no other's."""
    for slot in (START, START, START + HOUR, None):
        journal.begin(trigger="schedule", holder="x", slot=slot)
    assert [slots.attempts(START), slots.attempts(START + HOUR), slots.attempts(START + 2 * HOUR)] == [2, 1, 0]


def test_changes_of_the_schedule(slots, clock, database):
    """Each change keeps what it does not change, holds from its moment on, and is in the audit trail."""
    clock.forward(minutes=5)
    slots.change(interval_seconds=900, paused=None, reason="more often", actor="me")
    clock.forward(minutes=5)
    slots.change(interval_seconds=None, paused=True, reason="holiday", actor="you")
    found = [(one.number, one.since - START, one.interval_seconds, one.paused, one.actor) for one in slots.schedules()]
    assert found[1:] == [
        (1, timedelta(minutes=5), 900, False, "me"),
        (2, timedelta(minutes=10), 900, True, "you"),
    ]
    events = [one.event for one in StoredLockRow(database, clock=clock).trail(9)]
    assert [(one.event_type, one.actor, one.details["reason"]) for one in events] == [
        ("schedule_changed", "me", "more often"),
        ("schedule_changed", "you", "holiday"),
    ]


def test_an_interval_that_no_slots_can_have(slots, clock, database):
    """An interval that does not divide a day is refused, and neither schedule nor trail has changed."""
    with pytest.raises(ValueError, match="divides a day"):
        slots.change(interval_seconds=7 * 60, paused=None, reason="x", actor="me")
    assert slots.schedules() == (UNCHANGED_SCHEDULE,)
    assert StoredLockRow(database, clock=clock).trail_length() == 0


def test_damage_is_called_damage(slots, database):
    """A state that cannot be what was written is called damage, not a library's error."""
    row = {"slot": START, "outcome": "splendid", "code": "", "reason": "", "recorded_at": START}
    with database.write() as connection:
        connection.execute(insert(slot_state), row)
    with pytest.raises(StoreDamagedError):
        slots.last(1)
