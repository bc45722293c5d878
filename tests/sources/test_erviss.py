"""ERVISS: rates and shares kept apart, one primary signal a country, snapshots known from their day."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.erviss import FILE, Erviss
from stand_ins import START

SAMPLES = Path(__file__).parent / "samples" / "erviss"
HEADER = "survtype,countryname,yearweek,indicator,age,value"
CARE = "primary care syndromic"
BOTH = [  # a file without one of the two indicators is none
    f"{CARE},Norway,2026-W10,ILIconsultationrate,total,31.5",
    f"{CARE},Norway,2026-W10,ARIconsultationrate,total,415",
]


def page(body: bytes | list[str], *, part: str = FILE) -> Payload:
    """Return a file as it comes, of the sample's bytes or of rows behind the header."""
    if not isinstance(body, bytes):
        body = "\n".join([HEADER, *body, ""]).encode()
    return Payload(
        body=body, media_type="text/plain", origin=f"https://feed.example/{part}", retrieved_at=START, part=part
    )


def parsed(body: bytes | list[str], *, part: str = FILE, since: date | None = None) -> ObservationBatch:
    """Return the one release that a file is."""
    (batch,) = Erviss(since=since).parse([page(body, part=part)])
    return batch


def rows_of(batch: ObservationBatch) -> dict[tuple[str, str, str], float]:
    """Return country, signal and date to value."""
    named = [batch.series[index] for index in batch.series_index]
    keys = [
        (one.location, one.signal.name, str(day)) for one, day in zip(named, batch.target_date.astype(str), strict=True)
    ]
    return dict(zip(keys, batch.value.tolist(), strict=True))


@pytest.fixture
def sample() -> bytes:
    """Return the current file of the sample."""
    return (SAMPLES / FILE).read_bytes()


def test_weeks_end_on_sunday_and_rates_stay_as_they_are(sample):
    """2026-W11 ends on 2026-03-15; Austria's rate of it is per 100,000 inhabitants, and age groups are left out."""
    batch = parsed(sample)
    rows = rows_of(batch)
    assert rows["AUT", "ili_rate", "2026-03-15"] == 1748.4
    assert len(rows) == len(batch) == 27
    assert batch.as_of == START
    assert {one.signal.unit for one in batch.series if one.signal.name.endswith("_rate")} == {Unit.PER_100K}


def test_the_53rd_week_is_read_where_there_is_one():
    """2026 has a week 53, which ends in January; 2025 has none."""
    rows = [
        *BOTH,
        f"{CARE},Austria,2020-W53,ILIconsultationrate,total,1",
        f"{CARE},Austria,2025-W53,ILIconsultationrate,total,2",
    ]
    batch = parsed(rows)
    assert rows_of(batch)["AUT", "ili_rate", "2021-01-03"] == 1.0
    assert [(one.code, one.target_date) for one in batch.rejected] == [("date-impossible", "2025-W53")]


def test_shares_of_consultations_are_other_signals():
    """Malta, Cyprus and Luxembourg write visits of 100 and Finland of 100,000: shares, never rates."""
    rows = [*BOTH]
    for country, value in (("Malta", "2.5"), ("Cyprus", "100"), ("Luxembourg", "0"), ("Finland", "250")):
        rows += [f"{CARE},{country},2026-W12,{kind}consultationrate,total,{value}" for kind in ("ILI", "ARI")]
    batch = parsed(rows)
    found = rows_of(batch)
    for name in ("ili_consultations", "ari_consultations"):
        assert found["MLT", name, "2026-03-22"] == 0.025
        assert found["CYP", name, "2026-03-22"] == 1.0
        assert found["LUX", name, "2026-03-22"] == 0.0
        assert found["FIN", name, "2026-03-22"] == 0.0025
    units = {one.signal.name: one.signal.unit for one in batch.series}
    assert units["ili_consultations"] is units["ari_consultations"] is Unit.SHARE
    assert {one.location for one in batch.series if one.signal.unit is Unit.PER_100K} == {"NOR"}


def test_each_country_has_one_primary_signal(sample):
    """A country answers with ILI, and Germany, Bulgaria and Italy with ARI, whatever one file happens to hold."""
    rows = [*BOTH]
    for country in ("Germany", "Bulgaria", "Italy", "Malta"):
        rows += [f"{CARE},{country},2026-W12,{kind}consultationrate,total,3" for kind in ("ILI", "ARI")]
    for batch in (parsed(sample), parsed(rows)):
        primary: dict[str, list[str]] = {one.location: [] for one in batch.series}
        for one in batch.series:
            primary[one.location] += [one.signal.name] if one.signal.primary else []
        answers = {"DEU": "ari_rate", "BGR": "ari_rate", "ITA": "ari_rate", "MLT": "ili_consultations"}
        assert primary == {
            code: [answers.get(code, "ili_rate" if code != "FIN" else "ili_consultations")] for code in primary
        }


def test_every_series_is_described_as_the_feed_says(sample):
    """But for which one is primary, a series' signal is one of the feed's."""
    known = {one.name: (one.unit, one.measure, one.cadence, one.deaths, one.asked) for one in Erviss().facts.signals}
    for one in parsed(sample).series:
        signal = one.signal
        assert known[signal.name] == (signal.unit, signal.measure, signal.cadence, signal.deaths, signal.asked)


def test_a_blank_is_no_value():
    """A week without a value is not reported; zero is."""
    rows = [
        *BOTH,
        f"{CARE},Austria,2026-W12,ILIconsultationrate,total,",
        f"{CARE},Austria,2026-W11,ILIconsultationrate,total,0",
    ]
    batch = parsed(rows)
    assert {key[2]: value for key, value in rows_of(batch).items() if key[0] == "AUT"} == {"2026-03-15": 0.0}
    assert not batch.rejected


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("Atlantis,2026-W12,ILIconsultationrate,total,5", "location-unknown"),
        ("Austria,2026-W54,ILIconsultationrate,total,5", "date-impossible"),
        ("Austria,2026-12,ILIconsultationrate,total,5", "date-impossible"),
        ("Austria,2026-W15,ILIconsultationrate,total,5", "date-impossible"),  # begins after the file was read
        ("Austria,2026-W12,ILIconsultationrate,total,many", "value-not-a-number"),
        ("Austria,2026-W12,ILIconsultationrate,total,-1", "value-negative"),
        ("Austria,2026-W12,ILIconsultationrate,total,inf", "value-impossible"),
        ("Malta,2026-W12,ILIconsultationrate,total,100.5", "value-impossible"),
        ("Finland,2026-W12,ARIconsultationrate,total,100001", "value-impossible"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_apart(row, code):
    """It is rejected with its code as the feed wrote it, and the others are used."""
    batch = parsed([*BOTH, f"{CARE},{row}"])
    (rejected,) = batch.rejected
    country, week, _, _, value = row.split(",")
    assert (rejected.code, rejected.location, rejected.target_date, rejected.value) == (code, country, week, value)
    assert len(batch) == 2


def test_rows_that_repeat_count_once_and_rows_that_contradict_do_not():
    """The same value twice is one value; two values for one week are none."""
    once = f"{CARE},Austria,2026-W12,ILIconsultationrate,total,1530.5"
    assert len(parsed([*BOTH, once, once])) == 3
    batch = parsed([*BOTH, once, once.replace("1530.5", "1513")])
    assert len(batch) == 2
    assert [(one.code, one.value) for one in batch.rejected] == [("duplicate-row", "1530.5"), ("duplicate-row", "1513")]


def test_a_file_of_which_most_cannot_be_used_is_refused():
    """Three impossible rows of five say that the file is not what it was."""
    rows = [f"{CARE},Atlantis,2026-W{week},ILIconsultationrate,total,5" for week in (10, 11, 12)]
    with pytest.raises(SourceSchemaError):
        parsed([*BOTH, *rows])


def test_a_renamed_column_and_a_renamed_indicator_are_named(sample):
    """A file that reads as empty would take every value back, so it is refused."""
    with pytest.raises(SourceSchemaError, match="no column yearweek"):
        parsed(sample.replace(b"yearweek", b"week"))
    with pytest.raises(SourceSchemaError, match=r"ILIconsultationrate .* its indicators are .*ILIrate"):
        parsed(sample.replace(b"ILIconsultationrate", b"ILIrate"))
    with pytest.raises(SourceSchemaError, match="no ILIconsultationrate of all ages"):
        parsed(sample.replace(b",total,", b",all,"))


def test_a_file_speaks_of_the_weeks_from_its_first_one_on(sample):
    """Weeks before are not withdrawn when the file begins later; a cut-off current file is refused by the store."""
    scope = parsed(sample).scope
    assert scope is not None
    assert (scope.first, scope.last, scope.most_withdrawn) == (date(2026, 3, 1), None, 0.2)
    assert scope.signals == {"ili_rate", "ari_rate", "ili_consultations", "ari_consultations"}


def test_a_slip_of_an_early_week_takes_nothing_back():
    """A file speaks of the weeks from the first one that most countries have; a row before is only mentioned."""
    for early in ("Austria,2024-W10,ILIconsultationrate,total,5", "Malta,2025-W40,ARIconsultationrate,total,5"):
        batch = parsed([*BOTH, f"{CARE},Austria,2026-W10,ILIconsultationrate,total,7", f"{CARE},{early}"])
        assert batch.scope is not None
        assert batch.scope.first == date(2026, 3, 8)
        assert len(batch) == 4


def test_since_leaves_out_the_weeks_before(sample):
    """Nothing is said of the weeks that are not read, and reading from another day on is another part."""
    batch = parsed(sample, since=date(2026, 3, 10))
    assert batch.target_date.min().astype(str) == "2026-03-15"
    assert batch.scope is not None
    assert batch.scope.first == date(2026, 3, 15)
    (whole,), (later,) = Erviss().requests(now=START), Erviss(since=date(2026, 3, 10)).requests(now=START)
    assert whole.part != later.part
    assert whole.url == later.url


def test_a_snapshot_is_known_from_its_day_and_may_lack_some():
    """It was published then, whenever it is read; it withdraws what it does not hold, unless that is too much."""
    body = (SAMPLES / f"2026-03-20_{FILE}").read_bytes()
    for since in (None, date(2026, 3, 1)):
        feed = Erviss(since=since)
        (request,) = feed.older(since=date(2026, 3, 20), until=date(2026, 3, 20))
        (batch,) = feed.parse([page(body, part=request.part)])
        assert batch.as_of == datetime(2026, 3, 20, tzinfo=UTC)
        assert batch.scope is not None
        assert batch.scope.most_withdrawn == 0.2
    assert rows_of(batch)["AUT", "ili_rate", "2026-03-15"] == 1699.9
    (batch,) = Erviss(most_withdrawn=0.5).parse([page(body, part=f"2026-03-20_{FILE}")])
    assert batch.scope is not None
    assert batch.scope.most_withdrawn == 0.5


def test_a_snapshot_cannot_speak_of_weeks_after_it():
    """A week that begins after the day of the copy is a slip of the feed."""
    rows = [*BOTH, f"{CARE},Austria,2026-W11,ILIconsultationrate,total,5"]
    assert not parsed(rows, part=f"2026-03-13_{FILE}").rejected
    assert [one.code for one in parsed(rows, part=f"2026-03-06_{FILE}").rejected] == ["date-impossible"]


def test_snapshots_are_asked_for_by_friday():
    """One request a Friday from the first snapshot to the last day, oldest first; one that is missing is no fault."""
    base = "https://feed.example/mirror/"
    requests = list(
        Erviss(base_url=base, most_bytes=7, call_seconds=9).older(since=date(2020, 1, 1), until=date(2024, 1, 1))
    )
    days = ["2023-11-24", "2023-12-01", "2023-12-08", "2023-12-15", "2023-12-22", "2023-12-29"]
    assert [one.url for one in requests] == [f"https://feed.example/mirror/data/snapshots/{day}_{FILE}" for day in days]
    assert all(one.may_be_missing and one.most_bytes == 7 and one.total_seconds == 9 for one in requests)
    assert list(Erviss().older(since=date(2026, 3, 21), until=date(2026, 3, 26))) == []
    assert len(list(Erviss().older(since=date(2026, 3, 20), until=date(2026, 3, 27)))) == 2


def test_the_current_file_must_be_there():
    """What is read each time is no optional thing."""
    (request,) = Erviss().requests(now=START)
    assert request.url.endswith("/EU-ECDC/Respiratory_viruses_weekly_data/main/data/ILIARIRates.csv")
    assert not request.may_be_missing
    assert Erviss().following(request, page(BOTH)) is None


def test_a_copy_of_the_repository_is_read_the_same_way(tmp_path):
    """The same files below a folder of this machine, where no network is needed."""
    feed = Erviss(path=str(tmp_path))
    (request,) = feed.requests(now=START)
    assert request.url == (tmp_path / "data" / FILE).as_uri()
    (old,) = feed.older(since=date(2026, 3, 20), until=date(2026, 3, 20))
    assert old.url == (tmp_path / "data" / "snapshots" / f"2026-03-20_{FILE}").as_uri()
    assert not feed.facts.network
