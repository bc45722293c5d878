"""The whole cycle over feeds of three sizes: is it linear in the number of series, and which step takes the time?"""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import synthetic
from benchmarks.figure import Figure, Goal, Of, Unit
from benchmarks.measure import Sample
from benchmarks.synthetic import WEEKS, SyntheticSource
from benchmarks.workspace import application_over, temporary_home
from neuralbrain.domain.journal import CycleReport, CycleStart, Outcome
from neuralbrain.log import configure_logging
from neuralbrain.wiring import Application

SIZES = (100, 1_000, 10_000)
LINEAR = Goal(most=1.2, of=Of.RATIO)
WARM_UP = 20  # series: enough to load every module that a cycle uses


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What two cycles over the same feed took, in a process of their own.

    Args:
        steps: Step name to seconds, of the first cycle.
        first: Seconds of the first cycle, which publishes.
        second: Seconds of the second, which finds nothing changed.
        peak_bytes: The most memory that the process had.
    """

    steps: dict[str, float]
    first: float
    second: float
    peak_bytes: int


def figures(*, sizes: Sequence[int] = SIZES, repeats: Sequence[int] = (3, 3, 1)) -> list[Figure]:
    """Return, for each size, the whole cycle, a second and unchanged one, each step, and the peak memory.

    The sizes take turns, so that a machine that becomes busy slows all of them.

    Args:
        sizes: Numbers of series, ascending; each is compared with the one before it.
        repeats: How often each is measured.
    """
    measured: dict[int, list[Measured]] = {size: [] for size in sizes}
    for turn in range(max(repeats)):
        for size, wanted in zip(sizes, repeats, strict=True):
            if turn < wanted:
                measured[size].append(measured_alone(size))
    rows: list[Figure] = []
    for position, size in enumerate(sizes):
        smaller = sizes[position - 1] if position else None
        rows += _rows(size, measured[size], smaller=smaller, before=None if smaller is None else measured[smaller])
    return rows


def measured_alone(size: int) -> Measured:
    """Return what two cycles take in a fresh process, so that its peak memory is theirs."""
    fresh = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=fresh) as pool:
        return pool.submit(measured_here, size).result()


def measured_here(size: int) -> Measured:
    """Return what two cycles take in this process, after a small one that loads what they need."""
    configure_logging("error")
    with temporary_home() as home, application_over(home) as application:
        _cycle(application, SyntheticSource(synthetic.region_codes(WARM_UP)))
    source = SyntheticSource(synthetic.region_codes(size))
    with temporary_home() as home, application_over(home) as application:
        application.lock.get_locked_provider()  # makes the database: a cycle does that once in its life
        first = _cycle(application, source)
        second = _cycle(application, source)
    if (first.outcome, second.outcome) != (Outcome.DONE, Outcome.UNCHANGED):
        raise RuntimeError(f"the cycles ended {first.outcome} and {second.outcome}: {first.steps[-1].message}")
    return Measured(
        steps={step.name: (step.ended_at - step.started_at).total_seconds() for step in first.steps},
        first=_seconds(first),
        second=_seconds(second),
        peak_bytes=peak_bytes(),
    )


def peak_bytes() -> int:
    """Return the most memory this process ever had at once."""
    status = Path("/proc/self/status")
    if status.exists():  # what Linux tells by getrusage includes the parent at the moment of the start
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _cycle(application: Application, source: SyntheticSource) -> CycleReport:
    cycle = replace(application.cycle(lambda _name, _record: None), sources=(source,))
    with application.lease() as lease:
        return cycle.run(CycleStart(trigger="benchmark", holder=lease.holder))


def _seconds(report: CycleReport) -> float:
    return (report.steps[-1].ended_at - report.steps[0].started_at).total_seconds()


def _rows(size: int, runs: list[Measured], *, smaller: int | None, before: list[Measured] | None) -> list[Figure]:
    title = f"{size:,} series x {WEEKS} weeks"
    first = Sample(seconds=tuple(one.first for one in runs))
    per_series_before = None if before is None else statistics.median(one.first for one in before) / (smaller or 1)
    return [
        Figure(name=f"{title}: whole cycle", value=first.median, p99=first.p99 if len(runs) > 1 else None),
        Figure(
            name=f"{title}: a second cycle, unchanged",
            value=statistics.median(one.second for one in runs),
            reference_name="first",
            reference=first.median,
        ),
        *(
            Figure(
                name=f"{title}: step {name}",
                value=statistics.median(one.steps[name] for one in runs),
                reference_name="whole cycle",
                reference=first.median,
            )
            for name in runs[0].steps
        ),
        Figure(
            name=f"{title}: time per series",
            value=first.median / size,
            reference_name="" if smaller is None else f"per series at {smaller:,}",
            reference=per_series_before,
            goals=() if smaller is None else (LINEAR,),
        ),
        Figure(
            name=f"{title}: peak memory of the process",
            value=statistics.median(one.peak_bytes for one in runs),
            unit=Unit.BYTES,
            reference_name="" if before is None else f"{smaller:,} series",
            reference=None if before is None else statistics.median(one.peak_bytes for one in before),
        ),
    ]
