"""One row of the report: what was measured, beside what, and whether its goals are met."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from benchmarks.measure import Sample


class Unit(StrEnum):
    """What a figure counts."""

    SECONDS = "seconds"
    BYTES = "bytes"


class Of(StrEnum):
    """What a goal limits."""

    VALUE = "value"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The most that a figure may be.

    Args:
        most: The limit, itself included.
        of: Whether it limits the value, in the figure's unit, or the ratio to the reference.
    """

    most: float
    of: Of = Of.VALUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One row.

    Args:
        name: What was measured.
        value: The median, or the one value where there is only one.
        p99: The 99th percentile, None where there is only one value.
        unit: Of value, p99 and reference.
        reference_name: What stands beside it, empty where nothing does.
        reference: Its median in the same run.
        goals: All of them must be met.
    """

    name: str
    value: float
    p99: float | None = None
    unit: Unit = Unit.SECONDS
    reference_name: str = ""
    reference: float | None = None
    goals: tuple[Goal, ...] = ()

    @property
    def ratio(self) -> float | None:
        """Return the value as a multiple of the reference, None where there is none."""
        return None if self.reference is None else self.value / self.reference

    @property
    def met(self) -> bool | None:
        """Return whether every goal is met, None where there is no goal."""
        return all(self._meets(goal) for goal in self.goals) if self.goals else None

    def _meets(self, goal: Goal) -> bool:
        measured = self.value if goal.of is Of.VALUE else self.ratio
        return measured is not None and measured <= goal.most

    def as_plain(self) -> dict[str, Any]:
        """Return the row as plain values."""
        return {
            "figure": self.name,
            "unit": self.unit.value,
            "median": self.value,
            "p99": self.p99,
            "reference_name": self.reference_name,
            "reference": self.reference,
            "ratio": self.ratio,
            "goals": [{"of": goal.of.value, "most": goal.most} for goal in self.goals],
            "met": self.met,
        }


def timed(
    name: str, sample: Sample, *, beside: str = "", reference: Sample | None = None, goals: tuple[Goal, ...] = ()
) -> Figure:
    """Return the row of a timed action.

    Args:
        name: What was timed.
        sample: Its durations.
        beside: Name of the reference.
        reference: Its durations in the same rounds.
        goals: What is to be met.
    """
    return Figure(
        name=name,
        value=sample.median,
        p99=sample.p99 if len(sample.seconds) > 1 else None,
        reference_name=beside,
        reference=None if reference is None else reference.median,
        goals=goals,
    )
