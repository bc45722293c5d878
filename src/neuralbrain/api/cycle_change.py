"""An operator runs a cycle over HTTP, or has none run for a while."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.responses import Response

from neuralbrain.api.control import REFUSALS, Reason, Wish
from neuralbrain.api.cycles import ScheduleShape
from neuralbrain.api.operator import Operator, operating
from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.publish.as_json import schedule_as_json
from neuralbrain.threads import in_daemon_thread

LIST = "/api/cycles"


class CycleWish(Wish):
    """How a cycle is to be run."""

    again: bool = Field(default=False, description="Ask and publish even though nothing has changed.")


class PauseWish(Wish):
    """Why the schedule is paused or resumed."""

    reason: Reason


class BegunShape(Shape):
    """A cycle that was begun."""

    cycle: int | None = Field(description="Its number; null where it has none yet, and then the list shows it soon.")
    location: str = Field(description="Where it can be followed, as in the header field Location.")


class ScheduleChangeShape(Shape):
    """The schedule that holds now."""

    changed: bool = Field(description="False where it was so already.")
    schedule: ScheduleShape


def cycle_change(view: ServiceView) -> APIRouter:
    """Return the addresses at which cycles are run and the schedule is paused."""
    router = APIRouter(tags=["cycles"])
    here = view.application
    who = Depends(operating(view))

    @router.post("/api/cycles", status_code=202, responses=problems(*REFUSALS))
    async def run(response: Response, wish: CycleWish | None = None, operator: Operator = who) -> BegunShape:
        """Run a cycle now, unless one runs already; it goes on after this answer."""
        again = wish is not None and wish.again
        # First of all, so that nothing is run of which nobody can say who wanted it.
        await in_daemon_thread(partial(here.note_change, operator.actor, "asked for a cycle", {"again": again}))
        number = await view.run_now(again=again)
        location = LIST if number is None else f"{LIST}/{number}"
        response.headers["location"] = location
        return BegunShape(cycle=number, location=location)

    @router.post("/api/schedule/pause", responses=problems(*REFUSALS))
    def pause(wish: PauseWish, operator: Operator = who) -> ScheduleChangeShape:
        """Run no cycle by itself until the schedule is resumed; what is published stays up."""
        return _paused(view, paused=True, reason=wish.reason, actor=operator.actor)

    @router.post("/api/schedule/resume", responses=problems(*REFUSALS))
    def resume(wish: PauseWish, operator: Operator = who) -> ScheduleChangeShape:
        """Run cycles by the schedule again."""
        return _paused(view, paused=False, reason=wish.reason, actor=operator.actor)

    return router


def _paused(view: ServiceView, *, paused: bool, reason: str, actor: str) -> ScheduleChangeShape:
    slots = view.application.slots
    changes = slots.schedules()[-1].paused is not paused
    if changes:
        slots.change(interval_seconds=None, paused=paused, reason=reason, actor=actor)
    return ScheduleChangeShape(changed=changes, schedule=ScheduleShape(**schedule_as_json(slots.schedules()[-1])))
