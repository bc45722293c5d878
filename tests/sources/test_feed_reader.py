"""Reading a feed part by part and page by page: what one fault does to the others, and what adapters may not do."""

from __future__ import annotations

import struct
import zipfile
import zlib
from datetime import UTC, date, datetime, timedelta
from xml.etree.ElementTree import ParseError

import numpy as np
import pytest
from polars.exceptions import ComputeError, PanicException
from scripted_feed import CASES, ScriptedFeed, reader_over, received

from neuralbrain.deadline import DeadlineReached
from neuralbrain.domain.feed import Fetched, FetchOutcome, Payload, Validators
from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Series
from neuralbrain.errors import SourceMissingError, SourceSchemaError
from stand_ins import START, StillClock


def fetched_of(feed: ScriptedFeed, *replies, clock: StillClock, known=None, **how) -> list[Fetched]:
    """Return what came of each part of a feed."""
    reader, _ = reader_over(feed, *replies, clock=clock)
    return list(reader.fetch(now=START, known=known or {}, **how))


def code(fetched: Fetched) -> str:
    """Return why a part failed, empty where it did not."""
    return "" if fetched.fault is None else fetched.fault.error_code


def payload(body: bytes = b"7", *, at: datetime = START) -> Payload:
    """Return what came, as a reader hands it to its feed."""
    return Payload(body=body, media_type="", origin="https://feed.example.org/a", retrieved_at=at, part="a")


def test_a_fault_of_one_part_is_not_that_of_others(clock):
    """A part that is refused is one fault; the parts around it are had."""
    found = fetched_of(ScriptedFeed("a", "b", "c"), received(b"1"), received(status=403), received(b"3"), clock=clock)
    assert [(one.part, one.outcome.value, code(one)) for one in found] == [
        ("a", "new", ""),
        ("b", "failed", "source-refused"),
        ("c", "new", ""),
    ]


def test_after_a_fault_that_may_pass_each_other_part_is_asked_once(clock):
    """A server that fails for the moment is not asked four times for each of its parts."""
    reader, way_out = reader_over(ScriptedFeed("a", "b", "c"), received(status=503), clock=clock)
    assert [code(one) for one in reader.fetch(now=START, known={})] == ["source-server-error"] * 3
    assert len(way_out.sent) == 4 + 1 + 1


def test_who_asks_for_fewer_requests_gets_none(clock):
    """Once a feed is asked too often, its other parts wait for the next cycle."""
    reader, way_out = reader_over(
        ScriptedFeed("a", "b", "c"), received(b"1"), received(status=429, retry_after="3600"), clock=clock
    )
    found = list(reader.fetch(now=START, known={}))
    assert [(one.part, code(one)) for one in found] == [("a", ""), ("b", "source-rate-limited")]
    assert len(way_out.sent) == 2


def test_all_parts_together_keep_to_the_time(clock):
    """What the first parts take is not there for the others; older vintages may take as long as they will."""
    feed = ScriptedFeed("a", "b", "c")
    reader, way_out = reader_over(feed, received(b"1"), clock=clock, seconds=50.0, most_seconds=80.0)
    assert [code(one) for one in reader.fetch(now=START, known={})] == ["", "", "source-timeout"]
    assert [one.total_seconds for one in way_out.sent] == [80.0, 30.0]
    assert [code(one) for one in reader.fetch(now=START, known={}, since=date(2026, 1, 1))] == [""] * 4


def test_a_part_is_asked_for_once(clock):
    """Older vintages come first, and what is among them is not asked for again as today's."""
    found = fetched_of(ScriptedFeed("a", "b"), received(b"1"), clock=clock, since=date(2026, 1, 2))
    assert [one.part for one in found] == ["2026-01-02", "a", "b"]


def test_parts_that_are_not_wanted_are_not_asked_for(clock):
    """Parts that are named are left out."""
    found = fetched_of(ScriptedFeed("a", "b", "c"), received(b"1"), clock=clock, but={"a", "c"})
    assert [one.part for one in found] == ["b"]


def test_pages_are_one_part(clock):
    """All pages of a part come together, in order, under one digest and the marks of the first."""
    (found,) = fetched_of(
        ScriptedFeed("a", pages=3),
        received(b"1", etag='"1"'),
        received(b"2", etag='"2"'),
        received(b"3", etag='"3"'),
        clock=clock,
    )
    assert [page.body for page in found.pages] == [b"1", b"2", b"3"]
    assert found.etag == '"1"'
    assert len(found.sha256) == 64


def test_the_same_bytes_are_no_news(clock):
    """Pages that are all as they were are unchanged, and only the first is asked for on condition."""
    pages = [received(body, etag='"e"') for body in (b"1", b"2")]
    feed = ScriptedFeed("a", pages=2)
    feed.asking["conditional"] = True
    (first,) = fetched_of(feed, *pages, clock=clock)
    known = {"a": Validators(at=START, etag=first.etag, sha256=first.sha256)}
    reader, way_out = reader_over(feed, *pages, clock=clock)
    (again,) = reader.fetch(now=START, known=known)
    assert (again.outcome, again.pages, again.sha256) == (FetchOutcome.UNCHANGED, (), first.sha256)
    assert [dict(one.headers) for one in way_out.sent] == [{"If-None-Match": '"e"'}, {}]
    (other,) = fetched_of(feed, pages[0], received(b"3"), clock=clock, known=known)
    assert other.outcome is FetchOutcome.NEW


def test_unchanged_keeps_what_was_known(clock):
    """A part that says itself that it did not change keeps its marks and its digest."""
    known = Validators(at=START, etag='"e"', last_modified="m", sha256="5" * 64)
    (found,) = fetched_of(ScriptedFeed("a"), received(b"", status=304), clock=clock, known={"a": known})
    assert (found.outcome, found.etag, found.last_modified, found.sha256) == (
        FetchOutcome.UNCHANGED,
        '"e"',
        "m",
        "5" * 64,
    )


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (received(b"1"), "source-pages-repeat"),
        (received(status=404), "source-missing"),
        (received(b"", status=304), "source-not-data"),
        (received(b""), "source-empty"),
        (received(status=500), "source-server-error"),
    ],
)
def test_a_part_is_whole_or_a_fault(clock, second, expected):
    """A page that repeats another one, is missing, empty or fails makes a fault of the part; nothing of it is new."""
    feed = ScriptedFeed("a", pages=3)
    feed.asking["may_be_missing"] = True
    (found,) = fetched_of(feed, received(b"1"), second, clock=clock)
    assert (found.outcome, code(found)) == (FetchOutcome.FAILED, expected)


def test_a_page_that_comes_again_later_is_seen(clock):
    """A server that goes round in circles is seen, not only one that stands still; what came is kept."""
    (found,) = fetched_of(ScriptedFeed("a", pages=9), *(received(one) for one in (b"1", b"2", b"1")), clock=clock)
    assert code(found) == "source-pages-repeat"
    assert len(found.pages) == 3


@pytest.mark.parametrize(("pages", "expected"), [(5, ""), (6, "source-too-large"), (100, "source-too-large")])
def test_pages_without_an_end_are_a_fault(clock, pages, expected):
    """A part that goes on after the most pages is not taken for whole."""
    count = iter(range(100))
    reader, way_out = reader_over(
        ScriptedFeed("a", pages=pages), lambda _request: received(b"%d" % next(count)), clock=clock, most_pages=5
    )
    (found,) = reader.fetch(now=START, known={})
    assert (code(found), len(way_out.sent)) == (expected, 5)


def test_pages_together_are_not_without_bounds(clock):
    """Many pages, each as long as one may be, are a fault before they fill the memory."""
    count = iter(range(100))
    feed = ScriptedFeed("a", pages=100)
    feed.asking["most_bytes"] = 1000
    (found,) = fetched_of(feed, lambda _request: received(b"%1000d" % next(count)), clock=clock)
    assert code(found) == "source-too-large"
    assert next(count) <= 10


BREAKING = [
    ComputeError("could not parse"),
    PanicException("index out of bounds"),
    ValueError("x\nthe whole table"),
    KeyError("column"),
    AttributeError("'NoneType' object has no attribute 'get'"),
    RecursionError("maximum depth"),
    zlib.error("incorrect header check"),
    zipfile.BadZipFile("no zip"),
    EOFError(),
    struct.error("unpack requires 4 bytes"),
    ParseError("no element found"),
    MemoryError(),
]


@pytest.mark.parametrize("error", BREAKING, ids=lambda error: type(error).__name__)
def test_bytes_that_break_an_adapter_are_of_another_shape(clock, error):
    """Whatever an adapter stumbles over in foreign bytes is a fault of the feed, said in one line, words kept."""
    feed = ScriptedFeed("a", pages=2)
    feed.raising["parse"] = error
    reader, _ = reader_over(feed, received(), clock=clock)
    with pytest.raises(SourceSchemaError) as raised:
        reader.parse([payload()])
    assert raised.value.error_code == "source-schema"
    assert type(error).__name__ in raised.value.happened
    assert "whole table" not in raised.value.happened
    feed.raising = {"following": error}
    (found,) = fetched_of(feed, received(b"1"), clock=clock)
    assert (code(found), [page.body for page in found.pages]) == ("source-schema", [b"1"])


def test_a_deadline_is_no_fault_of_the_feed(clock):
    """What ends the step passes through an adapter as it is."""
    feed = ScriptedFeed("a")
    feed.raising["parse"] = DeadlineReached()
    reader, _ = reader_over(feed, received(), clock=clock)
    with pytest.raises(DeadlineReached):
        reader.parse([payload()])


def test_a_feeds_own_words_are_kept(clock):
    """An adapter's own fault comes through as it is, from either of its readings."""
    own = SourceSchemaError("The column a is missing.", remedy="See its page.")
    feed = ScriptedFeed("a", pages=2)
    feed.raising = {"parse": own, "following": own}
    reader, _ = reader_over(feed, received(), clock=clock)
    with pytest.raises(SourceSchemaError, match="The column a is missing"):
        reader.parse([payload()])
    (found,) = reader.fetch(now=START, known={})
    assert found.fault is own


def test_a_folder_that_may_not_be_looked_into_is_a_fault(clock):
    """What the system refuses when a feed looks for its files is said in our words."""
    feed = ScriptedFeed("a")
    feed.raising["requests"] = PermissionError(13, "Permission denied")
    with pytest.raises(SourceMissingError, match="Permission denied"):
        fetched_of(feed, received(), clock=clock)


class ShapedFeed(ScriptedFeed):
    """A feed whose one release has days, times and rejected rows as a test says."""

    def __init__(self, *, day: str = "2026-03-29", as_of: datetime = START, rejected: tuple[RejectedRow, ...] = ()):
        super().__init__("a")
        self.shape = (day, as_of, rejected)

    def parse(self, pages):
        """Return one value."""
        del pages
        day, as_of, rejected = self.shape
        batch = ObservationBatch(
            series=(Series(source="scripted", location="AGO", signal=CASES),),
            series_index=np.array([0]),
            target_date=np.array([day], dtype="datetime64[D]"),
            value=np.array([1.0]),
            as_of=as_of,
            rejected=rejected,
        )
        return (batch,)


@pytest.mark.parametrize(
    ("ahead", "refused"), [(timedelta(0), False), (timedelta(days=1), False), (timedelta(days=1, seconds=1), True)]
)
def test_what_is_known_only_tomorrow_is_a_fault(clock, ahead, refused):
    """An as_of may lie a day ahead, where the day begins earlier, and not a second more."""
    reader, _ = reader_over(ShapedFeed(as_of=START + ahead), received(), clock=clock)
    if not refused:
        assert len(list(reader.parse([payload()]))) == 1
        return
    with pytest.raises(SourceSchemaError) as raised:
        reader.parse([payload()])
    assert raised.value.error_code == "source-clock"


def test_a_time_without_a_zone_is_a_fault(clock):
    """A release that does not say when it became known in UTC is refused, not guessed at."""
    reader, _ = reader_over(ShapedFeed(as_of=datetime(2026, 3, 1)), received(), clock=clock)  # noqa: DTZ001
    with pytest.raises(SourceSchemaError):
        reader.parse([payload()])


@pytest.mark.parametrize(
    ("day", "possible"),
    [
        ("1900-01-01", True),
        ("1899-12-31", False),
        ("0026-03-29", False),
        ("2027-04-02", True),
        ("2027-04-03", False),
        ("2926-03-29", False),
        ("9999-12-31", False),
        ("NaT", False),
    ],
)
def test_a_day_that_cannot_be_is_a_fault(clock, day, possible):
    """A slip in a year does not stretch every table over centuries: the release is refused, and says which day."""
    reader, _ = reader_over(ShapedFeed(day=day), received(), clock=clock)
    if possible:
        assert len(list(reader.parse([payload()]))) == 1
        return
    with pytest.raises(SourceSchemaError, match=day):
        reader.parse([payload(at=datetime(2026, 4, 1, 12, tzinfo=UTC))])


def test_rows_that_cannot_be_used_are_kept_short_and_plain(clock):
    """A rejected row is cut, and holds no character that a terminal or a database would act upon."""
    row = RejectedRow(
        location="Côte d'Ivoire", signal="a\x00b", target_date="\x1b[31m", value="9" * 10_000, code="c", message="m\n"
    )
    reader, _ = reader_over(ShapedFeed(rejected=(row,)), received(), clock=clock)
    (batch,) = reader.parse([payload()])
    (kept,) = batch.rejected
    assert (kept.location, kept.signal, kept.target_date) == ("Côte d'Ivoire", "a\ufffdb", "\ufffd[31m")
    assert (len(kept.value), kept.code, kept.message) == (200, "c", "m\ufffd")


def test_what_comes_is_known_from_when_it_came(clock):
    """Pages bear the time at which the last one of their part came, not that at which the reading began."""
    reader, _ = reader_over(
        ScriptedFeed("a", "b", pages=2), *map(received, (b"1", b"2", b"3", b"4")), clock=clock, seconds=60.0
    )
    found = list(reader.fetch(now=START, known={}))
    assert [[(page.retrieved_at - START).total_seconds() for page in one.pages] for one in found] == [
        [120.0, 120.0],
        [240.0, 240.0],
    ]


def test_a_clock_that_is_set_back_while_a_feed_is_read_gives_no_foresight(clock):
    """What comes later in a reading is not known earlier, nor is anything before the time that was told."""

    def set_back(_request):
        clock.forward(hours=-2)
        return received(b"2")

    reader, _ = reader_over(
        ScriptedFeed("a", "b", "c"), received(b"1"), set_back, received(b"3"), clock=clock, seconds=60.0
    )
    clock.forward(hours=1)
    stamps = [one.pages[0].retrieved_at - START for one in reader.fetch(now=START, known={})]
    assert stamps == [timedelta(hours=1, minutes=1)] * 3
    early, _ = reader_over(ScriptedFeed("a"), received(b"1"), clock=clock)
    (found,) = early.fetch(now=START + timedelta(hours=5), known={})
    assert found.pages[0].retrieved_at == START + timedelta(hours=5)
