"""The intake benchmark runs, in a small size, and what it compares is comparable."""

from __future__ import annotations

import io

import polars as pl
import pytest

from benchmarks import intake, stores
from benchmarks.hub_file import hub_file, places
from neuralbrain.store.observations import StoredObservations


def test_the_file_is_of_the_documented_shape() -> None:
    """It has the hub's columns, 53 places, a release a week, and most weeks are revised, but not all."""
    table = pl.read_parquet(io.BytesIO(hub_file(releases=12, first_weeks=3)))
    assert table.columns == ["target_end_date", "observation", "location", "as_of", "target"]
    assert (len(places()), table["location"].n_unique(), table["as_of"].n_unique()) == (53, 53, 12)
    assert table["target_end_date"].dt.weekday().unique().to_list() == [6]
    assert table["as_of"].dt.weekday().unique().to_list() == [3]
    weeks = table.group_by("target", "location", "target_end_date")
    revised = weeks.agg(pl.col("observation").n_unique() > 1, releases=pl.len()).filter(pl.col("releases") == 9)
    assert len(revised) == 2 * 53
    assert 0.75 < revised["observation"].mean() < 0.95


def test_what_is_put_in_bare_is_what_is_taken_in() -> None:
    """The rows beside which taking in is measured are those of the file: one release of them is known the same way."""
    body = hub_file(releases=1, first_weeks=4)
    with stores.sqlite_databases() as make:
        ours, bare = make(), make()
        intake.read_in(ours, body)
        batches = intake._parsed(body)
        numbers, payload = stores.ready_for_rows(bare, batches[-1].series, source=intake.SOURCE)
        stores.put_in(bare, intake._rows_of(batches, numbers=numbers, payload=payload))
        digests = [
            StoredObservations(one, clock=stores.Noon()).panels(intake.SOURCE, cutoff=stores.NOW)[0].digest()
            for one in (ours, bare)
        ]
    assert digests[0] == digests[1]


def test_filling_adds_rows_of_other_feeds() -> None:
    """As many rows as were asked for are added, in whole places, and none is of the feed that is asked."""
    with stores.sqlite_databases() as make:
        database = make()
        intake.fill(database, 4_100)
        with database.read() as connection:
            found = connection.exec_driver_sql("SELECT count(*) FROM observation").scalar_one()
        assert found == 2 * intake.FILLING_WEEKS * intake.FILLING_REVISIONS
        assert StoredObservations(database, clock=stores.Noon()).series(intake.SOURCE) == ()


@pytest.mark.slow
def test_the_intake_benchmark_runs() -> None:
    """A file and a single release have rows for each database, memory for each format, and the query for each size."""
    rows = intake.figures(releases=3, first_weeks=4, rounds=1, sizes=(3_000, 9_000), query_rounds=1)
    assert all(row.value > 0 for row in rows)
    names = [row.name for row in rows]
    for kind in ("SQLite", "PostgreSQL"):
        assert any(name.startswith(kind) and name.endswith("read and taken in") for name in names)
        assert any(name.startswith(kind) and name.endswith("all of them new, taken in") for name in names)
    assert [row.reference_name for row in rows if row.name.startswith("peak memory")] == ["half the rows"] * 2
    assert "what was known of 53 places on a past day, 9,000 rows in the table" in names
