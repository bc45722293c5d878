"""The audit trail loses its oldest events by rule, all or none, and whatever else is done to it is still noticed."""

from __future__ import annotations

import contextlib
from datetime import timedelta

import pytest
from sqlalchemy import text

from neuralbrain.domain.lock import TRAIL_AT_HAND, AuditEvent
from neuralbrain.errors import StoreDamagedError, StoreError
from neuralbrain.ports import Clock
from neuralbrain.store import audit, audit_pruning
from neuralbrain.store import upgrade as upgrading
from neuralbrain.store.audit_pruning import AT_ONCE, LEAST, AuditPruning
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.lock_row import StoredLockRow
from neuralbrain.store.opening import open_database
from neuralbrain.store.verify import damages_of
from vandals import vandalise

pytestmark = pytest.mark.both_databases(slow=True)

DAYS = 366
# A database that fails in the middle of the transaction: after the event and the new pruned head, at the deletion.
BROKEN = {
    "sqlite": ["CREATE TRIGGER broken BEFORE DELETE ON audit_event BEGIN SELECT RAISE(ABORT, 'no space'); END"],
    "postgresql": [
        "CREATE FUNCTION broken() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER broken BEFORE DELETE ON audit_event FOR EACH ROW EXECUTE FUNCTION broken()",
    ],
}


def write(database, clock: Clock, count: int) -> None:
    """Append so many events, in one transaction."""
    events = [AuditEvent(event_type="recovered", provider="groq", number=1, actor="test")] * count
    with database.write() as connection:
        audit.append(connection, events, at=clock.now())


def kept(database) -> tuple[int, int]:
    """Return the first and the last event that are kept."""
    with database.read() as connection:
        first, last = connection.execute(text("SELECT min(sequence), max(sequence) FROM audit_event")).one()
    return first, last


def damages(database, clock: Clock) -> list[str]:
    """Return what `verify` finds."""
    return damages_of(database, StoredEditions(database, clock=clock))


@pytest.fixture
def pruning(database, clock) -> AuditPruning:
    """Return what prunes a year."""
    return AuditPruning(database, clock=clock, days=DAYS)


@pytest.fixture
def aged(database, lock, clock) -> None:
    """Leave a trail of 1,500 events: a third older than a year, the lock's one acquisition the oldest."""
    lock.acquire_lock("groq")
    write(database, clock, 499)
    clock.forward(days=DAYS, seconds=1)
    write(database, clock, 1000)


@pytest.fixture
def pruned(aged, pruning) -> None:
    """Leave that trail without its oldest third."""
    del aged
    assert pruning.prune() == 500


def test_what_is_too_old_goes_and_the_rest_stays(aged, pruning, database, lock_row, clock):
    """Events older than the setting are removed with an event that says which, and everything still fits."""
    assert damages(database, clock) == []
    digest = lock_row.trail(1, before=501)[0].digest
    pruning.keep_up()
    assert kept(database) == (501, 1501)
    assert (lock_row.pruned(), lock_row.trail_length()) == (500, 1501)
    event = lock_row.trail(1)[0].event
    assert (event.event_type, event.provider, event.number, event.actor) == ("audit_pruned", None, 1, "cycle")
    assert event.details == {
        "events": 500, "until": "2026-04-01T12:00:00Z", "through": 500, "digest": digest, "lock_number": 1,
        "holder": "groq", "edition": 0, "edition_digest": "", "withdrawn": [],
    }  # fmt: skip
    assert damages(database, clock) == []
    assert pruning.prune() == 0


def test_nothing_goes_before_its_time(database, lock, clock, pruning):
    """An event stays until the setting's days are over, and with it whatever follows, an earlier time or not."""
    write(database, clock, 200)
    clock.forward(days=-30)  # the clock was set back
    write(database, clock, 1000)
    clock.forward(days=DAYS + 30)
    assert pruning.prune() == 0
    clock.forward(seconds=1)
    assert pruning.prune() == 200


def test_the_newest_stay_however_old(database, clock, pruning, lock_row):
    """The newest 1,000 events, which are handed out at once, stay at any age."""
    write(database, clock, TRAIL_AT_HAND + LEAST)
    clock.forward(days=5000)
    assert pruning.prune() == LEAST
    assert len(lock_row.trail(TRAIL_AT_HAND)) == TRAIL_AT_HAND
    assert pruning.prune() == 0


def test_its_own_events_do_not_push_out_the_others(database, clock, pruning, lock_row):
    """On a quiet trail the events about pruning stay a small part of it, however often it is looked at."""
    write(database, clock, TRAIL_AT_HAND)
    for _ in range(300):
        clock.forward(days=400)
        write(database, clock, 1)
        pruning.keep_up()
    types = [one.event.event_type for one in lock_row.trail(TRAIL_AT_HAND)]
    assert types.count("audit_pruned") == 3


def test_a_long_trail_goes_in_parts(database, clock, pruning, lock_row, monkeypatch):
    """One transaction removes at most 1,000 events and one cycle some such parts; later cycles go on."""
    monkeypatch.setattr(audit_pruning, "MOST_AT_A_TIME", 2)
    write(database, clock, 4 * AT_ONCE)
    clock.forward(days=DAYS + 1)
    write(database, clock, TRAIL_AT_HAND)
    seen = []
    for _ in range(4):
        pruning.keep_up()
        seen.append(lock_row.pruned())
        assert damages(database, clock) == []
    assert seen == [2000, 4000, 4000, 4000]


def test_an_interrupted_pruning_leaves_all(aged, pruning, database, backend, lock_row, clock):
    """Where the removal fails, the event about it and the new pruned head are not there either."""
    with database.write() as connection:
        for statement in BROKEN[backend]:
            connection.exec_driver_sql(statement)
    with pytest.raises(StoreError):
        pruning.prune()
    assert kept(database) == (1, 1500)
    assert lock_row.pruned() == 0
    assert damages(database, clock) == []


def test_what_stands_in_the_way_ends_nothing(aged, pruning, database, backend, lock_row, monkeypatch):
    """A pruning that fails, by the database or by a fault of ours, raises nothing, and the next one makes up for it."""
    with database.write() as connection:
        for statement in BROKEN[backend]:
            connection.exec_driver_sql(statement)
    pruning.keep_up()
    with database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER broken" + (" ON audit_event" if backend == "postgresql" else ""))
    with monkeypatch.context() as faulty:
        faulty.setattr(audit_pruning, "LEAST", "a fault of ours")
        faulty.setattr(database, "decoding", lambda _what: contextlib.nullcontext())
        pruning.keep_up()
    assert lock_row.pruned() == 0
    pruning.keep_up()
    assert lock_row.pruned() == 500


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM audit_event WHERE sequence = 501",
        "DELETE FROM audit_event WHERE sequence > 500",
        "DELETE FROM audit_event",
        "UPDATE audit_event SET actor = 'x' WHERE sequence = 501",
        "UPDATE audit_event SET sequence = 1 WHERE sequence = 501",
    ],
)
def test_what_is_kept_cannot_be_deleted(pruned, database, statement):
    """After a pruning too the database refuses to delete or change what is kept, the first event behind it too."""
    with pytest.raises(StoreError, match="append-only"), database.write() as connection:
        connection.exec_driver_sql(statement)
    assert kept(database) == (501, 1501)


def test_without_the_row_of_the_lock_nothing_can_be_deleted(aged, database):
    """Where no row says what is pruned, everything counts as kept."""
    with database.write() as connection:
        connection.exec_driver_sql("DELETE FROM lock")
    with pytest.raises(StoreError, match="append-only"), database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit_event WHERE sequence = 1")


@pytest.mark.parametrize(
    ("statements", "named"),
    [
        (["UPDATE audit_event SET provider = 'x' WHERE sequence = 900"], "changed at event 900"),
        (["DELETE FROM audit_event WHERE sequence = 501"], "changed at event 501"),
        (["DELETE FROM audit_event WHERE sequence <= 1000"], "changed at event 501"),
        (["UPDATE lock SET audit_pruned_digest = 'x'"], "changed at event 501"),
        (["UPDATE lock SET audit_pruned_sequence = 499"], "changed at event 500"),
        (["UPDATE lock SET audit_pruned_sequence = 0, audit_pruned_digest = ''"], "changed at event 1."),
        (
            [  # a head that fits the chain, and is not the one that was pruned to
                "UPDATE lock SET audit_pruned_sequence = 600, audit_pruned_digest = "
                "(SELECT digest FROM audit_event WHERE sequence = 600)",
                "DELETE FROM audit_event WHERE sequence <= 600",
            ],
            "The lock says that the audit trail is pruned up to event 600; the trail says 500.",
        ),
        (["UPDATE audit_event SET details = '{}' WHERE sequence = 1501"], "is damaged"),
        (["UPDATE lock SET number = 2"], "The lock says groq under number 2; its audit trail says groq, 1."),
        (["UPDATE lock SET provider = 'local'"], "The lock says local under number 1"),
    ],
)
def test_tampering_after_a_pruning_is_noticed(pruned, database, clock, statements, named):
    """A change of what is kept, of the pruned head, or of the lock that pruned events speak of is named."""
    assert damages(database, clock) == []
    vandalise(database, *statements)
    assert any(named in damage for damage in damages(database, clock))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_event SET provider = 'x' WHERE sequence = 3",
        "UPDATE audit_event SET provider = 'x' WHERE sequence = 501",
        "DELETE FROM audit_event WHERE sequence = 500",
        "UPDATE lock SET audit_pruned_sequence = 1",
    ],
)
def test_damage_is_not_pruned_away(aged, pruning, database, statement):
    """Where an event that would go, the next one or the pruned head is damaged, nothing goes: it is the evidence."""
    vandalise(database, statement)
    before = kept(database)
    with pytest.raises(StoreDamagedError, match="the audit trail is not as it was written"):
        pruning.prune()
    assert kept(database) == before


def test_a_lock_that_changes_at_the_same_time(pruned, lock, database, clock, lock_row):
    """Changing the lock leaves the pruned head as it is, and the trail goes on from its own head."""
    lock.acquire_lock("local")
    assert lock_row.pruned() == 500
    assert damages(database, clock) == []


def test_a_second_service_prunes_once(aged, database, clock, open_again):
    """Two that prune the same trail remove each event once."""
    one, other = (AuditPruning(which, clock=clock, days=DAYS) for which in (database, open_again()))
    assert (one.prune(), other.prune()) == (500, 0)
    assert StoredLockRow(database, clock=clock).trail_length() == 1501


def test_a_trail_of_an_older_version(tmp_path, clock, monkeypatch):
    """A trail that was written before there was a pruned head is kept whole by the upgrade, and pruned afterwards."""
    database = open_database(tmp_path / "old" / "neuralbrain.sqlite3", busy_timeout_seconds=20)
    with monkeypatch.context() as older:
        older.setattr(upgrading, "HEAD", "0003")
        upgrading.upgrade(database)
    write(database, clock, 1500)
    upgrading.upgrade(database)
    assert damages(database, clock) == []
    with pytest.raises(StoreError, match="append-only"), database.write() as connection:
        connection.exec_driver_sql("DELETE FROM audit_event WHERE sequence = 1")
    clock.forward(days=DAYS + 1)
    assert AuditPruning(database, clock=clock, days=DAYS).prune() == 500
    assert damages(database, clock) == []
    database.close()


def test_a_year_follows_a_year(database, lock, clock, pruning, lock_row):
    """Each pruning goes on where the last one ended, also over the events that prunings wrote."""
    lock.acquire_lock("groq")
    for _ in range(8):
        write(database, clock, 400)
        clock.forward(seconds=timedelta(days=183).total_seconds())
        pruning.keep_up()
        assert damages(database, clock) == []
    first, last = kept(database)
    assert first == lock_row.pruned() + 1 > 2000
    assert last - first + 1 >= TRAIL_AT_HAND
