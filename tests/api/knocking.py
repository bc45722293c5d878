"""Knocks at the door of the API, without a server between: any method, header field, body and address."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from served import STARTED, Got, Service, application_over

from neuralbrain.api.app import make_api
from neuralbrain.api.asgi import Asgi
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.view import ServiceView

HERE = "127.0.0.1"
ELSEWHERE = "192.0.2.7"
Fields = Iterable[tuple[str, str]]


@dataclass
class Knock:
    """What came back, and how much of the request was read.

    Args:
        got: The answer.
        read: Bytes of the body that were taken.
        fields: All header fields of the answer, in their order.
    """

    got: Got
    read: int
    fields: list[tuple[str, str]] = field(default_factory=list)


def knock(
    api: Asgi,
    path: str,
    *,
    method: str = "GET",
    fields: Fields = (),
    chunks: Iterable[bytes] = (b"",),
    query: str = "",
    client: str = HERE,
) -> Knock:
    """Return what the API answers.

    Args:
        api: The API.
        path: What is asked for.
        method: How.
        fields: Header fields, which may come several times.
        chunks: The body, part by part; a sender that ends without a last part went away.
        query: Behind the question mark.
        client: The address that asks.
    """
    sent: list[Any] = []
    parts = list(chunks)
    read = 0

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        nonlocal read
        if not parts:
            return {"type": "http.disconnect"}
        part = parts.pop(0)
        read += len(part)
        return {"type": "http.request", "body": part, "more_body": bool(parts)}

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in fields],
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
        "client": (client, 50000),
    }
    asyncio.run(api(scope, receive, send))
    assert [one["type"] for one in sent].count("http.response.start") == 1
    fields = [(key.decode(), value.decode()) for key, value in sent[0]["headers"]]
    body = b"".join(one.get("body", b"") for one in sent[1:])
    return Knock(Got(sent[0]["status"], dict(fields), body), read, fields)


def change(
    api: Asgi, path: str, body: object = None, *, token: str = "", fields: Fields = (), client: str = HERE
) -> Got:
    """Return what the API answers to a request that changes something, with a body as JSON."""
    said = b"" if body is None else json.dumps(body).encode()
    given = [("content-type", "application/json"), *fields]
    if token:
        given.append(("authorization", f"Bearer {token}"))
    return knock(api, path, method="POST", fields=given, chunks=[said], client=client).got


def api_over(service: Service, *, host: str = HERE, **changes: object) -> Asgi:
    """Return the API of a service as it would be under other settings."""
    application = application_over(service.application.settings.home, **changes)
    return make_api(
        ServiceView(
            application=application,
            shelf=service.shelf,
            metrics=Metrics(application),
            health=lambda: service.around.check,
            not_ready=lambda: service.around.not_ready,
            next_slot=service.around.due,
            started_at=STARTED,
            host=host,
        )
    )
