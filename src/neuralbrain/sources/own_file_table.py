"""Reads a file of one's own as a table of text: CSV, JSON lines or Parquet, packed with gzip or not."""

from __future__ import annotations

import csv
import io

import polars as pl
from polars.exceptions import PanicException, PolarsError

from neuralbrain.domain.feed import Payload
from neuralbrain.errors import SourceSchemaError
from neuralbrain.outgoing.unpacking import Body, TooLargeError, UnpackingError
from neuralbrain.sources.own_file_mapping import TAB, THERE, FileMapping
from neuralbrain.sources.whole_table import uneven_row

ROW = "#row"
"""Column with the number of each row as a person counts them: in CSV the line of the names is 1."""

SEPARATORS = ",;\t|"
_GZIP, _PARQUET, _ZIP = b"\x1f\x8b", b"PAR1", b"PK\x03\x04"


def read_table(
    page: Payload, mapping: FileMapping | None, *, most_bytes: int, may_be_cut: bool = False
) -> pl.DataFrame:
    """Return all columns as text without spaces around it, blank fields null, and ``ROW``; blank rows are left out.

    Args:
        page: The file.
        mapping: How it is written; None to tell from the file.
        most_bytes: How long it may be, unpacked.
        may_be_cut: Whether it came over a network: then the last line of a CSV file must end, unless it is packed.

    Raises:
        SourceSchemaError: If it cannot be read; it names the row where that is known, and what to write.
    """
    body = _unpacked(page, most_bytes=most_bytes)
    if body.startswith(_ZIP):
        raise SourceSchemaError(
            f"{page.origin} is a workbook or a zip archive.", remedy="Save the table as CSV, and set path to that file."
        )
    if body.startswith(_PARQUET):
        table = _parquet(body, page)
    elif body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        table = _json_lines(body, page)
    else:
        table = _csv(body, mapping, page, may_be_cut=may_be_cut and body is page.body)
    columns = [name for name in table.columns if name != ROW]
    if not columns:
        said = f"{page.origin} has no column of text, days or numbers."
        raise SourceSchemaError(said, remedy="See whether it is the right file.")
    text = pl.col(*columns).str.strip_chars()
    table = table.with_columns(pl.when(text != "").then(text))
    return table.filter(pl.any_horizontal(pl.col(*columns).is_not_null()))


def _unpacked(page: Payload, *, most_bytes: int) -> bytes:
    if not page.body.startswith(_GZIP):
        return page.body
    unpacked = Body("gzip", most_bytes=most_bytes)
    try:
        unpacked.add(page.body)
        return unpacked.whole()
    except TooLargeError as error:
        said = f"{page.origin} is longer than {most_bytes // 2**20} MB, unpacked."
        raise SourceSchemaError(said, remedy="Raise most_megabytes in [feeds.NAME].") from error
    except UnpackingError as error:
        said = f"{page.origin} cannot be unpacked: {error}."
        raise SourceSchemaError(said, remedy="Pack it again, or put it there unpacked.") from error


def _parquet(body: bytes, page: Payload) -> pl.DataFrame:
    try:
        return _as_text(pl.read_parquet(io.BytesIO(body)), first=1)
    except (PolarsError, PanicException) as error:
        said = f"{page.origin} cannot be read as Parquet: {_first_line(error)}."
        raise SourceSchemaError(said, remedy="Write it again; nothing of it is used.") from error


def _json_lines(body: bytes, page: Payload) -> pl.DataFrame:
    try:
        return _as_text(pl.read_ndjson(body.removeprefix(b"\xef\xbb\xbf"), infer_schema_length=None), first=1)
    except PolarsError as error:
        raise SourceSchemaError(
            f"{page.origin} cannot be read as JSON lines: {_first_line(error)}.",
            remedy="Write one object a line, each with the same keys; nothing of it is used.",
        ) from error


def _as_text(table: pl.DataFrame, *, first: int) -> pl.DataFrame:
    """Return a typed table as text; columns of lists and objects are left out, they cannot be a place, day or value."""
    plain = [name for name, kind in table.schema.items() if not kind.is_nested() and kind != pl.Binary]
    return table.select(pl.col(plain).cast(pl.String)).with_row_index(ROW, offset=first)


def _csv(body: bytes, mapping: FileMapping | None, page: Payload, *, may_be_cut: bool) -> pl.DataFrame:
    encoding, skipped = (mapping.encoding, mapping.skip_rows) if mapping else ("utf-8", 0)
    try:
        text = body.decode("utf-8-sig" if encoding.lower() in {"utf-8", "utf8"} else encoding)
    except UnicodeDecodeError as error:
        row = body[: error.start].count(b"\n") + 1
        raise SourceSchemaError(
            f"Row {row} of {page.origin} is not written in {encoding}.",
            remedy=f'Write encoding = "latin-1", or the one it has, {THERE}.',
        ) from error
    if may_be_cut and not text.endswith("\n"):
        raise SourceSchemaError(
            f"{page.origin} stops in the middle of a row: its last line has no end.",
            remedy="Nothing of it is used. If that is all of it, end its last line, pack it with gzip, or save it on "
            "this machine and set path to it.",
        )
    lines = text.split("\n", skipped + 1)
    if len(lines) <= skipped:
        said = f"{page.origin} has no row {skipped + 1}, where the mapping expects the names of columns."
        raise SourceSchemaError(said, remedy=f"Write another skip_rows {THERE}.")
    head = lines[skipped].rstrip("\r")
    separator = _separator(head, mapping)
    try:
        names = [name.strip() for name in next(csv.reader([head], delimiter=separator), [])]
    except csv.Error as error:
        said = f"Row {skipped + 1} of {page.origin} is no row of names of columns: {_first_line(error)}."
        raise SourceSchemaError(said, remedy="Write the file with line ends of today, LF or CR LF.") from error
    twice = next((name for name in names if name and names.count(name) > 1), None)
    if twice is not None:
        said = f"Row {skipped + 1} of {page.origin} names the column {twice!r} twice."
        raise SourceSchemaError(said, remedy="Give each column a name of its own.")
    try:
        _require_even(text, separator, above=lines[:skipped], width=len(names), origin=page.origin)
        table = pl.read_csv(text.encode(), separator=separator, skip_lines=skipped, infer_schema=False)
    except PolarsError as error:
        raise _unreadable("A row", page.origin, _first_line(error), separator) from error
    named = table.rename({old: new for old, new in zip(table.columns, names, strict=True) if new and new != old})
    return named.with_row_index(ROW, offset=skipped + 2)


def _separator(head: str, mapping: FileMapping | None) -> str:
    if mapping is not None and mapping.separator:
        return "\t" if mapping.separator == TAB else mapping.separator
    return max(SEPARATORS, key=head.count)  # the first of those that stand there equally often


def _require_even(text: str, separator: str, *, above: list[str], width: int, origin: str) -> None:
    """Refuse a row with fewer or more fields than columns have names, such as one that was cut off.

    Raises:
        SourceSchemaError: Naming the row.
    """
    not_read = "".join(f"{line}\n" for line in above)
    if uneven_row(text.encode(), separator=separator, start=len(not_read.encode())) is None:
        return
    # A quotation mark within a field that is not quoted misleads that count; the slow way is sure.
    rows = csv.reader(io.StringIO(text[len(not_read) :]), delimiter=separator)
    number = len(above)
    try:
        for number, fields in enumerate(rows, start=len(above) + 1):
            if len(fields) != width and any(field.strip() for field in fields):
                said = f"it has {len(fields)} {'field' if len(fields) == 1 else 'fields'}, not {width}"
                raise _unreadable(f"Row {number}", origin, said, separator)
    except csv.Error as error:
        raise _unreadable(f"Row {number + 1}", origin, _first_line(error), separator) from error


def _unreadable(row: str, origin: str, why: str, separator: str) -> SourceSchemaError:
    return SourceSchemaError(
        f"{row} of {origin} cannot be read: {why}.",
        remedy=f"It is read with the separator {separator!r}: write another separator {THERE}, put the field in "
        "quotation marks, or complete the row.",
    )


def _first_line(error: Exception) -> str:
    said = str(error).strip().splitlines()
    return said[0][:200].rstrip(".") if said else type(error).__name__
