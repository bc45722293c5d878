"""Rows of text: which can be used, why others cannot, and how they become a release."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from neuralbrain.domain.observation import Scope, Signal, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.long_form import Judged, batch_of, judged, numbered
from stand_ins import START

CASES = Signal(name="flu_cases")
SHARE = Signal(name="flu_share", unit=Unit.SHARE, primary=False)
SIGNALS = (CASES, SHARE)
DAY = date(2026, 3, 28)


def row(text: str | None, **changes: object) -> dict[str, object]:
    """Return a row about Ohio in one week that can be used, but for what is changed."""
    usual = {"place": "Ohio", "location": "US-OH", "signal": "flu_cases", "day": "28/3", "target_date": DAY, "page": 0}
    return usual | {"text": text} | changes


def verdict(*rows: dict[str, object], **changes: object) -> Judged:
    """Return what is left of rows whose values are in their signals' units already."""
    table = pl.DataFrame(
        list(rows), schema_overrides={"location": pl.String, "target_date": pl.Date, "text": pl.String}
    )
    known = {"signals": SIGNALS, "earliest": date(2020, 1, 1), "latest": date(2026, 4, 1), "origin": "here"}
    return judged(numbered(table).with_columns(value=pl.col("number")), **(known | changes))


GOOD = tuple(row("5", target_date=date(2026, 1, day)) for day in range(1, 9))  # so that few of all are refused


def test_what_reports_nothing_is_no_row():
    """A missing or blank text is neither kept nor rejected, and a 0 is kept."""
    found = verdict(row(None), row(""), row("  ", place="Iowa"), row("0"))
    assert found.kept["value"].to_list() == [0.0]
    assert found.rejected == ()


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (row("5", location=None), "location-unknown"),
        (row("5", target_date=None), "date-impossible"),
        (row("5", target_date=date(2019, 12, 31)), "date-impossible"),
        (row("5", target_date=date(2026, 4, 2)), "date-impossible"),
        (row("many"), "value-not-a-number"),
        (row("nan"), "value-not-a-number"),
        (row("1,000"), "value-not-a-number"),
        (row("-1"), "value-negative"),
        (row("inf"), "value-impossible"),
        (row("1.01", signal="flu_share"), "value-impossible"),
    ],
)
def test_each_reason_has_its_code(wrong, code):
    """A row that cannot be used is kept apart as it was written, with the code of why, and nothing else is lost."""
    found = verdict(*GOOD, wrong)
    (rejected,) = found.rejected
    assert rejected.code == code
    assert (rejected.location, rejected.target_date, rejected.value) == ("Ohio", "28/3", wrong["text"])
    assert rejected.message.endswith(".")
    assert len(found.kept) == len(GOOD)


def test_bounds_can_be_used():
    """The first and the last possible day, a share of 1 and a count above 1 are kept."""
    rows = (
        row("1", signal="flu_share"),
        row("1e3"),
        row("2", target_date=date(2020, 1, 1)),
        row("3", target_date=date(2026, 4, 1)),
    )
    found = verdict(*rows)
    assert found.rejected == ()
    assert sorted(found.kept["value"]) == [1.0, 2.0, 3.0, 1000.0]


def test_a_repeated_row_counts_once():
    """Two rows with the same place, signal, date and value are one, even if one writes 5.0."""
    found = verdict(row("5"), row("5.0"))
    assert found.kept["value"].to_list() == [5.0]
    assert found.rejected == ()


def test_of_two_different_values_neither_is_used():
    """Where a release says two things about the same date, both are rejected."""
    found = verdict(*GOOD, row("5"), row("6"))
    assert [(one.value, one.code) for one in found.rejected] == [("5", "duplicate-row"), ("6", "duplicate-row")]
    assert DAY not in found.kept["target_date"].to_list()


def test_a_value_that_cannot_be_used_contradicts_nothing():
    """A rejected twin does not take the good row with it."""
    found = verdict(*GOOD, row("5"), row("-5"))
    assert [one.value for one in found.rejected] == ["-5"]
    assert DAY in found.kept["target_date"].to_list()


def test_more_than_half_is_a_schema_error():
    """Half of the rows may be unusable; one more, and the feed is not what it was."""
    assert len(verdict(row("5"), row("x", place="Iowa")).rejected) == 1
    with pytest.raises(SourceSchemaError, match=r"3 values of which 2 .* of Iowa on 28/3, 'x' \(value-not-a-number\)"):
        verdict(row("5"), row("x", place="Iowa"), row("y"))


def test_objections_are_said_and_not_counted():
    """A reader's own objection rejects a row in its own words, however many there are."""
    objections = [row("5", objection="It is odd.", target_date=date(2026, 2, day)) for day in range(1, 5)]
    found = verdict(*(one | {"objection": None} for one in GOOD[:1]), *objections)
    assert {(one.code, one.message) for one in found.rejected} == {("value-impossible", "It is odd.")}
    assert len(found.kept) == 1


def test_a_key_of_ones_own_keeps_pieces_apart():
    """With the piece in the key, two pieces of a place may have different values."""
    rows = (row("5", piece="north"), row("6", piece="south"))
    found = verdict(*rows, key=("location", "piece", "signal", "target_date"))
    assert found.kept["value"].to_list() == [5.0, 6.0]


def test_a_batch_has_its_rows_in_columns():
    """Series are in order of place and signal, and each value points at its own, its date and its page."""
    rows = (row("5", page=1), row("0.5", signal="flu_share"), row("7", location="US-IA", place="Iowa"))
    kept = verdict(*rows).kept
    scope = Scope(signals=frozenset({"flu_cases"}))
    batch = batch_of(kept, source="made-up", signals=SIGNALS, as_of=START, scope=scope)
    assert [(one.source, one.location, one.signal) for one in batch.series] == [
        ("made-up", "US-IA", CASES),
        ("made-up", "US-OH", CASES),
        ("made-up", "US-OH", SHARE),
    ]
    assert batch.series_index.tolist() == [1, 2, 0]
    assert batch.value.tolist() == [5.0, 0.5, 7.0]
    assert batch.target_date.astype(str).tolist() == ["2026-03-28"] * 3
    assert batch.page is not None
    assert batch.page.tolist() == [1, 0, 0]
    assert (batch.as_of, batch.scope) == (START, scope)


def test_nothing_is_a_batch_too():
    """Where nothing is left, the batch has no series and no rows."""
    kept = verdict(row("5")).kept.clear()
    assert len(batch_of(kept, source="made-up", signals=SIGNALS, as_of=START, scope=None)) == 0
