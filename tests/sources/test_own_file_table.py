"""A file becomes a table of text: by its bytes, not by its name, and with rows counted as a person counts them."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, date, datetime

import polars as pl
import pytest
from own_files import page

from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.own_file_mapping import mapping_of
from neuralbrain.sources.own_file_table import ROW, read_table

PLAIN = {"location": "place", "date": "day", "signals": {"cases": "n"}}
MOST = 2**20


def rows(body: bytes | str, **said) -> list[dict[str, str | int | None]]:
    """Return a file's rows; with settings of a mapping, by that mapping."""
    return read_table(page(body), mapping_of(PLAIN | said) if said else None, most_bytes=MOST).to_dicts()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_stands_in_the_first_row(separator: str) -> None:
    """Without a word about it, the character that separates the names of columns separates all."""
    body = "place,day,n\nKEN,2026-03-29,4\n".replace(",", separator)
    assert rows(body) == [{ROW: 2, "place": "KEN", "day": "2026-03-29", "n": "4"}]


def test_a_separator_that_is_said_is_taken() -> None:
    """A name of a column may hold many commas."""
    body = "place;n (per 1,000,000)\nKEN;4\n"
    assert rows(body, separator=";") == [{ROW: 2, "place": "KEN", "n (per 1,000,000)": "4"}]
    assert rows("place\tn\nKEN\t4\n", separator="tab") == [{ROW: 2, "place": "KEN", "n": "4"}]


def test_spaces_blanks_and_empty_rows_are_nothing() -> None:
    """Fields are without spaces around them, blank ones null, and a row of blanks is none; rows keep their numbers."""
    assert rows("\ufeff place , n\n KEN , 4 \n\n , \nNAM,\n") == [
        {ROW: 2, "place": "KEN", "n": "4"},
        {ROW: 5, "place": "NAM", "n": None},
    ]


def test_lines_above_the_names_are_left_out() -> None:
    """With ``skip_rows`` titles above the table are not read, and rows are counted from the top of the file."""
    assert rows('"A title, with; signs"\nof the unit\nplace;n\nKEN;4\n', skip_rows=2) == [
        {ROW: 4, "place": "KEN", "n": "4"}
    ]
    with pytest.raises(SourceSchemaError, match="no row 9"):
        rows("place;n\nKEN;4\n", skip_rows=8)


def test_letters_are_read_as_they_were_written() -> None:
    """Another encoding is said; one that was not said is a fault with its row."""
    assert rows("place,n\nCuraçao,4\n".encode("latin-1"), encoding="latin-1")[0]["place"] == "Curaçao"
    assert rows("place,n\nCuraçao,4\n".encode("utf-16"), encoding="utf-16")[0]["place"] == "Curaçao"
    with pytest.raises(SourceSchemaError, match="Row 3 of") as caught:
        rows("place,n\nKEN,1\nCuraçao,4\n".encode("latin-1"))
    assert 'encoding = "latin-1"' in caught.value.remedy


def test_a_row_that_is_too_long_is_named() -> None:
    """A decimal comma in a file of commas makes a field too many: the row and the separator are named."""
    with pytest.raises(SourceSchemaError, match=r"Row 3 of mine\.csv cannot be read") as caught:
        rows("place,n\nKEN,1\nKEN,1,5\n")
    assert "separator" in caught.value.remedy


def test_a_row_that_is_too_short_is_named() -> None:
    """A row that lacks a field was cut off, or its fields stand in the wrong columns; blank lines are no rows."""
    with pytest.raises(SourceSchemaError, match=r"Row 3 of mine\.csv cannot be read: it has 1 field, not 2\."):
        rows("place,n\nKEN,1\nKEN\n")
    with pytest.raises(SourceSchemaError, match=r"Row 6 of mine\.csv .* it has 2 fields, not 3\."):
        rows('A title; of 2\nplace;day;n\nKEN;;1\n\n"A;B";;2\nKEN;3', separator=";", skip_rows=1)


def test_the_last_line_of_a_file_of_this_machine_need_not_end() -> None:
    """Editors leave it so; over a network it is what a file that was cut off looks like, unless it came packed."""
    body = b"place,n\nKEN,1\nNAM,27"
    assert rows(body)[-1] == {ROW: 3, "place": "NAM", "n": "27"}
    with pytest.raises(SourceSchemaError, match="stops in the middle of a row") as caught:
        read_table(page(body), None, most_bytes=MOST, may_be_cut=True)
    assert "end its last line" in caught.value.remedy
    assert read_table(page(body + b"\n"), None, most_bytes=MOST, may_be_cut=True).height == 2
    assert read_table(page(gzip.compress(body)), None, most_bytes=MOST, may_be_cut=True).height == 2


def test_two_columns_of_one_name_are_a_fault() -> None:
    """Which of them is meant cannot be known."""
    with pytest.raises(SourceSchemaError, match=r"Row 1 of mine\.csv names the column 'n' twice"):
        rows("place,n,n\nKEN,1,2\n")


def test_json_lines_need_not_have_every_key() -> None:
    """Numbers and texts are text alike, and what a line leaves out is blank."""
    assert rows('{"place": "KEN", "n": 4}\n{"place": "NAM", "n": "5.5", "note": "x"}\n') == [
        {ROW: 1, "place": "KEN", "n": "4", "note": None},
        {ROW: 2, "place": "NAM", "n": "5.5", "note": "x"},
    ]
    with pytest.raises(SourceSchemaError, match="JSON lines"):
        rows('{"place": "KEN"\n')


def test_parquet_keeps_days_and_moments() -> None:
    """Days, times and numbers of any kind come as text; lists cannot be a value and are left out."""
    table = pl.DataFrame(
        {
            "day": [date(2026, 3, 29)],
            "at": [datetime(2026, 3, 29, tzinfo=UTC)],
            "n": pl.Series([4], dtype=pl.UInt8),
            "rate": [float("nan")],
            "place": pl.Series(["KEN"], dtype=pl.Categorical),
            "notes": [["a"]],
        }
    )
    packed = io.BytesIO()
    table.write_parquet(packed)
    (row,) = rows(packed.getvalue())
    assert row == {
        ROW: 1,
        "day": "2026-03-29",
        "at": "2026-03-29 00:00:00.000000+00:00",
        "n": "4",
        "rate": "NaN",
        "place": "KEN",
    }
    with pytest.raises(SourceSchemaError, match="Parquet"):
        rows(packed.getvalue()[:40])


def test_a_workbook_is_named_as_one() -> None:
    """A file of a spreadsheet program is no text: the remedy is to save it as CSV."""
    with pytest.raises(SourceSchemaError, match="workbook") as caught:
        rows(b"PK\x03\x04" + bytes(30))
    assert "CSV" in caught.value.remedy


def test_a_table_without_columns_is_a_fault() -> None:
    """Objects within objects are no columns, and the line ends of old machines make one row of all."""
    with pytest.raises(SourceSchemaError, match="no column of text, days or numbers"):
        rows('{"a": {"b": 1}}\n')
    with pytest.raises(SourceSchemaError, match="Row 1") as caught:
        rows("place,n\rKEN,4\r")
    assert "CR LF" in caught.value.remedy
