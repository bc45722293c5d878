"""The OpenAPI document is the contract: everything it names is asked, and every answer is as it says."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import jsonschema
import pytest
from knocking import ELSEWHERE, api_over, knock
from served import Got, Service, application_over, serving

from neuralbrain.api import documentation, gate
from neuralbrain.api.app import make_api
from neuralbrain.api.asgi import Asgi
from neuralbrain.api.refusals import with_refusals
from neuralbrain.domain.journal import CycleStart
from neuralbrain.domain.token import Scope
from neuralbrain.threads import in_daemon_thread
from republished import publish_again

JSON, PROBLEM, STREAM = "application/json", "application/problem+json", "text/event-stream"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
PLACES = {"region": "ZMB", "signal": "cholera_cases", "number": "1", "provider": "local"}
NAMES = {
    "/api/sources/{name}": "cholera-africa",
    "/api/health/provider/{name}": "local",
    "/api/tokens/{name}/revoke": "spare",
}
NOWHERE = {"number": "999999", "region": "Atlantis"}
QUERIES = {"/api/events": "seconds=0"}
REASON = {"reason": "A test."}
BODIES: dict[str, Any] = {
    "/api/lock/switch": {"provider": "local", **REASON},
    "/api/lock/release": REASON,
    "/api/cycles": {"again": True},
    "/api/schedule/pause": REASON,
    "/api/schedule/resume": REASON,
    "/api/health/config/monitor": {"interval_seconds": 300},
    "/api/tokens/{name}/revoke": REASON,
    "/api/alerts/{number}/acknowledge": {"note": "Seen."},
}
SOMETIMES = "only where"  # what a header field is described with that not every answer has
CHANGING_NOW = {"date", "neuralbrain-edition-age"}  # header fields that tell the moment of the answer
UNASKED = {"/api/lock", "/api/health/status", "/api/health/dashboard", "/api/health/system", "/api/health/metrics"}
# Files and pages for people, of which the document says nothing; none of them tells a number.
PAGES = {
    *("/", "/docs", "/docs/start.js", "/docs/{name}", "/openapi.json"),
    *("/docs/errors", "/docs/errors.css", "/docs/errors/{code}"),
}


@dataclass(frozen=True)
class Operation:
    """What the document says of one method at one path."""

    method: str
    path: str
    said: Mapping[str, Any]

    @property
    def name(self) -> str:
        """Return what it is called in a fault."""
        return f"{self.method} {self.path}"

    def address(self, **others: str) -> str:
        """Return where it is, with real names and numbers in the path, or others."""
        return self.path.format(**{**PLACES, "name": NAMES.get(self.path, "nobody"), **others})

    def parameters(self, place: str) -> list[Mapping[str, Any]]:
        """Return its parameters in the path, or in the query."""
        return [one for one in self.said.get("parameters", ()) if one["in"] == place]


@dataclass(frozen=True)
class Contract:
    """A real service, its document, and the token of an operator."""

    service: Service
    document: Mapping[str, Any]
    token: str

    def operations(self, *methods: str) -> list[Operation]:
        """Return what can be asked with these methods, all unless some are given."""
        return [
            Operation(method.upper(), path, said)
            for path, operations in self.document["paths"].items()
            for method, said in operations.items()
            if not methods or method.upper() in methods
        ]

    def asked(self, api: Asgi, one: Operation, *, query: str = "", **more: Any) -> Got:
        """Return what an API answers to an operation, asked as it should be but for what is given."""
        fields = [("host", "127.0.0.1"), ("authorization", f"Bearer {self.token}"), ("content-type", JSON)]
        given = {"path": one.address(), "fields": fields, "chunks": [json.dumps(BODIES.get(one.path)).encode()], **more}
        return knock(api, given.pop("path"), method=one.method, query=query or QUERIES.get(one.path, ""), **given).got

    def broken(self, one: Operation, got: Got, *statuses: int) -> list[str]:
        """Return in what an answer is not as the document says, or of none of these statuses."""
        said = one.said["responses"].get(str(got.status))
        if said is None or got.status not in statuses:
            return [f"{one.name}: {got.status}, not one of {statuses} that is documented: {got.content[:200]!r}"]
        faults = [*self._body(said.get("content", {}), got), *self._fields(said.get("headers", {}), got)]
        return [f"{one.name} {got.status}: {fault}" for fault in faults]

    def _body(self, contents: Mapping[str, Any], got: Got) -> Iterator[str]:
        media_type = got.headers.get("content-type", "").partition(";")[0]
        if not contents:
            if got.content or media_type:
                yield f"has content of {media_type}, and none is documented"
        elif media_type not in contents:
            yield f"is {media_type}, not one of {', '.join(contents)}"
        elif media_type.endswith("json"):
            schema = {**contents[media_type]["schema"], "components": self.document["components"]}
            for fault in jsonschema.Draft202012Validator(schema).iter_errors(got.body):
                yield f"{fault.json_path}: {fault.message[:200]}"
        elif media_type.endswith("xml"):
            ElementTree.fromstring(got.content)
        elif not got.content:
            yield "is empty"

    def _fields(self, headers: Mapping[str, Any], got: Got) -> Iterator[str]:
        for name, said in headers.items():
            value: Any = got.headers.get(name.lower())
            if value is None:
                if SOMETIMES not in said["description"]:
                    yield f"has no {name}"
            else:
                typed = int(value) if said["schema"]["type"] == "integer" else value
                jsonschema.validate(typed, said["schema"])


@pytest.fixture(scope="module")
def contract(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Contract]:
    """Yield a service with two editions, an alert and a token that may do everything."""
    application = application_over(
        shutil.copytree(ran_once, tmp_path_factory.mktemp("contract") / "home"), changes_per_minute=1000
    )
    application.alerting.look()
    publish_again(
        application.editions, application.lease(), at=application.clock.now(), risk_score={"ZMB": 99.5, "MOZ": 91.0}
    )
    application.alerting.look()
    token, _ = application.tokens.create("night", scope=Scope.ADMIN, lasts=None, actor="test")
    application.tokens.create("spare", scope=Scope.READ, lasts=None, actor="test")
    with serving(application) as service:
        yield Contract(service, service.get("/openapi.json").body, token)
    application.close()


def test_everything_that_reads_answers_as_documented(contract: Contract) -> None:
    """Over a socket, each address that reads gives what the document says, in each of its media types."""
    faults = []
    for one in contract.operations("GET"):
        query = f"?{QUERIES[one.path]}" if one.path in QUERIES else ""
        for media_type in one.said["responses"]["200"]["content"]:
            got = contract.service.get(
                one.address() + query, Accept=media_type, Authorization=f"Bearer {contract.token}"
            )
            faults += contract.broken(one, got, 200)
            if got.headers["content-type"].partition(";")[0] != media_type:
                faults.append(f"{one.name}: no {media_type}")
    assert faults == []


def test_head_and_304_say_what_get_says(contract: Contract) -> None:
    """HEAD gives the header fields of GET without its body; whoever has the answer is told so with 304."""
    faults, tagged = [], 0
    for one in contract.operations("GET"):
        path = one.address() + (f"?{QUERIES[one.path]}" if one.path in QUERIES else "")
        token = f"Bearer {contract.token}"
        got, head = (contract.service.get(path, method=method, Authorization=token) for method in ("GET", "HEAD"))
        same = {
            key for key in got.headers.keys() | head.headers.keys() if got.headers.get(key) != head.headers.get(key)
        }
        same -= CHANGING_NOW | {"transfer-encoding"} | ({"content-length"} if _tells_the_time(one) else set())
        if (head.status, head.content, same) != (got.status, b"", set()):
            faults.append(f"{one.name}: HEAD {head.status}, {len(head.content)} bytes, other fields: {same}")
        documents_tag = "ETag" in one.said["responses"]["200"].get("headers", {})
        if documents_tag != ("etag" in got.headers) or documents_tag != ("304" in one.said["responses"]):
            faults.append(f"{one.name}: its entity tag is not as documented")
        if documents_tag:
            tagged += 1
            again = contract.service.get(path, if_none_match=got.headers["etag"], Authorization=token)
            faults += contract.broken(one, again, 304)
    assert faults == []
    assert tagged > 25


def _tells_the_time(one: Operation) -> bool:
    """Return whether two answers differ because time passes, or because the service has counted the first."""
    return one.path in UNASKED | {"/metrics", "/api/events"}


@pytest.mark.slow
def test_everything_that_changes_answers_as_documented(contract: Contract) -> None:
    """Each operation of an operator does what it says, in the order of the document, and answers as documented."""
    application = contract.service.application

    async def run_now(*, again: bool) -> int:
        def run() -> int:
            with application.lease() as lease:
                start = CycleStart(trigger="manual", holder=lease.holder, again=again)
                application.cycle(lambda _name, _record: None).run(start)
            return int(application.journal.last(1)[0].number)

        return await in_daemon_thread(run)

    api = make_api(replace(contract.service.view, run_now=run_now))
    changing = contract.operations("POST")
    assert {one.path for one in changing if one.said.get("requestBody")} == set(BODIES)
    assert {method for one in contract.operations() for method in [one.method]} == {"GET", "POST"}
    faults = [fault for one in changing for fault in contract.broken(one, contract.asked(api, one), 200, 202)]
    assert faults == []
    assert application.journal.last(1)[0].number == 2


def test_a_wrong_method_is_refused_with_those_there_are(contract: Contract) -> None:
    """At each path whatever the document does not name is refused with 405, and Allow names exactly what it does."""
    for path, operations in contract.document["paths"].items():
        there = {method.upper() for method in operations}
        allowed = there | ({"HEAD"} if "GET" in there else set())
        for method in set(METHODS) - there:
            one = Operation(method, path, operations[next(iter(operations))])
            got = contract.asked(contract.service.api, one)
            assert (got.status, set(got.headers["allow"].split(", "))) == (405, allowed), one.name
            problem = {"$ref": "#/components/schemas/Problem", "components": contract.document["components"]}
            jsonschema.validate(got.body, problem)


def test_what_is_not_there_is_404(contract: Contract) -> None:
    """An operation documents 404 where it has a path to fill or needs a token, and answers so for a name of nothing."""
    faults, found = [], 0
    for one in contract.operations():
        for parameter in one.parameters("path"):
            path = one.address(**{parameter["name"]: NOWHERE.get(parameter["name"], "nothing")})
            faults += contract.broken(one, contract.asked(contract.service.api, one, path=path), 404)
            found += 1
    assert faults == []
    assert found > 20


def test_what_cannot_be_read_is_422(contract: Contract) -> None:
    """An operation documents 422 exactly where it takes anything; what is of no right type or name is refused so."""
    faults = []
    for one in contract.operations():
        asked = [
            *({"query": urlencode({said["name"]: "\x00"})} for said in one.parameters("query") if _is_typed(said)),
            *({"path": one.address(**{said["name"]: "x"})} for said in one.parameters("path") if _is_typed(said)),
            *({"chunks": [body]} for body in (b"[1]", b"{", b"\xff") if one.path in BODIES and one.method == "POST"),
        ]
        takes = bool(one.said.get("parameters")) or "requestBody" in one.said or one.method == "POST"
        if takes != ("422" in one.said["responses"]):
            faults.append(f"{one.name}: 422 is documented where nothing is taken, or is not where something is")
        for how in asked:
            faults += contract.broken(one, contract.asked(contract.service.api, one, **how), 422)
    assert faults == []


def _is_typed(said: Mapping[str, Any]) -> bool:
    """Return whether a parameter is more than any text."""
    kinds = [said["schema"], *said["schema"].get("anyOf", ())]
    return any(kind.get("type") in {"integer", "boolean"} or "enum" in kind or "pattern" in kind for kind in kinds)


def test_the_door_refuses_as_documented(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    """Too long, for another host, without a token, too often, too busy: each operation is refused as it documents."""
    here, service = contract.service.api, contract.service
    token = ("authorization", f"Bearer {contract.token}")
    faults, guarded = [], api_over(service, host="192.0.2.1")
    often = api_over(service, reads_per_minute=1, changes_per_minute=1)
    for method in ("GET", "POST"):  # the first is the one that may come
        first = contract.operations(method)[-1]
        contract.asked(often, first, query="format=json", fields=[token], client=ELSEWHERE)
    for one in contract.operations():
        slow = QUERIES.get(one.path, "format=json")  # what is ready in memory is answered before it is looked at
        for status, api, how in (
            (413, here, {"fields": [token, ("content-length", "99999999")]}),
            (421, here, {"fields": [token, ("host", "evil.example")]}),
            (429, often, {"fields": [token], "client": ELSEWHERE}),
            (401, guarded, {"fields": [], "client": ELSEWHERE}),
        ):
            if status == 401 and one.path == "/healthz":
                assert "401" not in one.said["responses"]
            else:
                faults += contract.broken(one, contract.asked(api, one, query=slow, **how), status)
    monkeypatch.setattr(gate, "MOST_AT_ONCE", 0)
    for one in contract.operations():
        slow = QUERIES.get(one.path, "format=json")
        faults += contract.broken(one, contract.asked(here, one, query=slow), 503)
    assert faults == []


def test_a_fault_inside_is_documented(contract: Contract) -> None:
    """Where the service itself fails every operation answers 500 as documented."""

    class Broken:
        earlier = None

        def shown(self) -> None:
            raise RuntimeError("broken")

    api = make_api(replace(contract.service.view, shelf=Broken()))
    faults = [fault for one in contract.operations() for fault in contract.broken(one, contract.asked(api, one), 500)]
    assert faults == []


def test_the_document_is_made_once(contract: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many who ask a new service for its document at one time each gets it whole, and one has it made."""
    made = []

    def counted(document: dict[str, Any]) -> dict[str, Any]:
        made.append(document)
        return with_refusals(document)

    monkeypatch.setattr(documentation, "with_refusals", counted)
    api = api_over(contract.service)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: knock(api, "/openapi.json").got, range(8)))
    assert {one.status for one in found} == {200}
    assert all(one.body == contract.document for one in found)
    assert len(made) == 1


def test_there_is_nothing_that_the_document_does_not_name(contract: Contract) -> None:
    """Each route is in the document with its method, or is a page or file for people that only reads."""
    documented = {(one.method, one.path) for one in contract.operations()}
    found, pages = set(), set()
    for route in _routes(contract.service.api._resources):
        there = {(method, route.path) for method in route.methods - {"HEAD"}}
        if route.include_in_schema:
            found |= there
        else:
            assert {method for method, _ in there} == {"GET"}
            pages.add(route.path)
    assert found == documented
    files = {one for one in pages if "." in one.rpartition("/")[2] and not one.startswith(("/docs", "/openapi"))}
    assert pages - files == PAGES
    assert not any(one.startswith("/api") for one in pages)


def _routes(resources: list[Any]) -> Iterator[Any]:
    """Yield every route, also those of routers inside."""
    for one in resources:
        inner = getattr(one, "original_router", None)
        if inner is None:
            yield one
        else:
            yield from _routes(inner.routes)
