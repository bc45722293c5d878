"""`neuralbrain run` alone, without a service, keeps the audit trail as long as the setting says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from same_process import command, opened

from neuralbrain.domain.lock import TRAIL_AT_HAND, AuditEvent
from neuralbrain.store import audit
from stand_ins import START

OLD = 200  # events beyond the newest 1,000


@pytest.fixture
def aged(tmp_path: Path) -> Path:
    """Return a home whose trail is years old and longer than what is always kept."""
    home = tmp_path / "aged"
    events = [AuditEvent(event_type="recovered", provider="groq", number=0, actor="test")] * (TRAIL_AT_HAND + OLD)
    with opened(home) as here, here.database.write() as connection:
        audit.append(connection, events, at=START.replace(year=2020))
    return home


def pruned(home: Path) -> int:
    """Return how many events are not kept any more."""
    with opened(home) as here:
        return here.lock_row.pruned()


def test_a_run_prunes_what_is_too_old(aged):
    """A run removes what is older than the setting and says so in the trail; with a longer one it keeps all."""
    for days, expected in (("36500", 0), ("366", OLD)):
        said = command("run", "--json", home=aged, NEURALBRAIN_AUDIT_DAYS=days)
        assert said.returncode == 0, said.stderr
        assert expected <= pruned(aged) <= expected + 10, "some events of the run itself push out old ones"
    trail = json.loads(command("lock", "audit", "--limit", "1000", "--json", home=aged).stdout)
    assert [one["event_type"] for one in trail].count("audit_pruned") == 1
    assert command("verify", home=aged).returncode == 0


def test_a_week_is_too_short(aged):
    """Fewer than 30 days are refused, and nothing is pruned."""
    refused = command("run", home=aged, NEURALBRAIN_AUDIT_DAYS="7")
    assert refused.returncode == 2
    assert "NEURALBRAIN_AUDIT_DAYS" in refused.stderr
    assert pruned(aged) == 0
