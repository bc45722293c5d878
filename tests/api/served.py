"""A real service for the tests: the API on a real socket, over a real application, whose editions a test makes."""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server
from sqlalchemy import text

from neuralbrain.api.app import Asgi, make_api
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.shelf import Shelf
from neuralbrain.api.view import ServiceView
from neuralbrain.api.words import words_of
from neuralbrain.domain.edition import Draft, Edition
from neuralbrain.domain.health import HealthCheck, HealthFinding
from neuralbrain.domain.journal import CycleReport, CycleStart
from neuralbrain.service import LONGEST_HEAD_BYTES
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

SHORT_PAST = date(2023, 10, 1)  # enough of the sample for an edition of twelve regions, made in under a second
NEXT_SLOT = datetime(2026, 4, 1, 13, tzinfo=UTC)
STARTED = datetime(2026, 4, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        """Return the content as JSON."""
        return json.loads(self.content)


@dataclass
class Around:
    """What the service around the API would say; a test changes it."""

    check: HealthCheck | None = None
    not_ready: tuple[HealthFinding, ...] = ()
    next_slot: datetime | None = NEXT_SLOT
    failing: Exception | None = None

    def due(self) -> datetime | None:
        """Return when the next cycle is due, or fail."""
        if self.failing is not None:
            raise self.failing
        return self.next_slot


@dataclass
class Service:
    """The API on a socket, and what stands behind it."""

    application: Application
    shelf: Shelf
    metrics: Metrics
    port: int
    api: Asgi
    view: ServiceView
    around: Around = field(default_factory=Around)

    def get(self, path: str, *, method: str = "GET", body: str | None = None, **headers: str) -> Got:
        """Ask over a connection of its own; header fields are given with underscores."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        with contextlib.closing(connection):
            return ask(connection, path, method=method, body=body, **headers)

    def run(self) -> CycleReport:
        """Run one cycle over the embedded sample."""
        return run_cycle(self.application)

    def publish_again(self, holder: str) -> int:
        """Publish the current edition's tables as another edition, which takes milliseconds, and return its number."""
        last = self.application.editions.get(self.application.editions.headers(1)[0].number)
        assert last is not None
        return self.application.editions.publish(draft_of(last), holder=holder).number


def ask(
    connection: http.client.HTTPConnection, path: str, *, method: str = "GET", body: str | None = None, **headers: str
) -> Got:
    """Return what an open connection answers; header fields are given with underscores."""
    connection.request(method, path, body=body, headers={key.replace("_", "-"): one for key, one in headers.items()})
    response = connection.getresponse()
    content = response.read()
    return Got(response.status, {key.lower(): one for key, one in response.getheaders()}, content)


def call(api: Asgi, path: str, *, query: str = "") -> Got:
    """Return what the API itself answers, without a server between."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def ask_once() -> None:
        scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
        await api({**scope, "http_version": "1.1", "scheme": "http", "root_path": ""}, receive, send)

    asyncio.run(ask_once())
    headers = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return Got(sent[0]["status"], headers, b"".join(one.get("body", b"") for one in sent[1:]))


def draft_of(edition: Edition) -> Draft:
    """Return a draft that says the same as an edition, for a test to publish again."""
    header = edition.header
    return Draft(
        provider=header.provider,
        lock_number=header.lock_number,
        inputs_digest=header.inputs_digest,
        cutoff=header.cutoff,
        timestamp=header.timestamp,
        tables=tuple(replace(table, edition=None) for table in edition.tables),
        replies=tuple(1 for _ in edition.tables),
        refused=edition.refused,
    )


def spoil(application: Application, *, edition: int) -> None:
    """Change a number of a published edition, as a broken disk would."""
    with application.database.write() as connection:
        connection.execute(text("DROP TRIGGER IF EXISTS forecast_refuses_update"))
        connection.execute(text("UPDATE forecast SET risk_score = 1.5 WHERE edition_number = :it"), {"it": edition})


def run_cycle(application: Application) -> CycleReport:
    """Run one cycle, under the runner lease."""
    with application.lease() as lease:
        cycle = application.cycle(lambda _name, _record: None)
        return cycle.run(CycleStart(trigger="manual", holder=lease.holder))


def application_over(home: object, **changes: object) -> Application:
    """Return a real application over a data folder, on a short past of the sample."""
    settings = Settings().model_copy(update={"home": home, "sample_until": SHORT_PAST, **changes})
    return Application(settings)


@contextlib.contextmanager
def serving(application: Application) -> Iterator[Service]:
    """Serve an application on a free port of this machine until the block ends."""
    shelf, metrics, around = shelf_of(application), Metrics(application), Around()
    view = ServiceView(
        application=application,
        shelf=shelf,
        metrics=metrics,
        health=lambda: around.check,
        not_ready=lambda: around.not_ready,
        next_slot=around.due,
        started_at=STARTED,
    )
    shelf.refresh()
    api, port = make_api(view), free_port()
    listening, ends = threading.Event(), threading.Event()
    running: dict[str, Any] = {}

    async def serve() -> None:
        server = Server(
            api,
            address="127.0.0.1",
            port=port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(max_buffer_size=LONGEST_HEAD_BYTES),
            log_enabled=False,
        )
        server.on_startup(listening.set)
        running.update(server=server, loop=asyncio.get_running_loop())
        await server.serve()

    def run() -> None:
        try:
            asyncio.run(serve())
        finally:
            listening.set()
            ends.set()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        assert listening.wait(20)
        wait_for(port, gave_up=ends)
        yield Service(
            application=application, shelf=shelf, metrics=metrics, port=port, api=api, view=view, around=around
        )
    finally:
        running["loop"].call_soon_threadsafe(running["server"].stop)
        thread.join(20)


def wait_for(port: int, *, gave_up: threading.Event) -> None:
    """Return as soon as somebody listens; granian says that it starts a moment before it does."""
    for _ in range(2000):
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        assert not gave_up.wait(0.01), "the server did not start"
    raise AssertionError("the server did not start in time")


def shelf_of(application: Application) -> Shelf:
    """Return an empty shelf over what an application published."""
    return Shelf(application.editions, application.observations, words=partial(words_of, application.replies))


def free_port() -> int:
    """Return a port that nobody uses just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
