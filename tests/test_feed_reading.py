"""The cycle's first step: what is asked for again and when, what is remembered, and what a fault costs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from scripted_feed import Reply, ScriptedFeed, ScriptedWayOut, reader_over, received

from neuralbrain.deadline import DeadlineReached
from neuralbrain.domain.feed import Fetched, FetchOutcome, Intake, Vintages
from neuralbrain.errors import SourceBusyError, SourceError, SourceRefusedError, SourceSchemaError
from neuralbrain.reading import in_reading_order, read_feed
from neuralbrain.sources.feed_reader import FeedReader
from neuralbrain.store.feeds import StoredFeeds
from neuralbrain.store.observations import StoredObservations

HOURS = 6 * 3600.0


class Reading:
    """A scripted feed over a real store.

    Args:
        database: Where all is kept.
        clock: Moves as it is told.
        feed: What is read.
    """

    def __init__(self, database, clock, feed: ScriptedFeed) -> None:
        self.clock, self.feed = clock, feed
        self.observations = StoredObservations(database, clock=clock)
        self.feeds = StoredFeeds(database, clock=clock)
        self.told: list[tuple[Fetched, Intake]] = []
        self.way_out = ScriptedWayOut(replies=[], clock=clock)

    def __call__(self, *replies: Reply, **how) -> int:
        """Read once, with these answers, and return what that changed."""
        reader, self.way_out = reader_over(self.feed, *replies, clock=self.clock)
        return self.through(reader, **how)

    def through(self, reader: FeedReader, **how) -> int:
        """Read once by a reader."""
        return read_feed(
            reader,
            self.observations,
            self.feeds,
            now=self.clock.now(),
            on_part=lambda fetched, intake: self.told.append((fetched, intake)),
            **how,
        )

    @property
    def asked(self) -> list[str]:
        """Return the paths that the last reading asked for."""
        return [one.url.removeprefix("https://feed.example.org/").partition("?")[0] for one in self.way_out.sent]

    def remembered(self) -> dict[str, tuple[str, str]]:
        """Return how each part's last fetch ended, and the code of why."""
        return {part: (one.outcome.value, one.code) for part, one in self.feeds.last_fetches("scripted").items()}


@pytest.fixture
def reading(database, clock):
    """Return what reads a feed of two parts that is asked every six hours."""
    return Reading(database, clock, ScriptedFeed("a", "b", every_seconds=HOURS))


def test_what_was_had_rests(reading, clock):
    """A feed that was had whole is asked again once its time is nearly over, and not before."""
    assert reading(received(b"1"), received(b"1")) == 1, "the second part says the same"
    clock.forward(seconds=HOURS * 0.89)
    assert reading(received(b"2")) == 0
    assert reading.asked == []
    clock.forward(seconds=HOURS * 0.02)
    assert reading(received(b"2")) == 1
    assert reading.asked == ["a", "b"]


def test_only_what_failed_is_asked_again_soon(reading, clock):
    """The part that failed is asked for at the next cycle, the one that was had is not, whichever came first."""
    for replies, failed in (
        ((received(status=403), received(b"1")), "a"),
        ((received(b"5"), received(status=403)), "b"),
    ):
        with pytest.raises(SourceRefusedError):
            reading(*replies)
        assert reading.asked == ["a", "b"]
        clock.forward(hours=1)
        reading(received(b"2"))
        assert reading.asked == [failed]
        clock.forward(seconds=HOURS)


def test_what_was_not_come_to_is_asked_at_the_next_cycle(reading, clock):
    """A reading that was broken off between two parts goes on with the one it did not come to."""

    def strike(_request):
        raise DeadlineReached

    with pytest.raises(DeadlineReached):
        reading(received(b"1"), strike)
    assert reading.remembered() == {"a": ("new", ""), "": ("failed", "step-deadline")}
    clock.forward(hours=1)
    reading(received(b"2"))
    assert reading.asked == ["b"]


def test_what_one_asks_for_oneself_is_always_asked(reading):
    """Asked by hand, every part is asked for whenever it was had, and as a whole where that is wanted."""
    reading(received(b"1", etag='"1"'))
    reading(received(b"", status=304), due_only=False)
    assert [("If-None-Match", '"1"') in one.headers for one in reading.way_out.sent] == [True, True]
    reading(received(b"1", etag='"1"'), due_only=False, again=True)
    assert [("If-None-Match", '"1"') in one.headers for one in reading.way_out.sent] == [False, False]


def test_a_clock_that_was_set_back_delays_nothing(reading, clock):
    """A part whose last fetch lies in the future is asked for."""
    reading(received(b"1"))
    clock.forward(hours=-2)
    reading(received(b"2"))
    assert reading.asked == ["a", "b"]


def test_what_could_not_be_read_is_fetched_whole_again(reading, clock):
    """After bytes that could not be read the same ones are not taken for known, whatever the server says of them."""
    reading(received(b"1", etag='"1"'))
    clock.forward(seconds=HOURS)
    with pytest.raises(SourceSchemaError):
        reading(received(b"no number", etag='"2"'))
    assert reading.remembered() == {"a": ("failed", "source-schema"), "b": ("failed", "source-schema")}
    clock.forward(hours=1)
    with pytest.raises(SourceSchemaError):
        reading(received(b"no number", etag='"2"'))
    assert [("If-None-Match", '"1"') in one.headers for one in reading.way_out.sent] == [True, True]
    clock.forward(hours=1)
    assert reading(received(b"", status=304)) == 0, "it went back to what it was"
    assert reading.remembered() == {"a": ("unchanged", ""), "b": ("unchanged", "")}


def test_every_fault_is_remembered_and_the_first_is_raised(reading):
    """Each part's fault stands in the record with its words; who asked hears of the first, and is told of all."""
    with pytest.raises(SourceError) as raised:
        reading(received(status=403), received(b"no number"))
    assert raised.value.error_code == "source-refused"
    assert reading.remembered() == {"a": ("failed", "source-refused"), "b": ("failed", "source-schema")}
    assert [one.fault.error_code for one, _ in reading.told if one.fault] == ["source-refused", "source-schema"]
    last = reading.feeds.last_fetches("scripted")["b"]
    assert (last.n_bytes, "canary" in last.message + last.origin) == (len(b"no number"), False)


@pytest.mark.parametrize("method", ["requests", "older"])
def test_a_feed_that_cannot_say_what_to_ask_for_is_remembered(reading, clock, method):
    """Its fault stands in the record, and once it can say, everything is asked for."""
    reading.feed.raising[method] = PermissionError(13, "Permission denied")
    since = date(2026, 1, 1)
    with pytest.raises(SourceError, match="Permission denied"):
        reading(received(b"1"), since=since)
    assert reading.remembered() == {"": ("failed", "source-missing")}
    reading.feed.raising = {}
    clock.forward(minutes=1)
    reading(received(b"1"))
    assert reading.asked == ["a", "b"]


def test_a_feed_of_which_nothing_is_there_is_a_fault(reading, clock):
    """Parts that may be missing may not be so all at once from the start, nor once they were there."""
    reading.feed.asking["may_be_missing"] = True
    with pytest.raises(SourceError) as raised:
        reading(received(status=404))
    assert raised.value.error_code == "source-missing"
    assert reading.remembered() == {"a": ("missing", ""), "b": ("missing", ""), "": ("failed", "source-missing")}
    clock.forward(seconds=HOURS)
    assert reading(received(b"1"), received(status=404)) == 1, "one of two is normal"
    clock.forward(seconds=HOURS)
    with pytest.raises(SourceError) as raised:
        reading(received(status=410))
    assert raised.value.error_code == "source-missing"


def test_a_new_part_that_is_not_there_yet_is_normal(reading, clock):
    """Where only a part is due that was never there, its absence says nothing about the feed."""
    reading.feed.asking["may_be_missing"] = True
    reading(received(b"1"), received(b"2"))
    reading.feed.parts = ("a", "b", "c")
    clock.forward(hours=1)
    assert reading(received(status=404)) == 0
    assert reading.asked == ["c"]
    clock.forward(hours=1)
    assert reading(received(status=404)) == 0
    assert reading.asked == [], "what is normally missing is asked for as often as the rest"


def test_the_words_of_a_fault_are_kept(database, clock):
    """Pages that an adapter could not follow are kept though nothing of them is used."""
    reading = Reading(database, clock, ScriptedFeed("a", pages=2))
    reading.feed.raising["following"] = KeyError("next")
    with pytest.raises(SourceSchemaError):
        reading(received(b"17"))
    from neuralbrain.store.feed_schema import feed_page

    with database.read() as connection:
        assert len(connection.execute(feed_page.select()).all()) == 1
    assert reading.observations.panels("scripted", cutoff=clock.now()) == ()


def test_a_feed_with_its_own_times_is_read_whatever_the_clock_said(database, clock):
    """Only what is stamped with when it was read can be known too early; other feeds are read by any clock."""
    reading = Reading(database, clock, ScriptedFeed("a", vintages=Vintages.OWN))
    assert reading(received(b"1")) == 1
    clock.forward(days=-3)
    assert reading(received(b"1")) == 0


def test_a_clock_that_is_days_behind_is_a_fault(reading, clock):
    """What would be known before an earlier reading is not stamped with a time that may be years ahead."""
    reading(received(b"1"))
    stamped = clock.now()
    clock.forward(hours=-20)
    assert reading(received(b"2"), due_only=False) == 1
    newest = reading.feeds.releases("scripted", 1)[0].as_of
    assert timedelta(0) < newest - stamped < timedelta(seconds=1)
    clock.forward(hours=-20)
    with pytest.raises(SourceSchemaError) as raised:
        reading(received(b"3"), due_only=False)
    assert raised.value.error_code == "source-clock"
    assert reading.way_out.sent == []
    clock.forward(hours=41)
    assert reading(received(b"3"), due_only=False) == 1


def test_marks_of_the_first_page_are_remembered(database, clock):
    """It is the first page that is asked for on condition, so it is its mark that is sent."""
    feed = ScriptedFeed("a", pages=2)
    feed.asking["conditional"] = True
    reading = Reading(database, clock, feed)
    reading(received(b"1", etag='"first"'), received(b"2", etag='"second"'))
    reading(received(b"", status=304))
    assert dict(reading.way_out.sent[0].headers) == {"If-None-Match": '"first"'}
    assert reading.remembered()["a"][0] == FetchOutcome.UNCHANGED.value


@pytest.mark.parametrize("method", ["parse", "requests"])
def test_words_that_no_database_takes_are_remembered_without_them(reading, method):
    """A fault that quotes half a character, a zero byte or an escape is remembered with a mark in its place."""
    reading.feed.raising[method] = SourceSchemaError("It has a column \ud800\x00\x1b[2J.", remedy="See\x07 its page.")
    with pytest.raises(SourceSchemaError, match=r"^It has a column [^\x00\x1b]{3}.2J"):
        reading(received(b"1"))
    last = reading.feeds.fetches("scripted", 1)[0]
    assert last.message == "It has a column \ufffd\ufffd\ufffd[2J. See\ufffd its page."


def test_however_much_a_feed_says_a_fault_is_short():
    """A fault that quotes whole tables is cut, says so, and is still a sentence."""
    fault = SourceBusyError("x" * 5000, remedy="Wait.")
    assert (len(fault.happened), fault.happened[-3:], fault.remedy) == (2000, "x….", "Wait.")


def test_a_part_that_the_time_did_not_suffice_for_is_remembered(reading, clock):
    """A deadline that strikes while a part is taken in leaves a record of it and its words, and ends the step."""
    reading.feed.raising["parse"] = DeadlineReached()
    with pytest.raises(DeadlineReached):
        reading(received(b"17"))
    assert reading.remembered() == {"a": ("failed", "step-deadline")}
    (last,) = reading.feeds.fetches("scripted", 5)
    assert (last.n_bytes, "raise read_seconds" in last.message) == (2, True)
    reading.feed.raising = {}
    clock.forward(hours=1)
    assert reading(received(b"17")) == 1
    assert reading.remembered() == {"a": ("new", ""), "b": ("new", "")}


def test_feeds_that_fail_are_read_last_in_turn(database, clock):
    """What failed last is read after what did not, and of several the one that was tried latest at the end."""
    feeds = StoredFeeds(database, clock=clock)
    names = ("one", "two", "three", "four")
    sources = [reader_over(ScriptedFeed("a", name=name), clock=clock)[0] for name in names]

    def ended(name: str, outcome: FetchOutcome) -> None:
        fault = SourceRefusedError("No.", remedy="Ask.") if outcome is FetchOutcome.FAILED else None
        feeds.note(name, Fetched(part="a", origin="o", outcome=outcome, fault=fault))
        clock.forward(minutes=1)

    def order() -> list[str]:
        return [one.name for one in in_reading_order(sources, feeds)]

    assert order() == list(names), "nothing is known of any"
    ended("two", FetchOutcome.FAILED)
    ended("one", FetchOutcome.FAILED)
    ended("four", FetchOutcome.UNCHANGED)
    assert order() == ["three", "four", "two", "one"]
    ended("two", FetchOutcome.FAILED)
    assert order() == ["three", "four", "one", "two"]
    ended("two", FetchOutcome.UNCHANGED)
    assert order() == ["two", "three", "four", "one"]
