"""Whether a service grows: a thousand hours of the schedule in one process, as fast as they go.

Each hour is what the service's own process does in it: the loop looks, a cycle begins and ends, its steps are counted,
an edition is published and put up, every answer of it is asked for, the health is looked at, the metrics are rendered.
What the service leaves to another process, reading and asking, is left out.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import statistics
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from time import perf_counter
from typing import Any

from benchmarks.figure import Figure, Goal, Unit
from benchmarks.publishing import publish_again, run_once
from benchmarks.running import resident_bytes
from benchmarks.workspace import application_over, temporary_home
from neuralbrain.api.app import Asgi, make_api
from neuralbrain.clock import SystemClock
from neuralbrain.domain.cycle_end import CycleEnd, end_of
from neuralbrain.domain.journal import CycleReport, Outcome, StepRecord
from neuralbrain.log import configure_logging
from neuralbrain.schedule.loop import ScheduleLoop
from neuralbrain.schedule.order import WorkOrder
from neuralbrain.service import Service
from neuralbrain.threads import in_daemon_thread
from neuralbrain.wiring import Application

MOST_GROWTH = Goal(most=2_048)  # bytes a cycle: 18 MB a year of hours
SHORT_PAST_WEEKS = 30  # so that a chart, and with it a thousand cycles, takes less time
NEARBY = 20  # looks at the memory whose median stands for a moment: it goes up and down by some hundred KB
STEPS = ("read benchmark", "remember", "compare", "ask", "normalise", "publish")
WHOLE = ("/api/forecasts/all", "/api/forecasts/global", "/api/predictions/summary")
ADDRESSES = (
    *WHOLE, "/api/health/status", "/healthz", "/readyz", "/api/lock", "/api/lock/audit", "/api/editions", "/api/cycles",
    "/metrics",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """What came of many cycles in a process of their own.

    Args:
        resident: Bytes of the process after each cycle.
        seconds: Of all cycles.
        objects: How many objects Python's collector knew at each of the moments asked for.
    """

    resident: tuple[int, ...]
    seconds: float
    objects: tuple[int, ...]


def figures(*, regions: int = 25, moments: Sequence[int] = (100, 500, 1_000)) -> list[Figure]:
    """Return the memory after some, half and all cycles, and the growth a cycle between the last two moments.

    Args:
        regions: How many an edition has.
        moments: Numbers of cycles, ascending, at least two.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=multiprocessing.get_context("spawn")) as pool:
        grown = pool.submit(grown_here, regions=regions, moments=tuple(moments)).result()
    at = [statistics.median(grown.resident[max(0, moment - NEARBY) : moment]) for moment in moments]
    title = f"service's loop, {regions} regions an edition"
    rows = [
        Figure(
            name=f"{title}: memory after {moment:,} cycles",
            value=value,
            unit=Unit.BYTES,
            reference_name="" if value is at[0] else f"after {moments[0]:,}",
            reference=None if value is at[0] else at[0],
        )
        for moment, value in zip(moments, at, strict=True)
    ]
    for (before, after), (low, high), (few, many) in zip(
        pairwise(moments), pairwise(at), pairwise(grown.objects), strict=True
    ):
        last = after == moments[-1]
        between = f"from {before:,} to {after:,}"
        rows += [
            Figure(
                name=f"{title}: growth a cycle, {between}, {(many - few) / (after - before):+.2f} objects",
                value=max(0.0, (high - low) / (after - before)),
                unit=Unit.BYTES,
                goals=(MOST_GROWTH,) if last else (),
            )
        ]
    return [*rows, Figure(name=f"{title}: time a cycle", value=grown.seconds / moments[-1])]


def grown_here(*, regions: int, moments: Sequence[int]) -> Grown:
    """Return how this process grows while it runs so many cycles."""
    configure_logging("critical")
    with temporary_home() as home:
        with application_over(home) as before:
            published = run_once(before, regions=regions, weeks=SHORT_PAST_WEEKS)
        with application_over(home) as application:
            clock = HourlyClock()
            application.clock = clock  # before anything that tells the time is built
            return asyncio.run(_hours(application, clock, regions=published, moments=moments))


class HourlyClock(SystemClock):
    """The machine's clocks, set forward by an hour whenever one is over."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Return the wall time, so many hours ahead."""
        return super().now() + self._ahead

    def uptime_seconds(self) -> float:
        """Return the uptime, as many hours ahead."""
        return super().uptime_seconds() + self._ahead.total_seconds()

    def next_hour(self) -> None:
        """Let an hour pass."""
        self._ahead += timedelta(hours=1)


class Publisher:
    """Runs cycles that publish the same tables again.

    Args:
        application: Where to.
        service: Told of the steps, as the supervisor tells them.
    """

    def __init__(self, application: Application, service: Service) -> None:
        self._here = application
        self._service = service

    async def run(self, order: WorkOrder) -> CycleEnd | None:
        """Publish an edition of the slot, and say so as a cycle's process would."""
        report = await in_daemon_thread(lambda: self._publish(order))
        for step in report.steps:
            self._service.metrics.observe_step(step)
        return end_of(report)

    def _publish(self, order: WorkOrder) -> CycleReport:
        here = self._here
        with here.lease() as lease:
            number = here.journal.begin(trigger=order.trigger, holder=lease.holder, slot=order.slot)
            header = publish_again(here, holder=lease.holder, slot=order.slot)
            now = here.clock.now()
            steps = tuple(
                StepRecord(name=name, started_at=now, ended_at=now, outcome=Outcome.DONE, message="As told.")
                for name in STEPS
            )
            for step in steps:
                here.journal.step(number, step)
            report = CycleReport(number=number, outcome=Outcome.DONE, edition=header, steps=steps)
            here.journal.end(report)
        return report


async def _hours(
    application: Application, clock: HourlyClock, *, regions: Sequence[str], moments: Sequence[int]
) -> Grown:
    service = Service(application, host="127.0.0.1", address="http://127.0.0.1")
    schedule = ScheduleLoop(
        slots=application.slots,
        editions=application.editions,
        runner=Publisher(application, service),
        clock=clock,
        in_thread=in_daemon_thread,
        on_cycle=service.metrics.observe_cycle,
    )
    service.schedule = schedule
    api = make_api(service.view)
    resident: list[int] = []
    objects: list[int] = []
    began = perf_counter()
    for cycle in range(1, moments[-1] + 1):
        await schedule.tick()
        if not await in_daemon_thread(service.shelf.refresh):
            raise RuntimeError(f"cycle {cycle} put no edition up: less was measured than is said")
        await service.monitor.look()
        await _read_all(api, service, regions)
        clock.next_hour()
        resident.append(resident_bytes(os.getpid()))
        if cycle in moments:
            gc.collect()
            objects.append(len(gc.get_objects()))
    return Grown(resident=tuple(resident), seconds=perf_counter() - began, objects=tuple(objects))


async def _read_all(api: Asgi, service: Service, regions: Sequence[str]) -> None:
    """Ask for every answer of the edition, and for what is made at each question."""
    up = service.shelf.current()
    if up is None:
        raise RuntimeError("no edition is up")
    for code in regions:  # made as a route makes them; asked for through the API below
        up.region(code)
        up.chart(code)
    for path in (*ADDRESSES, *(f"/api/forecasts/region/{code}" for code in regions), f"/api/charts/{regions[0]}"):
        await _asked(api, path)


async def _asked(api: Asgi, path: str) -> None:
    """Ask the application itself, without a server in between.

    Raises:
        RuntimeError: If it answers anything but 200.
    """
    scope: dict[str, Any] = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1),
    }  # fmt: skip
    statuses: list[int] = []
    over = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if statuses:  # whoever waits for the reader to go away waits until the answer is over
            await over.wait()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401 - as the interface has it
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await api(scope, receive, send)
    over.set()
    if statuses != [200]:
        raise RuntimeError(f"{path} was answered with {statuses}")
