"""The cycles that ran, the hours of the schedule, and when the next is due."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from neuralbrain.api.asked import Number
from neuralbrain.api.choice import LARGEST_NUMBER
from neuralbrain.api.editions import Limit
from neuralbrain.api.plain_words import without_paths
from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.journal import CycleRecord
from neuralbrain.errors import NotFoundError
from neuralbrain.publish.as_json import cycle_as_json, schedule_as_json, slot_as_json

Ended = Literal["done", "unchanged", "failed", "skipped"]
Before = Annotated[int | None, Query(ge=1, le=LARGEST_NUMBER, description="Only cycles with a lower number.")]


class StepShape(Shape):
    """How one step of a cycle ended."""

    name: str
    started_at: str
    ended_at: str
    outcome: Ended
    message: str
    code: str | None
    remedy: str | None
    attempts: int


class CycleShape(Shape):
    """One cycle; one that still runs has no end and no outcome."""

    number: int
    trigger: str
    slot: str | None
    started_at: str
    ended_at: str | None
    outcome: Ended | None
    edition: int | None = Field(description="The edition that was up at its end.")


class CycleWithSteps(CycleShape):
    """One cycle and its steps, in the order they ended."""

    steps: list[StepShape]


class SlotShape(Shape):
    """The one state in which an hour of the schedule ended."""

    slot: str
    outcome: Literal["done", "failed", "skipped"]
    code: str | None
    reason: str
    recorded_at: str
    cycle: int | None
    edition: int | None


class ScheduleShape(Shape):
    """How often cycles are due."""

    number: int
    since: str | None = Field(description="Null for the schedule that nobody has changed.")
    interval_seconds: int
    paused: bool
    reason: str
    actor: str


class CyclesShape(Shape):
    """The last cycles and slots, newest first, and the schedule that holds."""

    cycles: list[CycleShape]
    slots: list[SlotShape]
    schedule: ScheduleShape
    next_slot: str | None


def cycles(view: ServiceView) -> APIRouter:
    """Return the addresses of the cycles."""
    router = APIRouter(tags=["cycles"])
    public = partial(without_paths, home=view.application.settings.home)

    @router.get("/api/cycles", responses=problems(422, 503))
    def list_cycles(limit: Limit = 20, before: Before = None) -> CyclesShape:
        """The last cycles and slots, newest first, the schedule that holds, and when the next cycle is due."""
        application, due = view.application, view.next_slot()
        return CyclesShape(
            cycles=[_in_short(one) for one in application.journal.last(limit, before=before)],
            slots=[SlotShape(**public(slot_as_json(one))) for one in application.slots.last(limit)],
            schedule=ScheduleShape(**schedule_as_json(application.slots.schedules()[-1])),
            next_slot=None if due is None else utc_text(due),
        )

    @router.get("/api/cycles/{number}", responses=problems(404, 422, 503))
    def one_cycle(number: Number) -> CycleWithSteps:
        """One cycle with its steps."""
        found = view.application.journal.find(number)
        if found is None:
            raise NotFoundError(f"There is no cycle {number}.", remedy="/api/cycles lists the last ones.")
        return CycleWithSteps(**public(cycle_as_json(found)))

    return router


def _in_short(record: CycleRecord) -> CycleShape:
    return CycleShape(**{key: value for key, value in cycle_as_json(record).items() if key != "steps"})
