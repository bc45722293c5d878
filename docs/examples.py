"""Runs the sample once, asks the API everything, and keeps what it says as the examples of its own document."""

from __future__ import annotations

import asyncio
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import neuralbrain
from neuralbrain.api.app import make_api
from neuralbrain.api.asgi import Asgi
from neuralbrain.api.changes import Changes
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.news import News
from neuralbrain.api.plain_words import without_paths
from neuralbrain.api.problems import MEDIA_TYPE, unforeseen
from neuralbrain.api.shelf import Shelf
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.journal import CycleStart
from neuralbrain.domain.token import Scope
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

EXAMPLES = Path(neuralbrain.__file__).parent / "api" / "examples.json"
UNTIL = (date(2023, 9, 3), date(2023, 10, 1))
"""The last dates of the sample that the two editions know: twelve regions, each in under two seconds."""
PLACES: dict[str, Any] = {
    "region": "ZMB",
    "signal": "cholera_cases",
    "number": 1,
    "provider": "local",
}
NAMES = {"/api/sources/{name}": "cholera-africa", "/api/health/provider/{name}": "local"}
QUERIES = {"/api/events": "seconds=0", "/api/evaluation/baseline": "provider=local"}
SHORT_OF_OBJECTS, SHORT_OF_VALUES = 2, 3  # entries of a list that are kept
LONGEST_TEXT = 1_500  # characters of an example that is no JSON
READS_PER_MINUTE = 3  # of somebody elsewhere; this machine itself may ask as often as it likes
ELSEWHERE = "192.0.2.1"
ACTOR = "ada (process 4711)"
SECRET = "0" * 40


class Given(NamedTuple):
    """What the API answered."""

    status: int
    headers: dict[str, str]
    content: bytes


def examples_in_json() -> str:
    """Return the examples as the API reads them."""
    with tempfile.TemporaryDirectory() as folder, _ran(Path(folder) / "home") as (view, api):
        home = view.application.settings.home
        document = json.loads(_asked(api, "/openapi.json").content)
        first = f"{view.events.identity.partition('-')[0]}-0"
        asked = {path: _answer(api, path, said.get("get"), first=first) for path, said in document["paths"].items()}
        answers = {path: said for path, said in asked.items() if said is not None}
        problems: dict[str, Any] = {}
        for given in _problems(api, view, Path(folder)):
            problems.setdefault(str(given.status), json.loads(given.content))
        told = without_paths({"answers": answers, "problems": problems}, home=home)
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


@contextmanager
def _ran(home: Path) -> Iterator[tuple[ServiceView, Asgi]]:
    """Yield the API of a service over a home in which two editions were published."""
    earlier = _application(home, until=UNTIL[0])
    _run(earlier)
    earlier.close()
    application = _application(home, until=UNTIL[1])
    view = _view(application)
    news = News(Changes(application, health=view.health), view.events)
    asyncio.run(_followed(news, view, lambda: None))
    asyncio.run(_followed(news, view, lambda: _run(application)))
    yield view, make_api(view)
    application.close()


async def _followed(news: News, view: ServiceView, happen: Callable[[], None]) -> None:
    happen()
    tell = await news.look()
    view.shelf.refresh()
    tell()


def _application(home: Path, *, until: date) -> Application:
    changed = {"home": home, "sample_until": until, "reads_per_minute": READS_PER_MINUTE}
    made = Application(Settings().model_copy(update=changed))
    made.actor = ACTOR
    return made


def _run(application: Application) -> None:
    with application.lease() as lease:
        application.cycle(lambda _name, _record: None).run(CycleStart(trigger="manual", holder=lease.holder))


def _view(application: Application) -> ServiceView:
    return ServiceView(
        application=application,
        shelf=Shelf(application.editions, application.observations),
        metrics=Metrics(application),
        health=lambda: None,
        not_ready=lambda: (),
        next_slot=lambda: None,
        started_at=application.clock.now(),
    )


def _answer(api: Asgi, path: str, operation: dict[str, Any] | None, *, first: str) -> dict[str, Any] | None:
    """Return the example of an address that reads, None for one that does not, or whose answer is a problem here.

    Args:
        api: Answers.
        path: The address, as the document has it.
        operation: What the document says of reading there, None where that cannot be done.
        first: Identity of the event before the first that happened.
    """
    if operation is None:
        return None
    places = {name: NAMES.get(path, PLACES.get(name)) for name in re.findall(r"{(\w+)}", path)}
    given = _asked(api, path.format(**places), query=QUERIES.get(path, ""), last_event_id=first)
    if given.status != 200:
        return None
    media_type = given.headers["content-type"].partition(";")[0]
    if media_type == "application/json":
        example = shortened(json.loads(given.content))
    else:
        text = given.content.decode()
        example = text if len(text) <= LONGEST_TEXT else _begun(text)
    return {"media_type": media_type, "example": example, "places": places}


def _begun(text: str) -> str:
    """Return the beginning of a text: whole paragraphs where it has some, else whole lines."""
    end = "\n\n" if "\n\n" in text[:LONGEST_TEXT] else "\n"
    return text[: text.rindex(end, 0, LONGEST_TEXT) + len(end)]


def shortened(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return plain values with the first entries of each list alone: lists that go together stay as long as each other.

    >>> shortened({"dates": [1, 2, 3, 4], "regions": [{"a": [1, 2, 3, 4]}, {}, {}]})
    {'dates': [1, 2, 3], 'regions': [{'a': [1, 2, 3]}, {}]}
    """
    match value:
        case dict():
            return {key: shortened(part) for key, part in value.items()}
        case list():
            most = SHORT_OF_OBJECTS if any(isinstance(one, dict) for one in value) else SHORT_OF_VALUES
            return [shortened(one) for one in value[:most]]
        case _:
            return value


def _problems(api: Asgi, view: ServiceView, folder: Path) -> Iterator[Given]:
    """Yield a problem of each status that can be had by asking for something wrong."""
    yield _asked(api, "/api/forecasts/region/Atlantis")
    yield _asked(api, "/api/lock/audit", query="limit=0")
    yield _asked(api, "/api/forecasts/all", method="POST")
    yield _asked(api, "/api/forecasts/all", host="example.org")
    yield _asked(api, "/api/lock/release", method="POST", content_length="1000000000")
    empty = _application(folder / "empty", until=UNTIL[0])
    yield _asked(make_api(_view(empty)), "/api/forecasts/all")
    empty.close()
    tokens = view.application.tokens
    tokens.create("operator", scope=Scope.OPERATE, lasts=None, actor=ACTOR)
    token, _ = tokens.create("reader", scope=Scope.READ, lasts=None, actor=ACTOR)
    api = make_api(_view(view.application))  # which knows the token at once
    yield _asked(api, "/api/lock/release", method="POST", authorization=f"Bearer {SECRET}")
    yield _asked(api, "/api/lock/release", method="POST", authorization=f"Bearer {token}")
    several = [_asked(api, "/api/lock", client=ELSEWHERE) for _ in range(READS_PER_MINUTE + 1)]
    yield several[-1]
    response = unforeseen("/api/forecasts/all", RuntimeError("an example"))
    yield Given(response.status_code, {"content-type": MEDIA_TYPE}, bytes(response.body))


def _asked(
    api: Asgi, path: str, *, query: str = "", method: str = "GET", client: str = "127.0.0.1", **headers: str
) -> Given:
    """Return what the API answers; header fields are given with underscores."""
    sent: list[Any] = []

    async def send(message: Any) -> None:  # noqa: ANN401 - as ASGI has it
        sent.append(message)

    body = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Any:  # noqa: ANN401 - as ASGI has it
        message = next(body, None)
        if message is None:
            await asyncio.Event().wait()  # whoever asks stays until the answer is there
        return message

    fields = {"host": "127.0.0.1", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": query.encode(),
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
        "client": (client, 1),
        "http_version": "1.1",
        "scheme": "http",
        "root_path": "",
    }
    asyncio.run(api(scope, receive, send))
    headers_given = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return Given(sent[0]["status"], headers_given, b"".join(one.get("body", b"") for one in sent[1:]))
