"""T9: crashes, hangs, overruns, outages and clock jumps, with two replicas over one store."""

from __future__ import annotations

import asyncio
import gc
import os
import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from chaos.virtual_service import Replica, World, states_of
from neuralbrain.domain.health import Verdict
from neuralbrain.domain.slot import SlotCode
from neuralbrain.schedule.loop import LOOK_SECONDS
from schedule.virtual_time import LoopClock, VirtualLoop, in_virtual_time

START = datetime(2027, 1, 1, 0, 0, 1, tzinfo=UTC)
DAYS = int(os.environ.get("NEURALBRAIN_TEST_DAYS", "122"))  # for each of three seeds: a year; 365 for a soak
HOUR, DAY = 3600.0, 86_400.0
LATE_LOOK_SECONDS = 900.0  # a look that comes this late finds the same, and a year of them takes seconds
SEEDS = [int(os.environ["NEURALBRAIN_TEST_SEED"])] if "NEURALBRAIN_TEST_SEED" in os.environ else [1, 2, 3]


def resident_bytes() -> int:
    """Return how much memory this process holds, 0 where the machine does not tell."""
    told = Path("/proc/self/statm")
    return int(told.read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") if told.exists() else 0


async def jump(world: World) -> None:
    """Set the clock now and then: by seconds or minutes each week, by a day a few times a year, and back again."""
    while True:
        await asyncio.sleep(world.chance.expovariate(1 / (6 * DAY)))
        far = world.chance.random() < 0.08
        seconds = world.chance.choice([-1, 1]) * (
            DAY if far else world.chance.choice([1, 60, 90, 1800, HOUR, 2 * HOUR])
        )
        for one in (seconds, -seconds):
            world.clock.jumped += timedelta(seconds=one)
            world.note("clock set", seconds=one)
            await asyncio.sleep(world.chance.uniform(60, 12 * HOUR))


async def a_year(world: World, replicas: list[Replica], memory: list[int]) -> None:
    """Let everything live for so many days."""
    tasks = [asyncio.create_task(one.live()) for one in replicas]
    tasks.append(asyncio.create_task(jump(world)))
    for day in range(1, DAYS + 1):
        await asyncio.sleep(DAY)
        assert not any(task.done() for task in tasks), [task.exception() for task in tasks if task.done()]
        if day % 30 == 0:
            gc.collect()
            memory.append(resident_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_a_year_of_faults(quiet, quick_database, seed, tmp_path):
    """Of all hours of a year none is missing and none doubled, health is looked at all the time, memory stays flat."""
    loop = VirtualLoop(lambda wanted: LATE_LOOK_SECONDS if wanted == LOOK_SECONDS else wanted)
    world = World(database=quick_database, loop=loop, clock=LoopClock(loop, START), chance=random.Random(seed))
    memory: list[int] = []
    asyncio.set_event_loop(loop)
    replicas = [Replica(world, "one"), Replica(world, "two")]
    try:
        in_virtual_time(loop, a_year(world, replicas, memory))
        states = states_of(world)
        said = Counter(f"{one.outcome.value} {one.code}".strip() for one in states)
        print(f"seed {seed}: {len(states)} states {dict(said)}, {world.counts}, {[m // 2**20 for m in memory]} MB")
        # A clock set back to before the beginning runs hours that never were (test_a_jump_of_a_year); none is missing
        # from the first hour there was.
        lived = [one for one in states if one.slot >= START.replace(second=0)]
        assert lived[0].slot == START.replace(second=0)
        holes = [
            (one.slot, after.slot) for one, after in pairwise(lived) if after.slot - one.slot != timedelta(hours=1)
        ]
        assert holes == [], "hours are missing"
        assert len(states) >= DAYS * 24 - 2 * 24
        assert world.again == [], "a cycle was begun for a slot that had a state"
        assert all(one.outcome.value == "done" or one.code in {*SlotCode, "internal"} for one in states)
        # Another replica calls a cycle that runs beyond its hour interrupted; only that may contradict an edition.
        wrong = [one for one in states if world.editions.of_slot(one.slot) not in (None, one.edition)]
        assert len(wrong) <= world.counts.get("overran", 0)
        assert all(one.code == SlotCode.INTERRUPTED for one in wrong)
        assert not [one for one in world.services.health(1000) if one.verdict is not Verdict.HEALTHY]
        assert max(one.longest_gap for one in replicas) < 300.001
        assert memory[-1] - memory[0] <= 10 * 2**20
    except BaseException:
        history = tmp_path / f"year-{seed}.txt"
        history.write_text("\n".join([*world.trace, *map(str, states_of(world))]), encoding="utf-8")
        print(f"seed {seed}: the history is in {history}")
        raise
