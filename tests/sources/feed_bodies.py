"""What can become of a feed's bytes that are tables: rows lost, columns added, letters changed, in each format."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import polars as pl

PARQUET = b"PAR1"
Rows = list[dict[str, Any]]


def without_rows(*, keep: Callable[[int], int]) -> Callable[[bytes], bytes]:
    """Return what keeps only the first rows of a table.

    Args:
        keep: How many, given how many there are.
    """

    def cut(body: bytes) -> bytes:
        if body.startswith(PARQUET):
            table = pl.read_parquet(io.BytesIO(body))
            return _parquet(table.head(keep(table.height)))
        if _is_json(body):
            return _json(body, lambda rows: rows[: keep(len(rows))])
        head, *lines = body.splitlines(keepends=True)
        return b"".join([head, *lines[: keep(len(lines))]])

    return cut


def with_a_column(body: bytes) -> bytes:
    """Return a table with one column more than documented."""
    if body.startswith(PARQUET):
        return _parquet(pl.read_parquet(io.BytesIO(body)).with_columns(unheard_of=pl.lit("x")))
    if _is_json(body):
        return _json(body, lambda rows: [row | {"unheard_of": "x"} for row in rows])
    end = b"\r\n" if b"\r\n" in body else b"\n"
    head, *lines = body.rstrip().split(end)
    return end.join([head + b",unheard_of", *(line + b",x" for line in lines), b""])


def in_latin_1(body: bytes) -> bytes:
    """Return text in which letters are written as they were before UTF-8: an e in the last row has an accent."""
    place = body.rstrip().rfind(b"\n") + 1
    letters = [at for at in range(place, len(body)) if chr(body[at]).isalpha()] or [place]
    return body[: letters[0]] + b"\xe9" + body[letters[0] + 1 :]


def _is_json(body: bytes) -> bool:
    return body.lstrip()[:1] in {b"[", b"{"}


def _json(body: bytes, change: Callable[[Rows], Rows]) -> bytes:
    read = json.loads(body)
    if isinstance(read, list):
        return json.dumps(change(read)).encode()
    return json.dumps({name: change(rows) if isinstance(rows, list) else rows for name, rows in read.items()}).encode()


def _parquet(table: pl.DataFrame) -> bytes:
    written = io.BytesIO()
    table.write_parquet(written)
    return written.getvalue()
