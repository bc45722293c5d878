"""The real process of a cycle, on the embedded sample: it tells its steps, ends when told to, and leaves no lease."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from neuralbrain.domain.journal import Outcome, StepRecord
from neuralbrain.domain.lock import TRAIL_AT_HAND, AuditEvent
from neuralbrain.domain.slot import SlotOutcome
from neuralbrain.schedule.order import WorkOrder
from neuralbrain.schedule.process import ProcessStarter, StartedProcess
from neuralbrain.settings import Settings
from neuralbrain.store import audit
from neuralbrain.wiring import Application

pytestmark = pytest.mark.slow

SLOT = datetime(2026, 4, 1, 12, tzinfo=UTC)
ORDER = WorkOrder(trigger="schedule", slot=SLOT)
STEPS = ["read cholera-africa", "read pertussis-us", "remember", "score", "compare", "ask", "normalise", "publish"]


def settings(home: Path) -> dict[str, str]:
    """Return the settings of a process over a data folder, its only provider the local one."""
    made = Settings().model_copy(update={"home": home, "log_level": "warning"})
    return made.as_environment()


@contextlib.asynccontextmanager
async def started(home: Path, order: WorkOrder = ORDER) -> AsyncIterator[StartedProcess]:
    """Yield a started process; afterwards it is gone."""
    process = await ProcessStarter(settings(home))(order)
    assert isinstance(process, StartedProcess)
    try:
        yield process
    finally:
        await process.kill()


async def events_of(process: StartedProcess) -> list[Mapping[str, Any]]:
    """Return everything that a process says until it has ended."""
    said = []
    while (event := await asyncio.wait_for(process.event(), 60)) is not None:
        said.append(event)
    return said


async def until_step(process: StartedProcess, name: str) -> int:
    """Wait until a process is at a step, and return the number of its cycle."""
    number = 0
    while (event := await asyncio.wait_for(process.event(), 60)) is not None:
        number = event.get("cycle", number)
        if event.get("event") == "step" and event["name"] == name:
            return number
    raise AssertionError(f"it never came to {name}")


def run_once(home: Path, order: WorkOrder = ORDER) -> list[Mapping[str, Any]]:
    """Run one process to its end, and return what it said."""

    async def main() -> list[Mapping[str, Any]]:
        async with started(home, order) as process:
            return await events_of(process)

    return asyncio.run(main())


def test_a_cycle_in_a_process(home: Path, make_application: Callable[..., Application]):
    """The process begins a cycle for its slot, tells each step as it begins and ends, publishes, and says so."""
    said = run_once(home)
    assert [event["event"] for event in said] == ["began", *["step", "step-ended"] * len(STEPS), "ended"]
    assert [event["name"] for event in said if event["event"] == "step"] == STEPS
    records = [event["record"] for event in said if event["event"] == "step-ended"]
    assert all(isinstance(record, StepRecord) and record.outcome is Outcome.DONE for record in records)
    end = said[-1]["end"]
    assert (end.outcome, end.code, end.cycle, end.edition) == (SlotOutcome.DONE, "", 1, 1)
    here = make_application()
    assert here.editions.of_slot(SLOT) == 1
    assert here.journal.steps(1) == tuple(records)
    assert here.lock_row.read().runner is None, "the lease was given back"


def test_a_cycle_prunes_the_trail(home: Path, make_application: Callable[..., Application]):
    """The process of a cycle removes audit events that are too old, and publishes as always."""
    here = make_application()
    events = [AuditEvent(event_type="recovered", provider="groq", number=0, actor="test")] * (TRAIL_AT_HAND + 200)
    with here.database.write() as connection:
        audit.append(connection, events, at=SLOT.replace(year=2020))
    assert run_once(home)[-1]["end"].outcome is SlotOutcome.DONE
    assert here.lock_row.pruned() == 200
    assert here.damages() == []


def test_a_second_one_is_busy(home: Path):
    """While one process runs a cycle, another one says so and runs none."""

    async def main() -> None:
        async with started(home) as first:
            await until_step(first, "remember")
            os.kill(first._process.pid, signal.SIGSTOP)
            async with started(home) as second:
                assert await events_of(second) == [{"event": "busy"}]
            os.kill(first._process.pid, signal.SIGCONT)
            assert (await events_of(first))[-1]["end"].outcome is SlotOutcome.DONE

    asyncio.run(main())


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("how", ["told", "parent gone"])
def test_it_ends_in_order(home: Path, make_application: Callable[..., Application], step, how):
    """Told to end, or left by whoever started it, at any step, it is gone within seconds, and its lease too."""

    async def main() -> int:
        async with started(home) as process:
            number = await until_step(process, step)
            if how == "told":
                process._process.terminate()
            else:
                process._process.stdin.close()
            await asyncio.wait_for(process._process.wait(), 5)
            return number

    number = asyncio.run(main())
    here = make_application()
    assert here.lock_row.read().runner is None, "the lease was given back"
    found = here.journal.find(number)
    assert found.ended_at is not None, "the cycle was ended, not abandoned"
    assert (here.editions.current() is not None) is (found.outcome is Outcome.DONE)


def test_after_a_kill_the_next_one_takes_over(home: Path, make_application: Callable[..., Application]):
    """After a kill in the middle the next process takes over at once, closes the broken cycle and runs its own."""

    async def main() -> int:
        async with started(home) as process:
            number = await until_step(process, "ask")
            process._process.kill()
            await process._process.wait()
            return number

    killed = asyncio.run(main())
    here = make_application()
    assert here.lock_row.read().runner is not None, "a killed process gives nothing back"
    assert here.journal.find(killed).ended_at is None
    said = run_once(home)
    assert said[-1]["end"].outcome is SlotOutcome.DONE
    assert here.journal.find(killed).outcome is Outcome.FAILED
    assert here.slots.attempts(SLOT) == 2
    assert here.editions.of_slot(SLOT) == 1


def test_a_cycle_that_is_taken_up(home: Path, make_application: Callable[..., Application]):
    """A cycle whose process died is taken up under its number, without the step that was recorded as failed."""

    async def main() -> int:
        async with started(home) as process:
            number = await until_step(process, "compare")
            process._process.kill()
            await process._process.wait()
            return number

    number = asyncio.run(main())
    here = make_application()
    failed = StepRecord(
        name="compare", started_at=SLOT, ended_at=SLOT, outcome=Outcome.FAILED, message="It hung.",
        code="step-deadline", remedy="Wait.",
    )  # fmt: skip
    here.journal.step(number, failed)
    said = run_once(home, WorkOrder(trigger="schedule", slot=SLOT, resumed=number))
    assert [event["name"] for event in said if event["event"] == "step"] == [one for one in STEPS if one != "compare"]
    assert (said[-1]["end"].cycle, said[-1]["end"].outcome) == (number, SlotOutcome.DONE)
    assert here.slots.attempts(SLOT) == 1
    assert here.journal.find(number).outcome is Outcome.DONE


def test_nobody_listens(home: Path, make_application: Callable[..., Application]):
    """A process whose output nobody reads any more goes on, as long as whoever started it is there."""

    async def main() -> None:
        async with started(home) as process:
            await until_step(process, "read cholera-africa")
            process._process._transport.get_pipe_transport(1).close()
            await asyncio.wait_for(process._process.wait(), 60)

    asyncio.run(main())
    assert make_application().editions.of_slot(SLOT) == 1


def test_a_slot_is_published_once(home: Path, make_application: Callable[..., Application]):
    """A second cycle of the same slot, on other data, asks nobody: its edition is there already."""
    here = make_application()
    early = {**settings(home), "NEURALBRAIN_SAMPLE_UNTIL": (SLOT - timedelta(days=60)).date().isoformat()}

    async def main() -> list[Mapping[str, Any]]:
        process = await ProcessStarter(early)(ORDER)
        said = await events_of(process)
        await process.kill()
        return said

    assert asyncio.run(main())[-1]["end"].edition == 1
    assert [one["event"] for one in run_once(home)] == ["busy"]
    assert [one.number for one in here.editions.headers(9)] == [1]


@pytest.mark.parametrize("settings_of", [{"NEURALBRAIN_SOURCES": "nowhere"}, {"NEURALBRAIN_LEASE_SECONDS": "-1"}])
def test_settings_that_cannot_be_used(home: Path, settings_of):
    """Where the settings cannot be used, the cycle ends as failed for that reason, in our words."""

    async def main() -> list[Mapping[str, Any]]:
        process = await ProcessStarter({**settings(home), **settings_of})(ORDER)
        said = await events_of(process)
        await process.kill()
        return said

    (said,) = asyncio.run(main())
    assert (said["end"].outcome, said["end"].code, said["end"].cycle) == (SlotOutcome.FAILED, "settings-invalid", None)
