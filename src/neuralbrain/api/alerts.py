"""Alerts: which are open, what became of each, how often they came true; the Atom feed, and acknowledging."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel, ConfigDict, Field
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.alerts.as_json import alert_as_json, record_as_json, whole_alert_as_json
from neuralbrain.alerts.atom import MEDIA_TYPE, atom_feed
from neuralbrain.api.alert_shapes import AlertRecordShape, AlertsShape, WholeAlertShape
from neuralbrain.api.answers import next_page
from neuralbrain.api.asked import MOST_LISTED, Number
from neuralbrain.api.control import LONGEST_REASON, REFUSALS, WORDS, Wish
from neuralbrain.api.operator import Operator, operating
from neuralbrain.api.problems import problems
from neuralbrain.api.tagged import linked, tagged, tagged_json, tagged_responses
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.alert import AlertChoice, AlertRecord, AlertRule
from neuralbrain.domain.location import LONGEST_NAME
from neuralbrain.errors import NotFoundError
from neuralbrain.publish.cursor import LONGEST_CURSOR, cursor_of, places_of
from neuralbrain.publish.lookup import place_or_error
from neuralbrain.wiring import Application

CURSOR = "alerts"
IN_FEED = 100  # entries; readers ask every hour or so
STATES = {"open": True, "ended": False, "all": None}


class AlertQuery(BaseModel):
    """Which alerts are meant."""

    model_config = ConfigDict(extra="forbid")

    state: Literal["open", "ended", "all"] = Field(
        default="all", description="Only those that are open, or have ended."
    )
    rule: AlertRule | None = Field(default=None, description="Only of this rule.")
    region: str | None = Field(
        default=None, max_length=LONGEST_NAME, description="Only about this region, by any name or code."
    )
    acknowledged: bool | None = Field(default=None, description="Only those that somebody acknowledged, or nobody.")
    limit: int = Field(default=50, ge=1, le=MOST_LISTED, description="How many, newest first.")
    cursor: str | None = Field(
        default=None, max_length=LONGEST_CURSOR, description="Where the list goes on: next_cursor of the page before."
    )


class Acknowledgement(Wish):
    """What whoever has seen an alert says to it."""

    note: str = Field(
        max_length=LONGEST_REASON,
        pattern=WORDS,
        description="In one sentence; it stays with the alert.",
        examples=["The ministry was told."],
    )


def alerts(view: ServiceView) -> APIRouter:
    """Return the addresses of alerts."""
    router = APIRouter(tags=["alerts"])
    _add_lists(router, view)
    _add_one(router, view)
    return router


def _add_lists(router: APIRouter, view: ServiceView) -> None:
    kept = view.application.alert_log

    @router.get("/api/alerts", responses=tagged_responses(AlertsShape, 404, 422, 503), response_model=None)
    def list_alerts(request: Request, asked: Annotated[AlertQuery, Query()]) -> Response:
        """Alerts, newest first, each with its reason and the numbers; the cursor leads to those before them."""
        found = kept.list(choice_of(asked), asked.limit + 1)
        more = cursor_of(CURSOR, found[asked.limit - 1].number) if len(found) > asked.limit else None
        told = {"alerts": [alert_as_json(one) for one in found[: asked.limit]], "next_cursor": more}
        return linked(tagged_json(request, told), "" if more is None else next_page(request, more))

    @router.get("/api/alerts/record", responses=tagged_responses(AlertRecordShape, 503), response_model=None)
    def record(request: Request) -> Response:
        """How often alerts about regions came true: judged by the forecast that each rests on, by the first truth."""
        return tagged_json(request, record_as_json(kept.record()))

    @router.get("/api/alerts/feed.atom", responses=_ATOM, response_class=Response, response_model=None)
    def feed(request: Request) -> Response:
        """The last alerts as an Atom feed (RFC 4287): an entry an alert, updated when it changes."""
        address = str(request.base_url).rstrip("/")
        content = atom_feed(kept.list(AlertChoice(), IN_FEED), address=address, empty_since=view.started_at)
        return tagged(request, content, media_type=MEDIA_TYPE)


def _add_one(router: APIRouter, view: ServiceView) -> None:
    application = view.application
    who = Depends(operating(view))

    @router.get("/api/alerts/{number}", responses=tagged_responses(WholeAlertShape, 404, 422, 503), response_model=None)
    def one_alert(request: Request, number: Number) -> Response:
        """One alert with everything that happened to it."""
        return tagged_json(request, whole_alert_as_json(alert_or_error(application, number)))

    @router.post("/api/alerts/{number}/acknowledge", responses=problems(*REFUSALS))
    def acknowledge(number: Number, said: Acknowledgement, operator: Operator = who) -> WholeAlertShape:
        """Say that somebody has seen an alert, and who; it stays open until its rule ends it."""
        came_to = acknowledged(application, number, actor=operator.actor, note=said.note)
        return WholeAlertShape.model_validate(whole_alert_as_json(came_to))


def choice_of(asked: AlertQuery) -> AlertChoice:
    """Return which alerts are meant.

    Raises:
        UnknownRegionError: If no region is called so.
        QueryError: If the cursor is none that the list gave.
    """
    return AlertChoice(
        is_open=STATES[asked.state],
        rule=asked.rule,
        region=None if asked.region is None else place_or_error(asked.region).code,
        acknowledged=asked.acknowledged,
        before=None if asked.cursor is None else places_of(CURSOR, asked.cursor, count=1)[0],
    )


def alert_or_error(application: Application, number: int) -> AlertRecord:
    """Return an alert with its events.

    Raises:
        NotFoundError: If there is none of that number.
    """
    found = application.alert_log.find(number)
    if found is None:
        raise NotFoundError(
            f"There is no alert {number}.",
            remedy="/api/alerts and `neuralbrain alerts list` show which there are.",
            code="alert-unknown",
        )
    return found


def acknowledged(application: Application, number: int, *, actor: str, note: str) -> AlertRecord:
    """Note that somebody has seen an alert, with an audit event, and return it.

    Raises:
        NotFoundError: If there is none of that number.
    """
    found = alert_or_error(application, number)
    application.note_change(actor, "alert-acknowledged", {"alert": number})
    return application.alert_log.acknowledge(number, actor=actor, note=note) or found


_ATOM = {
    **tagged_responses(AlertRecordShape, 503),
    200: {
        "description": "The feed.",
        "content": {"application/atom+xml": {"schema": {"type": "string"}}},
        "headers": {"ETag": {"schema": {"type": "string"}, "description": "For If-None-Match."}},
    },
}
