"""What must always hold. tests/chaos/test_guards.py takes each guard out and sees these tests fail."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from sqlalchemy import insert, text

from neuralbrain.domain.edition import Draft
from neuralbrain.errors import FencedError, StoreDamagedError, StoreError
from neuralbrain.stages import remember
from neuralbrain.store.schema import edition_table, forecast
from vandals import vandalise

pytestmark = pytest.mark.both_databases(slow=True)


# A trail that takes no event any more.
NO_SPACE = {
    "sqlite": ["CREATE TRIGGER no_space BEFORE INSERT ON audit_event BEGIN SELECT RAISE(ABORT, 'no space'); END"],
    "postgresql": [
        "CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$",
        "CREATE TRIGGER no_space BEFORE INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION no_space()",
    ],
}


def next_draft(world) -> Draft:
    """Return what the world would publish next: edition 1 again, as a draft under the lock as it is."""
    state = world.lock.state()
    found = world.editions.get(1)
    tables = tuple(replace(table, provider=state.provider, lock_number=state.number) for table in found.tables)
    return Draft(
        provider=state.provider,
        lock_number=state.number,
        inputs_digest="x" * 64,
        cutoff=found.header.cutoff,
        timestamp=world.clock.now(),
        tables=tables,
        replies=(1,) * len(tables),
        refused=(),
    )


def test_fencing(world):
    """A draft whose lock number is old is refused inside the publishing transaction, and the refusal is audited."""
    world.run()
    with world.lease() as lease:
        draft = next_draft(world)
        world.lock.acquire_lock("gemini")
        world.lock.acquire_lock("openai")  # the same provider again: only the number tells
        with pytest.raises(FencedError):
            world.editions.publish(draft, holder=lease.holder)
    assert world.editions.current().number == 1
    refused = world.row.trail(1)[0].event
    assert (refused.event_type, refused.provider, refused.number) == ("publish_refused", "openai", 1)


def test_fencing_of_a_silent_runner(world):
    """A process that lost the runner lease publishes nothing, even though the provider still holds the lock."""
    world.run()
    slow = world.lease()
    slow.__enter__()
    draft = next_draft(world)
    world.clock.forward(seconds=91)  # a whole lease of silence
    with world.lease(), pytest.raises(FencedError):
        world.editions.publish(draft, holder=slow.holder)
    slow.__exit__(None, None, None)
    assert world.editions.current().number == 1
    assert "runner_takeover" in [one.event.event_type for one in world.row.trail(10)]


def test_fencing_by_holder_alone(world):
    """Without the runner lease nothing is published, whatever the number."""
    world.run()
    with world.lease(), pytest.raises(FencedError):
        world.editions.publish(next_draft(world), holder="somebody else")


def test_one_author_is_a_foreign_key(world):
    """The database itself refuses an edition that holds a reply of another provider or lock number."""
    world.run()
    row = {
        "edition_number": 1, "position": 9, "source": "scripted", "cadence": "weekly", "horizons": "[1]",
        "reply_number": 1, "provider": "gemini", "lock_number": 1,
    }  # fmt: skip
    for change in ({}, {"provider": "openai", "lock_number": 2}):
        with pytest.raises(StoreError, match="break its rules"), world.database.write() as connection:
            connection.execute(insert(edition_table), {**row, **change})


def test_all_or_nothing(world):
    """A publication that breaks anywhere leaves no trace: no header, no table, no row."""
    world.run()
    with world.lease() as lease:
        draft = next_draft(world)
        broken = replace(draft.tables[0], regions=("AGO", "NOWHERE"))  # its second row has no series
        with pytest.raises(KeyError):
            world.editions.publish(replace(draft, tables=(broken,)), holder=lease.holder)
    with world.database.read() as connection:
        counts = [
            connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
            for table in ("edition", "edition_table", "forecast")
        ]
    assert counts == [1, 1, 2]


def test_readers_see_old_or_new(world):
    """While editions are published, a reader in another thread only ever sees a whole one, and never an older."""
    world.run()
    seen: list[int] = []
    faults: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            edition = world.editions.get()
            rows = list(edition.rows())
            if len(rows) != 2 or {row.context.edition for row in rows} != {edition.header.number}:
                faults.append(f"edition {edition.header.number} with {len(rows)} rows")
            seen.append(edition.header.number)

    reader = threading.Thread(target=read)
    reader.start()
    with world.lease() as lease:
        for _ in range(30):
            world.editions.publish(next_draft(world), holder=lease.holder)
    done.set()
    reader.join()
    assert not faults
    assert seen == sorted(seen)
    assert len(set(seen)) > 1, "the reader must have read during the publications"


def test_no_foresight(world):
    """What is asked, and so answered, for a cutoff is the same to the bit whatever becomes known later."""
    world.run()
    cutoff = world.clock.now()
    (before,) = remember((world.source,), world.observations, cutoff=cutoff)
    answered = world.providers["openai"].forecast(before).body
    world.clock.forward(microseconds=1)
    world.source.values = {place: [1e9] * 12 for place in world.source.values}
    world.run()
    (after,) = remember((world.source,), world.observations, cutoff=cutoff)
    assert after.digest() == before.digest()
    assert world.providers["openai"].forecast(after).body == answered
    (now,) = remember((world.source,), world.observations, cutoff=world.clock.now())
    assert now.digest() != before.digest(), "the later values must have arrived for this test to say anything"


def test_accountable(world):
    """Every change of the lock, its number included, is in the trail with time, actor, reason and number."""
    numbers = [world.lock.state().number]
    for change in (
        lambda: world.lock.acquire_lock("openai", reason="start"),
        lambda: world.lock.increment_failure_count(reason="timeout"),
        world.lock.reset_failure_count,
        lambda: world.lock.acquire_lock("local", reason="by hand"),
        lambda: world.lock.release_lock("by hand"),
    ):
        before = world.row.trail_length()
        change()
        assert world.row.trail_length() > before
        numbers.append(world.lock.state().number)
    assert numbers == [0, 1, 1, 1, 2, 3]
    for recorded in world.row.trail(100):
        assert recorded.at == world.clock.now()
        assert recorded.event.actor == "test"
        assert recorded.event.number in numbers


def test_change_and_event_are_one_transaction(world):
    """Where the audit event cannot be written, the lock does not change either."""
    world.lock.acquire_lock("openai")
    before = world.lock.state()
    with world.database.write() as connection:
        for statement in NO_SPACE[connection.dialect.name]:
            connection.execute(text(statement))
    for change in (lambda: world.lock.acquire_lock("gemini"), lambda: world.lock.release_lock("x")):
        with pytest.raises(StoreError):
            change()
    assert world.lock.state() == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE forecast SET actual_cases = actual_cases + 1 WHERE row_position = 0",
        "UPDATE forecast SET risk_score = 99 WHERE row_position = 1",
        "UPDATE forecast SET quantiles = zeroblob(length(quantiles)) WHERE row_position = 0",
        'UPDATE forecast SET findings = \'[{"code": "x", "severity": "note", "message": "",'
        ' "region": "", "signal": ""}]\' WHERE row_position = 0',
        "UPDATE edition SET timestamp = '2020-01-01 00:00:00.000000'",
        "DELETE FROM forecast WHERE row_position = 1",
    ],
)
def test_damage_is_noticed(world, statement):
    """A changed or missing number of an edition is found when it is read, and it is not served."""
    world.run()
    vandalise(world.database, statement)
    with pytest.raises(StoreDamagedError, match="not what was published"):
        world.editions.get()


def test_what_is_read_is_what_was_published(world):
    """An edition comes back from the database number for number."""
    world.run()
    found = world.editions.get(1)
    with world.database.read() as connection:
        assert len(connection.execute(forecast.select()).all()) == 2
    again = world.editions.get(1)
    for one, other in zip(found.tables, again.tables, strict=True):
        assert one.quantiles.tobytes() == other.quantiles.tobytes()
    row = found.find("AGO")
    assert row.context.quantiles.shape == (4, 23)
    assert row.context.edition == 1
