"""`verify` names whatever was changed behind our back."""

from __future__ import annotations

import pytest

from neuralbrain.errors import StoreDamagedError
from neuralbrain.store.verify import damages_of
from vandals import removal_of, vandalise

pytestmark = pytest.mark.both_databases(slow=True)


@pytest.fixture
def published(world):
    """Return a world with two editions, of which the first is withdrawn."""
    world.run()
    world.revise(90.0)
    world.run()
    world.editions.withdraw(1, reason="the feed was wrong", actor="test")
    return world


def test_untouched(published):
    """What nobody touched is as it was written."""
    assert damages_of(published.database, published.editions) == []


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("UPDATE forecast SET actual_cases = 1 WHERE edition_number = 2 AND row_position = 0", "Edition 2"),
        ("UPDATE forecast SET quantiles = x'0011' WHERE edition_number = 2", "edition 2"),
        ("UPDATE forecast SET findings = '[' WHERE edition_number = 2", "edition 2"),
        ("UPDATE forecast SET findings = '[{}]' WHERE edition_number = 2", "edition 2"),
        ("UPDATE series SET unit = 'bogus'", "edition 2"),
        ("UPDATE edition_table SET cadence = 'x' WHERE edition_number = 2", "edition 2"),
        ("UPDATE edition SET timestamp = 'rubbish' WHERE number = 2", "edition 2"),
        ("UPDATE edition SET digest = 'x' WHERE number = 1", "Edition 1 has another digest"),
        ("DELETE FROM withdrawal", "withdrawal of edition 1 is missing"),
        ("INSERT INTO withdrawal VALUES (2, '2026-01-01 00:00:00', 'x', 'x')", "Edition 2 is marked as withdrawn"),
        ("UPDATE lock SET provider = 'gemini'", "The lock says gemini"),
        ("UPDATE lock SET number = 99", "under number 99"),
        ("DELETE FROM lock", "row of the lock is missing"),
        ("UPDATE lock SET audit_sequence = 0, audit_digest = ''", "audit trail was changed"),
        ("DELETE FROM audit_event WHERE sequence = 2", "audit trail was changed at event 2"),
        ("UPDATE audit_event SET at = 'rubbish' WHERE sequence = 1", "is damaged"),
        ("UPDATE reply SET body = x'00' WHERE number = 1", "words of reply 1"),
        ("UPDATE payload SET body = zeroblob(9) WHERE number = 2", "words of payload 2"),
    ],
)
def test_each_change_is_named(published, statement, named):
    """A changed, missing or forged row is named, whatever else can still be read."""
    vandalise(published.database, statement)
    assert any(named in damage for damage in damages_of(published.database, published.editions))


def test_a_deleted_edition_is_missed(published):
    """An edition that is gone with all its rows is missed, the newest and the first alike."""
    for number in (1, 2):
        vandalise(published.database, *removal_of(number))
        assert f"Edition {number} is missing." in damages_of(published.database, published.editions)


def test_an_emptied_trail_is_missed(published):
    """A trail that was emptied, its head in the lock's row included, is found by the lock and the editions."""
    vandalise(published.database, "DELETE FROM audit_event", "UPDATE lock SET audit_sequence = 0, audit_digest = ''")
    found = damages_of(published.database, published.editions)
    assert any(one.startswith("The lock says") for one in found)
    assert "Edition 1 was never published." in found


@pytest.mark.parametrize("column", ["quantiles = x'0011'", "findings = '['", "reasons = '5'"])
def test_damage_is_said_in_our_words_by_every_reader(published, column):
    """A row that cannot be what was written is called damage by whoever reads it, never a library's error."""
    vandalise(published.database, f"UPDATE forecast SET {column}")
    with pytest.raises(StoreDamagedError):
        published.editions.get()
