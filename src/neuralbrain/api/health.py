"""How the service is: for people, for a process manager, for a load balancer."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from importlib.metadata import version
from typing import Literal

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse

from neuralbrain.api.age import age_seconds
from neuralbrain.api.cycles import SlotShape
from neuralbrain.api.plain_words import without_paths
from neuralbrain.api.shapes import Shape
from neuralbrain.api.shelf import SHOWN, Shown
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.health import HealthFinding, is_ready
from neuralbrain.errors import NeuralBrainError
from neuralbrain.publish.as_json import slot_as_json
from neuralbrain.publish.bodies import EditionBodies

VerdictName = Literal["healthy", "degraded", "failing"]


class FindingShape(Shape):
    """One thing that is not as it should be."""

    code: str
    verdict: VerdictName
    message: str
    remedy: str


class EditionUp(Shape):
    """The edition that is up."""

    number: int
    provider: str
    timestamp: str
    age_seconds: int


class LockHeld(Shape):
    """Who holds the provider lock."""

    provider: str | None
    number: int
    consecutive_failures: int


class ServiceShape(Shape):
    """The process that answers."""

    version: str
    started_at: str
    uptime_seconds: int


class HealthShape(Shape):
    """How the service is; null where it could not be found out."""

    verdict: VerdictName | None = Field(description="Of the last check; null before the first.")
    checked_at: str | None
    findings: list[FindingShape]
    edition: EditionUp | None
    edition_trouble: str | None = Field(description="Why the edition that is up may be old; null where it is not.")
    lock: LockHeld | None
    last_slot: SlotShape | None
    next_slot: str | None
    schedule_paused: bool | None
    unreadable: str | None = Field(description="The error code where the store could not be read just now.")
    service: ServiceShape


class Alive(Shape):
    """The process answers."""

    status: Literal["alive"] = "alive"


class Ready(Shape):
    """Whether there is something to serve and the service does its work."""

    status: Literal["ready", "not ready"]
    findings: list[FindingShape]


def health(view: ServiceView) -> APIRouter:
    """Return the addresses that tell how the service is."""
    router = APIRouter(tags=["health"])
    installed = version("neuralbrain")  # it stands in a file: read once

    @router.get("/api/health/status")
    def health_status(request: Request) -> HealthShape:
        """The last verdict and its findings, the edition that is up, the lock, the schedule; never a problem."""
        shown: Shown | None = getattr(request.state, SHOWN)
        return _status(view, None if shown is None else shown.bodies, installed=installed)

    @router.get("/healthz")
    async def alive() -> Alive:
        """Whether the process answers: always 200."""
        return Alive()

    @router.get(
        "/readyz", responses={200: {"model": Ready}, 503: {"model": Ready, "description": "Not ready, and why."}}
    )
    def ready() -> JSONResponse:
        """Whether the service is ready: 200, or 503; with what is not as it should be."""
        why = view.not_ready()
        serves = is_ready(why)
        said = Ready(status="ready" if serves else "not ready", findings=_findings(view, why))
        return JSONResponse(said.model_dump(), status_code=200 if serves else 503)

    return router


def _status(view: ServiceView, up: EditionBodies | None, *, installed: str) -> HealthShape:
    now, check = view.application.clock.now(), view.health()
    shape = HealthShape(
        verdict=None if check is None else check.verdict.value,
        checked_at=None if check is None else utc_text(check.at),
        findings=[] if check is None else _findings(view, check.findings),
        edition=None
        if up is None
        else EditionUp(
            number=up.header.number,
            provider=up.header.provider,
            timestamp=utc_text(up.header.timestamp),
            age_seconds=age_seconds(up.header, now),
        ),
        edition_trouble=view.shelf.trouble or None,
        lock=None,
        last_slot=None,
        next_slot=None,
        schedule_paused=None,
        unreadable=None,
        service=ServiceShape(
            version=installed,
            started_at=utc_text(view.started_at),
            uptime_seconds=_seconds_between(view.started_at, now),
        ),
    )
    try:
        return shape.model_copy(update=_from_store(view))
    except NeuralBrainError as error:  # what is in memory is worth saying all the more
        return shape.model_copy(update={"unreadable": error.error_code})


def _from_store(view: ServiceView) -> dict[str, object]:
    application = view.application
    now, home = application.clock.now(), application.settings.home
    state, slots, due = application.lock.state(), application.slots.last(1, at_most=now), view.next_slot()
    return {
        "lock": LockHeld(provider=state.provider, number=state.number, consecutive_failures=state.consecutive_failures),
        "last_slot": SlotShape(**without_paths(slot_as_json(slots[0]), home=home)) if slots else None,
        "next_slot": None if due is None else utc_text(due),
        "schedule_paused": application.slots.schedules()[-1].paused,
    }


def _findings(view: ServiceView, findings: tuple[HealthFinding, ...]) -> list[FindingShape]:
    public = partial(without_paths, home=view.application.settings.home)
    return [
        FindingShape(code=one.code, verdict=one.verdict.value, message=public(one.message), remedy=public(one.remedy))
        for one in findings
    ]


def _seconds_between(start: datetime, end: datetime) -> int:
    return max(0, int((end - start).total_seconds()))
