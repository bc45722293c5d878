"""Influenza laboratories worldwide: what national laboratories detect and test each week, from WHO's FluNet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import quote

import polars as pl

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import ObservationBatch, Scope, Signal
from neuralbrain.sources.long_form import batch_of, judged
from neuralbrain.sources.text_table import address, read_text_table, reported
from neuralbrain.sources.written_dates import day

BASE_URL = "https://xmart-api-public.who.int/FLUMART"
TABLE = "VIW_FNT"
FILE = f"{TABLE}.csv"
KEYS = ("COUNTRY_CODE", "ISO_WEEKSTARTDATE", "ORIGIN_SOURCE")
FLU = Signal(name="flu_detections")
SPECIMENS = Signal(name="flu_specimens", primary=False, asked=False)
RSV = Signal(name="rsv_detections", primary=False)
SIGNALS = {"INF_ALL": FLU, "SPEC_PROCESSED_NB": SPECIMENS, "RSV": RSV}
WEEK = ("location", "signal", "week")
ALPHA3 = 3
MONDAY = 1
SINCE = date(2016, 1, 4)  # from then on most countries tell sentinel sites from others


class FluNet:
    """Specimens that tested positive for influenza or RSV, and those tested for influenza, ISO weeks ending on Sunday.

    A country reports a week in several rows, one for each kind of site (``ORIGIN_SOURCE``). They are added up where
    each of the week's rows has the number; where one lacks it, or it cannot be used, the week is unknown: a part of a
    sum would look like a fall. A week that is said twice counts once; said twice differently, neither is used.

    Places are ISO alpha-3 codes. WHO has codes of its own for others (``X09``); they are rejected as unknown places.
    The table gains and loses columns with the viruses that are watched, so other columns may be there.

    Args:
        name: As in the settings.
        base_url: Where it is read from.
        path: The table as a file ``VIW_FNT.csv``, or its folder, on this machine to read instead; empty for none.
        since: Leave out every week that begins before this day.
        every_seconds: How often it is asked at most.
        most_bytes: How long the answer may be.
        call_seconds: How long getting it may take.
        most_withdrawn: Which share of the known values it may lack.
    """

    def __init__(
        self,
        *,
        name: str = "flunet",
        base_url: str = BASE_URL,
        path: str = "",
        since: date | None = None,
        every_seconds: float = 6 * 3600.0,
        most_bytes: int = 64 * 2**20,  # the whole table has 32 MB
        call_seconds: float = 300.0,  # the table is put together for each request
        most_withdrawn: float = 0.2,
    ) -> None:
        self._base_url, self._path = base_url, path
        self._since = since or SINCE
        self._most_bytes, self._call_seconds = most_bytes, call_seconds
        self._most_withdrawn = most_withdrawn
        self.facts = FeedFacts(
            name=name,
            title="Influenza and RSV detections of national laboratories worldwide, weekly by country",
            home="https://www.who.int/tools/flunet",
            licence="CC BY-NC-SA 3.0 IGO",
            attribution="World Health Organization, FluNet, Global Influenza Surveillance and Response System",
            signals=tuple(SIGNALS.values()),
            every_seconds=every_seconds,
            stale_after_days=21,  # countries report a week or two late
            redistribute=False,
            network=not path,
            note="Not for commercial use and not handed on; it is read only where the settings name it. More tests "
            "find more influenza: see the specimens beside the detections.",
        )

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return the columns that are read, of all weeks from a day on; from another day on, it is another part."""
        del now
        part = f"{FILE} since {self._since}"
        url = address("", self._path, FILE) if self._path else f"{address(self._base_url, '', TABLE)}?{self._query()}"
        return (FeedRequest(part=part, url=url, most_bytes=self._most_bytes, total_seconds=self._call_seconds),)

    def older(self, *, since: date, until: date) -> tuple[FeedRequest, ...]:
        """Return nothing: older states of the table are not kept."""
        del since, until
        return ()

    def following(self, request: FeedRequest, page: Payload) -> None:
        """Return nothing: the answer is one page."""
        del request, page

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one row a country, signal and week, summed over the kinds of sites.

        Raises:
            SourceSchemaError: If the table is not of the documented shape.
        """
        (page,) = pages
        rows = _values(page, since=self._since)
        signals = tuple(SIGNALS.values())
        first = self._since + timedelta(days=6)  # the end of a week that begins there
        found = judged(
            rows.filter(reported("text")),
            signals=signals,
            earliest=first,
            latest=page.retrieved_at.date() + timedelta(days=6),  # the end of the week that has begun
            origin=page.origin,
            key=(*WEEK, "site"),
        )
        # A site whose row cannot be used counts, too: its week lacks a part, and no sum is made of the others.
        said = rows.group_by(WEEK).agg(pl.col("site").n_unique().alias("said"))
        sums = found.kept.group_by(WEEK, maintain_order=True).agg(pl.col("value").sum(), pl.len().alias("used"))
        whole = sums.join(said, on=WEEK, how="left").filter(pl.col("used") == pl.col("said"))
        names = frozenset(one.name for one in signals)
        batch = batch_of(
            whole.rename({"week": "target_date"}).with_columns(pl.lit(0).alias("page")),
            source=self.facts.name,
            signals=signals,
            as_of=page.retrieved_at,
            scope=Scope(signals=names, first=first, most_withdrawn=self._most_withdrawn),
            rejected=found.rejected,
        )
        return (batch,)

    def _query(self) -> str:
        terms = {
            "$filter": f"ISO_WEEKSTARTDATE ge {self._since}",
            "$select": ",".join((*KEYS, *SIGNALS)),
            "$format": "csv",
        }
        return "&".join(f"{name}={quote(value, safe=',')}" for name, value in terms.items())


def _values(page: Payload, *, since: date) -> pl.DataFrame:
    """Return each number of each row, reported or not, as ``judged`` takes it, with the kind of ``site``."""
    table = read_text_table(page, columns=(*KEYS, *SIGNALS), others=True)
    written = table["COUNTRY_CODE"].drop_nulls().unique().to_list()
    codes = {code: found.code for code in written if len(code) == ALPHA3 and (found := resolve(code)) is not None}
    names = {column: signal.name for column, signal in SIGNALS.items()}
    rows = (
        table.with_columns(day("ISO_WEEKSTARTDATE").alias("start"))
        .filter(pl.col("start").is_null() | (pl.col("start") >= since))
        .unpivot(on=list(SIGNALS), index=[*KEYS, "start"], variable_name="column")
    )
    monday = pl.col("start").dt.weekday() == MONDAY
    sunday = pl.col("start").dt.truncate("1w").dt.offset_by("6d")
    number = pl.col("value").cast(pl.Float64, strict=False)
    return rows.select(
        pl.col("COUNTRY_CODE").replace_strict(codes, default=None, return_dtype=pl.String).alias("location"),
        pl.col("column").replace_strict(names, return_dtype=pl.String).alias("signal"),
        sunday.alias("week"),
        pl.when(monday).then(sunday).alias("target_date"),
        number.alias("number"),
        number.alias("value"),
        pl.col("ORIGIN_SOURCE").alias("site"),
        pl.col("COUNTRY_CODE").alias("place"),
        pl.col("ISO_WEEKSTARTDATE").alias("day"),
        pl.col("value").alias("text"),
    )
