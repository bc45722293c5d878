"""A series at a cutoff and its revisions as tables, computed longhand."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import numpy as np
import pytest

from neuralbrain.domain.feed import FeedFacts
from neuralbrain.domain.observation import Series, Signal, Unit
from neuralbrain.domain.quality import Mark, MarkSeverity
from neuralbrain.domain.revisions import Revisions
from neuralbrain.publish.series_panel import panel_of
from neuralbrain.publish.series_table import (
    SeriesTable,
    revision_table,
    revisions_as_json,
    rows_as_json,
    series_as_csv,
    series_as_json,
    table_of,
)

ADMISSIONS = Signal(name="flu_admissions")
CALIFORNIA = Series(source="clinics", location="US-CA", signal=ADMISSIONS)
NEW_YORK = Series(source="clinics", location="US-NY", signal=ADMISSIONS)
FACTS = FeedFacts(
    name="clinics",
    title="Clinics, made up",
    licence='None of it may be handed on, "clinics" says',
    attribution="Clinics, Incorporated",
    signals=(ADMISSIONS,),
    redistribute=False,
)
NAN = float("nan")
ROWS = (
    (0, "2025-12-27", "2026-01-07", 100.0),
    (0, "2025-12-27", "2026-01-21", NAN),
    (0, "2026-01-03", "2026-01-07", 80.0),
    (0, "2026-01-03", "2026-01-14", 95.0),
    (0, "2026-01-10", "2026-01-14T12:30:00.5", 60.0),
    (1, "2026-01-10", "2026-01-14", 7.0),
)


def revisions(rows: tuple[tuple[int, str, str, float], ...] = ROWS) -> Revisions:
    """Return revisions of the two series, in their order."""
    index, day, moment, value = zip(*rows, strict=True) if rows else ((), (), (), ())
    return Revisions(
        series=(CALIFORNIA, NEW_YORK),
        series_index=np.array(index, dtype=np.int64),
        target_date=np.array(day, dtype="datetime64[D]"),
        as_of=np.array(moment, dtype="datetime64[us]"),
        value=np.array(value, dtype=np.float64),
    )


def said(table: SeriesTable) -> list[tuple[str, float | None, str | None]]:
    """Return a table's rows in short."""
    return [(one["target_date"], one["value"], one["as_of"]) for one in rows_as_json(table)]


def test_the_last_value_of_each_date_stands() -> None:
    """Of each target date the last revision is shown, with when it became known; a withdrawn value is null."""
    assert said(table_of(revisions(), CALIFORNIA)) == [
        ("2025-12-27", None, "2026-01-21T00:00:00Z"),
        ("2026-01-03", 95.0, "2026-01-14T00:00:00Z"),
        ("2026-01-10", 60.0, "2026-01-14T12:30:00.500000Z"),
    ]
    assert said(table_of(revisions(), NEW_YORK)) == [("2026-01-10", 7.0, "2026-01-14T00:00:00Z")]


def test_since_leaves_earlier_dates_out() -> None:
    """``since`` takes its own day in."""
    assert [row[0] for row in said(table_of(revisions(), CALIFORNIA, since=date(2026, 1, 3)))] == [
        "2026-01-03",
        "2026-01-10",
    ]
    assert said(table_of(revisions(), CALIFORNIA, since=date(2026, 1, 11))) == []


def test_nothing_known_is_an_empty_table() -> None:
    """Without revisions, or of a series that is not among them, there is no row and no newest as_of."""
    assert len(table_of(revisions(()), CALIFORNIA)) == 0
    stranger = Series(source="clinics", location="US-TX", signal=ADMISSIONS)
    table = table_of(revisions(), stranger)
    assert (len(table), table.newest_as_of) == (0, None)


def test_every_revision_in_order() -> None:
    """Revisions come by target date, then by as_of, and can be asked for of one date."""
    table = revision_table(revisions(), CALIFORNIA)
    assert [(row[0], row[1]) for row in said(table)] == [
        ("2025-12-27", 100.0),
        ("2025-12-27", None),
        ("2026-01-03", 80.0),
        ("2026-01-03", 95.0),
        ("2026-01-10", 60.0),
    ]
    assert table.newest_as_of == datetime(2026, 1, 21, tzinfo=UTC)
    one_day = revision_table(revisions(), CALIFORNIA, target_date=date(2026, 1, 3), since=date(2026, 1, 1))
    assert [row[1] for row in said(one_day)] == [80.0, 95.0]


@pytest.mark.parametrize(("limit", "kept", "left_out"), [(2, 2, 3), (5, 5, 0), (100, 5, 0), (0, 0, 5)])
def test_a_limit_says_what_it_leaves_out(limit: int, kept: int, left_out: int) -> None:
    """Where there are too many revisions, those of the latest dates are shown and the others counted."""
    told = revisions_as_json(revision_table(revisions(), CALIFORNIA), limit=limit)
    assert (len(told["revisions"]), told["left_out"]) == (kept, left_out)
    if kept:
        assert told["revisions"][-1] == {
            "target_date": "2026-01-10",
            "value": 60.0,
            "as_of": "2026-01-14T12:30:00.500000Z",
        }


def test_all_that_has_to_be_said_stands_beside() -> None:
    """Unit, measure, cadence, licence, attribution and whether values may be handed on are told, and it is JSON."""
    told = series_as_json(table_of(revisions(), CALIFORNIA), FACTS, as_of=datetime(2026, 2, 1, tzinfo=UTC))
    assert told | {"values": []} == {
        "region": "US-CA",
        "name": "California",
        "signal": "flu_admissions",
        "unit": "count",
        "measure": "incident",
        "cadence": "weekly",
        "source": "clinics",
        "title": "Clinics, made up",
        "home": None,
        "licence": 'None of it may be handed on, "clinics" says',
        "attribution": "Clinics, Incorporated",
        "redistribute": False,
        "note": None,
        "as_of": "2026-02-01T00:00:00Z",
        "newest_as_of": "2026-01-21T00:00:00Z",
        "marks": None,
        "values": [],
    }
    json.dumps(told, allow_nan=False)


def test_marks_are_told() -> None:
    """What a check found is told with its dates; dates that are not meant are null."""
    mark = Mark(
        check="gaps",
        location="US-CA",
        signal="flu_admissions",
        first_date=date(2026, 1, 3),
        last_date=None,
        count=1,
        severity=MarkSeverity.NOTE,
        message="A week is missing.",
        explain="Weeks that nobody reported.",
    )
    told = series_as_json(table_of(revisions(), CALIFORNIA), FACTS, as_of=None, marks=(mark,))
    assert told["marks"] == [
        {
            "check": "gaps",
            "severity": "note",
            "first_date": "2026-01-03",
            "last_date": None,
            "count": 1,
            "message": "A week is missing.",
            "explain": "Weeks that nobody reported.",
        }
    ]


def test_csv_says_the_same_and_travels_alone() -> None:
    """Each row of the CSV has the value, an empty cell where it was withdrawn, and the licence, quoted where needed."""
    text = series_as_csv(table_of(revisions(), CALIFORNIA), FACTS)
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert text.endswith("\r\n")
    assert [row["value"] for row in rows] == ["", "95.0", "60.0"]
    assert rows[1] == {
        "source": "clinics",
        "region": "US-CA",
        "signal": "flu_admissions",
        "unit": "count",
        "measure": "incident",
        "cadence": "weekly",
        "target_date": "2026-01-03",
        "value": "95.0",
        "as_of": "2026-01-14T00:00:00Z",
        "completeness": "",
        "licence": 'None of it may be handed on, "clinics" says',
        "attribution": "Clinics, Incorporated",
        "redistribute": "false",
    }


def test_columns_of_different_lengths_are_refused() -> None:
    """A table whose columns do not fit together cannot be made."""
    whole = table_of(revisions(), CALIFORNIA)
    with pytest.raises(ValueError, match="different lengths"):
        SeriesTable(series=CALIFORNIA, target_date=whole.target_date, value=whole.value[:1], as_of=whole.as_of)
    with pytest.raises(ValueError, match="different lengths"):
        SeriesTable(
            series=CALIFORNIA,
            target_date=whole.target_date,
            value=whole.value,
            as_of=whole.as_of,
            completeness=np.array([0.5]),
        )


def test_a_panel_of_one_signal_has_all_its_regions() -> None:
    """The panel has the last value of each region and week on one grid, a withdrawn one unknown, with populations."""
    cutoff = datetime(2026, 2, 1, tzinfo=UTC)
    panel = panel_of(revisions(), like=CALIFORNIA, cutoff=cutoff)
    assert panel is not None
    assert panel.series == (CALIFORNIA, NEW_YORK)
    assert panel.dates.astype(str).tolist() == ["2025-12-27", "2026-01-03", "2026-01-10"]
    assert np.array_equal(panel.values, [[NAN, 95.0, 60.0], [NAN, NAN, 7.0]], equal_nan=True)
    assert (panel.populations > 1e7).all()


def test_a_panel_leaves_out_what_has_other_dates_or_another_meaning() -> None:
    """Weeks that end on another day, and a series of the same name in another unit, are not in the panel."""
    sunday = Series(source="clinics", location="US-TX", signal=ADMISSIONS)
    rate = Series(source="clinics", location="US-WA", signal=Signal(name="flu_admissions", unit=Unit.PER_100K))
    known = Revisions(
        series=(CALIFORNIA, sunday, rate),
        series_index=np.array([0, 1, 2]),
        target_date=np.array(["2026-01-03", "2026-01-04", "2026-01-03"], dtype="datetime64[D]"),
        as_of=np.array(["2026-01-07"] * 3, dtype="datetime64[us]"),
        value=np.array([1.0, 2.0, 3.0]),
    )
    panel = panel_of(known, like=CALIFORNIA, cutoff=datetime(2026, 2, 1, tzinfo=UTC))
    assert panel is not None
    assert panel.series == (CALIFORNIA,)
    assert panel_of(known, like=NEW_YORK, cutoff=panel.cutoff) is None


def test_a_series_that_was_withdrawn_whole_has_no_panel() -> None:
    """Where no value stands there is no grid to stand on."""
    known = revisions(((0, "2025-12-27", "2026-01-21", NAN),))
    assert panel_of(known, like=CALIFORNIA, cutoff=datetime(2026, 2, 1, tzinfo=UTC)) is None
