"""A hub's whole file into the store, beside the least that its rows can cost; its memory; and what was known then.

Of the rows of such a file only those become rows of the store that say something new, a twentieth. Where all of them
do, as in the first reading of a feed with one release, the same comparison is the harder one; it stands beside it.

An as-of query reads the revisions of the series that are asked for, which lie together in the primary key. What else
the table holds costs one more page on the way down for each hundredfold, so that 100 million rows are as quick as
ten: the two sizes measured here show it.
"""

from __future__ import annotations

import multiprocessing
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.cycle import peak_bytes
from benchmarks.figure import Figure, Goal, Of, Unit, timed
from benchmarks.hub_file import FIRST_WEEKS, RELEASES, TARGETS, hub_file
from benchmarks.measure import Sample, interleaved
from benchmarks.stores import NOW, Noon, Row, postgresql_databases, put_in, ready_for_rows, sqlite_databases
from benchmarks.synthetic import LAST, WEEKS, region_codes, wave_counts
from neuralbrain.domain.feed import Intake, Payload
from neuralbrain.domain.observation import ObservationBatch, Scope, Series, Signal
from neuralbrain.log import configure_logging
from neuralbrain.sources.hub_target_data import COVID, HubTargetData
from neuralbrain.store.database import Database
from neuralbrain.store.observations import StoredObservations

SOURCE = "covid-hub"
PART = "time-series.parquet"
BARE = "executemany of its rows"
TWICE = Goal(most=2.0, of=Of.RATIO)
FLAT = Goal(most=1.1, of=Of.RATIO)  # at twice the rows: what is read lies outside of memory until it is taken in
AS_QUICK = Goal(most=1.5, of=Of.RATIO)
MILLISECONDS = Goal(most=0.1)
FILLING_WEEKS, FILLING_REVISIONS = 200, 10  # of each series that is only there to fill the table
Make = Callable[[], Database]


def figures(
    *,
    releases: int = RELEASES,
    first_weeks: int = FIRST_WEEKS,
    rounds: int = 3,
    postgresql_rounds: int = 1,
    sizes: tuple[int, int] = (100_000, 10_000_000),
    query_rounds: int = 20,
) -> list[Figure]:
    """Return the file into each database, its memory at two sizes, and the as-of query in two sizes of the table.

    Args:
        releases: How many the file holds.
        first_weeks: How many weeks its first release has.
        rounds: How often the file is read into a fresh SQLite database.
        postgresql_rounds: The same on PostgreSQL, where one can be started.
        sizes: Rows of the table in which is asked what was known.
        query_rounds: How often that is asked.
    """
    body = hub_file(releases=releases, first_weeks=first_weeks)
    rows: list[Figure] = []
    with sqlite_databases() as make:
        rows += _file(make, body, "SQLite", rounds=rounds)
        rows += _one_release(make, "SQLite", values=releases * first_weeks * 200, rounds=rounds)
    with postgresql_databases() as make:
        if make is not None:
            rows += _file(make, body, "PostgreSQL", rounds=postgresql_rounds)
            rows += _one_release(make, "PostgreSQL", values=releases * first_weeks * 200, rounds=postgresql_rounds)
    rows += _memory(releases, first_weeks)
    return rows + _as_of(hub_file(releases=releases, first_weeks=first_weeks, targets=TARGETS[:1]), sizes, query_rounds)


def _payload(body: bytes) -> Payload:
    return Payload(body=body, media_type="", origin="made up", retrieved_at=NOW, part=PART)


def _parsed(body: bytes) -> list[ObservationBatch]:
    return list(HubTargetData(COVID, name=SOURCE).parse([_payload(body)]))


def read_in(database: Database, body: bytes) -> Intake:
    """Keep a file's words and take in what they say, as a cycle does."""
    observations = StoredObservations(database, clock=Noon())
    number = observations.keep_payload(SOURCE, _payload(body))
    return observations.take_in(_parsed(body), source=SOURCE, part=PART, payload_numbers=[number])


def _rows_of(batches: Sequence[ObservationBatch], *, numbers: Sequence[int], payload: int) -> list[Row]:
    """Return every row of a file as the drivers take them; numbers are those of the last release's series."""
    by_series = dict(zip(batches[-1].series, numbers, strict=True))
    rows: list[Row] = []
    for batch in batches:
        mine = [by_series[one] for one in batch.series]
        moment = batch.as_of.strftime("%Y-%m-%d %H:%M:%S.%f")
        index, days = batch.series_index.tolist(), batch.target_date.astype(str).tolist()
        rows += [
            (mine[place], day, moment, value, payload)
            for place, day, value in zip(index, days, batch.value.tolist(), strict=True)
        ]
    return rows


def _file(make: Make, body: bytes, kind: str, *, rounds: int) -> list[Figure]:
    batches = _parsed(body)
    count = sum(len(one) for one in batches)
    series = batches[-1].series
    databases = [make() for _ in range(rounds)]
    bare: list[Database] = []
    numbers, payload = [0], 0
    for _ in range(rounds):
        bare.append(make())
        numbers, payload = ready_for_rows(bare[-1], series, source=SOURCE)
    rows = _rows_of(batches, numbers=numbers, payload=payload)
    with_one_more = hub_file(releases=len(batches) + 1, first_weeks=_first_weeks(batches))
    fresh, other, known, newer = (iter(databases), iter(bare), iter(databases), iter(databases))
    taken = interleaved(
        {
            "read": lambda: _require(read_in(next(fresh), body).releases, len(batches)),
            BARE: lambda: put_in(next(other), rows),
            "again": lambda: _require(read_in(next(known), body).releases, 0),
            "one more": lambda: _require(read_in(next(newer), with_one_more).releases, 1),
        },
        rounds=rounds,
        warm_up=0,
    )
    title = f"{kind}: {count:,} rows in {len(batches)} releases"
    whole = taken["read"]
    a_thousand = 1000 / count
    return [
        timed(f"{title}, read and taken in", whole, beside=BARE, reference=taken[BARE], goals=(TWICE,)),
        timed(
            f"{title}, for 1,000 of them",
            Sample(seconds=tuple(a_thousand * one for one in whole.seconds)),
            beside="1,000 of executemany",
            reference=Sample(seconds=tuple(a_thousand * one for one in taken[BARE].seconds)),
        ),
        timed(f"{title}, read again unchanged", taken["again"], beside="the first time", reference=whole),
        timed(f"{title}, and one release more", taken["one more"], beside="the first time", reference=whole),
    ]


def _one_release(make: Make, kind: str, *, values: int, rounds: int) -> list[Figure]:
    """Return the first reading of a feed with one release, of which nothing is known yet."""
    places = max(values // WEEKS, 1)
    counts = wave_counts(places)
    signal = Signal(name="cases")
    batch = ObservationBatch(
        series=tuple(Series(source=SOURCE, location=code, signal=signal) for code in region_codes(places)),
        series_index=np.repeat(np.arange(places), WEEKS),
        target_date=np.tile(LAST - 7 * np.arange(WEEKS)[::-1], places),
        value=counts.ravel(),
        as_of=NOW,
        scope=Scope(signals=frozenset({signal.name})),
    )
    ours, bare = [make() for _ in range(rounds)], [make() for _ in range(rounds)]
    ready = [ready_for_rows(one, batch.series, source=SOURCE) for one in bare]
    payloads = [ready_for_rows(one, (), source=SOURCE)[1] for one in ours]
    rows = _rows_of([batch], numbers=ready[0][0], payload=ready[0][1])
    mine, other = iter(zip(ours, payloads, strict=True)), iter(bare)

    def take_in() -> None:
        database, payload = next(mine)
        kept = StoredObservations(database, clock=Noon())
        _require(kept.take_in([batch], source=SOURCE, payload_numbers=[payload]).changed, len(batch))

    taken = interleaved({"ours": take_in, BARE: lambda: put_in(next(other), rows)}, rounds=rounds, warm_up=0)
    name = f"{kind}: {len(batch):,} rows in one release, all of them new, taken in"
    return [timed(name, taken["ours"], beside=BARE, reference=taken[BARE], goals=(TWICE,))]


def _first_weeks(batches: Sequence[ObservationBatch]) -> int:
    return len(set(batches[0].target_date.tolist()))


def _require(found: int, wanted: int) -> None:
    if found != wanted:
        raise RuntimeError(f"{found} releases were taken in instead of {wanted}")


def _memory(releases: int, first_weeks: int) -> list[Figure]:
    """Return the most memory of a process that reads the file, and half of it, beyond the file itself."""
    rows: list[Figure] = []
    for csv in (False, True):
        whole, half = (_read_alone(releases, first_weeks, targets, csv=csv) for targets in (TARGETS, TARGETS[:1]))
        rows.append(
            Figure(
                name=f"peak memory beyond the file itself, {'CSV' if csv else 'Parquet'}",
                value=whole,
                unit=Unit.BYTES,
                reference_name="half the rows",
                reference=half,
                goals=(FLAT,),
            )
        )
    return rows


def _read_alone(releases: int, first_weeks: int, targets: Sequence[str], *, csv: bool) -> int:
    """Return what a fresh process needs, so that its peak is the file's alone."""
    fresh = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="neuralbrain-benchmark-") as folder:
        path = Path(folder) / "file"
        path.write_bytes(hub_file(releases=releases, first_weeks=first_weeks, targets=targets, csv=csv))
        with ProcessPoolExecutor(max_workers=1, mp_context=fresh) as pool:
            return pool.submit(peak_beyond, path).result()


def peak_beyond(path: Path) -> int:
    """Return the most memory this process ever had once it has read a file, without the file's own bytes."""
    configure_logging("error")
    body = path.read_bytes()
    with sqlite_databases() as make:
        read_in(make(), body)
    return peak_bytes() - len(body)


def _as_of(body: bytes, sizes: tuple[int, int], rounds: int) -> list[Figure]:
    """Return how long it takes to know what was known of every place, in a small table and in a large one."""
    batches = _parsed(body)
    cutoff = batches[len(batches) * 3 // 4].as_of + timedelta(hours=1)
    with sqlite_databases() as make:
        asked: dict[str, Callable[[], Any]] = {}
        for size in sizes:
            database = make()
            changed = read_in(database, body).changed
            fill(database, size - changed)
            observations = StoredObservations(database, clock=Noon())
            asked[f"{size:,} rows"] = lambda kept=observations: kept.panels(SOURCE, cutoff=cutoff)  # type: ignore[misc]
        answers = [ask() for ask in asked.values()]
        if len({panel.digest() for (panel,) in answers}) != 1:
            raise RuntimeError("what was known depends on what else the table holds")
        taken = interleaved(asked, rounds=rounds, warm_up=2)
    small, large = taken
    places = len(answers[0][0].series)
    title = f"what was known of {places} places on a past day"
    return [
        timed(f"{title}, {small} in the table", taken[small], goals=(MILLISECONDS,)),
        timed(
            f"{title}, {large} in the table",
            taken[large],
            beside=small,
            reference=taken[small],
            goals=(MILLISECONDS, AS_QUICK),
        ),
    ]


def fill(database: Database, rows: int) -> None:
    """Add rows of other feeds to a table: weeks of made-up places, each revised several times."""
    each = FILLING_WEEKS * FILLING_REVISIONS
    places = max(rows, 0) // each
    if not places:
        return
    signal = _parsed(hub_file(releases=1, first_weeks=1))[0].series[0].signal
    others = [Series(source="filling", location=f"R{number:05d}", signal=signal) for number in range(places)]
    numbers, payload = ready_for_rows(database, others, source="filling")
    with database.write() as connection:
        connection.exec_driver_sql(
            "WITH RECURSIVE week(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM week WHERE n < ?), "
            "revision(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM revision WHERE n < ?) "
            "INSERT INTO observation (series_number, target_date, as_of, value, payload_number) "
            "SELECT series.number, date('2020-01-04', (7 * week.n) || ' days'), "
            "date('2020-01-08', (7 * (week.n + revision.n)) || ' days') || ' 00:00:00.000000', "
            "100.0 + week.n + revision.n, ? FROM series, week, revision "
            "WHERE series.source = 'filling' ORDER BY series.number, week.n, revision.n",
            (FILLING_WEEKS - 1, FILLING_REVISIONS - 1, payload),
        )
    assert len(numbers) == places
