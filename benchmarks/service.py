"""The service as a user starts it: how soon it answers and stops, and how large it is and stays."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks import endurance
from benchmarks.figure import Figure, Goal, Unit, timed
from benchmarks.measure import Sample
from benchmarks.publishing import publish_again, run_once
from benchmarks.running import LOOK_SECONDS, Running, environment, resident_bytes, running
from benchmarks.workspace import application_over, temporary_home

SERVE = "neuralbrain serve"
NOTHING = "python -c pass"
STOP = Goal(most=10.0)  # what `neuralbrain serve` promises
FOLLOWED_SECONDS = 30.0  # for an edition to be put up: it takes about one


def figures(
    *, rounds: int = 3, editions: int = 20, regions: int = 25, moments: Sequence[int] = (100, 500, 1_000)
) -> list[Figure]:
    """Return start, first edition, stop and memory of the service, and how it grows in a thousand cycles.

    Args:
        rounds: How often it is started.
        editions: How many are published while it serves.
        regions: How many an edition of the thousand cycles has.
        moments: After how many of them the memory is looked at.
    """
    with temporary_home() as folder:
        return [
            *_starts(folder, rounds=rounds),
            *_memory(folder, editions=editions),
            *endurance.figures(regions=regions, moments=moments),
        ]


def _starts(folder: Path, *, rounds: int) -> list[Figure]:
    """Return how long a start takes on an empty home, the first cycle included, and a stop."""
    compiled = folder / "compiled"
    names = (NOTHING, "import neuralbrain.service", "first line", "first edition", "stop")
    taken: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds + 1):
        kept = taken if number else {name: [] for name in names}  # the first compiles
        kept[names[0]].append(_run("pass", compiled=compiled))
        kept[names[1]].append(_run("import neuralbrain.service", compiled=compiled))
        began = perf_counter()
        with running(folder / f"empty-{number}", compiled=compiled) as service:
            kept["first line"].append(service.first_line_seconds)
            service.wait_until_ready()
            kept["first edition"].append(perf_counter() - began)
            kept["stop"].append(service.stop())
    samples = {name: Sample(seconds=tuple(seconds)) for name, seconds in taken.items()}
    nothing = samples[NOTHING]
    return [
        timed(names[1], samples[names[1]], beside=NOTHING, reference=nothing),
        timed(f"{SERVE}, empty home: to its first line", samples["first line"], beside=NOTHING, reference=nothing),
        timed(
            f"{SERVE}, empty home: to /readyz, first cycle included",
            samples["first edition"],
            beside="its first line",
            reference=samples["first line"],
        ),
        timed(f"{SERVE}: from SIGTERM to its end", samples["stop"], beside=NOTHING, reference=nothing, goals=(STOP,)),
    ]


def _run(words: str, *, compiled: Path) -> float:
    """Return how long Python takes for some words, seconds."""
    began = perf_counter()
    subprocess.run([sys.executable, "-c", words], env=environment(compiled), check=True, capture_output=True)
    return perf_counter() - began


def _memory(folder: Path, *, editions: int) -> list[Figure]:
    """Return the memory of a service over the sample: after its start, and after editions that were all read."""
    home = folder / "served"
    with application_over(home) as publisher:
        regions = run_once(publisher)
        publisher.slots.change(interval_seconds=None, paused=True, reason="benchmark", actor="benchmark")
        with running(home, compiled=folder / "compiled") as service, publisher.lease() as lease:
            service.wait_until_ready()
            at_first = resident_bytes(service.pid)
            _read(service, regions)
            with_one = resident_bytes(service.pid)
            for _ in range(editions):
                _wait_for(service, publish_again(publisher, holder=lease.holder).number)
                _read(service, regions)
            at_last = resident_bytes(service.pid)
    title = "service over the sample: memory"
    return [
        Figure(name=f"{title} after its start", value=at_first, unit=Unit.BYTES),
        Figure(
            name=f"{title} after its edition was read whole",
            value=with_one,
            unit=Unit.BYTES,
            reference_name="after its start",
            reference=at_first,
        ),
        Figure(
            name=f"{title} after {editions} more editions, each read whole",
            value=at_last,
            unit=Unit.BYTES,
            reference_name="after the first",
            reference=with_one,
        ),
    ]


def _read(service: Running, regions: Sequence[str]) -> None:
    """Ask for every answer of the edition that is up."""
    for path in endurance.WHOLE:
        service.get(path)
    for region in regions:
        service.get(f"/api/forecasts/region/{region}")
        service.get(f"/api/charts/{region}")


def _wait_for(service: Running, number: int) -> None:
    """Wait until an edition is up.

    Raises:
        RuntimeError: If it never is.
    """
    limit = perf_counter() + FOLLOWED_SECONDS
    while dict(service.get(endurance.WHOLE[0]).headers)["neuralbrain-edition"] != str(number):
        if perf_counter() > limit:
            raise RuntimeError(f"edition {number} was not put up within {FOLLOWED_SECONDS:.0f} s")
        time.sleep(LOOK_SECONDS)
