"""WHO's weekly COVID-19 file: blanks are no zeros, NA is Namibia, corrections below zero are kept apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import Measure, ObservationBatch, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.sources.who_covid import COLUMNS, FILE, WhoCovid
from stand_ins import START

SAMPLE = Path(__file__).parent / "samples" / "who-covid" / FILE
FRANCE = ["2026-03-15,FR,France,EURO,301,39000000,3,168000", "2026-03-08,FR,France,EURO,388,39000000,4,168000"]


def parsed(body: bytes | list[str], *, since: date | None = None) -> ObservationBatch:
    """Return the release that a file is, of bytes or of rows behind the header."""
    if not isinstance(body, bytes):
        body = "\n".join([",".join(COLUMNS), *body, ""]).encode()
    payload = Payload(body=body, media_type="text/csv", origin=f"https://feed.example/{FILE}", retrieved_at=START)
    (batch,) = WhoCovid(since=since).parse([payload])
    return batch


def values_of(batch: ObservationBatch, place: str, signal: str) -> dict[str, float]:
    """Return date to value of one series; empty where there is none."""
    numbers = [i for i, one in enumerate(batch.series) if (one.location, one.signal.name) == (place, signal)]
    mine = np.isin(batch.series_index, numbers)
    return dict(zip(batch.target_date[mine].astype(str), batch.value[mine].tolist(), strict=True))


def test_namibia_is_a_country():
    """Its code is NA, which is no missing value there; a blank beside it is one, and a zero is none."""
    batch = parsed(SAMPLE.read_bytes())
    cases = {"2026-02-22": 2.0, "2026-03-01": 5.0, "2026-03-08": 1.0, "2026-03-15": 0.0}
    assert values_of(batch, "NAM", "covid_cases") == cases
    assert values_of(batch, "NAM", "covid_deaths") == {"2026-03-01": 0.0, "2026-03-08": 0.0, "2026-03-15": 0.0}


def test_weeks_that_were_not_reported_are_no_rows():
    """The United States report deaths alone, and Palestine one week: nothing stands where nothing was reported."""
    batch = parsed(SAMPLE.read_bytes())
    assert values_of(batch, "USA", "covid_cases") == {}
    assert values_of(batch, "USA", "covid_deaths")["2026-03-15"] == 87.0
    assert values_of(batch, "PSE", "covid_cases") == {"2026-03-08": 7.0}
    assert len(batch) == 32


def test_na_in_a_column_of_values_is_a_blank():
    """Only the code of a country may be NA."""
    batch = parsed([*FRANCE, "2026-03-15,NA,Namibia,AFRO,NA,,NA,"])
    assert {one.location for one in batch.series} == {"FRA"}
    assert not batch.rejected


def test_a_count_below_zero_is_a_rejected_row():
    """A correction stays visible with its code, and its week is unknown, not zero."""
    batch = parsed(SAMPLE.read_bytes())
    assert values_of(batch, "FRA", "covid_cases") == {"2026-02-22": 410.0, "2026-03-01": 388.0, "2026-03-15": 301.0}
    (negative,) = [one for one in batch.rejected if one.code == "value-negative"]
    assert (negative.location, negative.target_date, negative.value) == ("FR France", "2026-03-08", "-25")


def test_ships_are_left_out_and_every_other_unknown_place_is_rejected():
    """International conveyances and Other are no places; a code of WHO's own or an empty one is a fault to be seen."""
    rows = [
        *FRANCE,
        "2026-03-15,XL,International commercial vessel,OTHER,9,9,9,9",
        "2026-03-15,,International conveyance (Diamond Princess),OTHER,9,9,9,9",
        "2026-03-15, ,Other,OTHER,9,9,9,9",
        "2026-03-15,XB,Sint Eustatius,AMRO,2,40,,0",
        "2026-03-15,,Namibia,AFRO,3,40,,0",
        "2026-03-15,EU,European Union,EURO,4,40,,0",
        "2026-03-15,DEU,Germany,EURO,5,40,,0",
    ]
    batch = parsed(rows)
    assert {one.location for one in batch.series} == {"FRA"}
    assert {(one.code, one.location, one.value) for one in batch.rejected} == {
        ("location-unknown", "XB Sint Eustatius", "2"),
        ("location-unknown", "Namibia", "3"),
        ("location-unknown", "EU European Union", "4"),
        ("location-unknown", "DEU Germany", "5"),
    }


@pytest.mark.parametrize("day", ["2026-03-14", "2026-02-30", "15/03/2026", "2026-04-12", "1926-03-14"])
def test_a_day_that_ends_no_week_is_rejected(day):
    """Weeks end on Sunday, and a week that has not begun has no cases: 2026-04-12 ends one after the reading."""
    batch = parsed([*FRANCE, f"{day},DE,Germany,EURO,301,,,"])
    assert [(one.code, one.target_date) for one in batch.rejected] == [("date-impossible", day)]
    assert len(batch) == 4


def test_the_daily_file_is_refused():
    """It has the same columns, and its Sundays would be read as weeks."""
    rows = [f"2026-03-{day:02},FR,France,EURO,40,39000000,1,168000" for day in range(2, 16)]
    with pytest.raises(SourceSchemaError):
        parsed(rows)


def test_text_is_no_number():
    """Neither words nor two points make a count."""
    batch = parsed([*FRANCE, "2026-03-15,DE,Germany,EURO,some,,1.2.3,"])
    assert [(one.code, one.value) for one in batch.rejected] == [
        ("value-not-a-number", "some"),
        ("value-not-a-number", "1.2.3"),
    ]


def test_a_week_that_is_said_twice_differently_is_not_used():
    """Neither of two counts is believed; a repeated row counts once, and what the two agree on is used."""
    batch = parsed([*FRANCE, FRANCE[0], FRANCE[0].replace(",301,", ",302,")])
    assert values_of(batch, "FRA", "covid_cases") == {"2026-03-08": 388.0}
    assert values_of(batch, "FRA", "covid_deaths") == {"2026-03-08": 4.0, "2026-03-15": 3.0}
    assert {one.value for one in batch.rejected if one.code == "duplicate-row"} == {"301", "302"}


def test_signals_are_weekly_counts_of_new_events():
    """Cases answer for a country and name their deaths."""
    cases, deaths = WhoCovid().facts.signals
    assert (cases.name, cases.deaths, cases.primary) == ("covid_cases", deaths.name, True)
    assert (deaths.name, deaths.primary) == ("covid_deaths", False)
    assert {(one.unit, one.measure) for one in (cases, deaths)} == {(Unit.COUNT, Measure.INCIDENT)}


def test_a_changed_column_is_named():
    """A file with other columns is not read at all."""
    body = SAMPLE.read_bytes()
    with pytest.raises(SourceSchemaError, match="no column Date_reported"):
        parsed(body.replace(b"Date_reported", b"Date"))
    with pytest.raises(SourceSchemaError, match="not documented"):
        parsed(b"\n".join(line + b",1" if n else line + b",Region" for n, line in enumerate(body.splitlines())))


def test_the_file_is_complete_from_its_beginning_or_from_since():
    """What a complete file lacks was withdrawn; of weeks that are not read nothing is said."""
    body = SAMPLE.read_bytes()
    whole, later = parsed(body).scope, parsed(body, since=date(2026, 3, 2)).scope
    assert whole is not None
    assert later is not None
    assert (whole.first, later.first) == (None, date(2026, 3, 2))
    assert whole.signals == {"covid_cases", "covid_deaths"}
    assert parsed(body, since=date(2026, 3, 2)).target_date.min().astype(str) == "2026-03-08"


def test_where_it_is_read_from(tmp_path):
    """The weekly file below the base URL, or a saved one; read from another day on it is another part."""
    (request,) = WhoCovid(base_url="http://127.0.0.1:8123/covid/").requests(now=START)
    assert request.url == f"http://127.0.0.1:8123/covid/{FILE}"
    (saved,) = WhoCovid(path=str(tmp_path)).requests(now=START)
    assert saved.url == (tmp_path / FILE).as_uri()
    (later,) = WhoCovid(since=date(2026, 3, 2)).requests(now=START)
    assert later.part != request.part
    assert WhoCovid().older(since=date(2020, 1, 1), until=date(2026, 1, 1)) == ()
