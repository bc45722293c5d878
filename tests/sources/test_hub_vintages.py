"""Real releases of three hubs, read through their feeds: what was known at each origin is the release, to the value."""

from __future__ import annotations

import itertools
import random
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from hub_bundle import folder, needs_bundle
from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Panel
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.outgoing.transport import Transport
from neuralbrain.reading import read_feed
from neuralbrain.sources.catalogue import FEEDS, Making
from neuralbrain.sources.feed_reader import FeedReader
from neuralbrain.sources.fetching import Fetcher
from neuralbrain.store.database import Database
from neuralbrain.store.feeds import StoredFeeds
from neuralbrain.store.known import days_of
from neuralbrain.store.observations import StoredObservations
from stand_ins import StillClock

pytestmark = [pytest.mark.slow, pytest.mark.both_databases(slow=True), needs_bundle]

ROWS = {"flusight": 388_896, "covid": 30_899, "rsv": 30_793}
READ_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)


each_hub = pytest.mark.parametrize("hub", sorted(ROWS))


def origins(hub: str) -> list[datetime]:
    """Return the moment of each origin's release, ascending."""
    table = pl.read_csv(folder() / f"{hub}_origins.csv", columns=["as_of"]).unique().sort("as_of")
    return [datetime.fromisoformat(one).replace(tzinfo=UTC) for one in table["as_of"]]


def released(hub: str) -> dict[datetime, dict[tuple[str, int], float]]:
    """Return what each release says, by the hub's own code of the place and the day; read here, without the feed."""
    table = pl.read_parquet(folder() / f"{hub}_vintages.parquet")
    assert len(table) == ROWS[hub]
    days = days_of(table["target_end_date"].to_numpy()).tolist()
    said: dict[datetime, dict[tuple[str, int], float]] = {}
    columns = zip(table["as_of"].to_list(), table["location"].to_list(), days, table["value"].to_list(), strict=True)
    for as_of, place, day, value in columns:
        said.setdefault(datetime.combine(as_of, datetime.min.time(), UTC), {})[place, day] = value
    assert sum(map(len, said.values())) == ROWS[hub]
    return said


def places() -> dict[str, str]:
    """Return the hub's code of each place by ours, written out without the code under test."""
    table = pl.read_csv(folder() / "locations.csv", infer_schema=False)
    letters = {name: code for code, name in STATES.items()}
    return {letters[row["location_name"]]: row["location"] for row in table.iter_rows(named=True)}


STATES = dict(
    line.split(" ", 1)
    for line in """
US-AL Alabama;US-AK Alaska;US-AZ Arizona;US-AR Arkansas;US-CA California;US-CO Colorado;US-CT Connecticut
US-DE Delaware;US-DC District of Columbia;US-FL Florida;US-GA Georgia;US-HI Hawaii;US-ID Idaho;US-IL Illinois
US-IN Indiana;US-IA Iowa;US-KS Kansas;US-KY Kentucky;US-LA Louisiana;US-ME Maine;US-MD Maryland
US-MA Massachusetts;US-MI Michigan;US-MN Minnesota;US-MS Mississippi;US-MO Missouri;US-MT Montana;US-NE Nebraska
US-NV Nevada;US-NH New Hampshire;US-NJ New Jersey;US-NM New Mexico;US-NY New York;US-NC North Carolina
US-ND North Dakota;US-OH Ohio;US-OK Oklahoma;US-OR Oregon;US-PA Pennsylvania;US-RI Rhode Island
US-SC South Carolina;US-SD South Dakota;US-TN Tennessee;US-TX Texas;US-UT Utah;US-VT Vermont;US-VA Virginia
US-WA Washington;US-WV West Virginia;US-WI Wisconsin;US-WY Wyoming;PRI Puerto Rico;USA US
""".strip().replace("\n", ";").split(";")
)  # fmt: skip


def answered(panels: tuple[Panel, ...], by_ours: dict[str, str]) -> dict[tuple[str, int], float]:
    """Return what the store says was known, by the hub's code of the place and the day."""
    known: dict[tuple[str, int], float] = {}
    for panel in panels:
        rows, columns = np.nonzero(np.isfinite(panel.values))
        days = days_of(panel.dates)[columns].tolist()
        names = [by_ours[panel.series[row].location] for row in rows.tolist()]
        known |= dict(zip(zip(names, days, strict=True), panel.values[rows, columns].tolist(), strict=True))
    return known


@pytest.fixture
def observations(database: Database) -> StoredObservations:
    """Return the store's observations over a fresh database."""
    return StoredObservations(database, clock=StillClock(READ_AT))


def reader_of(hub: str) -> FeedReader:
    """Return the hub's feed over the file with its releases."""
    adapter = f"{hub}-hub"
    settings = FeedSettings(adapter=adapter, path=str(folder() / f"{hub}_vintages.parquet"))
    clock = StillClock(READ_AT)
    feed = FEEDS[adapter](Making(name="replay", settings=settings))
    return FeedReader(feed=feed, fetcher=Fetcher(Transport(agent="NeuralBrain-tests/1"), clock=clock), clock=clock)


def batches_of(hub: str) -> list[ObservationBatch]:
    """Return a hub's releases as the feed reads them."""
    reader = reader_of(hub)
    (fetched,) = reader.fetch(now=READ_AT, known={})
    return list(reader.parse(fetched.pages))


@each_hub
def test_each_origin_is_answered_by_its_release(observations, database, hub):
    """At each origin all of its release is known, value for value, and nothing else; between two it stays so."""
    read_feed(reader_of(hub), observations, StoredFeeds(database, clock=StillClock(READ_AT)), now=READ_AT)
    said, by_ours, moments = released(hub), places(), origins(hub)
    assert set(moments) == set(said), "every release is some origin's"
    compared = 0
    for moment in moments:
        known = answered(observations.panels("replay", cutoff=moment), by_ours)
        assert known == said[moment], f"{hub} at {moment:%Y-%m-%d}"
        compared += len(known)
    assert compared == ROWS[hub]
    for earlier, later in itertools.pairwise(moments):
        before = observations.panels("replay", cutoff=later - timedelta(microseconds=1))
        then = observations.panels("replay", cutoff=earlier)
        assert [one.digest() for one in before] == [one.digest() for one in then]
    assert observations.panels("replay", cutoff=moments[0] - timedelta(microseconds=1)) == ()


@each_hub
def test_releases_in_any_order_give_the_same_answers(observations, hub):
    """Read in an order drawn by lot, each alone, each release is known from its moment on, and nothing else."""
    said, by_ours, chosen = released(hub), places(), batches_of(hub)
    assert len(chosen) == len(said)
    random.Random(20251220).shuffle(chosen)
    payload = Payload(body=hub.encode(), media_type="", origin="o", retrieved_at=READ_AT)
    number = observations.keep_payload("replay", payload)
    for batch in chosen:
        observations.take_in([batch], source="replay", payload_numbers=[number])
    for batch in chosen:
        known = answered(observations.panels("replay", cutoff=batch.as_of), by_ours)
        assert known == said[batch.as_of], f"{hub} at {batch.as_of:%Y-%m-%d}"
