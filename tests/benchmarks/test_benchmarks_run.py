"""Every benchmark runs, in a small size; no figure is asserted, because a busy machine is slow, not wrong."""

from __future__ import annotations

import json

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import bottleneck, cycle, lock, memory, start
from benchmarks.figure import Figure, Goal


def named(rows: list[Figure]) -> list[str]:
    """Return the names of the rows, all of which measured something."""
    assert all(row.value > 0 for row in rows)
    return [row.name for row in rows]


def test_the_lock_benchmark_runs() -> None:
    """Acquire, release, status, is-locked and persistence have a row each, beside a bare commit or read."""
    rows = lock.figures(rounds=3)
    assert {"acquire", "release", "status", "is_locked"} <= set(named(rows))
    assert all(row.reference is not None for row in rows)


def test_the_bottleneck_benchmark_runs() -> None:
    """One region, the four rules, the world and the cached read have their rows."""
    names = named(bottleneck.figures(regions=20, rounds=2, world_rounds=2))
    assert [name for name in names if name.startswith("rule ")] == [
        f"rule {rule}, one region" for rule in ("trend", "outbreak", "confidence", "risk")
    ]
    assert "20 regions x 208 weeks x 4 horizons: array part" in names
    assert "cached read, by code" in names


def test_the_memory_benchmark_runs() -> None:
    """Kept forecasts have a size with their quantiles, and a smaller one without."""
    rows = memory.figures(regions=30, by_hand=10)
    named(rows)
    assert all(rows[place].value > rows[place + 1].value for place in (0, 2, 4))


def test_a_cycle_is_measured_step_by_step() -> None:
    """A measured cycle knows what each of its steps took and how much memory there was."""
    measured = cycle.measured_here(30)
    assert list(measured.steps) == ["read synthetic", "remember", "score", "compare", "ask", "normalise", "publish"]
    assert measured.first > 0
    assert measured.second > 0
    assert measured.peak_bytes > 1_000_000


@pytest.mark.slow
def test_the_cycle_benchmark_runs() -> None:
    """Each size has its rows, and the larger one is compared with the smaller."""
    rows = cycle.figures(sizes=(10, 20), repeats=(1, 1))
    names = named(rows)
    assert names.count("20 series x 208 weeks: time per series") == 1
    assert [row.reference_name for row in rows if row.name.endswith("time per series")] == ["", "per series at 10"]


@pytest.mark.slow
def test_the_start_benchmark_runs() -> None:
    """Help, the lock's status and an unchanged run have a row each, beside a Python that does nothing."""
    rows = start.figures(rounds=1)
    assert named(rows)[1:] == ["neuralbrain --help", "neuralbrain lock status", "neuralbrain run, nothing changed"]
    assert {row.reference_name for row in rows} == {start.NOTHING}


def test_a_missed_goal_is_said_and_not_punished(capsys: pytest.CaptureFixture[str]) -> None:
    """The command ends with 0 and prints the table, where "missed" stands, even if a goal is missed."""
    made = {"one": lambda: [Figure(name="slow", value=2.0, goals=(Goal(most=1.0),))]}
    assert benchmarks.main([], benchmarks=made) == 0
    assert "slow: missed" in capsys.readouterr().out


def test_the_figures_come_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json nothing but JSON is printed: the conditions, and the rows by benchmark, of those named."""
    made = {
        "one": lambda: [Figure(name="slow", value=2.0, reference_name="bare", reference=0.5, goals=(Goal(most=1.0),))],
        "other": lambda: [Figure(name="never", value=1.0)],
    }
    benchmarks.main(["one", "--json"], benchmarks=made)
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == {"conditions", "benchmarks"}
    assert list(printed["benchmarks"]) == ["one"]
    row = printed["benchmarks"]["one"][0]
    assert (row["median"], row["reference"], row["ratio"], row["met"]) == (2.0, 0.5, 4.0, False)


def test_an_unknown_benchmark_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """A name that is no benchmark ends the command at once, naming the known ones."""
    with pytest.raises(SystemExit):
        benchmarks.main(["nothing"], benchmarks={"one": list})
    assert "unknown benchmark 'nothing'; known are one" in capsys.readouterr().err
