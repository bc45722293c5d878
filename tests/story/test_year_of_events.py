"""More than a year in which the audit trail is pruned as days pass: what it vouched for is still vouched for."""

from __future__ import annotations

import pytest

from neuralbrain.domain.lock import TRAIL_AT_HAND
from neuralbrain.store.audit_pruning import AuditPruning
from neuralbrain.store.verify import damages_of
from vandals import removal_of, vandalise

pytestmark = pytest.mark.both_databases(slow=True)

DAYS, KEPT_DAYS, EACH_DAY = 480, 366, 4


@pytest.fixture
def year(world):
    """Return a world after 480 days: an edition each 40, the first and the fourth withdrawn, pruned every day."""
    pruning = AuditPruning(world.database, clock=world.clock, days=KEPT_DAYS)
    for day in range(DAYS):
        if day % 40 == 0:
            world.source.values["AGO"][-1] = 100.0 + day
            world.run()
        if day in (45, 125):
            world.editions.withdraw(day // 40, reason="the feed was wrong", actor="test")
        if day == 50:
            world.lock.acquire_lock("groq", reason="test")
        for _ in range(EACH_DAY):
            world.lock.increment_failure_count(reason="test")
        world.clock.forward(days=1)
        pruning.keep_up()
        if day % 100 == 0:
            assert damages_of(world.database, world.editions) == []
    return world


def test_a_year_is_kept(year):
    """Everything of the last year is there, little else is, and nothing is taken for damage."""
    assert damages_of(year.database, year.editions) == []
    assert 0 < year.row.pruned() < (DAYS - KEPT_DAYS) * (EACH_DAY + 1)
    oldest = year.row.trail(1, before=year.row.pruned() + 2)[0]
    assert KEPT_DAYS <= (year.clock.now() - oldest.at).days < KEPT_DAYS + 30
    assert year.row.trail_length() - year.row.pruned() > TRAIL_AT_HAND
    types = {one.event.event_type for one in year.row.trail(5000)}
    assert "audit_pruned" in types
    assert "lock_acquire" not in types, "the lock was last acquired more than a year ago"
    gone = [one for one in year.row.trail(5000) if one.event.event_type == "audit_pruned"][-1].event.details
    assert (gone["holder"], gone["edition"], gone["withdrawn"]) == ("groq", 3, [1])
    assert [one.number for one in year.editions.headers(20)] == list(range(12, 0, -1))


def test_what_pruned_events_vouched_for_is_still_noticed(year):
    """An edition, a withdrawal or a lock that pruned events spoke of is missed, or told apart from what it was."""
    for statements, named in (
        (["UPDATE lock SET provider = 'gemini'"], "its audit trail says groq"),
        (["UPDATE edition SET digest = 'x' WHERE number = 3"], "Edition 3 has another digest"),
        (["UPDATE edition SET digest = 'x' WHERE number = 1"], "Edition 1 has another digest"),
        (["DELETE FROM withdrawal WHERE edition_number = 1"], "The withdrawal of edition 1 is missing."),
        (["DELETE FROM withdrawal WHERE edition_number = 3"], "The withdrawal of edition 3 is missing."),
        (
            ["INSERT INTO withdrawal VALUES (2, '2026-01-01 00:00:00', 'x', 'x')"],
            "Edition 2 is marked as withdrawn, and never was.",
        ),
        (removal_of(2), "Edition 2 is missing."),
        (removal_of(3), "Edition 3 is missing."),
        (removal_of(5), "Edition 5 is missing."),
    ):
        vandalise(year.database, *statements)
        assert any(named in damage for damage in damages_of(year.database, year.editions)), named


def test_a_missing_edition_blames_no_other(year):
    """Where an old edition is gone with all its rows, it is named, and those before and behind it are not."""
    vandalise(year.database, *removal_of(2))
    assert damages_of(year.database, year.editions) == ["Edition 2 is missing."]
