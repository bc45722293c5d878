"""What reading feeds by hand came to: a line a part while it goes on, a row a feed at the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.text import Text

from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.moments import span_text
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import line
from neuralbrain.domain.feed import Fetched, FetchOutcome, Intake
from neuralbrain.errors import NeuralBrainError

STYLE_OF = {
    FetchOutcome.NEW: "green",
    FetchOutcome.UNCHANGED: "dim",
    FetchOutcome.MISSING: "dim",
    FetchOutcome.FAILED: "bold red",
}


@dataclass(slots=True, kw_only=True)
class Reading:
    """What reading one feed came to, while it goes on and afterwards.

    Args:
        feed: Which feed.
        parts: How many of its parts ended in which way.
        intake: What it changed.
        faults: The part and what failed of it; no part where the feed itself could not be read.
        seconds: How long it took.
    """

    feed: str
    parts: Counter[FetchOutcome] = field(default_factory=Counter)
    intake: Intake = field(default_factory=Intake)
    faults: list[tuple[str, NeuralBrainError]] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def failed(self) -> bool:
        """Return whether something of it failed."""
        return bool(self.faults)

    def note(self, fetched: Fetched, intake: Intake) -> None:
        """Note what came of a part."""
        self.parts[fetched.outcome] += 1
        self.intake += intake
        if fetched.fault is not None:
            self.note_fault(fetched.part, fetched.fault)

    def note_fault(self, part: str, error: NeuralBrainError) -> bool:
        """Note a fault, and return whether it was not noted before."""
        if any(known is error for _, known in self.faults):
            return False
        self.faults.append((part, error))
        return True


def part_lines(feed: str, fetched: Fetched, intake: Intake) -> list[Text]:
    """Return the line that says what came of a part, and below it why it failed."""
    said = changes_text(intake) if fetched.outcome is FetchOutcome.NEW else ""
    first = line(
        (f"{fetched.outcome.value:<10}", STYLE_OF[fetched.outcome]),
        "  ".join(filter(None, (feed, fetched.part, said))) + " ",
        (span_text(fetched.seconds), "dim"),
    )
    return [first, *([] if fetched.fault is None else _fault(fetched.fault))]


def fault_lines(feed: str, error: NeuralBrainError) -> list[Text]:
    """Return the lines that say why a feed could not be read at all."""
    return [line((f"{FetchOutcome.FAILED.value:<10}", STYLE_OF[FetchOutcome.FAILED]), feed), *_fault(error)]


def _fault(error: NeuralBrainError) -> list[Text]:
    return [
        line((f"          {error.happened}", "yellow")),
        line((f"          what to do: {error.remedy} ({error.error_code})", "yellow")),
    ]


def changes_text(intake: Intake) -> str:
    """Return what a part changed, in words.

    >>> changes_text(Intake(releases=1, rows=9, changed=5, withdrawn=2, rejected=1))
    '3 new or revised values, 2 withdrawn, 1 rejected.'
    """
    said = [f"{intake.changed - intake.withdrawn:,} new or revised values"]
    said += [f"{intake.withdrawn:,} withdrawn"] if intake.withdrawn else []
    said += [f"{intake.rejected:,} rejected"] if intake.rejected else []
    return f"{', '.join(said)}."


def print_readings(readings: Sequence[Reading]) -> None:
    """Print a table of what was read, one row a feed."""

    def parts(outcome: FetchOutcome, leaves: int | None = None) -> Column:
        name = outcome.value.capitalize()
        return Column(name=name, cells=[f"{one.parts[outcome]:,}" for one in readings], leaves=leaves)

    def values(name: str, counts: Sequence[int], leaves: int | None = None) -> Column:
        return Column(name=name, cells=[f"{one:,}" for one in counts], leaves=leaves)

    print_table(
        [
            Column(name="Feed", cells=[plain(one.feed) for one in readings], justify="left", wraps=True),
            parts(FetchOutcome.NEW, leaves=5),
            parts(FetchOutcome.UNCHANGED, leaves=3),
            parts(FetchOutcome.MISSING, leaves=2),
            Column(name="Failed", cells=[_failed(one) for one in readings]),
            values("Values new or revised", [one.intake.changed - one.intake.withdrawn for one in readings], 7),
            values("Withdrawn", [one.intake.withdrawn for one in readings], 6),
            values("Rejected", [one.intake.rejected for one in readings], 4),
            Column(name="Took", cells=[span_text(one.seconds) for one in readings], leaves=1),
        ]
    )


def _failed(reading: Reading) -> Text:
    """Return how many parts failed; a fault that is of no single part is of the whole feed."""
    if not reading.failed:
        return Text("0")
    whole = any(not part for part, _ in reading.faults)
    return Text("whole" if whole else f"{reading.parts[FetchOutcome.FAILED]:,}", style="bold red")


def reading_as_json(reading: Reading) -> dict[str, Any]:
    """Return what reading a feed came to, as plain values."""
    intake = reading.intake
    return {
        "feed": reading.feed,
        "failed": reading.failed,
        "parts": {one.value: reading.parts[one] for one in FetchOutcome},
        "releases": intake.releases,
        "values": intake.rows,
        "new_or_revised": intake.changed - intake.withdrawn,
        "withdrawn": intake.withdrawn,
        "rejected": intake.rejected,
        "seconds": round(reading.seconds, 3),
        "faults": [
            {"part": part or None, "code": one.error_code, "message": one.happened, "remedy": one.remedy}
            for part, one in reading.faults
        ],
    }
