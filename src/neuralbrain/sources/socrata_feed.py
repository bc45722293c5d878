"""A weekly feed of the United States and its states that is a data set of a Socrata site: one class, several feeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import polars as pl

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload
from neuralbrain.domain.observation import ObservationBatch, Scope, Signal, Unit
from neuralbrain.sources.long_form import batch_of, judged, numbered
from neuralbrain.sources.socrata import CDC, KEY_VARIABLE, PAGE_ROWS, SocrataTable, saturday

AHEAD = timedelta(days=1)  # how far a week may end ahead: a day begins earlier in the east
EVERY_SECONDS = 6 * 3600.0  # the data sets change once a week, at an hour that differs
NO_PERCENTAGE = "No place exceeds 1 in that week, so the column is no percentage there."


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """What is known of one data set.

    Args:
        identifier: Of the site.
        title: What it is, in one line.
        attribution: Whom to credit.
        note: What whoever uses it should know.
        stale_after_days: After how many days without a newer week it counts as stale.
        date_column: Which column is the week's last day.
        place_column: Which column names the place.
        places: What the feed calls a place that is read, and our code.
        left_out: Pattern of the names of places that are left out on purpose.
        signals: Column to signal; those whose unit is a share are in percent.
        earliest: A day before its first week ends.
        only: Column and value of the rows that are wanted; None for all.
        some_place_exceeds_one: Whether in each week some place exceeds one percent. Then a week of a column in percent
            where none does is rejected: it cannot be told what it means.
    """

    identifier: str
    title: str
    attribution: str
    note: str
    stale_after_days: int
    date_column: str
    place_column: str
    places: Mapping[str, str]
    left_out: str
    signals: Mapping[str, Signal]
    earliest: date
    only: tuple[str, str] | None = None
    some_place_exceeds_one: bool = False


class SocrataFeed:
    """Weeks ending on Saturday; percent become shares, and a value that a row lacks was not reported.

    Args:
        dataset: Which one.
        name: Of the feed, as in the settings.
        base_url: The site; the CDC's unless set.
        path: A saved answer to read instead, or the folder that holds it as below the site; empty for none.
        key: The application's token, empty for none.
        since: From which day on; None for all.
        most_bytes: How long one answer may be.
        call_seconds: How long getting one may take.
        every_seconds: How often it is asked at most.
        most_withdrawn: Which share of its values a release may lack.
        page_rows: How many rows are asked for at a time.
    """

    def __init__(
        self,
        dataset: Dataset,
        *,
        name: str,
        base_url: str = CDC,
        path: str = "",
        key: str = "",
        since: date | None = None,
        most_bytes: int = 64 * 2**20,
        call_seconds: float = 120.0,
        every_seconds: float = EVERY_SECONDS,
        most_withdrawn: float = 0.2,
        page_rows: int = PAGE_ROWS,
    ) -> None:
        self.facts = FeedFacts(
            name=name,
            title=dataset.title,
            home=f"{CDC}/d/{dataset.identifier}",
            licence="Public domain (work of the United States government)",
            attribution=dataset.attribution,
            signals=tuple(dataset.signals.values()),
            every_seconds=every_seconds,
            stale_after_days=dataset.stale_after_days,
            key_variable=KEY_VARIABLE,
            note=dataset.note,
        )
        only = () if dataset.only is None else dataset.only[:1]
        self._table = SocrataTable(
            dataset=dataset.identifier,
            columns=(dataset.date_column, dataset.place_column, *only, *dataset.signals),
            date_column=dataset.date_column,
            only=dataset.only,
            since=since,
            base_url=base_url or CDC,
            path=path,
            key=key,
            most_bytes=most_bytes,
            call_seconds=call_seconds,
            page_rows=page_rows,
        )
        self._dataset = dataset
        self._most_withdrawn = most_withdrawn

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return what asks for the first page of the data set."""
        del now
        return (self._table.first_page(),)

    def older(self, *, since: date, until: date) -> tuple[FeedRequest, ...]:
        """Return nothing: a data set holds its newest version only."""
        del since, until
        return ()

    def following(self, request: FeedRequest, page: Payload) -> FeedRequest | None:
        """Return what asks for the page after a page."""
        return self._table.following(request, page)

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return the one release that the pages are, known from when they were read.

        Raises:
            SourceSchemaError: If they are not of the documented shape.
        """
        dataset, as_of = self._dataset, pages[0].retrieved_at
        verdict = judged(
            self._values(self._wanted(self._table.rows(pages))),
            signals=self.facts.signals,
            earliest=dataset.earliest,
            latest=(as_of + AHEAD).date(),
            origin=pages[0].origin,
        )
        batch = batch_of(
            verdict.kept,
            source=self.facts.name,
            signals=self.facts.signals,
            as_of=as_of,
            scope=Scope(
                signals=frozenset(one.name for one in self.facts.signals),
                first=self._table.since,
                most_withdrawn=self._most_withdrawn,
            ),
            rejected=verdict.rejected,
        )
        return (batch,)

    def _wanted(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return the rows that are not left out on purpose, with the day and the place they are about."""
        dataset, since, day = self._dataset, self._table.since, pl.col("target_date")
        place = pl.col(dataset.place_column)
        rows = rows.filter(~place.fill_null("").str.contains(dataset.left_out))
        if dataset.only is not None:
            rows = rows.filter(pl.col(dataset.only[0]) == dataset.only[1])
        rows = rows.with_columns(
            target_date=saturday(dataset.date_column),
            location=place.replace_strict(dataset.places, default=None, return_dtype=pl.String),
        )
        return rows if since is None else rows.filter(day.is_null() | (day >= since))

    def _values(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Return one row a place, signal and week that reports something, in the signal's unit."""
        dataset, number = self._dataset, pl.col("number")
        names = {column: signal.name for column, signal in dataset.signals.items()}
        shares = [signal.name for signal in dataset.signals.values() if signal.unit is Unit.SHARE]
        renamed = rows.rename({dataset.date_column: "day", dataset.place_column: "place"})
        index = ["day", "place", "target_date", "location", "page"]
        long = numbered(renamed.unpivot(list(names), index=index, variable_name="column", value_name="text"))
        long = long.with_columns(signal=pl.col("column").replace_strict(names, return_dtype=pl.String))
        share = pl.col("signal").is_in(shares)
        highest = number.fill_nan(None).max().over("signal", "target_date")
        no_percentage = share & (highest > 0) & (highest <= 1) & dataset.some_place_exceeds_one
        return long.with_columns(
            value=pl.when(share).then(number / 100).otherwise(number),
            objection=pl.when(no_percentage).then(pl.lit(NO_PERCENTAGE)),
        )
