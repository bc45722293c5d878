"""Europe's primary care: weekly rates of influenza-like illness and respiratory infection, and every dated snapshot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

import polars as pl

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload, Vintages
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import ObservationBatch, Scope, Signal, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.long_form import batch_of, judged
from neuralbrain.sources.text_table import REMEDY, address, read_text_table, reported

BASE_URL = "https://raw.githubusercontent.com/EU-ECDC/Respiratory_viruses_weekly_data/main"
FILE = "ILIARIRates.csv"
COLUMNS = ("survtype", "countryname", "yearweek", "indicator", "age", "value")
INDICATORS = {"ILIconsultationrate": "ili", "ARIconsultationrate": "ari"}

PER_CONSULTATIONS = {"CYP": 100.0, "LUX": 100.0, "MLT": 100.0, "FIN": 100_000.0}
"""Countries whose values are shares of consultations, and of how many (note in the repository's README)."""

ARI_COUNTRIES = frozenset({"BGR", "DEU", "ITA"})
"""Countries that report acute respiratory infection alone; Italy since the season of 2025.

A fixed table, not what one file happens to hold: a series is described once and for all.
"""

ILI_RATE = Signal(name="ili_rate", unit=Unit.PER_100K)
ARI_RATE = Signal(name="ari_rate", unit=Unit.PER_100K, primary=False)
ILI_SHARE = Signal(name="ili_consultations", unit=Unit.SHARE)
ARI_SHARE = Signal(name="ari_consultations", unit=Unit.SHARE, primary=False)
SIGNALS = {one.name: one for one in (ILI_RATE, ARI_RATE, ILI_SHARE, ARI_SHARE)}

EARLIEST = date(2014, 10, 5)  # the first week that ECDC has ever published, 2014-W40
FIRST_SNAPSHOT = date(2023, 11, 24)
FRIDAY, WEEK = 4, timedelta(days=7)
SNAPSHOT = re.compile(rf"(\d{{4}}-\d\d-\d\d)_{re.escape(FILE)}(?: since .*)?")


class Erviss:
    """ILI and ARI consultation rates of the EU and EEA as published by ECDC, ISO weeks ending on Sunday.

    The current file is known from when it is read. A dated snapshot is known from its day. Snapshots are asked for by
    name, one for each Friday, which is the day of publication; Fridays without one are normal (holidays, and the pause
    of May and June 2026). A single one bears another day, 2023-12-24, and is not read: what it holds ends in November,
    so its name is a slip, and it would take four weeks back.

    Rates are per 100,000 inhabitants. Four countries report shares of consultations instead, which are other signals:
    a share is never compared with a rate. A country answers with ILI; those that report ARI alone with ARI.

    A file begins with some week, later from year to year. It says nothing of the weeks before, so those stay. That week
    is the first one that most countries have: a single row of an earlier week, a slip, takes nothing back.
    Not read: age groups, other kinds of surveillance, and the files of severe infection, tests and variants.

    Args:
        name: As in the settings.
        base_url: Where it is read from.
        path: A copy of the repository on this machine to read from instead; empty for none.
        since: Leave out every week that ends before this day.
        every_seconds: How often it is asked at most.
        most_bytes: How long a file may be.
        call_seconds: How long getting a file may take.
        most_withdrawn: Which share of the values known by then a file, or a snapshot, may lack.
    """

    def __init__(
        self,
        *,
        name: str = "erviss",
        base_url: str = BASE_URL,
        path: str = "",
        since: date | None = None,
        every_seconds: float = 6 * 3600.0,
        most_bytes: int = 32 * 2**20,  # the file has 3 MB
        call_seconds: float = 120.0,
        most_withdrawn: float = 0.2,
    ) -> None:
        self._base_url, self._path = base_url, path
        self._since = since
        self._most_bytes, self._call_seconds = most_bytes, call_seconds
        self._most_withdrawn = most_withdrawn
        self.facts = FeedFacts(
            name=name,
            title="Respiratory illness in primary care in the EU and EEA, weekly, with dated snapshots",
            home="https://erviss.org/",
            licence="EUPL-1.2 (the licence text in ECDC's data repository)",
            attribution="European Respiratory Virus Surveillance Summary (ERVISS), ECDC and WHO Regional Office for "
            "Europe",
            signals=tuple(SIGNALS.values()),
            vintages=Vintages.SNAPSHOTS,
            every_seconds=every_seconds,
            stale_after_days=16,  # a week is published five days after it ends, and the next one a week later
            network=not path,
            note="Countries define and count visits in their own ways: compare a country with itself. Cyprus, Finland, "
            "Luxembourg and Malta report shares of consultations.",
        )

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return the current file; read from another day on, it is another part."""
        del now
        return (self._request(FILE, f"data/{FILE}"),)

    def older(self, *, since: date, until: date) -> Iterator[FeedRequest]:
        """Yield the snapshot of each Friday, oldest first; one that was never made is no fault."""
        day = max(since, FIRST_SNAPSHOT)
        day += timedelta(days=(FRIDAY - day.weekday()) % 7)
        while day <= until:
            file = f"{day}_{FILE}"
            yield self._request(file, f"data/snapshots/{file}", may_be_missing=True)
            day += WEEK

    def following(self, request: FeedRequest, page: Payload) -> None:
        """Return nothing: each file is one page."""
        del request, page

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one row a country, signal and week that was reported for all ages together.

        Raises:
            SourceSchemaError: If the file is not of the documented shape.
        """
        (page,) = pages
        snapshot = SNAPSHOT.fullmatch(page.part)
        as_of = datetime.combine(date.fromisoformat(snapshot[1]), time(), UTC) if snapshot else page.retrieved_at
        rows = _values(page)
        if self._since is not None:
            rows = rows.filter(pl.col("target_date").is_null() | (pl.col("target_date") >= self._since))
        signals = tuple(SIGNALS.values())
        latest = as_of.date() + timedelta(days=6)  # the end of the week that has begun
        found = judged(rows, signals=signals, earliest=EARLIEST, latest=latest, origin=page.origin)
        begins = _first_week(found.kept)
        scope = Scope(
            signals=frozenset(SIGNALS),
            first=max((one for one in (begins, self._since) if one is not None), default=None),
            most_withdrawn=self._most_withdrawn,
        )
        batch = batch_of(
            found.kept, source=self.facts.name, signals=signals, as_of=as_of, scope=scope, rejected=found.rejected
        )
        described = tuple(replace(one, signal=signal_of(one.signal.name, one.location)) for one in batch.series)
        return (replace(batch, series=described),)

    def _request(self, part: str, file: str, *, may_be_missing: bool = False) -> FeedRequest:
        return FeedRequest(
            part=part + (f" since {self._since}" if self._since else ""),
            url=address(self._base_url, self._path, file),
            most_bytes=self._most_bytes,
            total_seconds=self._call_seconds,
            may_be_missing=may_be_missing,
        )


def signal_of(name: str, location: str) -> Signal:
    """Return a signal of a country: exactly one of those that it may report is its primary one.

    >>> signal_of("ili_rate", "AUT").primary, signal_of("ari_rate", "AUT").primary
    (True, False)
    >>> signal_of("ili_rate", "DEU").primary, signal_of("ari_rate", "DEU").primary
    (False, True)
    """
    signal = SIGNALS[name]
    kind = "ari" if location in ARI_COUNTRIES else "ili"
    return Signal(name=name, unit=signal.unit, primary=name.startswith(kind))


def _first_week(kept: pl.DataFrame) -> date | None:
    """Return the first week of which more than half as many countries report as of the fullest one; None for no row."""
    weeks = kept.group_by("target_date").agg(pl.col("location").n_unique().alias("countries"))
    many = weeks.filter(pl.col("countries") * 2 > pl.col("countries").max())
    return cast("date | None", many["target_date"].min())


def _values(page: Payload) -> pl.DataFrame:
    """Return what was reported for all ages together, as ``judged`` takes it.

    Raises:
        SourceSchemaError: If the file lacks a column or an indicator.
    """
    table = read_text_table(page, columns=COLUMNS)
    total = table.filter((pl.col("survtype") == "primary care syndromic") & (pl.col("age") == "total"))
    missing = [one for one in INDICATORS if one not in total["indicator"]]
    if missing:
        raise SourceSchemaError(
            f"{page.origin} has no {missing[0]} of all ages together; its indicators are "
            f"{', '.join(table['indicator'].drop_nulls().unique().sort())}.",
            remedy=REMEDY,
        )
    names = total["countryname"].drop_nulls().unique().to_list()
    codes = {name: found.code for name in names if (found := resolve(name)) is not None}
    week = pl.when(pl.col("yearweek").str.contains(r"^\d{4}-W\d{2}$")).then(pl.col("yearweek"))
    of_how_many = pl.col("location").replace_strict(PER_CONSULTATIONS, default=None, return_dtype=pl.Float64)
    kind = pl.col("indicator").replace_strict(INDICATORS, default=None, return_dtype=pl.String)
    number = pl.col("value").cast(pl.Float64, strict=False)
    return (
        total.filter(kind.is_not_null() & reported("value"))
        .with_columns(
            pl.col("countryname").replace_strict(codes, default=None, return_dtype=pl.String).alias("location")
        )
        .select(
            pl.concat_str(
                kind, pl.when(of_how_many.is_null()).then(pl.lit("_rate")).otherwise(pl.lit("_consultations"))
            ).alias("signal"),
            "location",
            (week + "-7").str.to_date("%G-W%V-%u", strict=False).alias("target_date"),
            number.alias("number"),
            (number / of_how_many.fill_null(1.0)).alias("value"),
            pl.col("countryname").alias("place"),
            pl.col("yearweek").alias("day"),
            pl.col("value").alias("text"),
            pl.lit(0).alias("page"),
        )
    )
