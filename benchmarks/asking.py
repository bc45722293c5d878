"""Questions as our client asks them and as a bare one does: the same bytes to the same server."""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import urlsplit

from benchmarks.measure import Sample
from benchmarks.publishing import codes
from benchmarks.stand_in import NAMES, StandIn, keys_set
from benchmarks.world import world_request
from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, CallRecord, Spent
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.request import Answer, Asked, ForecastRequest
from neuralbrain.outgoing.message import NotReceived, NotReceivedKind, OutgoingRequest
from neuralbrain.ports import Calls, Provider
from neuralbrain.provider_settings import ProviderSettings
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

NAME = NAMES[0]
LATE_SECONDS = 60.0  # without an answer of the stand-in: far beyond what it thinks
MOST_REAL = 250  # places that exist, of a feed: a prompt names no others

Taken = tuple[float, float]
"""Wall and processor time, seconds."""


@contextmanager
def asking_application(
    home: Path, server: StandIn, *, concurrency: int = 1, calls: Calls | None = None, transport: Tap | None = None
) -> Iterator[Application]:
    """Yield an application over one feed of the sample whose first providers are the stand-in's, and no others.

    Args:
        home: Its data folder.
        server: Whom to ask.
        concurrency: Calls in flight.
        calls: Another record of calls than that on disk.
        transport: Another way out than the real one.
    """
    changed = {
        "home": home,
        "sources": ("cholera-africa",),
        "providers": {name: ProviderSettings(base_url=server.urls[name]) for name in NAMES},
        "disabled_providers": tuple(name for name in PRIORITY if name not in NAMES),
        "provider_concurrency": concurrency,
    }
    with keys_set():
        application = Application(Settings().model_copy(update=changed))
        # Before anything that uses them is built.
        if calls is not None:
            vars(application)["calls"] = calls
        if transport is not None:
            vars(application)["transport"] = transport
        try:
            yield application
        finally:
            application.close()


def warmed(application: Application) -> None:
    """Make what is made once in the life of a process or a data folder, so that it is in no figure."""
    application.lock.get_locked_provider()  # makes the database
    application.provider(NAME)
    _ = application.orchestrator


def questions_about(regions: int) -> list[ForecastRequest]:
    """Return requests about so many regions: places that exist, as many feeds as that takes."""
    requests: list[ForecastRequest] = []
    for number, first in enumerate(range(0, regions, MOST_REAL)):
        request = world_request(codes(min(MOST_REAL, regions - first)))
        series = tuple(replace(one, source=f"{one.source}-{number}") for one in request.panel.series)
        requests.append(replace(request, panel=replace(request.panel, series=series)))
    return requests


def parts_of(provider: Provider, requests: Sequence[ForecastRequest]) -> list[ForecastRequest]:
    """Return every question that a provider is asked."""
    return [part for request in requests for part in provider.parts(request)]


def asked_all(application: Application, requests: Sequence[ForecastRequest]) -> Asked:
    """Ask for everything as a cycle does, under the lock and the lease.

    Raises:
        RuntimeError: If a question was refused, or another one answered than was meant: then less was measured.
    """
    with application.lease() as lease:
        asked = application.orchestrator.ask(requests, runner=lease.holder)
    if asked.provider != NAME or any(part.reply is None for part in asked.parts):
        raise RuntimeError(f"{asked.provider} answered, and {len(asked.replies)} of {len(asked.parts)} questions")
    return asked


def said(provider: Provider, request: ForecastRequest) -> Answer:
    """Ask one question.

    Raises:
        RuntimeError: If it fails.
    """
    answer = provider.forecast(request)
    if not isinstance(answer, Answer):
        raise RuntimeError(f"the stand-in did not answer: {answer}")  # noqa: TRY004 - what was measured is something else
    return answer


class Forgetful:
    """A record of calls that keeps nothing: what a call costs without one."""

    def begin(self, _call: CallBegun) -> int:
        """Keep nothing."""
        return 1

    def answered(self, number: int, answered: CallAnswered) -> None:
        """Keep nothing."""

    def read(self, number: int, reading: CallReading) -> None:
        """Keep nothing."""

    def spent(self, _provider: str, *, since: datetime) -> Spent:
        """Return that nothing was used."""
        del since
        return Spent()

    def last(self, _limit: int, *, provider: str | None = None) -> tuple[CallRecord, ...]:
        """Return no call."""
        del provider
        return ()


@dataclass(slots=True)
class Tap:
    """A way out that leads nowhere and keeps what would have been sent."""

    caught: list[OutgoingRequest] = field(default_factory=list)

    def send(self, request: OutgoingRequest) -> NotReceived:
        """Keep a request."""
        self.caught.append(request)
        return NotReceived(kind=NotReceivedKind.REFUSED, why="kept", sent=False, seconds=0.0)


def sent_for(home: Path, server: StandIn, requests: Sequence[ForecastRequest]) -> list[OutgoingRequest]:
    """Return what is sent for each question of some requests.

    Raises:
        RuntimeError: If anything else is done.
    """
    tap = Tap()
    with asking_application(home, server, calls=Forgetful(), transport=tap) as application:
        provider = application.provider(NAME)
        parts = parts_of(provider, requests)
        for part in parts:
            provider.forecast(part)
    if len(tap.caught) != len(parts):
        raise RuntimeError(f"{len(parts)} questions were sent as {len(tap.caught)} requests")
    return tap.caught


def post(asked: OutgoingRequest) -> bytes:
    """Send the same with nothing around it, over a connection of its own, and return what comes back.

    Raises:
        RuntimeError: If that is no answer.
    """
    parts = urlsplit(asked.url)
    line = http.client.HTTPConnection(parts.netloc, timeout=LATE_SECONDS)
    try:
        line.request(asked.method, parts.path, body=asked.body, headers=dict(asked.headers))
        answer = line.getresponse()
        words = answer.read()
    finally:
        line.close()
    if answer.status != 200:
        raise RuntimeError(f"the stand-in answered a bare client with {answer.status}")
    return words


def post_all(asked: Sequence[OutgoingRequest], *, concurrency: int) -> None:
    """Send all of them, so many at a time."""
    with ThreadPoolExecutor(max_workers=concurrency) as pool:
        for _ in pool.map(post, asked):
            pass


def timed_here(action: Callable[[], object]) -> Callable[[], Taken]:
    """Return an action that says what it took, of the clock on the wall and of this process's processors."""

    def timed() -> Taken:
        began, at_work = perf_counter(), process_time()
        action()
        return perf_counter() - began, process_time() - at_work

    return timed


def in_turn(
    actions: Mapping[str, Callable[[], Taken]], *, rounds: int, warm_up: int = 3
) -> dict[str, tuple[Sample, Sample]]:
    """Return wall and processor times of each action; every round runs each of them once, in the order given.

    Args:
        actions: Name to what says what it took.
        rounds: How often each is run.
        warm_up: Rounds before that, which load modules.
    """
    every = [{name: action() for name, action in actions.items()} for _ in range(warm_up + rounds)][warm_up:]
    return {
        name: (
            Sample(seconds=tuple(one[name][0] for one in every)),
            Sample(seconds=tuple(one[name][1] for one in every)),
        )
        for name in actions
    }
