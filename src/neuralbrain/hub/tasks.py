"""What a hub asks for in its rounds: the values of each task, the output types, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

OUTPUT_TYPES = ("mean", "median", "quantile", "cdf", "pmf", "sample")
WITHOUT_IDENTIFIER = ("mean", "median")
LAST_SECOND = time(23, 59, 59)  # a window ends with its last day, in the hub's own time


class Kind(StrEnum):
    """Of what type the values of a column are, by the values that the hub allows."""

    DATE = "date"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """The values that a task's column may have, as text; a number with as few digits as it needs.

    Args:
        required: Those that a file must have.
        optional: Those that it may have besides.
        kind: Of which type they are, text where there are none.
    """

    required: tuple[str, ...]
    optional: tuple[str, ...]
    kind: Kind = Kind.TEXT

    @property
    def allowed(self) -> tuple[str, ...]:
        """Return all of them; empty where the column holds nothing."""
        return (*self.required, *self.optional)


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleRules:
    """How many samples a task has, and what one sample is of.

    Args:
        fewest: Samples of a task at least.
        most: At most.
        compound_tasks: Columns that are the same within a sample; every one unless the hub says otherwise.
        longest: Characters of a sample's identifier, None where the identifiers are integers.
    """

    fewest: int
    most: int
    compound_tasks: tuple[str, ...] | None
    longest: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputType:
    """One way to say something about a task.

    Args:
        name: One of ``OUTPUT_TYPES``.
        identifiers: Its levels, classes or bounds; without any for a mean, a median and samples.
        required: Whether every task must have it.
        whole: Whether its values are whole numbers.
        minimum: The smallest value that is taken, None for no limit.
        maximum: The largest.
        samples: Of samples, how many.
    """

    name: str
    identifiers: Values
    required: bool
    whole: bool
    minimum: float | None
    maximum: float | None
    samples: SampleRules | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the hub says about a target.

    Args:
        keys: The columns that name it, and their values.
        unit: In the hub's words.
        time_unit: day, week or month where it is a step of a series, else empty.
    """

    keys: Mapping[str, str]
    unit: str
    time_unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelTask:
    """A group of tasks: every combination of the values of its columns.

    Args:
        columns: The values of each column.
        outputs: What may be said about each task.
        targets: What they are about.
    """

    columns: Mapping[str, Values]
    outputs: tuple[OutputType, ...]
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDates:
    """When files of a round are taken.

    Args:
        relative_to: The column whose date the days count from; empty where they are dates.
        first: The first day, or days to it.
        last: The last day, or days to it.
    """

    relative_to: str
    first: date | int
    last: date | int

    def window(self, dated: date | None, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """Return the first and the last moment, UTC, or None where the date that they count from is not known.

        >>> due = DueDates(relative_to="reference_date", first=-6, last=-3)
        >>> [one.isoformat() for one in due.window(date(2025, 11, 22), ZoneInfo("America/New_York"))]
        ['2025-11-16T05:00:00+00:00', '2025-11-20T04:59:59+00:00']
        """
        first, last = (_day(one, dated) for one in (self.first, self.last))
        if first is None or last is None:
            return None
        opens = datetime.combine(first, time(), tzinfo=zone)
        closes = datetime.combine(last, LAST_SECOND, tzinfo=zone)
        return opens.astimezone(UTC), closes.astimezone(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """Rounds that ask for the same.

    Args:
        name: Its identifier, or the column that holds it.
        from_column: Whether it is the column: each of that column's values is then a round.
        tasks: What is asked.
        due: When.
        formats: Which files are taken, None where the hub says it for all rounds.
        derived: Columns that follow from others, so that only their values are looked at.
    """

    name: str
    from_column: bool
    tasks: tuple[ModelTask, ...]
    due: DueDates
    formats: tuple[str, ...] | None
    derived: tuple[str, ...]

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Return the identifiers of its rounds, each once."""
        if not self.from_column:
            return (self.name,)
        return tuple(dict.fromkeys(one for task in self.tasks for one in task.columns[self.name].allowed))

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of its tasks, each once."""
        return tuple(dict.fromkeys(name for task in self.tasks for name in task.columns))


@dataclass(frozen=True, slots=True, kw_only=True)
class HubConfig:
    """What a hub says in ``hub-config``.

    Args:
        schema: The version of the schema that its tasks are written for, such as ``v5.0.0``.
        rounds: What it asks for.
        identifier_kind: Of which type the column ``output_type_id`` is, where it says so.
        formats: Which files it takes.
        zone: In whose time its days are.
        model_output: Name of the folder with model output.
    """

    schema: str
    rounds: tuple[Round, ...]
    identifier_kind: Kind | None
    formats: tuple[str, ...]
    zone: ZoneInfo
    model_output: str

    def round_of(self, identifier: str) -> Round | None:
        """Return the round of an identifier, None where there is none."""
        return next((one for one in self.rounds if identifier in one.identifiers), None)


def _day(said: date | int, dated: date | None) -> date | None:
    if isinstance(said, date):
        return said
    return None if dated is None else dated + timedelta(days=said)
