"""How a feed is doing, from what is remembered of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from neuralbrain.domain.feed import FeedFacts, FetchOutcome, FetchRecord
from neuralbrain.domain.feed_totals import FeedTotals
from neuralbrain.domain.observation import Signal
from neuralbrain.publish.feed_state import (
    FeedState,
    facts_of_stranger,
    failing_parts,
    feed_state,
    outcome_of,
    state_as_json,
)

NOW = datetime(2026, 2, 9, 0, 30, tzinfo=UTC)
FACTS = FeedFacts(
    name="clinics",
    title="Clinics, made up",
    licence="A test",
    attribution="A test",
    signals=(Signal(name="flu_admissions"),),
    stale_after_days=16,
)


def fetch(number: int, outcome: FetchOutcome, *, part: str = "a.csv") -> FetchRecord:
    """Return the record of a fetch, an hour after the one before."""
    failed = outcome is FetchOutcome.FAILED
    return FetchRecord(
        number=number,
        source="clinics",
        part=part,
        at=datetime(2026, 2, 8, number, tzinfo=UTC),
        outcome=outcome,
        code="source-timeout" if failed else "",
        message="It took too long. Nothing to do." if failed else "",
        origin="https://clinics.example/secret-place",
        n_bytes=10,
        seconds=0.12345,
    )


def state(newest: date | None, *, facts: FeedFacts = FACTS, **fetches: FetchRecord) -> FeedState:
    """Return the state of a feed whose newest value is about a day."""
    return feed_state(
        facts,
        is_read=True,
        last_fetches={one.part: one for one in fetches.values()},
        last_fault=None,
        last_success_at=None,
        totals=FeedTotals(newest_date=newest),
        rejected={"value-negative": 2, "duplicate-row": 3},
        now=NOW,
    )


@pytest.mark.parametrize(
    ("newest", "age_days", "stale"),
    [
        (date(2026, 2, 7), 2, False),
        (date(2026, 1, 24), 16, False),
        (date(2026, 1, 23), 17, True),
        (date(2026, 2, 14), 0, False),
        (None, None, None),
    ],
)
def test_age_and_staleness(newest: date | None, age_days: int | None, stale: bool | None) -> None:
    """Age is whole days from the newest target date to today, and stale is more than the feed's own bound."""
    found = state(newest)
    assert (found.age_days, found.stale) == (age_days, stale)


@pytest.mark.parametrize("newest", [date(2011, 12, 31), None])
def test_an_archive_is_never_stale(newest: date | None) -> None:
    """What no longer grows is old by nature."""
    assert state(newest, facts=replace(FACTS, archive=True)).stale is False


def test_a_part_that_failed_last_is_failing() -> None:
    """The feed failed where the newest fetch of a part did, whatever came of other parts after it."""
    good, bad = fetch(2, FetchOutcome.NEW), fetch(1, FetchOutcome.FAILED, part="b.csv")
    assert failing_parts({"a.csv": good, "b.csv": bad}) == ("b.csv",)
    assert outcome_of({"a.csv": good, "b.csv": bad}) is FetchOutcome.FAILED
    assert outcome_of({"a.csv": good, "b.csv": fetch(3, FetchOutcome.UNCHANGED, part="b.csv")}) is (
        FetchOutcome.UNCHANGED
    )
    assert outcome_of({}) is None


@pytest.mark.parametrize(
    ("asked", "failing"), [(None, ("old.csv",)), ({"a.csv", "old.csv"}, ("old.csv",)), ({"a.csv"}, ()), (set(), ())]
)
def test_a_part_that_nobody_asks_for_again_is_over(asked: set[str] | None, failing: tuple[str, ...]) -> None:
    """A fault before the newest fetch counts as long as its part is asked for; where that is unknown, it counts."""
    last = {"old.csv": fetch(1, FetchOutcome.FAILED, part="old.csv"), "a.csv": fetch(2, FetchOutcome.UNCHANGED)}
    assert failing_parts(last, asked=lambda: asked) == failing
    expected = FetchOutcome.FAILED if failing else FetchOutcome.UNCHANGED
    assert outcome_of(last, asked=lambda: asked) is expected


def test_the_newest_fetch_counts_whatever_it_was_of() -> None:
    """A feed whose last reading failed is failed, though its settings were changed since and nothing was asked yet."""
    last = {"old.csv": fetch(2, FetchOutcome.FAILED, part="old.csv"), "a.csv": fetch(1, FetchOutcome.NEW)}
    assert failing_parts(last, asked=lambda: {"a.csv"}) == ("old.csv",)


def test_a_fault_of_the_whole_feed_is_over_with_the_next_fetch() -> None:
    """A fault that concerned no single part counts until anything is asked for again."""
    whole = fetch(1, FetchOutcome.FAILED, part="")
    assert failing_parts({"": whole}) == ("",)
    assert failing_parts({"": whole, "a.csv": fetch(2, FetchOutcome.NEW)}) == ()
    assert outcome_of({"": whole, "a.csv": fetch(2, FetchOutcome.NEW)}) is FetchOutcome.NEW


def test_the_state_as_plain_values() -> None:
    """Everything is JSON, null where nothing is known, counts add up, and no address is in it."""
    told = state_as_json(
        replace(state(date(2026, 2, 7), a=fetch(4, FetchOutcome.NEW)), last_fault=fetch(3, FetchOutcome.FAILED))
    )
    assert told["freshness"] == {
        "last_fetch": {
            "part": "a.csv",
            "at": "2026-02-08T04:00:00Z",
            "outcome": "new",
            "code": None,
            "message": None,
            "n_bytes": 10,
            "seconds": 0.123,
        },
        "outcome": "new",
        "last_success_at": None,
        "newest_target_date": "2026-02-07",
        "newest_as_of": None,
        "age_days": 2,
        "stale_after_days": 16,
        "stale": False,
    }
    assert (told["last_fault"]["code"], told["failing_parts"]) == ("source-timeout", [])
    assert told["counts"]["rejected"] == 5
    assert list(told["counts"]["rejected_by_code"]) == ["duplicate-row", "value-negative"]
    assert "secret-place" not in json.dumps(told, allow_nan=False)


def test_nothing_is_claimed_of_a_stranger() -> None:
    """Of a feed that nobody knows any more no licence is claimed, and its values may not be handed on."""
    facts = facts_of_stranger("gone")
    assert (facts.licence, facts.redistribute, facts.signals) == ("unknown", False, ())
