"""The embedded sample's second half: real rates, blanks kept apart from zeros, schema checked."""

from __future__ import annotations

import gzip
from datetime import date

import numpy as np
import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.outgoing.transport import Transport
from neuralbrain.sources.fetching import Fetcher
from neuralbrain.sources.pertussis_us import PertussisUnitedStates
from stand_ins import START, StillClock


@pytest.fixture(scope="module")
def payload() -> Payload:
    """Return the real payload."""
    (request,) = PertussisUnitedStates().requests(now=START)
    page = Fetcher(Transport(agent="test"), clock=StillClock()).get(request, now=START)
    assert page.payload is not None, page.fault
    return page.payload


def parsed(payload: Payload, *, until: date | None = None) -> ObservationBatch:
    """Return the one batch that the sample is."""
    (batch,) = PertussisUnitedStates(until=until).parse([payload])
    return batch


UNTIL = date(1995, 1, 7)


def written(*rows: str, head: str = "Year,Week,State,measles,pertussis") -> Payload:
    """Return a file of such rows."""
    body = gzip.compress("\n".join([head, *rows]).encode(), mtime=0)
    return Payload(body=body, media_type="", origin="made up", retrieved_at=START)


def values_of(batch: ObservationBatch, place: str) -> dict[str, float]:
    """Return date to value of one state."""
    (number,) = [i for i, one in enumerate(batch.series) if one.location == place]
    mine = batch.series_index == number
    return dict(zip(batch.target_date[mine].astype(str), batch.value[mine].tolist(), strict=True))


def test_the_sample_is_what_is_documented(payload: Payload) -> None:
    """51 jurisdictions, 57,999 weeks with a report, 1985 to 2011, rates per 100,000, weeks that end on Saturday."""
    batch = parsed(payload)
    assert len(batch.series) == len({one.location for one in batch.series}) == 51
    assert all(one.location.startswith("US-") and one.signal.unit is Unit.PER_100K for one in batch.series)
    assert len(batch) == 57_999
    assert (str(batch.target_date.min()), str(batch.target_date.max())) == ("1985-01-05", "2011-12-31")
    assert {day.item().weekday() for day in np.unique(batch.target_date)} == {5}
    assert np.isfinite(batch.value).all()
    assert batch.value.max() == 25.98
    assert batch.rejected == ()


def test_a_blank_is_no_zero() -> None:
    """A week without a report has no row; a week with zero has one."""
    batch = parsed(written("2010,1,Ohio,0,", "2010,2,Ohio,,0.00", "2010,3,Ohio,,0.25"))
    assert values_of(batch, "US-OH") == {"2010-01-16": 0.0, "2010-01-23": 0.25}


def test_georgia_and_washington_are_the_states() -> None:
    """Names with two meanings mean the state here; the years before 1985 are left out."""
    batch = parsed(written("2010,1,Georgia,,1", "2010,1,Washington,,2", "1984,52,Ohio,,9"))
    assert {one.location for one in batch.series} == {"US-GA", "US-WA"}


def test_rows_that_cannot_be_used_are_kept_apart() -> None:
    """A place, week or value that is none is rejected with its code, and the others stay."""
    batch = parsed(
        written("2010,1,Ohio,,1", "2010,1,Atlantis,,1", "2010,53,Ohio,,1", "2010,2,Ohio,,many", "2010,3,Ohio,,-1")
    )
    assert values_of(batch, "US-OH") == {"2010-01-09": 1.0}
    assert sorted((one.code, one.target_date, one.value) for one in batch.rejected) == [
        ("date-impossible", "2010-53", "1"),
        ("location-unknown", "2010-1", "1"),
        ("value-not-a-number", "2010-2", "many"),
        ("value-not-a-number", "2010-3", "-1"),
    ]


def test_until_replays_the_past(payload: Payload) -> None:
    """With a day given, nothing later is read and everything before is the same; it is another part of the feed."""
    whole, past = parsed(payload), parsed(payload, until=UNTIL)
    assert str(past.target_date.max()) == "1995-01-07"
    kept = {day: value for day, value in values_of(whole, "US-OH").items() if day <= "1995-01-07"}
    assert values_of(past, "US-OH") == kept
    assert past.scope is not None
    assert past.scope.last == UNTIL
    parts = {one.part for until in (None, UNTIL) for one in PertussisUnitedStates(until=until).requests(now=START)}
    assert len(parts) == 2


@pytest.mark.parametrize(
    "payload",
    [
        written("2010,1,Ohio,0,1", head="Year,Week,Place,measles,pertussis"),
        Payload(body=b"no gzip", media_type="", origin="made up", retrieved_at=START),
        Payload(body=gzip.compress(b"Year,Week\n", mtime=0)[:-5], media_type="", origin="made up", retrieved_at=START),
    ],
)
def test_another_shape_is_refused(payload: Payload) -> None:
    """A renamed column or a broken file is a schema error that names the version to install."""
    with pytest.raises(SourceSchemaError, match="made up") as caught:
        parsed(payload)
    assert "1.23.2" in caught.value.remedy
