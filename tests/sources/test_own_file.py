"""A file of one's own, whole: three layouts as the README has them, and what the store keeps of them."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from own_files import LAYOUTS, page, releases, values_of, written

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.feed import FetchOutcome, Vintages
from neuralbrain.domain.observation import Scope, Unit
from neuralbrain.errors import SourceError, SourceMissingError, SourceSchemaError, SourceUnusableError
from neuralbrain.reading import read_feed
from neuralbrain.settings import Settings
from neuralbrain.sources.building import build
from neuralbrain.sources.own_file import OwnFile
from neuralbrain.store.database import Database
from neuralbrain.store.feeds import StoredFeeds
from neuralbrain.store.observations import StoredObservations
from stand_ins import START, StillClock


def layout(name: str, suffix: str = "csv") -> tuple:
    """Return the releases of one of the three layouts."""
    return releases((LAYOUTS / f"{name}.{suffix}").read_bytes(), str(LAYOUTS / f"{name}.toml"))


def test_a_long_file_with_cases_and_deaths() -> None:
    """Weeks are named by their last day, and NA is Namibia among places and a blank among values."""
    (batch,) = layout("districts")
    assert values_of(batch) == {
        ("KEN", "cholera_cases", "2026-03-08"): 14.0,
        ("KEN", "cholera_cases", "2026-03-15"): 21.0,
        ("KEN", "cholera_cases", "2026-03-22"): 33.0,
        ("NAM", "cholera_cases", "2026-03-08"): 3.0,
        ("NAM", "cholera_cases", "2026-03-22"): 5.0,
        ("CIV", "cholera_cases", "2026-03-08"): 8.0,
        ("CIV", "cholera_cases", "2026-03-15"): 9.0,
        ("KEN", "cholera_deaths", "2026-03-08"): 0.0,
        ("KEN", "cholera_deaths", "2026-03-15"): 1.0,
        ("KEN", "cholera_deaths", "2026-03-22"): 1.0,
        ("NAM", "cholera_deaths", "2026-03-08"): 0.0,
        ("NAM", "cholera_deaths", "2026-03-22"): 0.0,
        ("CIV", "cholera_deaths", "2026-03-08"): 0.0,
        ("CIV", "cholera_deaths", "2026-03-15"): 0.0,
        ("CIV", "cholera_deaths", "2026-03-22"): 0.0,
    }
    assert batch.as_of == START
    assert [(one.code, one.message.partition(":")[0]) for one in batch.rejected] == [
        ("value-negative", "Row 10, column New cases")
    ]
    signals = {one.signal.name: one.signal for one in batch.series}
    assert signals["cholera_cases"].deaths == "cholera_deaths"
    assert (signals["cholera_cases"].primary, signals["cholera_deaths"].primary) == (True, False)


def test_a_wide_file_with_a_column_a_place() -> None:
    """Semicolons, decimal commas, points in thousands, Latin-1, ISO weeks in two columns, own names of places."""
    (batch,) = layout("rates")
    assert values_of(batch) == {
        ("GB-SCT", "ari_rate", "2026-03-01"): 1.5,
        ("GB-SCT", "ari_rate", "2026-03-08"): 2.5,
        ("GB-SCT", "ari_rate", "2026-03-15"): 3.25,
        ("GB-WLS", "ari_rate", "2026-03-01"): 0.25,
        ("GB-WLS", "ari_rate", "2026-03-15"): 1000.5,
    }
    assert {one.signal.unit for one in batch.series} == {Unit.PER_100K}
    assert not batch.rejected


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
def test_json_lines_and_parquet_with_vintages(form: str) -> None:
    """Each time of publication is a release, and percentages are shares, in either form of the same table."""
    body = (LAYOUTS / "vintages.jsonl").read_bytes()
    if form == "parquet":
        packed = io.BytesIO()
        table = pl.read_ndjson(body, infer_schema_length=None)
        table.with_columns(pl.col("ed").cast(pl.Float64)).write_parquet(packed)
        body = packed.getvalue()
    first, second = releases(body, str(LAYOUTS / "vintages.toml"))
    assert (first.as_of, second.as_of) == (datetime(2026, 3, 11, tzinfo=UTC), datetime(2026, 3, 18, 15, tzinfo=UTC))
    early = {("US-CA", "covid_ed_visits", "2026-03-07"): 0.012, ("US-GA", "covid_ed_visits", "2026-03-07"): 0.009}
    later = early | {
        ("US-CA", "covid_ed_visits", "2026-03-07"): 0.014,
        ("US-CA", "covid_ed_visits", "2026-03-14"): 0.02,
    }
    assert values_of(first) == pytest.approx(early)
    assert values_of(second) == pytest.approx(later)
    assert first.rejected == ()
    assert [(one.location, one.code) for one in second.rejected] == [("Puerto Rico", "date-impossible")]
    assert {one.scope.most_withdrawn for one in (first, second) if one.scope} == {1.0}


def test_a_packed_file_is_the_same() -> None:
    """Packed with gzip, it reads as before; what would be too long unpacked is a fault that says so."""
    body = (LAYOUTS / "districts.csv").read_bytes()
    (batch,) = releases(gzip.compress(body, mtime=0), str(LAYOUTS / "districts.toml"))
    assert len(batch) == 15
    with pytest.raises(SourceSchemaError, match="longer than 1 MB"):
        releases(gzip.compress(b"x" * (2**20 + 1)), most_bytes=2**20)
    with pytest.raises(SourceSchemaError, match="cannot be unpacked"):
        releases(gzip.compress(body)[:-20])


def test_without_a_mapping_usual_names_are_enough() -> None:
    """Places, dates, cases and deaths are known by what they are usually called, weeks by their days."""
    (batch,) = releases("iso3,week_end,cases,deaths\nKEN,2026-03-07,4,0\nKEN,2026-03-14,6,\nNAM,2026-03-14,2,1\n")
    assert values_of(batch) == {
        ("KEN", "cases", "2026-03-07"): 4.0,
        ("KEN", "cases", "2026-03-14"): 6.0,
        ("NAM", "cases", "2026-03-14"): 2.0,
        ("KEN", "deaths", "2026-03-07"): 0.0,
        ("NAM", "deaths", "2026-03-14"): 1.0,
    }
    assert {one.signal.deaths for one in batch.series if one.signal.name == "cases"} == {"deaths"}


def test_daily_values_are_daily() -> None:
    """Days that follow each other are days."""
    (batch,) = releases("country,date,value\nKE,2026-03-29,4\nKE,2026-03-30,6\nKE,2026-03-31,5\n")
    assert {(one.signal.name, one.signal.cadence) for one in batch.series} == {("mine", Cadence.DAILY)}


def test_a_fraction_is_not_guessed_to_be_a_count() -> None:
    """Without a mapping, 0.5 may be a rate or a share: it is asked, with the row and what to write."""
    with pytest.raises(SourceSchemaError, match=r"Row 3, column value of mine\.csv holds 0\.5") as caught:
        releases("country,date,value\nKE,2026-03-29,4\nKE,2026-03-30,0.5\n")
    assert 'mine = { column = "value", unit = "…" }' in caught.value.remedy


def test_an_incomplete_file_withdraws_nothing(tmp_path: Path) -> None:
    """A file says everything about its signals unless its mapping says that it does not."""
    body = "place,day,n\nKEN,2026-03-29,4\nKEN,2026-03-30,6\n"
    columns = 'location = "place"\ndate = "day"\ndate_means = "day"\n{}\n[signals]\ncases = "n"\n'
    (whole,) = releases(body, written(tmp_path, columns.format("")), since=date(2026, 3, 30))
    assert whole.scope is not None
    assert (whole.scope.signals, whole.scope.first, whole.scope.most_withdrawn) == ({"cases"}, date(2026, 3, 30), 0.2)
    assert len(whole) == 1
    (part,) = releases(body, written(tmp_path, columns.format("complete = false")))
    assert part.scope is None
    dated = "place,day,said,n\nKEN,2026-03-29,2026-03-30,4\nKEN,2026-03-29,2026-03-31,6\n"
    incomplete = columns.format('as_of = "said"\ncomplete = false')
    for one in releases(dated, written(tmp_path, incomplete)):
        assert one.scope == Scope(signals=frozenset())


def test_its_facts_are_those_of_the_mapping(tmp_path: Path) -> None:
    """Title, licence and attribution are shown as the mapping has them; what is not said is said to be unknown."""
    said = OwnFile(name="mine", path="x.csv", mapping=str(LAYOUTS / "districts.toml")).facts
    assert (said.title, said.licence) == ("Cholera by country, from our own reports", "CC BY 4.0")
    assert said.attribution == "Our surveillance unit"
    assert [one.name for one in said.signals] == ["cholera_cases", "cholera_deaths"]
    assert (said.vintages, said.network, said.redistribute, said.every_seconds) == (
        Vintages.RETRIEVAL,
        False,
        False,
        0.0,
    )
    assert OwnFile(name="mine", mapping=str(LAYOUTS / "vintages.toml")).facts.vintages is Vintages.OWN
    plain = OwnFile(name="mine", base_url="https://example.org/a/b.csv").facts
    assert all((plain.title, plain.licence, plain.attribution))
    assert (plain.network, plain.every_seconds) == (True, 6 * 3600.0)


def test_it_asks_for_one_file() -> None:
    """A path is a file of this machine, an address is asked as it stands; another mapping makes another part."""
    (here,) = OwnFile(name="mine", path="/tmp/a b.csv", most_bytes=7, call_seconds=3.0).requests(now=START)
    assert (here.part, here.url, here.most_bytes, here.total_seconds) == ("a b.csv", "file:///tmp/a%20b.csv", 7, 3.0)
    (there,) = OwnFile(name="mine", base_url="https://example.org/a/b.csv?x=1").requests(now=START)
    assert (there.part, there.url) == ("b.csv", "https://example.org/a/b.csv?x=1")
    parts = {
        OwnFile(name="mine", path="x.csv", mapping=str(LAYOUTS / f"{name}.toml")).requests(now=START)[0].part
        for name in ("districts", "rates")
    }
    assert len(parts) == 2
    assert list(OwnFile(name="mine", path="x.csv").older(since=date(2026, 1, 1), until=date(2026, 2, 1))) == []


def test_without_a_file_it_says_what_to_set() -> None:
    """Neither path nor address is a fault at reading, with the table to write them in."""
    with pytest.raises(SourceMissingError, match="names no file") as caught:
        OwnFile(name="mine").requests(now=START)
    assert "[feeds.mine]" in caught.value.remedy


def test_a_mapping_that_cannot_be_used_stops_this_feed_alone(tmp_path: Path) -> None:
    """The feed can be made and described; asking and reading raise, with the reason."""
    feed = OwnFile(name="mine", path="x.csv", mapping=str(tmp_path / "none.toml"))
    assert "none.toml" in feed.facts.note
    for act in (lambda: feed.requests(now=START), lambda: feed.parse([page("a\n1\n")])):
        with pytest.raises(SourceUnusableError, match=r"none\.toml cannot be used") as caught:
            act()
        assert caught.value.error_code == "source-mapping"


@pytest.fixture
def stores(database: Database, clock: StillClock) -> tuple[StoredObservations, StoredFeeds]:
    """Return what keeps values, and what remembers readings."""
    return StoredObservations(database, clock=clock), StoredFeeds(database, clock=clock)


def test_it_is_read_as_the_settings_say(
    tmp_path: Path, stores: tuple[StoredObservations, StoredFeeds], clock: StillClock
) -> None:
    """Read from a path as the cycle reads, revised where the file changed, left alone where it did not."""
    observations, feeds = stores
    table = tmp_path / "cases.csv"
    table.write_text("place,week,n\nKenya,2026-03-21,4\nKenya,2026-03-28,6\n", encoding="utf-8")
    columns = 'location = "place"\ndate = "week"\ndate_means = "week-end"\n[signals]\n'
    mapping = written(tmp_path, columns + 'flu_cases = "n"\n')

    def read() -> int:
        clock.forward(hours=1)
        settings = Settings(feeds={"mine": {"adapter": "file", "path": str(table), "mapping": mapping}})
        reader = build("mine", settings, environment={}, clock=clock, agent="test")
        return read_feed(reader, observations, feeds, now=clock.now())

    assert read() == 2
    assert read() == 0
    assert feeds.fetches("mine", 1)[0].outcome is FetchOutcome.UNCHANGED
    table.write_text("place,week,n\nKenya,2026-03-21,4\nKenya,2026-03-28,16\n", encoding="utf-8")
    assert read() == 1
    revised = observations.revisions("mine", signal="flu_cases", location="KEN").value.tolist()
    assert revised == [4.0, 6.0, 16.0]
    written(tmp_path, columns + 'flu_cases = "n"\nflu_tests = "m"\n')
    with pytest.raises(SourceError, match="no column 'm'"):
        read()
    written(tmp_path, columns + 'flu_cases = "n"\n')
    table.write_text("place,week,n\nKenya,2026-03-21,4\nKenya,2026-03-28,17\n", encoding="utf-8")
    assert read() == 1


def test_an_old_row_of_a_dated_file_is_put_in_at_its_own_place(
    tmp_path: Path, stores: tuple[StoredObservations, StoredFeeds], clock: StillClock
) -> None:
    """A row that is mended or added in an incomplete, dated file never becomes the newest value, nor replays others."""
    observations, feeds = stores
    table = tmp_path / "cases.csv"
    columns = 'location = "place"\ndate = "week"\ndate_means = "week-end"\nas_of = "said"\ncomplete = false\n'
    mapping = written(tmp_path, columns + '[signals]\nflu_cases = "n"\n')
    settings = Settings(feeds={"mine": {"adapter": "file", "path": str(table), "mapping": mapping}})

    def read(*rows: str) -> int:
        clock.forward(hours=1)
        table.write_text("\n".join(["place,week,said,n", *rows]), encoding="utf-8")
        reader = build("mine", settings, environment={}, clock=clock, agent="test")
        return read_feed(reader, observations, feeds, now=clock.now())

    def known() -> list[tuple[str, str, float]]:
        found = observations.revisions("mine")
        published = found.as_of.astype("datetime64[D]").astype(str)
        return list(zip(found.target_date.astype(str), published, found.value.tolist(), strict=True))

    newest = "KEN,2026-03-07,2026-03-22,90"
    first = [("2026-03-07", "2026-03-08", 5.0), ("2026-03-07", "2026-03-22", 90.0)]
    assert read("KEN,2026-03-07,2026-03-08,5", newest) == 2
    assert read("KEN,2026-03-07,2026-03-08,6", newest) == 0  # of one moment the first one counts
    assert known() == first
    (noted,) = feeds.rejected("mine", 9)
    assert noted.row.code == "vintage-contradicted"
    assert read("KEN,2026-03-07,2026-03-08,6", "KEN,2026-03-07,2026-03-15,7", newest) == 1
    assert known() == [first[0], ("2026-03-07", "2026-03-15", 7.0), first[1]]
    unrelated = "KEN,2026-03-21,2026-03-22,1"
    assert read("KEN,2026-03-07,2026-03-08,6", "KEN,2026-03-07,2026-03-15,7", newest, unrelated) == 1
    expected = [first[0], ("2026-03-07", "2026-03-15", 7.0), first[1], ("2026-03-21", "2026-03-22", 1.0)]
    assert known() == expected
    assert values_known(observations, clock) == [90.0, 1.0]


def values_known(observations: StoredObservations, clock: StillClock) -> list[float]:
    """Return the values that are known now of the one series."""
    (panel,) = observations.panels("mine", cutoff=clock.now())
    return panel.values[0][np.isfinite(panel.values[0])].tolist()


def test_what_was_guessed_is_said_where_it_was_not_enough() -> None:
    """Whoever now writes a mapping file need not look it up: the columns that were guessed stand in the error."""
    with pytest.raises(SourceSchemaError, match="a Sunday") as caught:
        releases("region,week,cases,deaths\nKEN,2026-03-15,4,0\nKEN,2026-03-22,5,0\n")
    said = 'location = "region", date = "week" and, below [signals], cases = "cases", deaths = "deaths".'
    assert caught.value.remedy.endswith(f"Write there, too, what was guessed: {said}")


def test_without_a_title_it_is_named_by_its_file() -> None:
    """Without a title, the feed is shown by the name of its file."""
    assert OwnFile(name="mine", path="/tmp/a b.csv").facts.title == "A file of your own, a b.csv"
    assert OwnFile(name="mine", base_url="https://example.org/a%20b.csv?key=x").facts.title.endswith(", a b.csv")


BROKEN = (
    b"The service is busy.",
    b"7",
    b"null",
    b'{"error": true}',
    b"{}\n{}\n",
    bytes(1000),
    bytes(range(1, 256)) * 20,
    b"[" * 100_000,
    b"{" * 100_000,
    b"PAR1" + bytes(64) + b"PAR1",
    b"\x1f\x8b",
    b"a,b\n",
    b",,,\n,,,\n",
    b"\xff\xfea\x00",
)


@pytest.mark.parametrize("mapping", ["", "districts", "rates", "vintages"])
@pytest.mark.parametrize("body", BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_table_is_a_fault_with_a_remedy(body: bytes, mapping: str) -> None:
    """Whatever stands in the file, the feed fails with a sentence and something to do."""
    with pytest.raises(SourceSchemaError) as caught:
        releases(body, str(LAYOUTS / f"{mapping}.toml") if mapping else "")
    assert caught.value.happened.endswith(".")
    assert caught.value.remedy.endswith((".", ")"))
