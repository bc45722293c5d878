"""A CSV file that was cut off, wherever, is told from a whole one by its bytes alone."""

from __future__ import annotations

import csv
import io
from contextlib import suppress

import pytest

from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.whole_table import BYTES_AT_ONCE, require_whole, uneven_row

WHOLE = b'place,n,note\r\n"Bonn, DE",12,"two\nlines, and ""quotes"""\r\n\r\nKEN,277,\r\n'


def test_of_a_file_no_beginning_passes_for_the_whole_but_whole_rows() -> None:
    """Cut after any byte it is refused, but for the ends of rows, where no number is wrong."""
    passed = []
    for length in range(1, len(WHOLE) + 1):
        with suppress(SourceSchemaError):
            require_whole(WHOLE[:length], origin="f.csv")
            passed.append(WHOLE[:length].splitlines()[-1])
    assert passed == [b"place,n,note", b'lines, and ""quotes"""', b"", b"KEN,277,"]


def test_what_is_refused_is_named_and_asked_for_again() -> None:
    """The message has the file, and the row where it is known."""
    with pytest.raises(SourceSchemaError, match=r"f\.csv stops in the middle of a row") as caught:
        require_whole(WHOLE[:-3], origin="f.csv")
    assert "next cycle" in caught.value.remedy
    with pytest.raises(SourceSchemaError, match=r"Row 2 of f\.csv has fewer or more fields"):
        require_whole(b"a,b\n1\n", origin="f.csv")


@pytest.mark.parametrize(
    ("body", "row"),
    [
        ("a,b\n1,2\n3\n", 3),
        ("a,b\n1,2,3\n", 2),
        ("a,b\n\n \n1,2\n3,4,5\n", 5),
        ('a,b\n"1,1",2\n"3,4"\n', 3),
        ('a,b\n1,"2\n3,4\n', 2),
        ("a,b\n1,2\n3", 3),
        ("a,b\n1,2\n3,4", None),
        ("a\n1\n\n2\n", None),
        ("a,b\n", None),
    ],
)
def test_the_first_row_of_another_width_is_named(body: str, row: int | None) -> None:
    """Rows are counted from that of the columns' names, which is 1; blank ones count, and are no fault."""
    assert uneven_row(body.encode()) == row
    assert uneven_row(b"above\n" + body.replace(",", ";").encode(), separator=";", start=6) == row


@pytest.mark.parametrize("first", ["x", '"x, y"', '"two\nlines"'])
def test_a_file_longer_than_one_stretch_is_counted_across_it(first: str) -> None:
    """Wherever a stretch ends, within a row, a quoted field or at a line end, the same row is found as by a parser."""
    for shift in range(24):
        rows = [f"{first},{number:09d},z" for number in range(BYTES_AT_ONCE // 12)]
        body = "\n".join(["a" * (shift + 1) + ",b,c", *rows, ""])
        assert len(body) > BYTES_AT_ONCE
        assert uneven_row(body.encode()) is None
    short = f"{body}{first},1\n{body}"
    parsed = enumerate(csv.reader(io.StringIO(short)), start=1)
    assert uneven_row(short.encode()) == next(number for number, fields in parsed if len(fields) != 3)


def test_one_row_may_be_longer_than_a_stretch() -> None:
    """The separators of a row are counted over all the stretches that it spans."""
    long = b"x" * (2 * BYTES_AT_ONCE)
    assert uneven_row(b"a,b\n" + long + b",1\n1,2\n") is None
    assert uneven_row(b"a,b\n1," + long + b",1\n") == 2
