"""COVID-19 by country as disease.sh has it: an archive of cumulative counts, which no longer grows."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, cast

import polars as pl

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import Measure, ObservationBatch, Scope, Signal
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.long_form import batch_of, judged, numbered
from neuralbrain.sources.text_table import REMEDY, address

SITE = "https://disease.sh"
CASES = Signal(name="covid_cases", measure=Measure.CUMULATIVE, cadence=Cadence.DAILY, deaths="covid_deaths")
DEATHS = Signal(name="covid_deaths", measure=Measure.CUMULATIVE, cadence=Cadence.DAILY, primary=False)
SIGNALS = {"cases": CASES, "deaths": DEATHS}
"""Key to signal. What recovered is not read: it was no longer counted after August 2021 and stands at 0 from then."""

FILES = ("historical", "historical/all", "countries", "all")
"""The pages of the one part, in order: history of places and of the world, then the newest counts of both."""

QUERIES = ("lastdays=all", "lastdays=all", "allowNull=true", "allowNull=true")
SHIPS = ("diamond princess", "grand princess", "ms zaandam")
GAMES = ("summer olympics 2020", "winter olympics 2022")
LEFT_OUT = frozenset({*SHIPS, *GAMES, "channel islands"})
"""What is no country, or two countries in one; as a country or as a province of one."""

ALIASES = {"st. barth": "BLM"}
HISTORY_KEYS = frozenset({"country", "province", "timeline"})
TIMELINE_KEYS = frozenset({"cases", "deaths", "recovered"})
_NEWEST_KEYS = """
updated country countryInfo continent population affectedCountries cases todayCases deaths todayDeaths recovered
todayRecovered active critical tests casesPerOneMillion deathsPerOneMillion testsPerOneMillion activePerOneMillion
recoveredPerOneMillion criticalPerOneMillion oneCasePerPeople oneDeathPerPeople oneTestPerPeople
"""
NEWEST_KEYS = frozenset(_NEWEST_KEYS.split())
WORLD = "World"
EARLIEST = date(2020, 1, 22)  # the history begins there
STANDS_STILL_AT, STOOD_STILL = "704753890", date(2024, 4, 30)  # the world's cases, and until when they still changed
AHEAD = timedelta(days=1)  # a day begins earlier in the east
WEEK_SECONDS = 7 * 24 * 3600.0


class DiseaseSh:
    """Cumulative cases and deaths by day, of countries and of the world.

    Two collections meet here. The history ends on 2023-03-09; the newest counts are another collection's, stand still
    since April 2024, which is the day they are given while they do. So that they never contradict each other, all
    four answers are the pages of one part:

    - History wins. A newest count is used only where its day is after the last day of the whole history.
    - History is one release, complete up to its last day. The newest counts are another of the same moment, complete
      for the days they are of: those of earlier readings stay, for nobody withdrew them.
    - Provinces are added up to their country, on days on which all of them have a count. A province with a country
      code of its own (Hong Kong, Greenland, Guadeloupe) is a place of its own, as it is among the newest counts.

    Where the two collections meet, a count may jump or fall.

    Args:
        name: Of the feed, as in the settings.
        base_url: The site.
        path: A folder that holds the answers as below the site, without a query; empty for none.
        since: From which day on; None for all.
        most_bytes: How long one answer may be; the history has some 20 MB.
        call_seconds: How long getting one may take.
        every_seconds: How often it is asked at most.
        most_withdrawn: Which share of its values a release may lack.
    """

    def __init__(
        self,
        *,
        name: str = "disease-sh",
        base_url: str = SITE,
        path: str = "",
        since: date | None = None,
        most_bytes: int = 64 * 2**20,
        call_seconds: float = 120.0,
        every_seconds: float = WEEK_SECONDS,
        most_withdrawn: float = 0.2,
    ) -> None:
        self.facts = FeedFacts(
            name=name,
            title="COVID-19 by country, cumulative cases and deaths by day (disease.sh, archive)",
            home=SITE,
            licence="None given for the data (the program is GPL-3.0)",
            attribution="disease.sh, from Johns Hopkins University CSSE (to 2023-03-09) and Worldometer",
            signals=(CASES, DEATHS),
            every_seconds=every_seconds,
            archive=True,
            redistribute=False,
            note="An archive. Its history ends on 2023-03-09, and its newest counts stand still since April 2024: "
            "they are dated so, not by the day on which the server copied them.",
        )
        self._base_url, self._path, self._since = base_url or SITE, path, since
        self._most_bytes, self._call_seconds = most_bytes, call_seconds
        self._most_withdrawn = most_withdrawn

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return what asks for the first of the four answers; read from another day on, they are another part."""
        del now
        return (self._request(0),)

    def older(self, *, since: date, until: date) -> tuple[FeedRequest, ...]:
        """Return nothing: the site keeps no vintages."""
        del since, until
        return ()

    def following(self, request: FeedRequest, page: Payload) -> FeedRequest | None:
        """Return what asks for the answer after one of the four; nothing after one that is of another shape."""
        number = request.page + 1
        return self._request(number) if number < len(FILES) and _is_of_its_shape(page, request.page) else None

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return the history and the newest counts, known from when the four answers were read.

        Raises:
            SourceSchemaError: If they are not of the documented shape.
        """
        tables = [read(page, number) for number, (read, page) in enumerate(zip(_READ, pages, strict=False))]
        if len(pages) != len(FILES):
            raise SourceSchemaError(f"There are {len(pages)} answers of {pages[0].origin} and not four.", remedy=REMEDY)
        as_of, told = pages[0].retrieved_at, _not_copied_anew(pl.concat(tables))
        verdict = judged(
            numbered(told).with_columns(value=pl.col("number")),
            signals=self.facts.signals,
            earliest=EARLIEST,
            latest=(as_of + AHEAD).date(),
            origin=pages[0].origin,
            key=("location", "piece", "signal", "target_date"),
        )
        old, day = pl.col("page") < 2, pl.col("target_date")
        history = _added_up(verdict.kept.filter(old), told.filter(old))
        last = cast("date | None", history["target_date"].max())
        if last is None:
            raise SourceSchemaError(f"{pages[0].origin} sent no history.", remedy=REMEDY)
        newest = verdict.kept.filter(~old, day > last, day >= (self._since or EARLIEST))
        batch = self._batch(history.filter(day >= (self._since or EARLIEST)), as_of, first=self._since, last=last)
        batches = [replace(batch, rejected=verdict.rejected)]
        if newest.height:
            first, last = cast("date", newest["target_date"].min()), cast("date", newest["target_date"].max())
            batches.append(self._batch(newest, as_of, first=first, last=last))
        return tuple(batches)

    def _batch(self, rows: pl.DataFrame, as_of: datetime, *, first: date | None, last: date) -> ObservationBatch:
        names = frozenset(one.name for one in self.facts.signals)
        return batch_of(
            rows,
            source=self.facts.name,
            signals=self.facts.signals,
            as_of=as_of,
            scope=Scope(signals=names, first=first, last=last, most_withdrawn=self._most_withdrawn),
        )

    def _request(self, page: int) -> FeedRequest:
        url = address(self._base_url, self._path, f"v3/covid-19/{FILES[page]}")
        if self._path:
            url += ".json"
        return FeedRequest(
            part="covid-19" + (f" since {self._since}" if self._since else ""),
            url=url if self._path else f"{url}?{QUERIES[page]}",
            most_bytes=self._most_bytes,
            total_seconds=self._call_seconds,
            conditional=False,  # one answer that has not changed says nothing about the others
            page=page,
        )


def _history(page: Payload, number: int) -> pl.DataFrame:
    """Return what is told of each country or province, a row a day and signal."""
    entries = _entries(page)
    pieces = []
    for entry in entries:
        _require_keys(page, entry, needed=HISTORY_KEYS, known=HISTORY_KEYS)
        country, province = str(entry["country"]), str(entry["province"] or "")
        if LEFT_OUT.isdisjoint({country.casefold(), province.casefold()}):
            place = f"{country}, {province}" if province else country
            location = _code_of(province) or _code_of(country)
            pieces.append((place, location, entry["timeline"]))
    return _days(page, pieces, number)


def _world_history(page: Payload, number: int) -> pl.DataFrame:
    return _days(page, [(WORLD, "WORLD", _loaded(page))], number)


def _days(page: Payload, pieces: Sequence[tuple[str, str | None, Any]], number: int) -> pl.DataFrame:
    """Return a row a day and signal of timelines: ``M/D/YY`` to the count so far, by signal."""
    places: list[str] = []
    locations: list[str | None] = []
    signals: list[str] = []
    days: list[str] = []
    counts: list[Any] = []
    for place, location, timeline in pieces:
        _require_keys(page, timeline, needed=TIMELINE_KEYS, known=TIMELINE_KEYS)
        for key, signal in SIGNALS.items():
            told = timeline[key]
            if not isinstance(told, dict):
                raise SourceSchemaError(f"The {key} of {place} that {page.origin} sent are no days.", remedy=REMEDY)
            places += [place] * len(told)
            locations += [location] * len(told)
            signals += [signal.name] * len(told)
            days += told.keys()
            counts += told.values()
    columns = {"place": places, "piece": places, "location": locations, "signal": signals, "day": days}
    table = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return table.with_columns(
        pl.Series("text", counts, dtype=pl.String, strict=False),
        pl.col("day").str.to_date("%m/%d/%y", strict=False).alias("target_date"),
        pl.lit(number).alias("page"),
    )


def _newest(page: Payload, number: int) -> pl.DataFrame:
    """Return the newest counts, a row a place and signal, on the day (UTC) that ``updated`` is on."""
    whole = number == len(FILES) - 1
    needed = frozenset({"updated", *SIGNALS}) | (frozenset() if whole else {"country"})
    read = [_loaded(page)] if whole else _entries(page)
    for entry in read:
        _require_keys(page, entry, needed=needed, known=NEWEST_KEYS)
    read = [entry for entry in read if str(entry.get("country")).casefold() not in LEFT_OUT]
    names = [WORLD if whole else str(entry["country"]) for entry in read]
    table = pl.DataFrame(
        {
            "place": names,
            "location": ["WORLD"] if whole else [_code_of(name) for name in names],
            "piece": [""] * len(read),
        },
        schema=dict.fromkeys(("place", "location", "piece"), pl.String),
    ).with_columns(
        pl.Series("day", [entry["updated"] for entry in read], dtype=pl.String, strict=False),
        *(pl.Series(key, [entry[key] for entry in read], dtype=pl.String, strict=False) for key in SIGNALS),
    )
    long = table.unpivot(
        list(SIGNALS), index=["place", "piece", "location", "day"], variable_name="key", value_name="text"
    )
    names_of = {key: signal.name for key, signal in SIGNALS.items()}
    moment = pl.from_epoch(pl.col("day").cast(pl.Int64, strict=False), time_unit="ms")
    return long.select(
        "place",
        "piece",
        "location",
        pl.col("key").replace_strict(names_of, return_dtype=pl.String).alias("signal"),
        "day",
        "text",
        moment.dt.date().alias("target_date"),
        pl.lit(number).alias("page"),
    )


def _not_copied_anew(told: pl.DataFrame) -> pl.DataFrame:
    """Return what is told with the newest counts dated when they last changed, where they are those that stand still.

    The server copies them again and again, and ``updated`` is when it did: an archive would look like the present.
    """
    newest = pl.col("page") >= 2
    world = told.filter(pl.col("page") == len(FILES) - 1, pl.col("signal") == CASES.name)
    if STANDS_STILL_AT not in world["text"].to_list():
        return told
    day = pl.min_horizontal(pl.col("target_date"), pl.lit(STOOD_STILL))
    return told.with_columns(pl.when(newest).then(day).otherwise(pl.col("target_date")).alias("target_date"))


def _added_up(kept: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """Return counts of places from those of their pieces, on days on which every piece has one."""
    pieces = told.group_by("location").agg(pl.col("piece").n_unique().alias("pieces"))
    sums = kept.group_by("location", "signal", "target_date", maintain_order=True).agg(
        pl.col("value").sum(), pl.col("page").first(), pl.len().alias("found")
    )
    whole = sums.join(pieces, on="location", how="left", maintain_order="left").filter(
        pl.col("found") == pl.col("pieces")
    )
    return whole.select("location", "signal", "target_date", "value", "page")


_READ = (_history, _world_history, _newest, _newest)
"""What reads each of the four answers."""


def _is_of_its_shape(page: Payload, number: int) -> bool:
    """Return whether an answer is worth asking for the next one: a list of places, or the world as one."""
    try:
        loaded = _loaded(page)
    except (ValueError, SourceSchemaError):
        return False
    kind = dict if FILES[number].endswith("all") else list
    return isinstance(loaded, kind) and (kind is dict or all(isinstance(one, dict) for one in loaded))


def _code_of(name: str) -> str | None:
    """Return the code of a country, None for anything else."""
    found = resolve(name) if name else None
    return ALIASES.get(name.casefold()) or (found.code if found is not None and found.parent == "WORLD" else None)


def _loaded(page: Payload) -> Any:  # noqa: ANN401 - JSON of any shape, looked at by who asks for it
    try:
        return json.loads(page.body)
    except RecursionError as error:
        raise SourceSchemaError(f"What {page.origin} sent goes too deep.", remedy=REMEDY) from error


def _entries(page: Payload) -> list[Any]:
    entries = _loaded(page)
    if not isinstance(entries, list) or not entries:
        raise SourceSchemaError(f"What {page.origin} sent is no list of places.", remedy=REMEDY)
    return entries


def _require_keys(page: Payload, entry: object, *, needed: frozenset[str], known: frozenset[str]) -> None:
    there = frozenset(entry) if isinstance(entry, dict) else frozenset()
    wrong = [f"has no key {one}" for one in sorted(needed - there)]
    wrong += [f"has a key that is not documented, {one}" for one in sorted(map(str, there - known))]
    if wrong:
        raise SourceSchemaError(
            f"What {page.origin} sent {wrong[0][:200]}; there are {', '.join(sorted(map(str, there)))[:400]}.",
            remedy=REMEDY,
        )
