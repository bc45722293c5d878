"""What all that was taken in of a feed comes to, and the series of one place."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.feed_totals import FeedTotals
from neuralbrain.domain.observation import ObservationBatch, Series, Signal
from neuralbrain.store.database import Database
from neuralbrain.store.feeds import StoredFeeds
from neuralbrain.store.observations import StoredObservations
from stand_ins import StillClock

pytestmark = pytest.mark.both_databases(slow=True)

ASKED, BESIDE = Signal(name="cases"), Signal(name="hospitals_reporting", asked=False, primary=False)
NAN = float("nan")


@pytest.fixture
def observations(database: Database, clock: StillClock) -> StoredObservations:
    """Return the store's observations over a fresh database."""
    return StoredObservations(database, clock=clock)


@pytest.fixture
def feeds(database: Database, clock: StillClock) -> StoredFeeds:
    """Return what is remembered of feeds in the same database."""
    return StoredFeeds(database, clock=clock)


def take(
    observations: StoredObservations, values: dict[str, float], *, day: int, signal: Signal = ASKED, source: str = "s"
) -> None:
    """Take one release in, known from a day of January 2026 on; values by target date, all of Angola."""
    as_of = datetime(2026, 1, day, tzinfo=UTC)
    batch = ObservationBatch(
        series=(Series(source=source, location="AGO", signal=signal),),
        series_index=np.zeros(len(values), dtype=np.int64),
        target_date=np.array(list(values), dtype="datetime64[D]"),
        value=np.array(list(values.values())),
        as_of=as_of,
    )
    number = observations.keep_payload(source, Payload(body=b"x", media_type="t", origin="o", retrieved_at=as_of))
    observations.take_in([batch], source=source, payload_numbers=[number])


def test_nothing_taken_in_comes_to_nothing(feeds):
    """A feed that was never read has no release, no value and no date."""
    assert feeds.totals("s") == FeedTotals()


def test_releases_and_values_are_added_up(feeds, observations):
    """Only new and revised values count; the newest as_of and target date are told; other feeds are not counted."""
    take(observations, {"2025-12-28": 1.0, "2026-01-04": 2.0}, day=7)
    take(observations, {"2025-12-28": 1.0, "2026-01-04": 5.0, "2026-01-11": 3.0}, day=14)
    take(observations, {"2026-02-01": 9.0}, day=20, source="other")
    assert feeds.totals("s") == FeedTotals(
        releases=2,
        values=4,
        withdrawn=0,
        newest_as_of=datetime(2026, 1, 14, tzinfo=UTC),
        newest_date=date(2026, 1, 11),
    )


def test_a_value_that_was_withdrawn_is_not_the_newest(feeds, observations):
    """Where the newest value was withdrawn the one before it is the newest; said again, it is again."""
    take(observations, {"2026-01-04": 2.0, "2026-01-11": 3.0}, day=14)
    take(observations, {"2026-01-11": NAN}, day=21)
    assert feeds.totals("s").newest_date == date(2026, 1, 4)
    assert feeds.totals("s").withdrawn == 1
    take(observations, {"2026-01-11": 4.0}, day=28)
    assert feeds.totals("s").newest_date == date(2026, 1, 11)


def test_signals_that_are_not_forecast_do_not_make_a_feed_fresh(feeds, observations):
    """The newest date is that of the signals that are forecast; of the others only where there is none of those."""
    take(observations, {"2026-01-25": 80.0}, day=26, signal=BESIDE)
    assert feeds.totals("s").newest_date == date(2026, 1, 25)
    take(observations, {"2026-01-04": 2.0}, day=27)
    assert feeds.totals("s").newest_date == date(2026, 1, 4)


def test_the_series_of_one_place(observations):
    """Every series of a place is told, by feed and signal, and none of another place."""
    take(observations, {"2026-01-25": 80.0}, day=26, signal=BESIDE)
    take(observations, {"2026-01-04": 2.0}, day=27)
    take(observations, {"2026-01-04": 2.0}, day=27, source="a")
    found = observations.series_of_place("AGO")
    assert [(one.source, one.signal.name) for one in found] == [
        ("a", "cases"),
        ("s", "cases"),
        ("s", "hospitals_reporting"),
    ]
    assert observations.series_of_place("BDI") == ()
