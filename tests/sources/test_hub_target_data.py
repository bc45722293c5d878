"""Target data of hubs: values, units, places, releases, and what of a file is refused."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from neuralbrain.domain.feed import FeedFacts, Payload, Vintages
from neuralbrain.domain.observation import ObservationBatch, Scope, Unit
from neuralbrain.errors import SourceMissingError, SourceSchemaError
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.sources.catalogue import FEEDS, Making
from neuralbrain.sources.hub_rows import ROWS_AT_ONCE
from neuralbrain.sources.hub_target_data import COVID, FLUSIGHT, OWN, RSV, Hub, HubTargetData

READ_AT = datetime(2026, 1, 20, 15, 30, tzinfo=UTC)
HEAD = "target_end_date,observation,location,as_of,target"
PLAIN = '"date","location","location_name","value","weekly_rate"'
HOSP = "wk inc covid hosp"
VISITS = "wk inc covid prop ed visits"


def parsed(
    body: str | bytes, *, hub: Hub = COVID, part: str = "time-series.parquet", **settings: object
) -> tuple[ObservationBatch, ...]:
    """Return what a feed reads from bytes."""
    content = body.encode() if isinstance(body, str) else body
    payload = Payload(body=content, media_type="", origin="https://hub.test/x", retrieved_at=READ_AT, part=part)
    return tuple(HubTargetData(hub, name="h", **settings).parse([payload]))  # type: ignore[arg-type]


def lines(*rows: str, head: str = HEAD) -> str:
    """Return a CSV file."""
    return "\n".join([head, *rows, ""])


def said(batch: ObservationBatch) -> list[tuple[str, str, str, float]]:
    """Return the rows of a batch in words, sorted."""
    series = [batch.series[place] for place in batch.series_index.tolist()]
    days = batch.target_date.astype(str).tolist()
    return sorted(
        (one.location, one.signal.name, day, value)
        for one, day, value in zip(series, days, batch.value.tolist(), strict=True)
    )


def codes(batches: Sequence[ObservationBatch]) -> list[tuple[str, str]]:
    """Return code and value of the rejected rows."""
    return [(one.code, one.value) for batch in batches for one in batch.rejected]


REVISED = lines(
    f"2025-12-20,277,06,2025-12-29,{HOSP}",
    f"2025-12-20,302,06,2025-12-31,{HOSP}",
    f"2025-12-20,311,06,2026-01-07,{HOSP}",
    f"2025-12-20,4100,US,2025-12-31,{HOSP}",
    f"2025-12-20,0.0037,72,2025-12-31,{VISITS}",
)


def test_each_as_of_is_a_complete_release_of_its_signals() -> None:
    """Releases come oldest first, from the beginning of their day in UTC, and may lack any value."""
    first, second, third = parsed(REVISED)
    assert [one.as_of for one in (first, second, third)] == [
        datetime(2025, 12, 29, tzinfo=UTC),
        datetime(2025, 12, 31, tzinfo=UTC),
        datetime(2026, 1, 7, tzinfo=UTC),
    ]
    assert said(first) == [("US-CA", "covid_admissions", "2025-12-20", 277.0)]
    assert said(second) == [
        ("PRI", "covid_ed_visits", "2025-12-20", 0.0037),
        ("US-CA", "covid_admissions", "2025-12-20", 302.0),
        ("USA", "covid_admissions", "2025-12-20", 4100.0),
    ]
    assert first.scope == Scope(signals=frozenset({"covid_admissions"}), most_withdrawn=1.0)
    assert second.scope == Scope(signals=frozenset({"covid_admissions", "covid_ed_visits"}), most_withdrawn=1.0)
    assert {one.source for one in second.series} == {"h"}


@pytest.mark.parametrize("cut", [len(", wk inc covid hosp"), len("06,2025-12-31,wk inc covid hosp")])
def test_a_csv_that_was_cut_off_is_refused(cut: int) -> None:
    """A row that stops within its target's name or its place would be left out, or read as another."""
    body = lines(f"2025-12-20,4100,US,2025-12-31,{HOSP}", f"2025-12-20,302,06,2025-12-31,{HOSP}")
    with pytest.raises(SourceSchemaError, match="stops in the middle of a row"):
        parsed(body[:-cut])
    plain = lines('"2025-12-20","US","US",100,1', '"2025-12-20","06","California",277,0.1', head=PLAIN)
    with pytest.raises(SourceSchemaError, match="stops in the middle of a row"):
        parsed(plain[: plain.rindex("277") + 1], hub=FLUSIGHT, part="target-hospital-admissions.csv")
    with pytest.raises(SourceSchemaError, match="Row 3 of"):
        parsed(plain[: plain.rindex("277") + 1] + "\n", hub=FLUSIGHT, part="target-hospital-admissions.csv")


def test_admissions_are_counts_and_come_first_and_visits_are_shares() -> None:
    """Each hub's admissions are its primary signal; visits are a share beside it, which is forecast, too."""
    for hub, disease in ((FLUSIGHT, "flu"), (COVID, "covid"), (RSV, "rsv")):
        admissions, visits = HubTargetData(hub, name="h").facts.signals
        assert (admissions.name, admissions.unit, admissions.primary) == (f"{disease}_admissions", Unit.COUNT, True)
        assert (visits.name, visits.unit, visits.primary) == (f"{disease}_ed_visits", Unit.SHARE, False)
        assert admissions.asked
        assert visits.asked


@pytest.mark.parametrize("kinds", ["dates", "text", "times"])
def test_parquet_and_csv_say_the_same(kinds: str) -> None:
    """A Parquet file with the same rows is the same releases, whatever types its columns have."""
    table = pl.read_csv(io.StringIO(REVISED), infer_schema=False).with_columns(pl.col("observation").cast(pl.Float64))
    kind = {"dates": pl.Date, "text": pl.String, "times": pl.Datetime}[kinds]
    days = ["target_end_date", "as_of"]
    if kinds != "text":
        table = table.with_columns(pl.col(days).str.to_date().cast(kind))
    written = io.BytesIO()
    table.write_parquet(written)
    ours, theirs = parsed(written.getvalue()), parsed(REVISED)
    assert [said(one) for one in ours] == [said(one) for one in theirs]
    assert [one.as_of for one in ours] == [one.as_of for one in theirs]


def test_the_other_names_of_columns_are_known() -> None:
    """What a page calls ``date`` and ``value`` is read as well, and names and rates beside are not."""
    head = "as_of,target,date,location,location_name,value,weekly_rate"
    (batch,) = parsed(lines(f'2025-12-31,"{HOSP}",2025-12-20,"06","California",302,0.76', head=head))
    assert said(batch) == [("US-CA", "covid_admissions", "2025-12-20", 302.0)]


def test_a_blank_is_a_week_without_a_report() -> None:
    """Nothing, NA and NaN are no values, and nothing to complain of; zero is a value."""
    rows = [f"2025-12-{day},{text},06,2026-01-07,{HOSP}" for day, text in (("06", ""), ("13", "NA"), ("20", "NaN"))]
    (batch,) = parsed(lines(*rows, f"2025-12-27,0,06,2026-01-07,{HOSP}"))
    assert said(batch) == [("US-CA", "covid_admissions", "2025-12-27", 0.0)]
    assert batch.rejected == ()


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (f"2025-12-20,1,99,2026-01-07,{HOSP}", "location-unknown"),
        (f"2025-12-20,1,6,2026-01-07,{HOSP}", "location-unknown"),
        (f"2025-12-20,1,DEU,2026-01-07,{HOSP}", "location-unknown"),
        (f"2025-12-20,1,,2026-01-07,{HOSP}", "location-unknown"),
        (f"2025-12-21,1,06,2026-01-07,{HOSP}", "date-impossible"),
        (f"2025-13-20,1,06,2026-01-07,{HOSP}", "date-impossible"),
        (f"2026-01-24,1,06,2026-01-07,{HOSP}", "date-impossible"),
        (f"2025-12-20,many,06,2026-01-07,{HOSP}", "value-not-a-number"),
        (f"2025-12-20,-1,06,2026-01-07,{HOSP}", "value-negative"),
        (f"2025-12-20,inf,06,2026-01-07,{HOSP}", "value-impossible"),
        (f"2025-12-20,1.01,06,2026-01-07,{VISITS}", "value-impossible"),
    ],
)
def test_a_row_that_cannot_be_used_is_kept_apart(row: str, code: str) -> None:
    """It stands as written beside the others, with the code of why, in the release it is from."""
    (batch,) = parsed(lines(f"2025-12-20,302,US,2026-01-07,{HOSP}", row))
    assert said(batch) == [("USA", "covid_admissions", "2025-12-20", 302.0)]
    day, text, place, _, target = row.split(",")
    (rejected,) = batch.rejected
    assert (rejected.code, rejected.target_date, rejected.value, rejected.location) == (code, day, text, place)
    assert rejected.signal == ("covid_admissions" if target == HOSP else "covid_ed_visits")
    assert rejected.message.endswith(".")


def test_a_release_without_a_usable_row_still_says_what_it_had() -> None:
    """A release whose one row is rejected is a release without values, which withdraws nothing."""
    empty, other = parsed(lines(f"2025-12-20,-1,06,2025-12-31,{HOSP}", f"2025-12-20,1,06,2026-01-07,{HOSP}"), hub=COVID)
    assert (len(empty), codes([empty])) == (0, [("value-negative", "-1")])
    assert empty.scope == Scope(signals=frozenset(), most_withdrawn=1.0)
    assert len(other) == 1


def test_repeated_rows_count_once_and_differing_ones_not_at_all() -> None:
    """The same row twice is one; two values of one week are both rejected, and so is neither's repetition kept."""
    rows = [f"2025-12-20,{value},06,2026-01-07,{HOSP}" for value in (5, 5, 7)]
    once, differing = lines(*rows[:2]), lines(*rows, f"2025-12-20,9,US,2026-01-07,{HOSP}")
    assert [len(one) for one in parsed(once)] == [1]
    filled = differing + "".join(f"2025-11-{day:02},1,US,2026-01-07,{HOSP}\n" for day in (1, 8, 15, 22, 29))
    (batch,) = parsed(filled)
    assert {row[0] for row in said(batch)} == {"USA"}
    assert codes([batch]) == [("duplicate-row", "5"), ("duplicate-row", "5"), ("duplicate-row", "7")]


def test_rows_that_lie_far_apart_in_the_file_are_compared_too() -> None:
    """A large file is read in slices; what stands in different ones is told apart all the same."""
    days = [str(np.datetime64("2025-12-20") - 7 * number) for number in range(ROWS_AT_ONCE // 49 + 1)]
    places = [
        f"{number:02}" for number in (*range(4, 7), *range(8, 14), *range(15, 43), *range(44, 52), *range(53, 57))
    ]
    rows = [f"{day},{number},{place},2026-01-07,{HOSP}" for number, day in enumerate(days) for place in places]
    assert len(rows) > ROWS_AT_ONCE - 49
    again = [f"{days[0]},0,06,2026-01-07,{HOSP}", f"{days[1]},77,06,2026-01-07,{HOSP}"]
    (batch,) = parsed(lines(*rows, *rows[:2000], *again))
    assert len(batch) == len(rows) - 1
    assert set(codes([batch])) == {("duplicate-row", "1"), ("duplicate-row", "77")}


def test_other_targets_are_left_out_and_a_file_of_nothing_else_is_refused() -> None:
    """Rows of targets that are no weekly counts or shares are not read; where there are no others, they are named."""
    other = f"2025-12-20,1,06,2026-01-07,{HOSP} rate change"
    (batch,) = parsed(lines(other, f"2025-12-20,302,06,2026-01-07,{HOSP}"))
    assert (len(batch), batch.rejected) == (1, ())
    with pytest.raises(SourceSchemaError, match=r"no value of wk inc covid hosp, .*targets are wk inc covid hosp rate"):
        parsed(lines(other))
    with pytest.raises(SourceSchemaError, match="holds no value of"):
        parsed(lines())


@pytest.mark.parametrize(
    ("head", "said_is"),
    [
        (HEAD.replace("location", "place"), "no column location; its columns are target_end_date, observation, place"),
        (HEAD.replace("observation", "oracle_value"), "no column observation"),
        (HEAD.replace("target_end_date", "week_end"), "no column target_end_date"),
        (f"{HEAD},age_group", "has a column age_group that is not documented"),
        (f"{HEAD},date", "has a column date that is not documented"),
    ],
)
def test_another_shape_is_refused_and_named(head: str, said_is: str) -> None:
    """A column that is missing or that nobody knows is named."""
    row = f"2025-12-20,302,06,2026-01-07,{HOSP}" + ",x" * (head.count(",") - HEAD.count(","))
    with pytest.raises(SourceSchemaError, match=said_is) as raised:
        parsed(lines(row, head=head))
    assert raised.value.error_code == "source-schema"


def test_an_as_of_that_is_no_date_is_refused() -> None:
    """A row that does not say of which release it is makes the whole file unusable."""
    with pytest.raises(SourceSchemaError, match="as_of that is no date: 'soon'"):
        parsed(lines(f"2025-12-20,302,06,soon,{HOSP}"))
    with pytest.raises(SourceSchemaError, match="as_of that is no date: None"):
        parsed(lines(f"2025-12-20,302,06,,{HOSP}"))


def test_a_file_that_is_mostly_unusable_is_refused() -> None:
    """Up to half of the rows may be rejected; beyond that it is not the rows that are wrong."""
    good, wrong = f"2025-12-20,302,06,2026-01-07,{HOSP}", f"2025-12-20,1,99,2026-01-07,{HOSP}"
    assert len(parsed(lines(good, wrong))[0].rejected) == 1
    with pytest.raises(SourceSchemaError, match="3 values of which 2 cannot be used, such as covid_admissions of 99"):
        parsed(lines(good, wrong, wrong.replace("12-20", "12-27")))


def test_a_plain_file_is_known_from_when_it_was_read() -> None:
    """A file without as_of and target holds the hub's admissions as they were read, and says everything about them."""
    body = lines('2026-01-10,"06","California",675,1.71', '"2026-01-10","US","US",20039,5.89', head=PLAIN)
    (batch,) = parsed(body, hub=FLUSIGHT, part="target-hospital-admissions.csv", most_withdrawn=0.5)
    assert said(batch) == [
        ("US-CA", "flu_admissions", "2026-01-10", 675.0),
        ("USA", "flu_admissions", "2026-01-10", 20039.0),
    ]
    assert batch.as_of == READ_AT
    assert batch.scope == Scope(signals=frozenset({"flu_admissions"}), most_withdrawn=0.5)


@pytest.mark.parametrize(
    ("named", "known"),
    [("2025-12-27", "2025-12-31"), ("2025-12-28", "2025-12-28"), ("2025-12-20", "2025-12-31")],
)
def test_a_dated_copy_is_known_once_its_newest_week_was_published(named: str, known: str) -> None:
    """A copy that bears its newest week's end was nobody's knowledge that day, but from the Wednesday after it on."""
    body = lines('2025-12-27,"06","California",1074,2.72', '2025-12-20,"06","California",675,1.71', head=PLAIN)
    (batch,) = parsed(body, hub=FLUSIGHT, part=f"target-hospital-admissions_{named}.csv")
    assert batch.as_of.isoformat() == f"{known}T00:00:00+00:00"
    assert batch.scope is not None
    assert batch.scope.most_withdrawn == 1.0


def test_a_release_that_is_dated_by_its_newest_week_is_known_from_the_wednesday_after() -> None:
    """The same holds where it is the column as_of that bears the newest week."""
    flu = "wk inc flu hosp"
    rows = [f"{day},{value},06,2025-04-19,{flu}" for day, value in (("2025-04-12", 400), ("2025-04-19", 316))]
    (batch,) = parsed(lines(*rows), hub=FLUSIGHT)
    assert batch.as_of == datetime(2025, 4, 23, tzinfo=UTC)


def test_a_first_week_leaves_out_what_lies_before_it() -> None:
    """With since, earlier weeks are neither read nor withdrawn, and the file is another part."""
    body = lines(f"2025-12-13,1,06,2026-01-07,{HOSP}", f"2025-12-20,2,06,2026-01-07,{HOSP}")
    since = date(2025, 12, 14)
    (batch,) = parsed(body, since=since)
    assert [row[2:] for row in said(batch)] == [("2025-12-20", 2.0)]
    assert batch.scope is not None
    assert batch.scope.first == since
    feed = HubTargetData(FLUSIGHT, name="h", since=since)
    (request,) = feed.requests(now=READ_AT)
    assert request.part == "target-hospital-admissions.csv since 2025-12-14"
    (copy,) = parsed(
        lines('2025-12-20,"06","California",675,1.71', head=PLAIN),
        hub=FLUSIGHT,
        part="target-hospital-admissions_2025-12-20.csv since 2025-12-14",
        since=since,
    )
    assert copy.as_of == datetime(2025, 12, 24, tzinfo=UTC)


def urls(feed: HubTargetData) -> list[str]:
    """Return where a feed asks now."""
    return [one.url for one in feed.requests(now=READ_AT)]


def test_each_hub_is_asked_at_its_own_address_or_at_a_copy() -> None:
    """The documented paths follow the hub's address, or the one that is set, such as a bucket's."""
    raw = "https://raw.githubusercontent.com/"
    for hub, at in (
        (FLUSIGHT, "cdcepi/FluSight-forecast-hub/main/target-data/target-hospital-admissions.csv"),
        (COVID, "CDCgov/covid19-forecast-hub/main/target-data/time-series.parquet"),
        (RSV, "CDCgov/rsv-forecast-hub/main/target-data/time-series.parquet"),
    ):
        assert urls(HubTargetData(hub, name="h")) == [raw + at]
    bucket = "https://covid19-forecast-hub.s3.amazonaws.com/"
    assert urls(HubTargetData(COVID, name="h", base_url=bucket)) == [f"{bucket}target-data/time-series.parquet"]
    assert HubTargetData(COVID, name="h").facts.vintages is Vintages.OWN
    assert HubTargetData(FLUSIGHT, name="h").facts.vintages is Vintages.SNAPSHOTS


def test_dated_copies_are_asked_for_week_by_week() -> None:
    """From the week in which the asked day lies on, at most from the first copy on; each may be missing."""
    feed = HubTargetData(FLUSIGHT, name="h", base_url="https://hub.test")
    requests = list(feed.older(since=date(2025, 12, 16), until=date(2025, 12, 30)))
    folder = "https://hub.test/auxiliary-data/target-data-archive/target-hospital-admissions_"
    assert [one.url for one in requests] == [f"{folder}{day}.csv" for day in ("2025-12-13", "2025-12-20", "2025-12-27")]
    assert all(one.may_be_missing for one in requests)
    first = next(iter(feed.older(since=date(2000, 1, 1), until=date(2026, 1, 1))))
    assert first.part == "target-hospital-admissions_2023-09-23.csv"
    assert list(HubTargetData(COVID, name="h").older(since=date(2000, 1, 1), until=date(2026, 1, 1))) == []


def test_a_folder_is_read_as_the_hub_lies_in_it(tmp_path: Path) -> None:
    """A folder has the hub's files at the hub's paths: the time series in either format, plain files and copies."""
    folder = tmp_path / "a hub"
    (folder / "target-data").mkdir(parents=True)
    own = HubTargetData(OWN, name="mine", path=str(folder))
    with pytest.raises(SourceMissingError, match=r"no time-series\.parquet or time-series\.csv in"):
        own.requests(now=READ_AT)
    (folder / "target-data" / "time-series.csv").write_text(REVISED)
    assert urls(own) == [f"file:{tmp_path}/a%20hub/target-data/time-series.csv"]
    (folder / "target-data" / "time-series.parquet").write_bytes(b"PAR1")
    assert urls(own)[0].endswith("/time-series.parquet")
    flu = HubTargetData(FLUSIGHT, name="h", path=str(folder))
    assert urls(flu) == [f"file:{tmp_path}/a%20hub/target-data/target-hospital-admissions.csv"]
    (copy,) = flu.older(since=date(2025, 12, 27), until=date(2025, 12, 30))
    assert copy.url.endswith("/a%20hub/auxiliary-data/target-data-archive/target-hospital-admissions_2025-12-27.csv")
    assert not own.facts.network


def test_one_file_of_releases_is_read_as_the_hubs_admissions(tmp_path: Path) -> None:
    """A file of as_of, week, place and value needs no target where the adapter names the hub, and has no copies."""
    path = tmp_path / "covid_vintages.parquet"
    feed = HubTargetData(COVID, name="replay", path=str(path))
    assert urls(feed) == [f"file:{path}"]
    assert list(feed.older(since=date(2020, 1, 1), until=date(2026, 1, 1))) == []
    body = lines("2024-11-20,2024-11-09,01,111.0", head="as_of,target_end_date,location,value")
    (batch,) = parsed(body, part=path.name)
    assert said(batch) == [("US-AL", "covid_admissions", "2024-11-09", 111.0)]
    with pytest.raises(SourceSchemaError, match="no column target"):
        parsed(body, hub=OWN, part=path.name)


def test_a_hub_of_ones_own_may_be_of_all_three_diseases() -> None:
    """Its targets say what is what; without a place to read from it says what to set."""
    rows = [
        f"2025-12-20,{number},06,2026-01-07,wk inc {one} hosp" for number, one in enumerate(("flu", "covid", "rsv"))
    ]
    (batch,) = parsed(lines(*rows), hub=OWN)
    assert [row[1] for row in said(batch)] == ["covid_admissions", "flu_admissions", "rsv_admissions"]
    with pytest.raises(SourceMissingError, match="does not say where its hub is") as raised:
        HubTargetData(OWN, name="mine").requests(now=READ_AT)
    assert "[feeds.mine]" in raised.value.remedy
    at = HubTargetData(OWN, name="mine", base_url="https://hub.test/main/")
    assert urls(at) == ["https://hub.test/main/target-data/time-series.parquet"]
    assert at.facts.network


@pytest.mark.parametrize("adapter", ["flusight-hub", "covid-hub", "rsv-hub", "hub"])
def test_the_catalogue_makes_it_as_the_settings_say(adapter: str, tmp_path: Path) -> None:
    """A feed of another name with the hub's adapter is that hub, read from where the settings say."""
    settings = FeedSettings(adapter=adapter, path=str(tmp_path / "x.csv"), every_hours=1, most_megabytes=2)
    feed = FEEDS[adapter](Making(name="replay", settings=settings))
    facts: FeedFacts = feed.facts
    assert (facts.name, facts.network, facts.every_seconds) == ("replay", False, 3600)
    (request,) = feed.requests(now=READ_AT)
    assert (request.url, request.most_bytes) == (f"file:{tmp_path}/x.csv", 2 * 2**20)
