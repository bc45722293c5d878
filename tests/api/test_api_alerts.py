"""Alerts over the API: lists, one, acknowledging, the record, and a feed that holds to RFC 4287."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from served import Service, application_over, serving

from neuralbrain.api.alert_news import alert_news
from neuralbrain.api.alert_shapes import AlertRecordShape, AlertsShape, WholeAlertShape
from neuralbrain.domain.token import Scope
from republished import publish_again

ATOM = "{http://www.w3.org/2005/Atom}"
TOKENS: dict[str, str] = {}
RED = {"MOZ": 91.0, "BDI": 86.0, "ZMB": 99.5}


@pytest.fixture(scope="module")
def alarmed(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service with three alerts, of which one has been cleared."""
    application = application_over(shutil.copytree(ran_once, tmp_path_factory.mktemp("alarmed") / "home"))
    application.alerting.look()
    for scores in (RED, {**RED, "BDI": 20.0}, {**RED, "BDI": 20.0}):
        publish_again(application.editions, application.lease(), at=application.clock.now(), risk_score=scores)
    application.alerting.look()
    tokens = application.tokens
    for name, scope in (("reader", Scope.READ), ("duty", Scope.OPERATE)):
        TOKENS[name] = tokens.create(name, scope=scope, lasts=timedelta(days=1), actor="test")[0]
    with serving(application) as made:
        yield made
    application.close()


def test_alerts_are_listed_and_filtered(alarmed):
    """The newest comes first, each with its numbers; state, rule and region choose, and pages go on where one ended."""
    body = alarmed.get("/api/alerts").body
    AlertsShape.model_validate(body)
    assert [one["region"] for one in body["alerts"]] == ["ZMB", "MOZ", "BDI"]
    assert {one["region"]: one["state"] for one in body["alerts"]} == {"MOZ": "open", "BDI": "cleared", "ZMB": "open"}
    zambia = body["alerts"][0]
    assert (zambia["rule"], zambia["title"], zambia["value"]) == (
        "risk-red",
        "Risk is RED: Zambia, cholera_cases",
        99.5,
    )
    assert "is 99 of 100" in zambia["reason"]
    for query, count in (
        ("state=open", 2),
        ("state=ended", 1),
        ("rule=data-stale", 0),
        ("region=Zambia", 1),
        ("acknowledged=true", 0),
    ):
        assert len(alarmed.get(f"/api/alerts?{query}").body["alerts"]) == count, query
    seen, path = [], "/api/alerts?limit=2"
    while path:
        page = alarmed.get(path)
        seen += [one["number"] for one in page.body["alerts"]]
        following = page.headers.get("link")
        path = following and following[1 : following.index(">")]
    assert seen == [one["number"] for one in body["alerts"]]


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/alerts/99", 404, "alert-unknown"),
        ("/api/alerts?region=Nowhere", 404, "region-unknown"),
        ("/api/alerts?cursor=abc", 422, "cursor-unreadable"),
        ("/api/alerts?rule=none", 422, "parameter-unusable"),
    ],
)
def test_errors_are_problems(alarmed, path, status, code):
    """What does not exist or cannot be used is a problem with its code."""
    got = alarmed.get(path)
    assert (got.status, got.body["code"]) == (status, code)


def test_one_alert_has_its_history(alarmed):
    """One alert says everything that happened to it, oldest first, and may be asked for by its tag."""
    cleared = alarmed.get("/api/alerts?state=ended").body["alerts"][0]
    got = alarmed.get(f"/api/alerts/{cleared['number']}")
    WholeAlertShape.model_validate(got.body)
    assert [one["change"] for one in got.body["events"]] == ["raised", "updated", "cleared"]
    assert alarmed.get(f"/api/alerts/{cleared['number']}", if_none_match=got.headers["etag"]).status == 304


def test_acknowledging_needs_a_token(alarmed, reading):
    """Nobody can before a token is made; then its name stands with the note in the alert and in the audit trail."""

    def post(service: Service, said: str, *, token: str = ""):
        fields = {"authorization": f"Bearer {TOKENS[token]}"} if token else {}
        path = "/api/alerts/1/acknowledge"
        return service.get(path, method="POST", body=said, content_type="application/json", **fields)

    body = json.dumps({"note": "The ministry was told."})
    refused = post(reading, body)
    assert (refused.status, refused.body["code"]) == (404, "control-off")
    assert post(alarmed, body).status == 401
    assert post(alarmed, body, token="reader").status == 403
    assert post(alarmed, "{}", token="duty").status == 422
    done = post(alarmed, body, token="duty")
    assert done.status == 200, done.body
    assert done.body["acknowledged"] | {"at": ""} == {"at": "", "actor": "token:duty", "note": "The ministry was told."}
    assert [one["number"] for one in alarmed.get("/api/alerts?acknowledged=true").body["alerts"]] == [1]
    (event,) = alarmed.application.lock_row.trail(1)
    assert (event.event.actor, dict(event.event.details)["what"]) == ("token:duty", "alert-acknowledged")


def test_the_record_has_its_counts(alarmed):
    """Before the truth is there every alert waits, and there is no precision to speak of."""
    body = alarmed.get("/api/alerts/record").body
    AlertRecordShape.model_validate(body)
    red = next(one for one in body["rules"] if one["rule"] == "risk-red")
    assert (red["raised"], red["waiting"], red["precision"]) == (3, 3, None)


def test_the_feed_is_atom(alarmed):
    """RFC 4287: one id, title, updated and author a feed; one id, title, updated and a summary or content an entry."""
    got = alarmed.get("/api/alerts/feed.atom")
    assert got.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(got.content)
    assert feed.tag == f"{ATOM}feed"
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 3
    for parent in (feed, *entries):
        for name in ("id", "title", "updated"):
            (one,) = parent.findall(f"{ATOM}{name}")
            assert one.text
        assert ":" in parent.findtext(f"{ATOM}id")  # an absolute IRI
        moment = parent.findtext(f"{ATOM}updated")
        assert datetime.fromisoformat(moment).tzinfo is not None
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    ids = [one.findtext(f"{ATOM}id") for one in entries]
    assert len(set(ids)) == len(ids)
    assert all(one.startswith("urn:uuid:") for one in ids)
    assert feed.findtext(f"{ATOM}updated") == max(one.findtext(f"{ATOM}updated") for one in entries)
    for one in entries:
        (link,) = one.findall(f"{ATOM}link")
        assert link.get("rel") == "alternate"
        assert alarmed.get(link.get("href").partition(f":{alarmed.port}")[2]).status == 200
        assert one.findtext(f"{ATOM}summary")
    (me,) = feed.findall(f"{ATOM}link")
    assert (me.get("rel"), me.get("href")) == ("self", f"http://127.0.0.1:{alarmed.port}/api/alerts/feed.atom")
    assert alarmed.get("/api/alerts/feed.atom", if_none_match=got.headers["etag"]).status == 304


def test_a_feed_without_alerts_is_one_too(reading):
    """A feed without entries has all that a feed must have."""
    feed = ElementTree.fromstring(reading.get("/api/alerts/feed.atom").content)
    assert [one.tag for one in feed] == [f"{ATOM}{name}" for name in ("id", "title", "updated", "author", "link")]


def test_events_tell_of_alerts(alarmed):
    """Whoever listens hears what was raised and what ended, after the event that it heard last; no acknowledgement."""
    happened = alert_news(alarmed.application.alert_log)
    every = happened(0)
    assert [one.raised for one in every] == [True, True, True, False]
    assert [one.number for one in every] == sorted(one.number for one in every)
    assert happened(None) == every[-1:]
    assert happened(every[2].number) == every[3:]
    assert every[-1].data["region"] == "BDI"
