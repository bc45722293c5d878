"""Every value of a file of one's own is judged: what cannot be used is named by row and column."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from own_files import releases, values_of, written

from neuralbrain.domain.observation import ObservationBatch
from neuralbrain.errors import SourceSchemaError

COLUMNS = 'location = "place"\ndate = "day"\ndate_means = "day"\n'
GOOD = [f"KEN,2026-03-{day},{day}" for day in range(10, 20)]


def read(folder: Path, rows: list[str], said: str = "", signals: str = 'cases = "n"') -> ObservationBatch:
    """Return the release of ten good rows of Kenya and some more."""
    body = "\n".join(["place,day,n", *GOOD, *rows, ""])
    (batch,) = releases(body, written(folder, f"{COLUMNS}{said}\n[signals]\n{signals}\n"))
    return batch


@pytest.mark.parametrize(
    ("row", "code", "where"),
    [
        ("Atlantis,2026-03-20,1", "location-unknown", "Row 12, column place: The place is none that is known."),
        (",2026-03-20,1", "location-unknown", "Row 12, column place"),
        ("KEN,2026-02-30,1", "date-impossible", "Row 12, column day"),
        ("KEN,,1", "date-impossible", "Row 12, column day"),
        ("KEN,2026-09-30,1", "date-impossible", "Row 12, column day"),
        ("KEN,2026-03-20,one", "value-not-a-number", "Row 12, column n: The value is not a number."),
        ('KEN,2026-03-20,"1,5"', "value-not-a-number", "Row 12, column n"),
        ("KEN,2026-03-20,inf", "value-not-a-number", "Row 12, column n"),
        ("KEN,2026-03-20,0x10", "value-not-a-number", "Row 12, column n"),
        ("KEN,2026-03-20,-1", "value-negative", "Row 12, column n: The value is below zero."),
        ("KEN,2026-03-20,1e999", "value-impossible", "Row 12, column n"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(tmp_path: Path, row: str, code: str, where: str) -> None:
    """By its number in the file and its column; the others stay."""
    batch = read(tmp_path, [row])
    assert len(batch) == 10
    assert [one.code for one in batch.rejected] == [code]
    assert batch.rejected[0].message.startswith(where)


@pytest.mark.parametrize("blank", ["", "NA", "n/a".upper(), "NaN", "-", "null"])
def test_a_blank_is_no_value(tmp_path: Path, blank: str) -> None:
    """What stands for a value that was not reported is no row and no zero, and no fault either."""
    batch = read(tmp_path, [f"KEN,2026-03-20,{blank}"])
    assert (len(batch), batch.rejected) == (10, ())


def test_own_marks_of_blanks_are_said(tmp_path: Path) -> None:
    """Another mark is a fault until the mapping has it; a zero is a value."""
    rows = ["KEN,2026-03-20,<5", "KEN,2026-03-21,0"]
    assert [one.code for one in read(tmp_path, rows).rejected] == ["value-not-a-number"]
    batch = read(tmp_path, rows, 'missing = ["<5"]')
    assert batch.rejected == ()
    assert values_of(batch)["KEN", "cases", "2026-03-21"] == 0.0


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("1234.5", "", 1234.5),
        ("+7", "", 7.0),
        ("1.5e3", "", 1500.0),
        (".5", "", 0.5),
        ("1,5", 'decimal = ","', 1.5),
        ("1.234,5", 'decimal = ","\nthousands = "."', 1234.5),
        ("1,234,567", 'thousands = ","', 1_234_567.0),
        ("1 234", 'thousands = " "', 1234.0),
        ("1,23", 'thousands = ","', None),
        ("1.5", 'decimal = ","', None),
        ("1.2.3", "", None),
        ("", "", None),
    ],
)
def test_numbers_are_read_as_they_are_said_to_be_written(
    tmp_path: Path, text: str, said: str, value: float | None
) -> None:
    """A decimal comma is none where points are decimal, and groups of thousands have three digits."""
    batch = read(tmp_path, [f'KEN,2026-03-20,"{text}"'], said)
    assert values_of(batch).get(("KEN", "cases", "2026-03-20")) == value


def test_a_share_above_one_is_impossible(tmp_path: Path) -> None:
    """50 percent is a share of a half; a share of 50 is a fault, and so are 101 percent."""
    assert values_of(read(tmp_path, [], signals='ili_share = { column = "n", unit = "percent" }')) == {
        ("KEN", "ili_share", f"2026-03-{day}"): day / 100 for day in range(10, 20)
    }
    batch = read(tmp_path, ["KEN,2026-03-20,101"], signals='ili_share = { column = "n", unit = "percent" }')
    assert [one.code for one in batch.rejected] == ["value-impossible"]
    with pytest.raises(SourceSchemaError, match="cannot be used") as caught:
        read(tmp_path, [], signals='ili_share = { column = "n", unit = "share" }')
    assert "unit" in caught.value.remedy


def test_a_row_that_is_there_twice_is_one(tmp_path: Path) -> None:
    """Two different values of one place and day are none, and both are named."""
    batch = read(tmp_path, [GOOD[0], "Kenya,2026-03-11,99"])
    assert len(batch) == 9
    assert [(one.location, one.value, one.code) for one in batch.rejected] == [
        ("KEN", "11", "duplicate-row"),
        ("Kenya", "99", "duplicate-row"),
    ]


@pytest.mark.parametrize(
    ("row", "shown", "write"),
    [
        ("Nordland,2026-03-20,1", 'Row 12, column place: "Nordland" is no place', '"Nordland" = "KEN"'),
        ("KEN,20.03.2026,1", 'Row 12, column day: "20.03.2026" is no date', "date_format"),
        ("KEN,2026-03-20,1;5", 'Row 12, column n: "1;5" is no number', 'missing = ["1;5"]'),
    ],
)
def test_where_most_cannot_be_used_the_mapping_is_wrong(tmp_path: Path, row: str, shown: str, write: str) -> None:
    """More than half: nothing is used, and the first row and what to write are named."""
    with pytest.raises(SourceSchemaError, match="More than half") as caught:
        read(tmp_path, [row] * 11)
    assert shown in caught.value.happened
    assert write in caught.value.remedy
    assert "mapping file" in caught.value.remedy


@pytest.mark.parametrize(
    ("change", "named", "near"),
    [
        ('location = "plac"', "'plac'", "'place'"),
        ('date = "days"', "'days'", "'day'"),
        ('as_of = "daz"', "'daz'", "'day'"),
    ],
)
def test_a_column_that_is_not_there_is_named(tmp_path: Path, change: str, named: str, near: str) -> None:
    """With those that are there, and the nearest of them."""
    key = change.partition(" ")[0]
    kept = "".join(line for line in COLUMNS.splitlines(keepends=True) if not line.startswith(f"{key} "))
    mapping = written(tmp_path, f'{kept}{change}\n[signals]\ncases = "n"\n')
    with pytest.raises(SourceSchemaError, match=f"no column {named}; it has 'place', 'day', 'n'") as caught:
        releases("place,day,n\nKEN,2026-03-20,1\n", mapping)
    assert near in caught.value.remedy


@pytest.mark.parametrize(
    ("body", "said", "named"),
    [
        ("place,day,n\n", "", "has no row"),
        ("place,day,n\nKEN,2026-03-20,\n", "", "holds no value"),
        ("place,day,n\nKEN,2026-03-20,1\n", 'only = { n = "2" }', "has no row with n = '2'"),
    ],
)
def test_a_file_that_says_nothing_withdraws_nothing(tmp_path: Path, body: str, said: str, named: str) -> None:
    """A table without rows or values is a fault, and not the news that all was taken back."""
    signals = 'cases = "n"' if not said else 'cases = "place"'
    columns = COLUMNS if not said else COLUMNS.replace('location = "place"', 'location_is = "KEN"')
    with pytest.raises(SourceSchemaError, match=named):
        releases(body, written(tmp_path, f"{columns}{said}\n[signals]\n{signals}\n"))


def test_one_place_needs_no_column(tmp_path: Path) -> None:
    """A file about one place says so once."""
    mapping = written(
        tmp_path, 'location_is = "Georgia"\nwithin = "USA"\ndate = "d"\ndate_means = "day"\n[signals]\ncases = "n"\n'
    )
    (batch,) = releases("d,n\n2026-03-20,4\n", mapping)
    assert values_of(batch) == {("US-GA", "cases", "2026-03-20"): 4.0}


def test_times_of_publication_have_a_form(tmp_path: Path) -> None:
    """In their own form, a day is its beginning in UTC; one that cannot be read keeps its row from being used."""
    mapping = written(tmp_path, f'{COLUMNS}as_of = "out"\nas_of_format = "%d.%m.%Y"\n[signals]\ncases = "n"\n')
    rows = ["KEN,2026-03-20,4,21.03.2026", "KEN,2026-03-20,5,22.03.2026", "KEN,2026-03-21,6,soon"]
    first, second = releases("\n".join(["place,day,n,out", *rows]), mapping)
    assert [one.as_of for one in (first, second)] == [datetime(2026, 3, day, tzinfo=UTC) for day in (21, 22)]
    assert [values_of(one) for one in (first, second)] == [
        {("KEN", "cases", "2026-03-20"): 4.0},
        {("KEN", "cases", "2026-03-20"): 5.0},
    ]
    assert [one.message.partition(":")[0] for one in second.rejected] == ["Row 4, column out"]


def test_a_wide_file_names_the_column_of_the_place(tmp_path: Path) -> None:
    """Where each place has a column, an unknown place is that column, in each row."""
    mapping = written(tmp_path, 'date = "day"\ndate_means = "day"\n[signals]\ncases = "*"\n')
    (batch,) = releases("day,Kenya,Togo,Total\n2026-03-20,1,2,3\n2026-03-21,,4,4\n", mapping)
    assert set(values_of(batch)) == {
        ("KEN", "cases", "2026-03-20"),
        ("TGO", "cases", "2026-03-20"),
        ("TGO", "cases", "2026-03-21"),
    }
    assert [one.message.partition(":")[0] for one in batch.rejected] == ["Row 2, column Total", "Row 3, column Total"]
