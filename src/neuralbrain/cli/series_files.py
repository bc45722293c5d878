"""A series as CSV, JSON or Parquet, to standard output or to a file."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from neuralbrain.api.derived_series import statement_as_json
from neuralbrain.cli.file_output import write_file
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.series_shown import Shown
from neuralbrain.cli.standard_output import write_bytes
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.feed import FeedFacts
from neuralbrain.publish.feed_state import signal_as_json
from neuralbrain.publish.series_table import CSV_COLUMNS, head_as_json, revisions_as_json, series_as_csv, series_as_json


def write(shown: Shown, *, kind: str, out: Path | None) -> None:
    """Write a series as ``csv``, ``json`` or ``parquet``.

    Args:
        shown: What is shown.
        kind: As what.
        out: Which file; None for standard output.

    Raises:
        typer.BadParameter: If the file cannot be written.
    """
    if kind == "csv" and out is None:
        # On a screen: what a terminal would obey is spelled out, a row a line.
        sys.stdout.write("\n".join(map(plain, as_csv(shown).decode().split("\r\n"))))
        return
    content = MADE_BY[kind](shown)
    if out is None:
        write_bytes(content)
    else:
        write_file(out, content, option="--out")


def as_csv(shown: Shown) -> bytes:
    """Return the values, or all revisions, as CSV with the licence in each row."""
    return series_as_csv(shown.last(shown.weeks), _credited(shown)).encode()


def as_plain(shown: Shown) -> dict[str, Any]:
    """Return the values, or all revisions, as plain values, with the other series of the region."""
    others = [{"source": one.source, **signal_as_json(one.signal)} for one in shown.others]
    table = shown.last(shown.weeks)
    if not shown.revised:
        told = series_as_json(table, shown.facts, as_of=shown.as_of, marks=None if shown.statement else shown.marks)
        return {**told, "derived": statement_as_json(shown.statement), "other_series": others}
    return {
        **head_as_json(shown.series, shown.facts),
        "as_of": None if shown.as_of is None else utc_text(shown.as_of),
        **revisions_as_json(table, limit=len(table)),
        "other_series": others,
    }


def _credited(shown: Shown) -> FeedFacts:
    """Return whom to credit, and where nobody reports the values how they were made: a file travels alone."""
    said = "" if shown.statement is None else shown.statement.text
    return replace(shown.facts, attribution=f"{shown.facts.attribution}. {said}") if said else shown.facts


def as_json(shown: Shown) -> bytes:
    """Return the same as a JSON document."""
    return f"{json.dumps(as_plain(shown), indent=2, allow_nan=False, ensure_ascii=False)}\n".encode()


def as_parquet(shown: Shown) -> bytes:
    """Return the values, or all revisions, as Parquet: the columns of the CSV, with types."""
    table, head = shown.last(shown.weeks), head_as_json(shown.series, _credited(shown))
    unknown = np.full(len(table), np.nan)
    own = {
        "target_date": pl.Series(table.target_date.astype("datetime64[D]")),
        "value": pl.Series(table.value).fill_nan(None),
        "as_of": pl.Series(table.as_of.astype("datetime64[us]")).dt.replace_time_zone("UTC"),
        "completeness": pl.Series(unknown if table.completeness is None else table.completeness).fill_nan(None),
    }
    columns = pl.DataFrame(own).with_columns(pl.lit(head[name]).alias(name) for name in CSV_COLUMNS if name not in own)
    written = io.BytesIO()
    columns.select(CSV_COLUMNS).write_parquet(written)
    return written.getvalue()


MADE_BY = {"csv": as_csv, "json": as_json, "parquet": as_parquet}
