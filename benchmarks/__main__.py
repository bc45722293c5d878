"""`python -m benchmarks [NAME ...] [--json]`: measure, then print one table; a missed goal is said, not punished."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from time import perf_counter

from benchmarks import (
    api,
    backtest,
    bottleneck,
    cycle,
    failover,
    health,
    intake,
    lock,
    memory,
    providers,
    scoring,
    service,
    start,
)
from benchmarks.figure import Figure
from benchmarks.report import conditions, table
from neuralbrain.log import configure_logging

BENCHMARKS: Mapping[str, Callable[[], list[Figure]]] = {
    "lock": lock.figures,
    "bottleneck": bottleneck.figures,
    "memory": memory.figures,
    "cycle": cycle.figures,
    "intake": intake.figures,
    "providers": providers.figures,
    "failover": failover.figures,
    "start": start.figures,
    "api": api.figures,
    "health": health.figures,
    "service": service.figures,
    "scoring": scoring.figures,
    "backtest": backtest.figures,
}


def main(
    arguments: Sequence[str] | None = None, *, benchmarks: Mapping[str, Callable[[], list[Figure]]] = BENCHMARKS
) -> int:
    """Run the named benchmarks, all of them without a name; return 0 even where a goal is missed.

    Args:
        arguments: As typed; those of the process unless given.
        benchmarks: Name to what measures.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure speed and size.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(benchmarks)}; all unless given")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.names if name not in benchmarks]
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]!r}; known are {', '.join(benchmarks)}")
    configure_logging("error")
    around = conditions()
    measured: dict[str, list[Figure]] = {}
    for name in asked.names or benchmarks:
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        started = perf_counter()
        measured[name] = benchmarks[name]()
        print(f"measuring {name} ... {perf_counter() - started:.0f} s", file=sys.stderr, flush=True)
    if asked.json:
        plain = {name: [one.as_plain() for one in rows] for name, rows in measured.items()}
        print(json.dumps({"conditions": around, "benchmarks": plain}, indent=2))
    else:
        print(", ".join(f"{name} {value}" for name, value in around.items()))
        print()
        print(table(measured))
    return 0


if __name__ == "__main__":
    sys.exit(main())
