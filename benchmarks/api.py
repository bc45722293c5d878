"""The API of a real service beside a bare route on the same server: hot answers, status, and every address there is.

What a hot answer costs is judged by the processor time that the server needs for it: on a busy machine answers a
second count the others' turns, too. Where that time is not told, the answers a second are judged.
"""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.bare import bare_server
from benchmarks.figure import Figure, Goal, Of
from benchmarks.hot_answers import ALL, BARE, CONNECTIONS, after_publish, coded, in_a_crowd, wait_until_small, weights
from benchmarks.load import Load, Readers, Request, Wrk, fetched, generator, readers
from benchmarks.measure import percentile
from benchmarks.publishing import publish_again, run_once
from benchmarks.running import Running, apart, cpu_seconds, running
from benchmarks.workspace import application_over, temporary_home

HOT = Goal(most=1 / 0.9, of=Of.RATIO)  # at least 0.9 of the answers that a bare route gives in the same time
STATUS = Goal(most=5e-3)
MOST_ANSWERS = Goal(most=0.5)  # of 95 % of the answers
READERS = 4  # connections that ask for every address in turn
PAUSE_SECONDS = 1.0  # between two editions: the service looks for a new one that often
ANGOLA = "/api/forecasts/region/AGO"
STATUSES = ("/api/health/status", "/api/lock")
# The parameters of addresses; where one name means several things, the word before it says which.
FILLED = {
    "/sources/{name}": "/sources/cholera-africa",
    "{number}": "1",
    "{name}": "local",
    "{provider}": "local",
    "/editions/compare": "/editions/compare?from=1&to=1",
}
NOT_ASKED = ("/api/events", "/api/alerts/{number}", "/api/tokens")  # a stream, and what a fresh home has none of


def figures(
    *,
    seconds: float = 0.3,
    rounds: int = 11,
    ask_seconds: float = 6.0,
    sizes: Sequence[int | None] = (None, 2_000),
    hot_regions: int = 240,
    heavy_regions: int = 10_000,
) -> list[Figure]:
    """Return hot answers, status answers, and the answers of all addresses, also while editions are published.

    Args:
        seconds: How long each round of a hot answer or a status lasts.
        rounds: How many there are, the service and the bare route in turn.
        ask_seconds: How long all addresses are asked for.
        sizes: Of the editions, in regions; None is the embedded sample.
        hot_regions: Of the edition whose answers stand beside a bare route.
        heavy_regions: Of the edition whose memory is measured.
    """
    rows: list[Figure] = []
    with temporary_home() as folder, readers() as ours:
        home = folder / "hot"
        with application_over(home) as application:
            run_once(application, regions=hot_regions)
            application.slots.change(interval_seconds=None, paused=True, reason="benchmark", actor="benchmark")
        with running(home, compiled=folder / "compiled") as service:
            service.wait_until_ready()
            wait_until_small(service)
            rows += _beside_bare(service, ours, seconds=seconds, rounds=rounds)
            rows += in_a_crowd(service, ours, seconds=seconds, rounds=rounds)
            rows.append(after_publish(service, home, editions=rounds))
        for size in sizes:
            home = folder / f"{size}"
            with application_over(home) as application:
                run_once(application, regions=size)
                application.slots.change(interval_seconds=None, paused=True, reason="benchmark", actor="benchmark")
            with running(home, compiled=folder / "compiled") as service:
                service.wait_until_ready()
                rows += _every_address(service, ours, home, title=_title(size), seconds=ask_seconds)
        rows += weights(folder, regions=heavy_regions)
    return rows


def _title(size: int | None) -> str:
    return "the sample" if size is None else f"{size:,} regions"


@dataclass(slots=True, kw_only=True)
class _Rounds:
    """What was measured of one question, round by round."""

    each: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    taken: list[float] = field(default_factory=list)


def _beside_bare(service: Running, ours: Readers, *, seconds: float, rounds: int) -> list[Figure]:
    """Return the rows of hot answers and of status, each beside a server that has the very same bytes ready."""
    whole, angola = service.get(ALL), service.get(ANGOLA)
    tag = next(value for name, value in whole.headers if name == "etag")
    known = Request(path=ALL, status=304, headers=(("if-none-match", tag),))
    cases = {
        f"GET {ALL}": (Request(path=ALL), Request(path=ALL)),
        f"GET {ANGOLA}": (Request(path=ANGOLA), Request(path=ANGOLA)),
        f"GET {ALL} as br": (coded(ALL, "br"), coded("/br", "br")),
        f"304 of {ALL}": (known, Request(path="/304", status=304, headers=known.headers)),
    }
    answers = {
        ALL: whole,
        ANGOLA: angola,
        "/br": fetched(service.port, coded(ALL, "br")),
        "/304": fetched(service.port, known),
        **{path: service.get(path) for path in STATUSES},
    }
    floods = generator(ours)
    with ExitStack() as open_until_here:
        process, port = open_until_here.enter_context(bare_server(answers))
        reader = ours.pool.submit(os.getpid).result()
        open_until_here.enter_context(apart(servers=(service.pid, process), readers=reader))
        rows: list[Figure] = []
        for name, (asked, bare) in cases.items():
            ends = ((service.pid, service.port, asked), (process, port, bare))
            measured = [_Rounds(), _Rounds()]
            for number in range(rounds + 1):  # the first warms up
                for (server, at, request), kept in zip(ends, measured, strict=True):
                    _flooded(floods, server, at, request, seconds=seconds, kept=kept if number else _Rounds())
            rows += _hot_rows(f"{name}, {len(answers[bare.path].content):,} B", *measured, by=floods.name)
        for path in STATUSES:
            measured = [_Rounds(), _Rounds()]
            for _ in range(rounds):
                for at, kept in zip((service.port, port), measured, strict=True):
                    load = ours.ask(at, [Request(path=path)], connections=1, seconds=seconds)
                    kept.taken += load.taken[path]
            rows += _status_rows(path, *measured)
    return rows


def _flooded(floods: Readers | Wrk, server: int, port: int, request: Request, *, seconds: float, kept: _Rounds) -> None:
    before = cpu_seconds(server)
    load = floods.flood(port, request, connections=CONNECTIONS, seconds=seconds)
    after = cpu_seconds(server)
    kept.each.append(load.each)
    if before is not None and after is not None:
        kept.cpu.append((after - before) / load.answers)


def _hot_rows(name: str, hot: _Rounds, bare: _Rounds, *, by: str) -> list[Figure]:
    times = Figure(
        name=f"{name}: time an answer at full load, {by}",
        value=statistics.median(hot.each),
        p99=percentile(hot.each, 0.99),
        reference_name=BARE,
        reference=statistics.median(bare.each),
        goals=() if hot.cpu else (HOT,),
    )
    if not hot.cpu:
        return [times]
    cpu = Figure(
        name=f"{name}: server's processor time an answer",
        value=statistics.median(hot.cpu),
        p99=percentile(hot.cpu, 0.99),
        reference_name=BARE,
        reference=statistics.median(bare.cpu),
        goals=(HOT,),
    )
    return [cpu, times]


def _status_rows(path: str, asked: _Rounds, bare: _Rounds) -> list[Figure]:
    return [
        Figure(
            name=f"GET {path}: waited for",
            value=statistics.median(asked.taken),
            p99=percentile(asked.taken, 0.99),
            reference_name=BARE,
            reference=statistics.median(bare.taken),
            goals=(STATUS,),
        ),
        Figure(
            name=f"GET {path}: 95 % within",
            value=percentile(asked.taken, 0.95),
            reference_name=BARE,
            reference=percentile(bare.taken, 0.95),
        ),
    ]


def _every_address(service: Running, ours: Readers, home: Path, *, title: str, seconds: float) -> list[Figure]:
    """Return the rows of all addresses: while nothing happens, and while editions are published."""
    requests = [Request(path=path) for path in addresses(service)]
    ours.ask(service.port, requests, connections=1, seconds=0.0)  # modules that only one of them needs
    quiet = ours.ask(service.port, requests, connections=READERS, seconds=seconds)
    asked = ours.begin(service.port, requests, connections=READERS, seconds=seconds)
    number = 0
    with application_over(home) as publisher, publisher.lease() as lease:
        while not asked.done():
            number = publish_again(publisher, holder=lease.holder).number
            time.sleep(PAUSE_SECONDS)
    busy = asked.result()
    up = int(dict(service.get(ALL).headers)["neuralbrain-edition"])
    if up < 2:
        raise RuntimeError(f"edition 1 is still up while {number} were published: no swap was measured")
    meanwhile = f"{title}, {number - 1} editions published meanwhile, {up - 1} put up"
    return [*_address_rows(title, quiet), *_address_rows(meanwhile, busy)]


def _address_rows(title: str, load: Load) -> list[Figure]:
    every = [one for taken in load.taken.values() for one in taken]
    slowest = max(load.taken, key=lambda path: percentile(load.taken[path], 0.95))
    return [
        Figure(
            name=f"all {len(load.taken)} addresses, {title}: 95 % within",
            value=percentile(every, 0.95),
            p99=percentile(every, 0.99),
            goals=(MOST_ANSWERS,),
        ),
        Figure(
            name=f"slowest of them, {slowest}: 95 % within",
            value=percentile(load.taken[slowest], 0.95),
            p99=percentile(load.taken[slowest], 0.99),
        ),
    ]


def addresses(service: Running) -> list[str]:
    """Return every address that the service documents, parameters filled in, and the document itself.

    Raises:
        RuntimeError: If a parameter has no value here.
    """
    document = json.loads(service.get("/openapi.json").content)
    found = [path for path, operations in document["paths"].items() if "get" in operations]
    filled: list[str] = []
    forecast = json.loads(service.get(ALL).content)["regions"][0]
    known = FILLED | {"{region}": forecast["region"], "{signal}": forecast["context"]["signal"]}
    for path in (one for one in found if not one.startswith(NOT_ASKED)):
        for name, value in known.items():
            path = path.replace(name, value)  # noqa: PLW2901 - filled in step by step
        if "{" in path:
            raise RuntimeError(f"{path} has a parameter for which this benchmark has no value")
        filled.append(path)
    return [*filled, "/openapi.json"]
