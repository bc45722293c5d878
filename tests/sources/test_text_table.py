"""Columns of a feed's file are read by name and as text; what is missing or new is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.text_table import address, read_text_table, reported
from stand_ins import START


def page(text: str) -> Payload:
    """Return a file as it comes."""
    return Payload(body=text.encode(), media_type="text/csv", origin="https://feed.example/f.csv", retrieved_at=START)


def test_columns_are_read_as_text_in_the_order_asked_for():
    """A byte order mark, line ends of two characters and spaces are no part of a field, and a blank is null."""
    table = read_text_table(page("\ufeffcode,value\r\nNA, 007 \r\n, \r\n"), columns=("value", "code"))
    assert table.to_dicts() == [{"value": "007", "code": "NA"}, {"value": None, "code": None}]


def test_a_missing_column_is_named_with_those_that_are_there():
    """Whoever reads the message sees at once what was renamed."""
    with pytest.raises(SourceSchemaError, match=r"has no column value; it has code, number\."):
        read_text_table(page("code,number\nA,1\n"), columns=("code", "value"))


def test_an_unexpected_column_is_refused_unless_others_are_expected():
    """A new column may change what the others mean; where a feed says that columns come and go, it is left out."""
    text = "code,value,unit\nA,1,percent\n"
    with pytest.raises(SourceSchemaError, match="not documented, unit"):
        read_text_table(page(text), columns=("code", "value"))
    assert read_text_table(page(text), columns=("code", "value"), others=True).columns == ["code", "value"]


def test_a_file_without_rows_is_refused():
    """A header alone is a file that was cut off, not a place without disease."""
    with pytest.raises(SourceSchemaError, match="no row"):
        read_text_table(page("code,value\n"), columns=("code", "value"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("code,value\nA,12\nB,2", "stops in the middle of a row"),
        ("code,value\nA,12\nB\n", "Row 3 of"),
    ],
)
def test_a_file_that_was_cut_off_is_refused(text, said):
    """277 that was cut off reads as 2, and a row that was cut off as one without a value: neither is taken in."""
    with pytest.raises(SourceSchemaError, match=said):
        read_text_table(page(text), columns=("code", "value"))


def test_blank_and_na_say_that_nothing_was_reported():
    """In a column of values, ``NA`` is no number that was reported, and zero is one."""
    table = read_text_table(page("code,value\nA,\nB,NA\nC,0\nD,x\n"), columns=("code", "value"))
    assert table.filter(reported("value"))["code"].to_list() == ["C", "D"]


def test_files_on_this_machine_are_read_as_the_network_is(tmp_path):
    """A path may be the file itself or a folder that holds it where the base URL would."""
    (tmp_path / "data").mkdir()
    file = tmp_path / "data" / "f 1.csv"
    file.write_text("code\nA\n")
    assert address("", str(tmp_path), "data/f 1.csv") == file.as_uri()
    assert address("", str(file), "data/f 1.csv") == file.as_uri()
    assert "%20" in file.as_uri()
    assert address("https://feed.example/", "", "data/f.csv") == "https://feed.example/data/f.csv"
    assert address("", "~/feeds", "f.csv") == (Path.home() / "feeds" / "f.csv").as_uri()
