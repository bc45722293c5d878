"""The report at the end: one table for people, or JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from benchmarks.figure import Figure, Goal, Of, Unit
from neuralbrain.store.sqlite_database import sqlite_driver

HEADINGS = ("figure", "median", "p99", "reference in the same run", "ratio", "goal", "")
_STEPS: Mapping[Unit, tuple[tuple[float, str], ...]] = {
    Unit.SECONDS: ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")),
    Unit.BYTES: ((1e6, "MB"), (1.0, "B")),
}


def table(figures: Mapping[str, Sequence[Figure]]) -> str:
    """Return the table of all rows, one section a benchmark.

    Args:
        figures: Name of the benchmark to its rows.
    """
    sections = [(name, [_cells(one) for one in rows]) for name, rows in figures.items()]
    widths = [
        max(len(row[column]) for row in [HEADINGS, *(row for _, rows in sections for row in rows)])
        for column in range(len(HEADINGS))
    ]
    lines = [_line(HEADINGS, widths)]
    for name, rows in sections:
        lines += ["", f"{name}", *(_line(row, widths) for row in rows)]
    goals = [one for rows in figures.values() for one in rows if one.goals]
    missed = [f"{one.name}: {_verdict(one)}" for one in goals if not one.met]
    lines += ["", f"{len(goals) - len(missed)} of {len(goals)} figures with a goal meet it."]
    lines += missed
    lines += ["p99 is the longest of all rounds where there are fewer than 100."]
    return "\n".join(lines)


def conditions() -> dict[str, Any]:
    """Return what the figures depend on besides the code."""
    return {
        "python": platform.python_version(),
        "sqlite": sqlite_driver().sqlite_version,
        "numpy": np.__version__,
        "system": platform.system(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 2),
    }


def amount(value: float, unit: Unit) -> str:
    """Return a value with three significant digits and the unit that fits it.

    >>> [amount(value, Unit.SECONDS) for value in (0.00001234, 0.5, 12.3456)]
    ['12.3 us', '500 ms', '12.3 s']
    >>> amount(2048, Unit.BYTES)
    '2,048 B'
    """
    size, name = next(((size, name) for size, name in _STEPS[unit] if value >= size), _STEPS[unit][-1])
    scaled = value / size
    return f"{scaled:,.0f} {name}" if scaled >= 100 else f"{scaled:.3g} {name}"


def _cells(figure: Figure) -> tuple[str, ...]:
    beside = ""
    if figure.reference is not None:
        beside = f"{figure.reference_name} {amount(figure.reference, figure.unit)}"
    return (
        f"  {figure.name}",
        amount(figure.value, figure.unit),
        "" if figure.p99 is None else amount(figure.p99, figure.unit),
        beside,
        "" if figure.ratio is None else f"{figure.ratio:.3g}",
        ", ".join(_limit(goal, figure.unit) for goal in figure.goals),
        _verdict(figure),
    )


def _verdict(figure: Figure) -> str:
    if figure.met is None:
        return ""
    if figure.met:
        return "met"
    limits = [goal.most for goal in figure.goals if goal.of is Of.VALUE]
    floor = figure.reference or 0.0
    return "missed (as the reference alone does)" if limits and floor > min(limits) else "missed"


def _limit(goal: Goal, unit: Unit) -> str:
    return f"<= {amount(goal.most, unit)}" if goal.of is Of.VALUE else f"<= {goal.most:g} x reference"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    right = {1, 2, 4}  # numbers stand under each other
    return "  ".join(
        cell.rjust(width) if column in right else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ).rstrip()
