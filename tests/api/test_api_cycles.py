"""The addresses of the cycles: what ran, what the hours came to, what is due."""

from __future__ import annotations

from datetime import timedelta

from served import NEXT_SLOT, Service

from neuralbrain.api.cycles import CyclesShape, CycleWithSteps
from neuralbrain.domain.slot import SlotOutcome, SlotRecord
from neuralbrain.errors import StoreUnavailableError
from neuralbrain.publish.as_json import cycle_as_json


def test_cycles_slots_and_schedule_are_told(service: Service) -> None:
    """The last cycles and slots stand there newest first, with the schedule that holds and the next slot."""
    service.run()
    for hours in (3, 2):
        service.application.slots.record(
            SlotRecord(
                slot=NEXT_SLOT - timedelta(hours=hours),
                outcome=SlotOutcome.SKIPPED,
                code="schedule-paused",
                reason="The schedule was paused.",
                recorded_at=NEXT_SLOT,
            )
        )
    got = service.get("/api/cycles")
    CyclesShape.model_validate_json(got.content, strict=True)
    assert [(one["number"], one["outcome"]) for one in got.body["cycles"]] == [(2, "unchanged"), (1, "done")]
    assert [one["slot"] for one in got.body["slots"]] == ["2026-04-01T11:00:00Z", "2026-04-01T10:00:00Z"]
    assert got.body["schedule"]["interval_seconds"] == 3600
    assert got.body["schedule"]["since"] is None
    assert got.body["next_slot"] == "2026-04-01T13:00:00Z"


def test_the_schedule_is_the_one_that_holds(service: Service) -> None:
    """After a change the last schedule is shown, with who changed it and why."""
    service.application.slots.change(interval_seconds=7200, paused=True, reason="quiet", actor="test")
    service.around.next_slot = None
    body = service.get("/api/cycles").body
    assert (body["schedule"]["interval_seconds"], body["schedule"]["paused"]) == (7200, True)
    assert body["schedule"]["reason"] == "quiet"
    assert body["next_slot"] is None


def test_older_cycles_are_a_page_further(service: Service) -> None:
    """``before`` and ``limit`` page through the cycles."""
    service.run()
    assert [one["number"] for one in service.get("/api/cycles?limit=1").body["cycles"]] == [2]
    assert [one["number"] for one in service.get("/api/cycles?before=2").body["cycles"]] == [1]
    assert service.get("/api/cycles?limit=1001").status == 422


def test_one_cycle_shows_its_steps(reading: Service) -> None:
    """A cycle by its number has its steps in the order they ended, as the journal has them."""
    got = reading.get("/api/cycles/1")
    CycleWithSteps.model_validate_json(got.content, strict=True)
    record = reading.application.journal.find(1)
    assert record is not None
    assert got.body == cycle_as_json(record)
    assert [step["name"] for step in got.body["steps"]][-1] == "publish"


def test_a_cycle_that_is_not_there_is_a_problem(reading: Service) -> None:
    """A number that no cycle has gives 404."""
    assert reading.get("/api/cycles/99").status == 404


def test_a_store_that_cannot_be_read_is_a_problem(service: Service) -> None:
    """The answer is 503 with the code and without any place on this machine."""
    service.around.failing = StoreUnavailableError("The database /srv/secret/x is locked.", remedy="Look at /srv.")
    got = service.get("/api/cycles")
    assert (got.status, got.body["code"]) == (503, "store-unavailable")
    assert b"/srv" not in got.content
