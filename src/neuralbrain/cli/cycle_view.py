"""Cycles and the hours of the schedule, as tables for people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rich.text import Text

from neuralbrain.cli.facts import Fact, print_facts
from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.moments import moment_text, span_text
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import line, screen
from neuralbrain.domain.journal import CycleRecord, Outcome, StepRecord
from neuralbrain.domain.slot import SlotRecord

RUNNING = "running"
ENDED_IN_THE_MIDDLE = "interrupted"  # its process is gone, and the next cycle will record that
STYLE_OF = {"done": "green", "unchanged": "green", "failed": "bold red", "skipped": "yellow"}
STYLE_OF |= {RUNNING: "cyan", ENDED_IN_THE_MIDDLE: "bold red"}


def outcome_of(record: CycleRecord, *, running: bool) -> str:
    """Return how a cycle ended, or why it has no end.

    Args:
        record: The cycle.
        running: Whether a living process holds the runner lease now.
    """
    if record.outcome is not None:
        return record.outcome.value
    return RUNNING if running else ENDED_IN_THE_MIDDLE


def failures_of(record: CycleRecord) -> list[StepRecord]:
    """Return the steps of a cycle that failed."""
    return [one for one in record.steps if one.outcome is Outcome.FAILED]


def print_cycles(records: Sequence[CycleRecord], *, now: datetime, running: bool) -> None:
    """Print a table of cycles, one row each, with the code of the first step that failed."""
    outcomes = [outcome_of(one, running=running) for one in records]
    print_table(
        [
            Column(name="Cycle", cells=[str(one.number) for one in records]),
            Column(name="Started (UTC)", cells=[_when(one.started_at) for one in records], justify="left", leaves=6),
            Column(name="Trigger", cells=[plain(one.trigger) for one in records], justify="left", leaves=3),
            Column(name="Slot (UTC)", cells=[_when(one.slot) for one in records], justify="left", leaves=1),
            Column(name="Took", cells=[_took(one, now=now, running=running) for one in records], leaves=2),
            Column(name="Outcome", cells=[Text(one, style=STYLE_OF[one]) for one in outcomes], justify="left"),
            Column(name="Edition", cells=[str(one.edition or "-") for one in records], leaves=5),
            Column(name="Failed step", cells=[_first_failure(one) for one in records], justify="left", wraps=True),
        ]
    )


def print_slots(records: Sequence[SlotRecord]) -> None:
    """Print a table of slots, one row each, with the reason of its state."""

    def outcome(one: SlotRecord) -> Text:
        return Text(one.outcome.value, style=STYLE_OF[one.outcome.value])

    print_table(
        [
            Column(name="Slot (UTC)", cells=[_when(one.slot) for one in records], justify="left", wraps=True),
            Column(name="Outcome", cells=[outcome(one) for one in records], justify="left"),
            Column(name="Cycle", cells=[str(one.cycle or "-") for one in records], leaves=1),
            Column(name="Edition", cells=[str(one.edition or "-") for one in records], leaves=2),
            Column(name="Reason", cells=[plain(one.reason) for one in records], justify="left", wraps=True),
            Column(name="Code", cells=[plain(one.code or "-") for one in records], justify="left", leaves=3),
        ]
    )


def print_cycle(record: CycleRecord, *, now: datetime, running: bool) -> None:
    """Print one cycle: what it was, each of its steps, and what to do about those that failed."""
    outcome = outcome_of(record, running=running)
    for_slot = "" if record.slot is None else f", for the slot {moment_text(record.slot)}"
    facts: list[Fact] = [
        (f"Cycle {record.number}", Text(outcome, style=STYLE_OF[outcome])),
        ("Trigger", f"{record.trigger}{for_slot}"),
        ("Started", f"{record.started_at:%Y-%m-%d %H:%M:%S} UTC, took {_took(record, now=now, running=running)}"),
        ("Edition", "none was up at its end" if record.edition is None else f"{record.edition} was up at its end"),
    ]
    if record.outcome is None:
        facts[-1:] = [("", "it goes on" if running else "its process ended in the middle; the next run records that")]
    print_facts(facts)
    if not record.steps:
        screen().print("No step of it has ended.")
        return
    _print_steps(record.steps)
    for one in failures_of(record):
        screen().print(line((f"{one.name}: {one.message}", "bold red"), f" ({one.code})"))
        if one.remedy:
            screen().print(f"  what to do: {one.remedy}", style="yellow")


def _print_steps(steps: Sequence[StepRecord]) -> None:
    print_table(
        [
            Column(name="Step", cells=[plain(one.name) for one in steps], justify="left", wraps=True),
            Column(name="Start (UTC)", cells=[f"{one.started_at:%H:%M:%S}" for one in steps], leaves=2),
            Column(
                name="Took",
                cells=[span_text((one.ended_at - one.started_at).total_seconds()) for one in steps],
                leaves=3,
            ),
            Column(
                name="Outcome",
                cells=[Text(one.outcome.value, style=STYLE_OF[one.outcome.value]) for one in steps],
                justify="left",
            ),
            Column(name="Attempts", cells=[str(one.attempts) for one in steps], leaves=1),
            Column(name="What came of it", cells=[plain(one.message) for one in steps], justify="left", wraps=True),
        ]
    )


def _when(moment: datetime | None) -> str:
    return "-" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def _took(record: CycleRecord, *, now: datetime, running: bool) -> str:
    ended = record.ended_at or (now if running else None)
    return "-" if ended is None else span_text((ended - record.started_at).total_seconds())


def _first_failure(record: CycleRecord) -> str:
    failed = failures_of(record)
    return plain(f"{failed[0].name} ({failed[0].code})") if failed else "-"
