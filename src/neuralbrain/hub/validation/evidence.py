"""What the checks look at: a file of model output, what its hub asks for, and what lies beside it."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from neuralbrain.hub.model_output import FILE_NAME
from neuralbrain.hub.tasks import HubConfig, Kind, ModelTask, OutputType, Round
from neuralbrain.hub.text_table import TextTable

COMPRESSIONS = ("snappy", "gzip", "gz", "brotli", "zstd", "lz4", "lzo", "bz2")
STANDARD = ("output_type", "output_type_id", "value")
NUMBERS = frozenset({Kind.INTEGER, Kind.NUMBER})
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
ROW = "_row"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedAs:
    """What the name of a file says."""

    round_id: str
    team: str
    model: str

    @property
    def model_id(self) -> str:
        """Return team and model as hubs write them."""
        return f"{self.team}-{self.model}"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that the checks of one file look at; nothing more is read while they do.

    Args:
        name: The file's name.
        folder: The name of the folder that it lies in.
        exists: Whether it is there.
        now: The moment at which it would be handed in.
        config: What the hub asks for, None where that cannot be read.
        config_fault: Why not.
        table: What the file holds, None where that cannot be read.
        table_fault: Why not.
        beside: The names of the other files in its folder.
        metadata_names: The names of the files in the hub's folder of metadata.
        metadata: What the metadata file says, None where it is none or cannot be read.
        metadata_fault: Why not.
        metadata_unread: Whether it may be right all the same, being written in a way that is not read here.
        metadata_schema: What the hub's schema of metadata says, None where there is none.
        metadata_schema_fault: Why not.
        populations: The hub's code of each place to its inhabitants, None where the hub keeps no such file.
    """

    name: str
    folder: str
    exists: bool
    now: datetime
    config: HubConfig | None = None
    config_fault: str = ""
    table: TextTable | None = None
    table_fault: str = ""
    beside: tuple[str, ...] = ()
    metadata_names: tuple[str, ...] = ()
    metadata: Any = None
    metadata_fault: str = ""
    metadata_unread: bool = False
    metadata_schema: Any = None
    metadata_schema_fault: str = ""
    populations: Mapping[str, float] | None = None

    @property
    def ending(self) -> str:
        """Return the ending of its name, without the point."""
        return self.name.rpartition(".")[2]

    @functools.cached_property
    def stem(self) -> str:
        """Return its name without its ending, and without that of a compression."""
        head = self.name.rpartition(".")[0]
        before, _, compression = head.rpartition(".")
        return before if compression in COMPRESSIONS and self.ending == "parquet" else head

    @functools.cached_property
    def named(self) -> NamedAs | None:
        """Return what its name says, None where it is not named as hubs ask."""
        found = FILE_NAME.fullmatch(self.stem)
        return None if found is None else NamedAs(round_id=found[1], team=found[2], model=found[3])

    @property
    def asked(self) -> HubConfig:
        """Return what the hub asks for, after the check that it can be read."""
        if self.config is None:
            raise LookupError("the hub's config was not read")
        return self.config

    @functools.cached_property
    def round(self) -> Round:
        """Return the round that its name speaks of, after the check that there is one."""
        found = None if self.named is None else self.asked.round_of(self.named.round_id)
        if found is None:
            raise LookupError("the file's name names no round")
        return found

    @property
    def text(self) -> pl.DataFrame:
        """Return the columns as text, after the check that they can be read."""
        if self.table is None:
            raise LookupError("the file was not read")
        return self.table.columns

    @functools.cached_property
    def rows(self) -> pl.DataFrame:
        """Return the columns as text, each number with as few digits as it needs, and ``_row`` counted from 0."""
        plain = self.text.with_row_index(ROW)
        for name in self.round.columns:
            if self.kind(name) in NUMBERS:
                plain = plain.with_columns(_shortest(plain[name]))
        numeric = [one.name for one in self._outputs() if one.identifiers.kind in NUMBERS]
        shortest = _shortest(plain["output_type_id"])
        is_number = pl.col("output_type").is_in(numeric)
        return plain.with_columns(pl.when(is_number).then(shortest).otherwise("output_type_id").alias("output_type_id"))

    @property
    def task_columns(self) -> tuple[str, ...]:
        """Return the columns that name a task, without those that follow from others."""
        return tuple(one for one in self.round.columns if one not in self.round.derived)

    def kind(self, column: str) -> Kind:
        """Return of what type a column of tasks is: that of the first task that has values in it."""
        kinds = [task.columns[column].kind for task in self.round.tasks if task.columns.get(column, _NONE).allowed]
        return kinds[0] if kinds and len(set(kinds)) == 1 else Kind.TEXT

    @functools.cached_property
    def identifier_kind(self) -> Kind:
        """Return of what type ``output_type_id`` is: as the hub says, else the plainest that holds all of them."""
        if self.asked.identifier_kind is not None:
            return self.asked.identifier_kind
        outputs = [one for told in self.asked.rounds for task in told.tasks for one in task.outputs]
        kinds = {one.identifiers.kind for one in outputs if one.identifiers.allowed}
        kinds |= {Kind.INTEGER if one.samples.longest is None else Kind.TEXT for one in outputs if one.samples}
        if kinds <= NUMBERS:
            return Kind.NUMBER if Kind.NUMBER in kinds or not kinds else Kind.INTEGER
        return kinds.pop() if len(kinds) == 1 else Kind.TEXT

    def of_task(self, task: ModelTask) -> pl.Expr:
        """Return which rows are about a task of that group, whatever they say of it."""
        return pl.all_horizontal(
            pl.lit(value=True),
            *(
                _is_one_of(name, task.columns[name].allowed if name in task.columns else ())
                for name in self.task_columns
            ),
        )

    def of_output(self, output: OutputType) -> pl.Expr:
        """Return which rows are of an output type and have an identifier that it allows."""
        identifier = pl.col("output_type_id")
        if output.samples is None:
            named = _is_one_of("output_type_id", output.identifiers.allowed)
        elif output.samples.longest is None:
            named = identifier.str.contains(r"^\d+$").fill_null(value=False)
        else:
            named = (identifier.str.len_chars() <= output.samples.longest).fill_null(value=False)
        return (pl.col("output_type") == output.name).fill_null(value=False) & named

    def places(self, rows: pl.DataFrame) -> list[str]:
        """Return where rows stand, as people find them: by line, and by what they are about."""
        shown = [
            name for name in (*self.task_columns, "output_type", "output_type_id", "value") if name in rows.columns
        ]
        return [
            f"{self.line(row[ROW])}: " + ", ".join(f"{name} {row[name]}" for name in shown if row[name] is not None)
            for row in rows.head(100).iter_rows(named=True)
        ]

    def line(self, row: int) -> str:
        """Return where a row stands: a line of a CSV file, a row of a Parquet file."""
        table = self.table
        return f"row {row + 1}" if table is None or table.is_typed else f"line {table.line(row)}"

    def _outputs(self) -> Iterable[OutputType]:
        return (one for task in self.round.tasks for one in task.outputs)


class _NoValues:
    allowed: tuple[str, ...] = ()
    kind = Kind.TEXT


_NONE: Any = _NoValues()


def _is_one_of(column: str, allowed: tuple[str, ...]) -> pl.Expr:
    """Return which rows have one of these values in a column; where there are none, which have nothing in it."""
    return pl.col(column).is_in(allowed).fill_null(value=False) if allowed else pl.col(column).is_null()


def _shortest(texts: pl.Series) -> pl.Series:
    """Return the same with each number as short as it can be written: 0.1 for 0.10, 1 for 1.0."""
    written = {one: f"{float(one):.12g}" for one in texts.unique().drop_nulls() if NUMBER.fullmatch(one)}
    return texts.replace(written) if written else texts
