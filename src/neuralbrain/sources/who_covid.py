"""COVID-19 worldwide: the weekly cases and deaths that countries report to WHO."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import ObservationBatch, Scope, Signal
from neuralbrain.sources.long_form import batch_of, judged
from neuralbrain.sources.text_table import address, read_text_table, reported
from neuralbrain.sources.written_dates import day

BASE_URL = "https://srhdpeuwpubsa.blob.core.windows.net/whdh/COVID"
FILE = "WHO-COVID-19-global-data.csv"
COLUMNS = (
    "Date_reported",
    "Country_code",
    "Country",
    "WHO_region",
    "New_cases",
    "Cumulative_cases",
    "New_deaths",
    "Cumulative_deaths",
)
CASES = Signal(name="covid_cases", deaths="covid_deaths")
DEATHS = Signal(name="covid_deaths", primary=False)
SIGNALS = {"New_cases": CASES, "New_deaths": DEATHS}
NO_PLACE = r"^(International |Other$)"  # ships, and what belongs to no country
ALPHA2 = 2
SUNDAY = 7
EARLIEST = date(2020, 1, 5)  # the first week of the file


class WhoCovid:
    """Weekly COVID-19 cases and deaths by country, weeks ending on Sunday, from 2020-01-05.

    A blank is a week that was not reported. A count below zero takes back what was reported before; no week has so
    many cases, so it is rejected with its code and kept visible, and the week is unknown. Cumulative counts are not
    read: they are the sums of the others. Left out are ships (International conveyance, International commercial
    vessel) and Other; every other code that is no country, such as an empty one, is rejected.

    The daily file of the same page has the same columns. It is refused: six of its seven days end no week.

    Args:
        name: As in the settings.
        base_url: Where it is read from.
        path: The file, or its folder, on this machine to read from instead; empty for none.
        since: Leave out every week that ends before this day.
        every_seconds: How often it is asked at most.
        most_bytes: How long the file may be.
        call_seconds: How long getting it may take.
        most_withdrawn: Which share of the known values it may lack.
    """

    def __init__(
        self,
        *,
        name: str = "who-covid",
        base_url: str = BASE_URL,
        path: str = "",
        since: date | None = None,
        every_seconds: float = 6 * 3600.0,
        most_bytes: int = 64 * 2**20,  # the daily file has 26 MB, this one a seventh
        call_seconds: float = 120.0,
        most_withdrawn: float = 0.2,
    ) -> None:
        self._base_url, self._path = base_url, path
        self._since = since
        self._most_bytes, self._call_seconds = most_bytes, call_seconds
        self._most_withdrawn = most_withdrawn
        self.facts = FeedFacts(
            name=name,
            title="COVID-19 worldwide, weekly cases and deaths by country",
            home="https://data.who.int/dashboards/covid19/data",
            licence="CC BY 4.0",
            attribution="World Health Organization, COVID-19 dashboard",
            signals=tuple(SIGNALS.values()),
            every_seconds=every_seconds,
            stale_after_days=45,  # published every few weeks; a file of 20 February ended on 18 January
            network=not path,
            note="Most countries no longer report every week; what a country reports last may be long ago.",
        )

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return the weekly file; read from another day on, it is another part."""
        del now
        part = FILE + (f" since {self._since}" if self._since else "")
        url = address(self._base_url, self._path, FILE)
        return (FeedRequest(part=part, url=url, most_bytes=self._most_bytes, total_seconds=self._call_seconds),)

    def older(self, *, since: date, until: date) -> tuple[FeedRequest, ...]:
        """Return nothing: older files are not kept."""
        del since, until
        return ()

    def following(self, request: FeedRequest, page: Payload) -> None:
        """Return nothing: the file is one page."""
        del request, page

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one row a country, signal and week that was reported.

        Raises:
            SourceSchemaError: If the file is not of the documented shape.
        """
        (page,) = pages
        rows = _values(page)
        if self._since is not None:
            rows = rows.filter(pl.col("target_date").is_null() | (pl.col("target_date") >= self._since))
        signals = tuple(SIGNALS.values())
        latest = page.retrieved_at.date() + timedelta(days=6)  # the end of the week that has begun
        found = judged(rows, signals=signals, earliest=EARLIEST, latest=latest, origin=page.origin)
        names = frozenset(one.name for one in signals)
        batch = batch_of(
            found.kept,
            source=self.facts.name,
            signals=signals,
            as_of=page.retrieved_at,
            scope=Scope(signals=names, first=self._since, most_withdrawn=self._most_withdrawn),
            rejected=found.rejected,
        )
        return (batch,)


def _values(page: Payload) -> pl.DataFrame:
    """Return what was reported by countries, as ``judged`` takes it."""
    table = read_text_table(page, columns=COLUMNS)
    table = table.filter(~pl.col("Country").fill_null("").str.contains(NO_PLACE))
    written = table["Country_code"].drop_nulls().unique().to_list()
    codes = {code: found.code for code in written if len(code) == ALPHA2 and (found := resolve(code)) is not None}
    names = {column: signal.name for column, signal in SIGNALS.items()}
    long = table.unpivot(on=list(SIGNALS), index=["Date_reported", "Country_code", "Country"], variable_name="column")
    ends = day("Date_reported")
    number = pl.col("value").cast(pl.Float64, strict=False)
    return long.filter(reported("value")).select(
        pl.col("Country_code").replace_strict(codes, default=None, return_dtype=pl.String).alias("location"),
        pl.col("column").replace_strict(names, return_dtype=pl.String).alias("signal"),
        pl.when(ends.dt.weekday() == SUNDAY).then(ends).alias("target_date"),
        number.alias("number"),
        number.alias("value"),
        pl.concat_str("Country_code", "Country", separator=" ", ignore_nulls=True).alias("place"),
        pl.col("Date_reported").alias("day"),
        pl.col("value").alias("text"),
        pl.lit(0).alias("page"),
    )
