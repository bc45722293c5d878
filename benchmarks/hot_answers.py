"""The answers that everybody asks for: how long they wait in a crowd, how soon they are new, and what they weigh."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

from benchmarks.bare import bare_server
from benchmarks.figure import Figure, Goal, Of, Unit
from benchmarks.load import Answer, Readers, Request, fetched
from benchmarks.measure import percentile
from benchmarks.publishing import publish_again, run_once
from benchmarks.running import LOOK_SECONDS, Running, resident_bytes, running
from benchmarks.workspace import application_over

BARE = "a bare route"
ALL, WORLD = "/api/forecasts/all", "/api/forecasts/global"
CONNECTIONS = 64
CROWD = Goal(most=2.0, of=Of.RATIO)  # of the time that 99 % of a bare route's answers need in the same crowd
FIRST_BYTE = Goal(most=2.0)  # a service looks for a new edition once a second
CODINGS = ("identity", "br", "gzip")
LATEST_SECONDS = 60.0


def coded(path: str, coding: str, *, status: int = 200) -> Request:
    """Return a request for an answer in a coding."""
    return Request(path=path, status=status, headers=(("accept-encoding", coding),))


def wait_until_small(service: Running) -> None:
    """Wait until the large answers are there in their codings, which are made after an edition is up.

    Raises:
        RuntimeError: If they never are.
    """
    limit = perf_counter() + LATEST_SECONDS
    while perf_counter() < limit:
        found = (fetched(service.port, coded(ALL, coding)) for coding in CODINGS[1:])
        if all("content-encoding" in dict(one.headers) for one in found):
            return
        time.sleep(LOOK_SECONDS)
    raise RuntimeError("the large answers are not made smaller")


def in_a_crowd(service: Running, ours: Readers, *, seconds: float, rounds: int) -> list[Figure]:
    """Return how long answers take with many connections that ask at once, beside a bare route with the same bytes."""
    rows: list[Figure] = []
    for coding in CODINGS:
        request = coded(ALL, coding)
        answer = fetched(service.port, request)
        answers: Mapping[str, Answer] = {ALL: answer}
        taken: tuple[list[float], list[float]] = ([], [])
        with bare_server(answers) as (_, port):
            for number in range(rounds + 1):  # the first warms up
                for at, kept in zip((service.port, port), taken, strict=True):
                    load = ours.ask(at, [request], connections=CONNECTIONS, seconds=seconds)
                    kept.extend(load.taken[ALL] if number else ())
        hot, bare = (percentile(one, 0.99) for one in taken)
        rows.append(
            Figure(
                name=f"GET {ALL} as {coding}, {len(answer.content):,} B, {CONNECTIONS} connections: 99 % within",
                value=hot,
                reference_name=BARE,
                reference=bare,
                goals=(CROWD,),
            )
        )
    return rows


def after_publish(service: Running, home: Path, *, editions: int) -> Figure:
    """Return how long after its commit the first answer of a new edition has come whole."""
    taken: list[float] = []
    with application_over(home) as publisher, publisher.lease() as lease:
        for _ in range(editions):
            number = publish_again(publisher, holder=lease.holder).number
            began = perf_counter()
            while dict(service.get(WORLD).headers)["neuralbrain-edition"] != str(number):
                if perf_counter() - began > LATEST_SECONDS:
                    raise RuntimeError(f"edition {number} is not put up")
                time.sleep(LOOK_SECONDS)
            service.get(ALL)
            taken.append(perf_counter() - began)
    return Figure(
        name=f"from the commit of an edition to its first {ALL}",
        value=statistics.median(taken),
        p99=percentile(taken, 0.99),
        goals=(FIRST_BYTE,),
    )


def weights(folder: Path, *, regions: int) -> list[Figure]:
    """Return the memory of a service over a large edition: after its start, and with every large answer read."""
    home = folder / f"memory-{regions}"
    with application_over(home) as application:
        run_once(application, regions=regions, weeks=60)
        application.slots.change(interval_seconds=None, paused=True, reason="benchmark", actor="benchmark")
    with running(home, compiled=folder / "compiled") as service:
        service.wait_until_ready()
        at_first = resident_bytes(service.pid)
        began = perf_counter()
        wait_until_small(service)
        small_after = perf_counter() - began
        size = len(service.get(ALL).content)
        read = resident_bytes(service.pid)
    title = f"service over {regions:,} regions"
    return [
        Figure(name=f"{title}: memory after its start", value=at_first, unit=Unit.BYTES),
        Figure(
            name=f"{title}: memory with every coding made and read",
            value=read,
            unit=Unit.BYTES,
            reference_name="all as it is",
            reference=size,
        ),
        Figure(name=f"{title}: from its start to every coding", value=small_after),
    ]
