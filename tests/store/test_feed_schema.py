"""The tables of feeds: what their columns hold, whichever the database is."""

from __future__ import annotations

import pytest

from neuralbrain.domain.feed import Fetched, FetchOutcome
from neuralbrain.errors import SourceSchemaError
from neuralbrain.store.feed_schema import feed_fetch
from neuralbrain.store.feeds import StoredFeeds

pytestmark = pytest.mark.both_databases


def test_more_bytes_than_two_thousand_million_are_remembered(database, clock):
    """A part of many long pages is longer than 32 bits count, and that is kept."""
    row = {one.name: "" for one in feed_fetch.columns if one.name != "number"}
    row |= {"at": clock.now(), "outcome": FetchOutcome.NEW.value, "n_bytes": 5 * 2**30, "seconds": 1.0}
    with database.write() as connection:
        connection.execute(feed_fetch.insert(), row)
    with database.read() as connection:
        assert connection.execute(feed_fetch.select()).one().n_bytes == 5 * 2**30


def test_a_fault_with_a_zero_byte_is_remembered(database, clock):
    """What a feed calls its columns can hold what one of the databases refuses; its fault is kept in each."""
    feeds = StoredFeeds(database, clock=clock)
    fault = SourceSchemaError("It has a column x\x00\ud800.", remedy="Look.")
    feeds.note("mine", Fetched(part="a", origin="", outcome=FetchOutcome.FAILED, fault=fault))
    assert [one.message for one in feeds.fetches("mine", 2)] == ["It has a column x\ufffd\ufffd. Look."]
