"""A file of model output as it stands: every column as text, and where its columns have types, which."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

from neuralbrain.errors import HubError, printable

PARQUET = b"PAR1"
NOT_THERE = ("", "NA")  # how hubs write that a cell holds nothing
FIRST_LINE = 2  # below the names of the columns
WIDEST = 200  # columns; a hub's file has about ten


@dataclass(frozen=True, slots=True, kw_only=True)
class TextTable:
    """A table of text.

    Args:
        columns: Every column as text, null where a cell holds nothing.
        kinds: The types of the columns of a Parquet file; empty for CSV, which has none.
        empty_lines: The numbers of the lines of a CSV file in which nothing stands, ascending; they are no rows.
    """

    columns: pl.DataFrame
    kinds: Mapping[str, pl.DataType]
    empty_lines: tuple[int, ...] = ()

    @property
    def is_typed(self) -> bool:
        """Return whether the file itself says of what type its columns are."""
        return bool(self.kinds)

    def line(self, row: int) -> int:
        """Return the line of a row of a CSV file, both counted as people and programs do: lines from 1, rows from 0."""
        line = row + FIRST_LINE
        for empty in self.empty_lines:
            line += empty <= line
        return line


def text_table(content: bytes, *, name: str) -> TextTable:
    """Return what a file holds, as CSV or as Parquet by its first bytes.

    Args:
        content: Its bytes.
        name: What it is called, for the words of an error.

    Raises:
        HubError: Naming the line where it is no table; if it has no rows.
    """
    table = _of_parquet(content, name=name) if content.startswith(PARQUET) else _of_csv(content, name=name)
    if table.columns.is_empty():
        raise _unreadable(f"{name} has the names of its columns and no rows.")
    return table


def _of_parquet(content: bytes, *, name: str) -> TextTable:
    try:
        table = pl.read_parquet(io.BytesIO(content))
        text = table.with_columns(_as_text(column, kind) for column, kind in table.schema.items())
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise _unreadable(f"{name} is no Parquet file that can be read: {_said(error)}.") from error
    if not len(text.columns):
        raise _unreadable(f"{name} has no column.")
    return TextTable(columns=_blanks_out(text), kinds=MappingProxyType(dict(table.schema)))


def _as_text(column: str, kind: pl.DataType) -> pl.Expr:
    if kind.is_temporal():
        return pl.col(column).cast(pl.Date).cast(pl.String)
    if isinstance(kind, pl.Categorical | pl.Enum):
        return pl.col(column).cast(pl.String)
    return pl.col(column).cast(pl.String, strict=True)


def _of_csv(content: bytes, *, name: str) -> TextTable:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise _unreadable(f"{name}, line {line}: it is no text in UTF-8.") from error
    names, empty = _require_rectangle(text, name=name)
    lines = io.StringIO(text, newline="")
    left_out = frozenset(empty)
    kept = "".join(line for number, line in enumerate(lines, 1) if number not in left_out)
    try:
        table = pl.read_csv(kept.encode(), infer_schema=False, new_columns=names)
    except pl.exceptions.PolarsError as error:
        raise _unreadable(f"{name} is no CSV that can be read: {_said(error)}.") from error
    return TextTable(columns=_blanks_out(table), kinds=MappingProxyType({}), empty_lines=tuple(empty))


def _require_rectangle(text: str, *, name: str) -> tuple[list[str], list[int]]:
    """Return the names of the columns, if every line has as many cells as there are names, and which lines are empty.

    Lines in which nothing stands are left out, as readers of CSV in R and Python leave them out.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    names: list[str] = []
    empty: list[int] = []
    try:
        for cells in reader:
            if not cells:
                empty.append(reader.line_num)
            elif not names:
                names = _require_names(cells, name=name)
            elif len(cells) != len(names):
                raise _unreadable(
                    f"{name}, line {reader.line_num}: it has {len(cells)} cells, and there are {len(names)} columns."
                )
    except csv.Error as error:
        raise _unreadable(f"{name}, line {reader.line_num}: {_said(error)}.") from error
    if not names:
        raise _unreadable(f"{name} is empty.")
    return names, empty


def _require_names(cells: list[str], *, name: str) -> list[str]:
    twice = next((one for one in cells if cells.count(one) > 1), None)
    if twice is not None:
        raise _unreadable(f"{name}, line 1: the column {printable(twice, longest=60)!r} is there twice.")
    if len(cells) > WIDEST:
        raise _unreadable(f"{name}, line 1: it has {len(cells):,} columns.")
    return cells


def _blanks_out(table: pl.DataFrame) -> pl.DataFrame:
    """Return the same with nothing where a cell says so; a value that holds nothing is for the checks to judge."""
    return table.with_columns(
        pl.when(pl.col(column).is_in(NOT_THERE)).then(None).otherwise(pl.col(column)).alias(column)
        for column in table.columns
    )


def _said(error: Exception) -> str:
    return printable(str(error).splitlines()[0] if str(error) else type(error).__name__, longest=200).rstrip(".")


def _unreadable(happened: str) -> HubError:
    return HubError(happened, remedy="Write the file again; nothing of it is used.", code="hub-file")
