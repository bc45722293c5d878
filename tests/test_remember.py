"""What is remembered of a feed with vintages: how complete its newest values usually are, and nothing later."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Series, Signal
from neuralbrain.stages import LEAST_RELEASES, remember
from neuralbrain.store.database import Database
from neuralbrain.store.observations import StoredObservations
from stand_ins import StillClock

pytestmark = pytest.mark.both_databases(slow=True)

SIGNAL = Signal(name="flu_admissions")
SERIES = tuple(Series(source="made-up", location=code, signal=SIGNAL) for code in ("AGO", "BEN"))
FIRST = date(2025, 1, 4)  # a Saturday
FEED = (SimpleNamespace(name="made-up"),)


def releases(weeks: int) -> list[ObservationBatch]:
    """Return one release a Wednesday: the newest week shows 80 % of 100, the one before 90 %, older ones all."""
    batches = []
    for week in range(weeks):
        known = np.arange(week + 1)
        share = np.where(known == week, 80.0, np.where(known == week - 1, 90.0, 100.0))
        batches.append(
            ObservationBatch(
                series=SERIES,
                series_index=np.repeat([0, 1], week + 1),
                target_date=np.tile(np.datetime64(FIRST) + 7 * known, 2),
                value=np.tile(share, 2),
                as_of=datetime(2025, 1, 8, tzinfo=UTC) + timedelta(weeks=week),
            )
        )
    return batches


@pytest.fixture
def observations(database: Database, clock: StillClock) -> StoredObservations:
    """Return twenty weekly releases as they are kept."""
    kept = StoredObservations(database, clock=clock)
    page = Payload(body=b"made up", media_type="text/csv", origin="test", retrieved_at=clock.now())
    number = kept.keep_payload("made-up", page)
    kept.take_in(releases(20), source="made-up", payload_numbers=[number])
    return kept


def test_a_feed_with_vintages_says_how_complete_it_is(observations):
    """The shares of the made-up releases stand in the question, and the newest value has the one of its age."""
    (request,) = remember(FEED, observations, cutoff=datetime(2025, 6, 1, tzinfo=UTC))
    assert request.completeness is not None
    assert request.completeness.median[:, :3].tolist() == [[0.8, 0.9, 1.0]] * 2
    assert request.completeness.newest(request.panel).median.tolist() == [0.8, 0.8]


def test_the_question_stays_the_same_until_a_value_changes(observations):
    """Months later, with nothing new, the question has the same digest; before the last release it had another."""
    moments = [
        datetime(2025, 5, 21, 1, tzinfo=UTC),
        datetime(2026, 5, 1, tzinfo=UTC),
        datetime(2025, 5, 20, tzinfo=UTC),
    ]
    digests = [remember(FEED, observations, cutoff=moment)[0].digest() for moment in moments]
    assert digests[0] == digests[1] != digests[2]


def test_nothing_later_is_learnt(observations, clock):
    """What is asked for a cutoff is the same once later releases, which say otherwise, are known."""
    cutoff = datetime(2025, 5, 25, tzinfo=UTC)
    before = remember(FEED, observations, cutoff=cutoff)[0].digest()
    later = [one for one in releases(30) if one.as_of > cutoff]
    number = observations.keep_payload(
        "made-up", Payload(body=b"later", media_type="text/csv", origin="test", retrieved_at=clock.now())
    )
    observations.take_in(later, source="made-up", payload_numbers=[number])
    assert remember(FEED, observations, cutoff=cutoff)[0].digest() == before
    assert remember(FEED, observations, cutoff=datetime(2026, 1, 1, tzinfo=UTC))[0].digest() != before


def test_few_releases_are_not_looked_at(observations):
    """A feed of fewer than five releases has no completeness; the count is of those that were known by then."""
    few = datetime(2025, 1, 8, tzinfo=UTC) + timedelta(weeks=LEAST_RELEASES - 2)
    assert observations.count_releases("made-up", cutoff=few) == LEAST_RELEASES - 1
    assert observations.count_releases("other", cutoff=few) == 0
    assert remember(FEED, observations, cutoff=few)[0].completeness is None


def test_revisions_can_begin_at_a_day(observations):
    """Asked for revisions since a day, the store leaves out those of older target dates, and no others."""
    whole = observations.revisions("made-up")
    since = observations.revisions("made-up", since=date(2025, 4, 5))
    kept = whole.target_date >= np.datetime64("2025-04-05")
    assert 0 < len(since) == int(kept.sum()) < len(whole)
    assert (since.value == whole.value[kept]).all()
    assert (since.as_of == whole.as_of[kept]).all()
