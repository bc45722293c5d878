"""A hub with a valid file in it, to be spoilt in one way at a time."""

from __future__ import annotations

import functools
import io
import tempfile
from collections.abc import Callable, Collection
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from hub_folders import IN_TIME, MODEL, PROFILES, ROUND, hub_folder, tables_of_hub

from neuralbrain.hub.export import as_csv, round_file
from neuralbrain.hub.hubs import FileFormat
from neuralbrain.hub.validation import CheckResult, Outcome, validate

Change = Callable[[pl.DataFrame], pl.DataFrame]


@functools.cache
def valid_rows(name: str) -> pl.DataFrame:
    """Return the rows of the file that our forecasts make for a hub."""
    hub = PROFILES[name]
    made = round_file(
        tables_of_hub(hub), hub=hub, model_id=MODEL, round_date=ROUND[name], file_format=FileFormat.CSV
    )  # fmt: skip
    return made.said.rows


@functools.cache
def valid_text(name: str) -> pl.DataFrame:
    """Return the same as the text that stands in the file."""
    return pl.read_csv(as_csv(valid_rows(name)), infer_schema=False)


def csv_of(rows: pl.DataFrame) -> bytes:
    """Return a table of text as CSV."""
    return rows.write_csv(null_value="NA").encode()


def parquet_of(rows: pl.DataFrame) -> bytes:
    """Return a table as Parquet."""
    file = io.BytesIO()
    rows.write_parquet(file)
    return file.getvalue()


def checked(
    content: bytes,
    *,
    hub: str = "flusight",
    name: str | None = None,
    folder: str = MODEL,
    now: datetime = IN_TIME,
    checks: Collection[str] = (),
    tasks: dict[str, Any] | None = None,
    beside: str | None = None,
) -> dict[str, CheckResult]:
    """Return what each check says of a file, by its identifier.

    Args:
        content: Its bytes.
        hub: Which hub it is handed in to.
        name: Its name; the right one where it is left out.
        folder: Of the model.
        now: When.
        checks: Which checks are made.
        tasks: What the hub asks for, where that is not as usual.
        beside: Name of another file that lies there already.
    """
    with tempfile.TemporaryDirectory() as made:
        home = hub_folder(Path(made) / "hub", hub, tasks=tasks)
        path = home / "model-output" / folder / (name or f"{ROUND[hub]}-{MODEL}.csv")
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        if beside is not None:
            (path.parent / beside).write_bytes(b"")
        return {one.check: one for one in validate(path, hub_folder=home, now=now, checks=checks)}


def failed(results: dict[str, CheckResult]) -> set[str]:
    """Return the checks that failed."""
    return {name for name, one in results.items() if one.verdict.outcome is Outcome.FAILED}


def at(row: int, **cells: str | None) -> Change:
    """Return what writes other text into the cells of a row."""

    def change(rows: pl.DataFrame) -> pl.DataFrame:
        here = pl.int_range(pl.len()) == row
        return rows.with_columns(
            pl.when(here).then(pl.lit(text, pl.String)).otherwise(pl.col(column)).alias(column)
            for column, text in cells.items()
        )

    return change


def everywhere(column: str, before: str, after: str | None) -> Change:
    """Return what writes another text for one wherever it stands in a column."""
    return lambda rows: rows.with_columns(
        pl.when(pl.col(column) == before).then(pl.lit(after, pl.String)).otherwise(pl.col(column)).alias(column)
    )


def without(*rows_left_out: int) -> Change:
    """Return what leaves rows out."""
    return lambda rows: rows.filter(~pl.int_range(pl.len()).is_in(list(rows_left_out)))
