"""T10: two thousand cycles in one process leave nothing behind but what they published."""

from __future__ import annotations

import gc
import os
import threading
from pathlib import Path

import numpy as np
import pytest

from neuralbrain.domain.journal import Outcome
from neuralbrain.store.database import Database
from story.conftest import world  # noqa: F401 - the fixture of the story

CYCLES = 2000
WARM = 500  # caches of statements, of the allocator, of the database fill first
EVERY = 50
REVISED = 20  # every so many cycles there is something new to publish


@pytest.fixture
def database(quick_database: Database) -> Database:
    """Return the quick database: what is measured is this process, not its disk."""
    return quick_database


def resident_bytes() -> int:
    """Return how much memory this process holds."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_files() -> int:
    """Return how many files this process has open."""
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="tells memory by /proc")
def test_memory_does_not_grow(quiet, world):  # noqa: F811
    """Over the last 1,500 of 2,000 cycles memory grows by less than 2 KB a cycle, open files and threads not at all."""
    memory: list[int] = []
    files: set[int] = set()
    threads: set[int] = set()
    outcomes: dict[Outcome, int] = {}
    for cycle in range(1, CYCLES + 1):
        if cycle % REVISED == 0:
            world.source.values["AGO"][-1] = 80.0 + cycle % 7 + cycle / CYCLES
        world.clock.forward(hours=1)
        report = world.run()
        outcomes[report.outcome] = outcomes.get(report.outcome, 0) + 1
        if cycle >= WARM and cycle % EVERY == 0:
            gc.collect()
            memory.append(resident_bytes())
            files.add(open_files())
            threads.add(threading.active_count())
    slope = float(np.polyfit(np.arange(len(memory)) * EVERY, memory, 1)[0])
    print(f"{slope:.0f} bytes a cycle, {memory[-1] // 2**20} MB, files {files}, threads {threads}, {outcomes}")
    assert outcomes == {Outcome.DONE: CYCLES // REVISED + 1, Outcome.UNCHANGED: CYCLES - CYCLES // REVISED - 1}
    assert slope < 2048
    assert len(files) == 1
    assert len(threads) == 1
