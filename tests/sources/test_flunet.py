"""FluNet: a week's kinds of sites are added up where all of them have the number, and only there."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch
from neuralbrain.errors import SourceSchemaError
from neuralbrain.settings import Settings
from neuralbrain.sources.flunet import FluNet
from stand_ins import START

SAMPLE = Path(__file__).parent / "samples" / "flunet" / "VIW_FNT.csv"
HEADER = "COUNTRY_CODE,ISO_WEEKSTARTDATE,ORIGIN_SOURCE,INF_ALL,SPEC_PROCESSED_NB,RSV"
PERU = [f"PER,2026-0{month}-02,SENTINEL,5,50,1" for month in (2, 3)]  # two Mondays of six good values
WEEK_ENDS = "2026-03-22"


def parsed(body: bytes | list[str], *, since: date | None = None) -> ObservationBatch:
    """Return the release that an answer is, of bytes or of rows behind the header."""
    if not isinstance(body, bytes):
        body = "\n".join([HEADER, *body, ""]).encode()
    payload = Payload(body=body, media_type="text/csv", origin="https://feed.example/VIW_FNT", retrieved_at=START)
    (batch,) = FluNet(since=since).parse([payload])
    return batch


def value_of(batch: ObservationBatch, place: str, signal: str, day: str = WEEK_ENDS) -> float | None:
    """Return one value, None where there is none."""
    numbers = [i for i, one in enumerate(batch.series) if (one.location, one.signal.name) == (place, signal)]
    found = batch.value[np.isin(batch.series_index, numbers) & (batch.target_date == np.datetime64(day))]
    return float(found[0]) if len(found) else None


def test_kinds_of_sites_are_added_up():
    """Czechia on the week from 2026-03-02: 5 and 70 detections are 75, 40 and 600 specimens 640; it ends on Sunday."""
    batch = parsed(SAMPLE.read_bytes())
    assert value_of(batch, "CZE", "flu_detections", "2026-03-08") == 75.0
    assert value_of(batch, "CZE", "flu_specimens", "2026-03-08") == 640.0
    assert value_of(batch, "CZE", "rsv_detections", "2026-03-08") == 32.0
    assert len(batch) == 29


def test_a_part_of_a_sum_is_no_sum():
    """In the last week Czechia's sentinel sites leave RSV blank: no RSV, while influenza is known."""
    batch = parsed(SAMPLE.read_bytes())
    assert value_of(batch, "CZE", "rsv_detections") is None
    assert value_of(batch, "CZE", "flu_detections") == 47.0


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("PER,2026-03-16,NONSENTINEL,-3,60,2", "value-negative"),
        ("PER,2026-03-16,NONSENTINEL,three,60,2", "value-not-a-number"),
        ("PER,2026-03-16,NONSENTINEL,1e999,60,2", "value-impossible"),
    ],
)
def test_a_number_that_cannot_be_used_spoils_its_sum_only(row, code):
    """It is rejected; the other sites' number alone would look like a fall; the other sums are not touched."""
    batch = parsed([*PERU, "PER,2026-03-16,SENTINEL,5,50,1", row])
    assert [one.code for one in batch.rejected] == [code]
    assert value_of(batch, "PER", "flu_detections") is None
    assert value_of(batch, "PER", "flu_specimens") == 110.0
    assert value_of(batch, "PER", "rsv_detections") == 3.0


def test_a_row_of_a_wrong_day_spoils_the_week_that_it_is_in():
    """Uganda's second row of the last week begins on a Tuesday: rejected, and the first row alone is no sum."""
    batch = parsed(SAMPLE.read_bytes())
    assert value_of(batch, "UGA", "flu_detections") is None
    assert value_of(batch, "UGA", "flu_detections", "2026-03-15") == 11.0
    wrong = [one for one in batch.rejected if one.code == "date-impossible"]
    assert {(one.location, one.target_date) for one in wrong} == {("UGA", "2026-03-17")}


def test_a_row_said_twice_counts_once():
    """However the number is written; two different numbers of the same sites are both rejected."""
    twice = ["PER,2026-03-16,SENTINEL,5,50,1", "PER,2026-03-16,SENTINEL,5.0,50,2"]
    batch = parsed([*PERU, *twice])
    assert value_of(batch, "PER", "flu_detections") == 5.0
    assert value_of(batch, "PER", "flu_specimens") == 50.0
    assert value_of(batch, "PER", "rsv_detections") is None
    assert [(one.code, one.value) for one in batch.rejected] == [("duplicate-row", "1"), ("duplicate-row", "2")]


def test_sites_without_a_name_are_a_kind_of_their_own():
    """An empty ORIGIN_SOURCE is added to the others."""
    batch = parsed([*PERU, "PER,2026-03-16,,5,50,1", "PER,2026-03-16,SENTINEL,1,10,0"])
    assert value_of(batch, "PER", "flu_detections") == 6.0


def test_places_are_codes_of_three_letters():
    """Namibia is one; a code of WHO's own is rejected, one row a number, as is a code of two letters."""
    batch = parsed(SAMPLE.read_bytes())
    assert {one.location for one in batch.series} == {"CZE", "NAM", "UGA", "USA"}
    assert [one.location for one in batch.rejected if one.code == "location-unknown"] == ["X09"] * 3
    batch = parsed([*PERU, "PE,2026-03-16,SENTINEL,5,,"])
    assert [one.code for one in batch.rejected] == ["location-unknown"]


def test_days_may_carry_midnight():
    """The service may write the day as a moment; any other hour is no day."""
    rows = [*PERU, "PER,2026-03-16T00:00:00Z,SENTINEL,5,,", "NAM,2026-03-16T07:00:00Z,SENTINEL,5,,"]
    batch = parsed(rows)
    assert value_of(batch, "PER", "flu_detections") == 5.0
    assert [one.code for one in batch.rejected] == ["date-impossible"]


def test_a_week_that_has_not_begun_is_rejected():
    """The answer came on 2026-04-01: the week of that day is possible, the next is not."""
    batch = parsed([*PERU, "PER,2026-03-30,SENTINEL,5,,", "PER,2026-04-06,SENTINEL,6,,"])
    assert value_of(batch, "PER", "flu_detections", "2026-04-05") == 5.0
    assert [(one.code, one.target_date) for one in batch.rejected] == [("date-impossible", "2026-04-06")]


def test_other_columns_may_come_and_go_but_none_that_is_read():
    """The table follows the viruses that are watched."""
    wider = SAMPLE.read_text().splitlines()
    body = "\n".join(["SARSCOV2," + wider[0], *("," + line for line in wider[1:]), ""]).encode()
    assert len(parsed(body)) == 29
    with pytest.raises(SourceSchemaError, match="no column INF_ALL"):
        parsed(SAMPLE.read_bytes().replace(b"INF_ALL", b"INF_TOTAL"))


def test_the_request_names_columns_and_the_first_week():
    """One answer with what is read and no more; asked for from another week on it is another part."""
    (request,) = FluNet(base_url="https://feed.example/FLUMART/", since=date(2025, 8, 4)).requests(now=START)
    parts = urlsplit(request.url)
    assert parts.path == "/FLUMART/VIW_FNT"
    assert parse_qs(parts.query) == {
        "$filter": ["ISO_WEEKSTARTDATE ge 2025-08-04"],
        "$select": [HEADER],
        "$format": ["csv"],
    }
    assert " " not in request.url
    (default,) = FluNet().requests(now=START)
    assert "2016-01-04" in default.url
    assert default.part != request.part


def test_weeks_before_the_first_one_are_not_read():
    """A service that ignores the condition sends them; they are left out, and nothing is said of them."""
    since = date(2026, 3, 9)
    batch = parsed(SAMPLE.read_bytes(), since=since)
    assert batch.target_date.min().astype(str) == "2026-03-15"
    assert batch.scope is not None
    assert (batch.scope.first, batch.scope.last, batch.scope.most_withdrawn) == (date(2026, 3, 15), None, 0.2)


def test_a_saved_table_is_read_the_same_way(tmp_path):
    """A file of this machine, in a folder or named itself."""
    (request,) = FluNet(path=str(tmp_path)).requests(now=START)
    assert request.url == (tmp_path / "VIW_FNT.csv").as_uri()
    file = tmp_path / "saved.csv"
    file.write_text(HEADER)
    (request,) = FluNet(path=str(file)).requests(now=START)
    assert request.url == file.as_uri()


def test_it_is_neither_handed_on_nor_read_unless_named():
    """Its licence forbids commercial use and asks to share alike: nobody gets it without having chosen it."""
    facts = FluNet().facts
    assert not facts.redistribute
    assert facts.licence == "CC BY-NC-SA 3.0 IGO"
    assert "flunet" not in Settings.model_fields["sources"].get_default(call_default_factory=True)


def test_specimens_are_kept_but_not_asked_for():
    """A forecast of how many are tested helps nobody; influenza answers for a country."""
    told = {one.name: (one.primary, one.asked) for one in FluNet().facts.signals}
    assert told == {
        "flu_detections": (True, True),
        "flu_specimens": (False, False),
        "rsv_detections": (False, True),
    }
