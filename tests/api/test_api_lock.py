"""The lock's addresses say what the lock's methods say."""

from __future__ import annotations

import pytest
from served import Service

from neuralbrain.api.lock import AuditShape, LockShape
from neuralbrain.domain.lock import TRAIL_AT_HAND, AuditEvent
from neuralbrain.store import audit
from stand_ins import START


def test_the_status_is_the_locks_own(reading: Service) -> None:
    """``/api/lock`` answers with every field of ``get_status``."""
    got = reading.get("/api/lock")
    LockShape.model_validate_json(got.content, strict=True)
    assert got.body == reading.application.lock.get_status()
    assert got.body["locked_provider"] == "local"


def test_the_status_is_of_this_moment(service: Service) -> None:
    """A change of the lock is in the next answer, which nobody may keep."""
    service.application.lock.acquire_lock("groq", reason="test")
    got = service.get("/api/lock")
    assert got.body["locked_provider"] == "groq"
    assert got.headers["cache-control"] == "no-store"


def test_a_cycle_that_runs_shows_its_process(service: Service) -> None:
    """While a process holds the runner lease the answer says which, and that it lives."""
    with service.application.lease():
        runner = LockShape.model_validate_json(service.get("/api/lock").content).runner
    assert runner is not None
    assert runner.alive is True


def test_the_trail_is_the_locks_own(reading: Service) -> None:
    """``/api/lock/audit`` answers with the last events, oldest first, as many as asked for."""
    whole = reading.get("/api/lock/audit")
    AuditShape.model_validate_json(whole.content, strict=True)
    assert whole.body["events"] == reading.application.lock.get_audit_trail()
    assert reading.get("/api/lock/audit?limit=2").body["events"] == whole.body["events"][-2:]


@pytest.mark.parametrize("limit", ["0", "1001", "-1", "many", ""])
def test_a_limit_that_cannot_be_is_a_problem(reading: Service, limit: str) -> None:
    """Outside 1 to 1,000 the answer is 422 and names the parameter."""
    got = reading.get(f"/api/lock/audit?limit={limit}")
    assert got.status == 422
    assert "limit" in got.body["detail"]


def test_a_thousand_events_may_be_asked_for(reading: Service) -> None:
    """The largest limit is what the trail hands out at most."""
    assert reading.get("/api/lock/audit?limit=1000").status == 200


def test_where_the_kept_trail_begins(empty: Service) -> None:
    """The page with the oldest event that is kept leads nowhere, and says how many are not kept any more."""
    events = [AuditEvent(event_type="recovered", provider="groq", number=1, actor="test")] * (TRAIL_AT_HAND + 200)
    with empty.application.database.write() as connection:
        audit.append(connection, events, at=START.replace(year=2020))
    assert empty.get("/api/lock/audit?before=201").body["earlier"] == 151
    empty.application.audit_pruning.keep_up()
    newest = empty.get("/api/lock/audit?limit=1000").body
    assert (newest["earlier"], newest["pruned"]) == (202, 200)
    oldest = empty.get("/api/lock/audit?before=202").body
    assert (len(oldest["events"]), oldest["earlier"], oldest["pruned"]) == (1, None, 200)
    assert empty.get("/api/lock/audit?before=150").body == {"events": [], "earlier": None, "pruned": 200}
