"""Sources of Delphi Epidata, version 5: dated snapshots of many US signals, each value with when it was published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from types import MappingProxyType
from urllib.parse import urlencode

import polars as pl

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload, Vintages
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import ObservationBatch, Scope, Signal, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.long_form import batch_of, judged, numbered
from neuralbrain.sources.text_table import address, read_text_table, reported
from neuralbrain.sources.written_dates import day, moment

BASE_URL = "https://delphi.cmu.edu/epidata/v5"
KEY_VARIABLE = "DELPHI_EPIDATA_KEY"
LATEST = "latest"
SNAPSHOT = "snapshot "
SINCE = " since "
DAY_SECONDS = 86_400.0  # the terms ask for few requests, and sources are published once a week
COLUMNS = ("signal", "report_time", "geo_type", "geo_value", "fill_method", "reference_time", "value")
SATURDAY = 6  # counted from 1 on Monday
EARLIEST = date(1990, 1, 1)  # no source goes back so far
REMEDY = "Nothing of it is used; it is kept. See https://cmu-delphi.github.io/delphi-epidata/ for a change of format."


@dataclass(frozen=True, slots=True, kw_only=True)
class EpidataSource:
    """One source of Epidata, and what is read of it.

    Args:
        source: Its name there.
        title: What it is, in one line.
        signals: Their name of a signal to ours. What is a share here is a percentage there.
        published_since: Kind of place to the day of its first report: what is asked for, one request each.
        extra_keys: Columns beyond those that every source has, and the one value that is read of each.
        fill_methods: Values of that name that stand for numbers as reported.
        left_out: Places that are no states, and are not read.
        licence: Licence of its data.
        attribution: Whom to credit.
        home: Web page that describes it.
        note: What whoever uses it should know.
    """

    source: str
    title: str
    signals: Mapping[str, Signal]
    published_since: Mapping[str, date]
    extra_keys: Mapping[str, str] = field(default_factory=dict)
    fill_methods: frozenset[str] = frozenset({"source"})
    left_out: frozenset[str] = frozenset()
    licence: str
    attribution: str
    home: str
    note: str = ""


ILINET = EpidataSource(
    source="fluview_ilinet",
    title="Visits to doctors for influenza-like illness in US states (CDC ILINet by Delphi Epidata)",
    signals=MappingProxyType(
        {
            "ili": Signal(name="ili_visits", unit=Unit.SHARE),
            "num_ili": Signal(name="num_ili", primary=False, asked=False),
            "num_patients": Signal(name="num_patients", primary=False, asked=False),
        }
    ),
    published_since=MappingProxyType({"nation": date(2003, 11, 28), "state": date(2017, 10, 20)}),
    extra_keys=MappingProxyType({"age_group": "all"}),
    fill_methods=frozenset({"source", "nyc_plus_ny_minus_nyc"}),
    left_out=frozenset({"nyc", "ny_minus_nyc"}),
    licence="Public domain (US government)",
    attribution="US CDC, Outpatient Influenza-like Illness Surveillance Network; as kept by the Delphi group at "
    "Carnegie Mellon University",
    home="https://cmu-delphi.github.io/delphi-epidata/api/v5-signals/fluview_ilinet.html",
    note="Without a key only few requests a minute are allowed: enough for each day, not for older vintages. The "
    "state of New York has no value since October 2025, only its two parts.",
)


class DelphiEpidata:
    """One source of Delphi Epidata: weekly values of the nation and the states, as known today or on any past day.

    A snapshot holds, for each week, the newest value that was published until its day. It is known from the newest of
    those times on, so the same snapshot asked for on two days is one release. Age groups, HHS regions and places that
    are no states are not read.

    Args:
        source: What is read.
        name: Name of the feed in the settings.
        key: Key of Epidata, empty for none.
        base_url: Where it is read from.
        path: A folder to read instead, with the newest snapshot in a file a kind of place: ``nation.csv``,
            ``state.csv``; empty for none.
        since: Leave out weeks that end before this day.
        most_bytes: How long one answer may be.
        call_seconds: How long getting one answer may take.
        every_seconds: How often it is asked at most.
        most_withdrawn: Which share of the known values one release may lack.
    """

    def __init__(
        self,
        source: EpidataSource,
        *,
        name: str,
        key: str = "",
        base_url: str = BASE_URL,
        path: str = "",
        since: date | None = None,
        most_bytes: int = 64 * 2**20,
        call_seconds: float = 180.0,
        every_seconds: float = DAY_SECONDS,
        most_withdrawn: float = 1.0,
    ) -> None:
        self._source = source
        self._key = key
        self._base_url, self._path = base_url.rstrip("/"), path
        self._since = since
        self._read_from = f"{SINCE}{since}" if since else ""
        self._most_bytes = most_bytes
        self._call_seconds = call_seconds
        self._most_withdrawn = most_withdrawn
        self.facts = FeedFacts(
            name=name,
            title=source.title,
            home=source.home,
            licence=source.licence,
            attribution=source.attribution,
            signals=tuple(source.signals.values()),
            vintages=Vintages.OWN,
            every_seconds=every_seconds,
            stale_after_days=20,  # a week is published six days after its end, or ten when there is a holiday
            key_variable=KEY_VARIABLE,
            note=source.note,
        )

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return what asks for the newest snapshot, its first kind of place; read from another day on, another part."""
        del now
        return (self._request(LATEST + self._read_from, page=0),)

    def older(self, *, since: date, until: date) -> Iterator[FeedRequest]:
        """Yield what asks for the snapshot of each Saturday: values are published on Fridays, or late."""
        if self._path:
            return
        first = max(since, min(self._source.published_since.values()))
        snapshot_date = first + timedelta(days=(SATURDAY - first.isoweekday()) % 7)
        while snapshot_date <= until:
            yield self._request(f"{SNAPSHOT}{snapshot_date}{self._read_from}", page=0)
            snapshot_date += timedelta(days=7)

    def following(self, request: FeedRequest, page: Payload) -> FeedRequest | None:
        """Return what asks for the next kind of place, None after the last that had been published by then.

        After a page that is no such table there is none either: reading it says what is wrong.
        """
        page_after = request.page + 1
        is_table = b"geo_type" in page.body.partition(b"\n")[0]
        more = is_table and page_after < len(self._kinds(request.part))
        return self._request(request.part, page=page_after) if more else None

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one release: what the nation and the states were known to be, shares as numbers from 0 to 1.

        A page without a row that is wanted is a fault, so that no answer cut short withdraws what is known.

        Raises:
            SourceSchemaError: If the pages are not of the documented shape.
        """
        origin = pages[0].origin
        kinds = self._kinds(pages[0].part)
        rows = pl.concat(
            self._wanted(page, kind).with_columns(page=pl.lit(number))
            for number, (page, kind) in enumerate(zip(pages, kinds, strict=True))
        )
        as_of = rows["published"].max()
        if rows["published"].null_count() or not isinstance(as_of, datetime):
            written = rows.filter(pl.col("published").is_null())["report_time"][0]
            raise SourceSchemaError(f"{origin} has the report_time {written!r}, which is no time.", remedy=REMEDY)
        signals = self.facts.signals
        if self._since is not None:
            rows = rows.filter(pl.col("target_date").is_null() | (pl.col("target_date") >= self._since))
        found = judged(
            _read(rows, self._source), signals=signals, earliest=EARLIEST, latest=as_of.date(), origin=origin
        )
        names = frozenset(one.name for one in signals)
        return (
            batch_of(
                found.kept,
                source=self.facts.name,
                signals=signals,
                as_of=as_of,
                scope=Scope(signals=names, first=self._since, most_withdrawn=self._most_withdrawn),
                rejected=found.rejected,
            ),
        )

    def _kinds(self, part: str) -> tuple[str, ...]:
        """Return the kinds of places that a part has: those that had been published by then."""
        kinds = self._source.published_since
        snapshot_date = _snapshot_date(part)
        if snapshot_date is not None:
            return tuple(kind for kind, since in kinds.items() if since <= snapshot_date)
        return tuple(kinds)

    def _request(self, part: str, *, page: int) -> FeedRequest:
        kind = self._kinds(part)[page]
        if self._path:
            return FeedRequest(
                part=part,
                url=address("", self._path, f"{kind}.csv"),
                most_bytes=self._most_bytes,
                conditional=False,
                page=page,
            )
        asked = {"source": self._source.source, "signal": ",".join(self._source.signals), "geo_type": kind}
        snapshot_date = _snapshot_date(part)
        if snapshot_date is not None:
            asked["snapshot_date"] = str(snapshot_date)
        return FeedRequest(
            part=part,
            url=f"{self._base_url}/snapshot/?{urlencode(asked, safe=',')}",
            headers=(("token", self._key),) if self._key else (),
            most_bytes=self._most_bytes,
            total_seconds=self._call_seconds,
            conditional=False,
            page=page,
        )

    def _wanted(self, page: Payload, kind: str) -> pl.DataFrame:
        """Return the rows that are read, with ``published`` and ``target_date``; null where these cannot be read.

        Raises:
            SourceSchemaError: If there is none, or the places are not of the kind that was asked for.
        """
        # Another column would be another key, and several values of one place and week: that is refused.
        table = read_text_table(page, columns=(*COLUMNS, *self._source.extra_keys))
        rows = table.with_columns(pl.col("geo_type", "geo_value", "signal", "fill_method").fill_null(""))
        other = rows.filter(pl.col("geo_type") != kind)
        if other.height:
            said = f"{page.origin} was asked for places of the kind {kind} and sent {other['geo_type'][0]!r}."
            raise SourceSchemaError(said, remedy=REMEDY)
        wanted = rows.filter(
            pl.col("signal").is_in(list(self._source.signals)),
            pl.col("fill_method").is_in(list(self._source.fill_methods)),
            ~pl.col("geo_value").is_in(list(self._source.left_out)),
            *(pl.col(column) == value for column, value in self._source.extra_keys.items()),
        )
        if wanted.is_empty():
            raise SourceSchemaError(f"{page.origin} sent no value of the kind {kind} that is wanted.", remedy=REMEDY)
        ends = day("reference_time")
        return wanted.with_columns(
            published=moment("report_time"), target_date=pl.when(ends.dt.weekday() == SATURDAY).then(ends)
        )


def _snapshot_date(part: str) -> date | None:
    """Return the day that a part is the snapshot of, None for the newest one."""
    name = part.partition(SINCE)[0]
    return date.fromisoformat(name.removeprefix(SNAPSHOT)) if name.startswith(SNAPSHOT) else None


def _read(rows: pl.DataFrame, source: EpidataSource) -> pl.DataFrame:
    """Return the rows that hold a value as they are judged."""
    places = {text: resolve(text, within="USA") for text in rows["geo_value"].unique().to_list() if text}
    codes = {text: found.code for text, found in places.items() if found is not None}
    percent = [theirs for theirs, ours in source.signals.items() if ours.unit is Unit.SHARE]
    named = rows.filter(reported("value")).select(
        "page",
        "target_date",
        place="geo_value",
        day="reference_time",
        text="value",
        location=pl.col("geo_value").replace_strict(codes, default=None, return_dtype=pl.String),
        is_percent=pl.col("signal").is_in(percent),
        signal=pl.col("signal").replace_strict({theirs: ours.name for theirs, ours in source.signals.items()}),
    )
    number = pl.col("number")
    return numbered(named).with_columns(value=pl.when("is_percent").then(number / 100).otherwise(number))
