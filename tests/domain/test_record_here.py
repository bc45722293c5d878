"""What a provider's record was worth in a place: as numbers of a table, as a row says it, and in the digest."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from neuralbrain.domain.edition import edition_digest
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.record_here import NUMBERS, ProviderRecord, RecordHere, no_record, record_here

MakeTable = Callable[..., ForecastTable]
KNOWN_BY = datetime(2026, 2, 8, 12, tzinfo=UTC)
WORTH = np.array([164.0, 41.0, 0.89, 0.52, 0.94])
NOTHING = np.full(len(NUMBERS), np.nan)


def digest_of(table: ForecastTable) -> str:
    """Return the digest of an edition of one table."""
    return edition_digest(
        number=7,
        provider=table.provider,
        lock_number=3,
        inputs_digest="aa",
        cutoff=table.cutoff,
        timestamp=table.timestamp,
        tables=(table,),
        refused=(),
        previous_digest="bb",
    )


def test_a_row_says_the_record_of_its_own_place(make_table: MakeTable) -> None:
    """Counts are whole, the moment is the table's cutoff, and it goes into JSON; a place without a record has none."""
    table = make_table(record=np.stack([WORTH, NOTHING]))
    assert table.row(0).context.record == RecordHere(
        scored=164, weeks=41, relative_wis=0.89, coverage_50=0.52, coverage_95=0.94, known_by=table.cutoff
    )
    said = json.loads(json.dumps(table.row(0).context.to_dict()["record"]))
    assert said == {
        "scored": 164,
        "weeks": 41,
        "relative_wis": 0.89,
        "coverage_50": 0.52,
        "coverage_95": 0.94,
        "known_by": "2026-02-08T12:00:00Z",
    }
    assert table.row(1).context.record is None
    assert table.row(1).context.to_dict()["record"] is None


def test_a_table_whose_record_nobody_looked_at_has_none(make_table: MakeTable) -> None:
    """As in a backtest: no row says anything of a record."""
    assert [make_table().row(place).context.record for place in (0, 1)] == [None, None]


def test_what_no_baseline_was_made_for_has_no_relative_score() -> None:
    """The rest is known all the same."""
    found = record_here(np.array([1.0, 1.0, np.nan, 0.0, 1.0]), known_by=KNOWN_BY)
    assert found is not None
    assert (found.scored, found.relative_wis, found.coverage_50, found.coverage_95) == (1, None, 0.0, 1.0)


def test_places_are_told_apart_by_source_signal_and_region() -> None:
    """What is scored of one place says nothing of another source, signal or region."""
    record = ProviderRecord(provider="local", known_by=KNOWN_BY, numbers={("feed", "cases", "AGO"): WORTH})
    places = [("feed", "cases", code) for code in ("BDI", "AGO")] + [("feed", "deaths", "AGO"), ("web", "cases", "AGO")]
    np.testing.assert_array_equal(record.about(places), [NOTHING, WORTH, NOTHING, NOTHING])
    assert no_record("local", KNOWN_BY).about([]).shape == (0, len(NUMBERS))


def test_editions_from_before_the_record_keep_their_digest(make_table: MakeTable) -> None:
    """A table without any record has the digest that it had when there was no such column."""
    table = make_table(completeness=np.array([np.nan, np.nan]))
    before = "270238ed0043e8b433b08e54f65643ba1d308a41092ca8929d5a4621ead6a217"
    assert digest_of(table) == before
    assert digest_of(replace(table, record=np.stack([NOTHING, NOTHING]))) == before
    assert digest_of(replace(table, record=np.stack([WORTH, NOTHING]))) != before


@pytest.mark.parametrize("place", range(len(NUMBERS)))
def test_each_number_of_the_record_is_in_the_digest(make_table: MakeTable, place: int) -> None:
    """Another number is another edition, and so is the record of another row."""
    table = make_table(record=np.stack([WORTH, NOTHING]))
    other = WORTH.copy()
    other[place] += 1.0
    digests = {
        digest_of(replace(table, record=one)) for one in (None, np.stack([other, NOTHING]), np.stack([NOTHING, WORTH]))
    }
    assert len({*digests, digest_of(table)}) == 4
