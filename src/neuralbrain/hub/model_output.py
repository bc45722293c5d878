"""Reads model output of any hub, a file or a folder, into one table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import polars as pl

from neuralbrain.errors import HubError, printable
from neuralbrain.hub.text_table import TextTable, text_table

ENDINGS = (".csv", ".parquet")
FILE_NAME = re.compile(
    r"(?P<round_id>\d{4}-\d{2}-\d{2}|[A-Za-z0-9_]+)-(?P<team>[A-Za-z0-9_]+)-(?P<model>[A-Za-z0-9_]+)"
)
ROUND_COLUMNS = ("reference_date", "origin_date", "forecast_date")
"""What hubs call the column with the date of the round."""

SCHEMA: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        "model_id": pl.String,
        "reference_date": pl.Date,
        "target": pl.String,
        "horizon": pl.Int64,
        "target_end_date": pl.Date,
        "location": pl.String,
        "output_type": pl.String,
        "output_type_id": pl.String,
        "value": pl.Float64,
    }
)
"""The columns of the table, in its order."""

_MUST = ("target", "location", "output_type", "output_type_id", "value")
_MAY = ("horizon", "target_end_date")
_IN_NUMBERS = ("quantile", "cdf")  # output types whose identifiers are numbers


def read_model_output(path: Path) -> pl.DataFrame:
    """Return the rows of a file, or of every CSV and Parquet file in a folder and those below it.

    Returns:
        The columns of ``SCHEMA``, files in the order of their names. ``model_id`` is the file's name behind its
        round, or all of it where it has none; ``reference_date`` the date of the round, however the hub calls it;
        a level of a quantile is written with as few digits as it needs. Null where a cell holds nothing.

    Raises:
        HubError: Naming the file, and the line where one of it cannot be read.
    """
    files = model_output_files(path)
    parts = [_tidy(_table(one), model_id=model_of(one.stem), name=one.name) for one in files]
    return pl.concat(parts)


def model_output_files(path: Path) -> tuple[Path, ...]:
    """Return a file, or the files of model output in a folder, by name.

    Raises:
        HubError: If there is none.
    """
    if path.is_file():
        return (path,)
    found = sorted(one for one in path.rglob("*") if one.suffix in ENDINGS and one.is_file())
    if not found:
        raise HubError(
            f"There is no CSV or Parquet file at {path}.", remedy="Name a file of model output, or a folder of them."
        )
    return tuple(found)


def model_of(stem: str) -> str:
    """Return the model that a file is of, by its name without the ending.

    >>> model_of("2025-11-22-Ours-local"), model_of("mine")
    ('Ours-local', 'mine')
    """
    found = FILE_NAME.fullmatch(stem)
    return f"{found['team']}-{found['model']}" if found else stem


def _table(path: Path) -> TextTable:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise HubError(
            f"{path.name} cannot be read: {error.strerror}.", remedy="Look at its rights, or name another."
        ) from error
    return text_table(content, name=path.name)


def _tidy(table: TextTable, *, model_id: str, name: str) -> pl.DataFrame:
    text = table.columns
    dated = next((one for one in ROUND_COLUMNS if one in text.columns), None)
    lacking = [one for one in (*(() if dated else ("reference_date",)), *_MUST) if one not in text.columns]
    if lacking:
        raise HubError(f"{name} has no column {lacking[0]}.", remedy="See the hub's page for the columns of its files.")
    extra = [one for one in text.columns if one not in {dated, *_MUST, *_MAY}]
    if extra:
        raise HubError(
            f"{name} has a column {printable(extra[0], longest=60)}: rows that differ in it would be one.",
            remedy="Keep the rows of one of its values, and leave it out.",
        )
    text = text.rename({dated: "reference_date"} if dated else {})
    text = text.with_columns(pl.lit(None, pl.String).alias(one) for one in _MAY if one not in text.columns)
    made = text.with_columns(
        pl.lit(model_id).alias("model_id"),
        pl.col("reference_date", "target_end_date").str.to_date("%Y-%m-%d", strict=False),
        pl.col("horizon").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False),
        pl.col("value").cast(pl.Float64, strict=False),
        _identifier().alias("output_type_id"),
    ).select(*SCHEMA)
    for column in ("reference_date", "target_end_date", "horizon", "value"):
        _require_read(table, text[column], made[column], name=name)
    return made


def _identifier() -> pl.Expr:
    number = pl.col("output_type_id").cast(pl.Float64, strict=False).round(12)
    plain = number.cast(pl.String)  # 0.1 for 0.10
    numeric = pl.col("output_type").is_in(_IN_NUMBERS) & number.is_not_null()
    return pl.when(numeric).then(plain).otherwise(pl.col("output_type_id"))


def _require_read(table: TextTable, said: pl.Series, read: pl.Series, *, name: str) -> None:
    wrong = (said.is_not_null() & read.is_null()).arg_true()
    if len(wrong):
        row = wrong.item(0)
        raise HubError(
            f"{name}, line {table.line(row)}: {said.name} is {printable(str(said[row]), longest=60)!r}.",
            remedy="Dates are written as 2025-11-22, numbers with a point; nothing of the file is used.",
        )
