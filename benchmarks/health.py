"""What one look at the health of the service costs, as a share of the five minutes between two looks."""

from __future__ import annotations

import asyncio
from time import perf_counter, process_time

from benchmarks.figure import Figure, Goal, Of, timed
from benchmarks.measure import Sample
from benchmarks.publishing import run_once
from benchmarks.workspace import application_over, temporary_home
from neuralbrain.health.monitor import INTERVAL_SECONDS
from neuralbrain.service import Service

SHARE = Goal(most=0.01, of=Of.RATIO)
BESIDE = "the time between two looks"
WARM_UP = 5


def figures(*, rounds: int = 300) -> list[Figure]:
    """Return the time of a look with what it gathers and writes, as waited for and as processor time.

    Args:
        rounds: How often it looks.
    """
    with temporary_home() as home, application_over(home) as application:
        run_once(application)
        service = Service(application, host="127.0.0.1", address="http://127.0.0.1")
        service.shelf.refresh()
        waited, worked = asyncio.run(_looks(service, rounds=rounds))
        remembered = len(application.services.health(rounds + WARM_UP))
    if remembered != rounds + WARM_UP:
        raise RuntimeError(f"{remembered} looks were remembered: less was measured than is said")
    between = Sample(seconds=(INTERVAL_SECONDS,))
    return [
        timed("one look at the health, as waited for", waited, beside=BESIDE, reference=between, goals=(SHARE,)),
        timed("one look at the health, processor time", worked, beside=BESIDE, reference=between, goals=(SHARE,)),
    ]


async def _looks(service: Service, *, rounds: int) -> tuple[Sample, Sample]:
    """Return what looks took: by the clock on the wall, and of the processor."""
    waited: list[float] = []
    worked: list[float] = []
    for number in range(WARM_UP + rounds):
        began, at_work = perf_counter(), process_time()
        await service.monitor.look()
        if number >= WARM_UP:
            waited.append(perf_counter() - began)
            worked.append(process_time() - at_work)
    return Sample(seconds=tuple(waited)), Sample(seconds=tuple(worked))
