"""Getting one thing over HTTP: what each answer means, how often it is asked for, and for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from scripted_feed import Reply, ScriptedWayOut, received

from neuralbrain.domain.feed import FeedRequest, FetchOutcome, Validators
from neuralbrain.outgoing.message import NotReceived, NotReceivedKind
from neuralbrain.sources.fetching import ATTEMPTS, Fetcher
from stand_ins import START, StillClock

REQUEST = FeedRequest(part="p", url="https://feed.example.org/data.csv?key=canary", headers=(("token", "canary"),))
KNOWN = Validators(at=START, etag='"1"', last_modified="Wed, 01 Apr 2026 00:00:00 GMT", sha256="0" * 64)


def fetcher(clock: StillClock, *replies: Reply, seconds: float = 0.0, **how) -> tuple[Fetcher, ScriptedWayOut]:
    """Return a fetcher over scripted answers, which waits the shortest times."""
    way_out = ScriptedWayOut(replies=list(replies), clock=clock, seconds=seconds)
    return Fetcher(way_out, clock=clock, chance=lambda: 0.0, **how), way_out


def code(page) -> str:
    """Return why a page failed, empty where it did not."""
    return "" if page.fault is None else page.fault.error_code


def test_what_came_is_stamped_and_shown_without_secrets(clock):
    """A payload has the time it was told, its marks, and an origin without query."""
    getting, way_out = fetcher(clock, received(b"a,b", etag='W/"7"', last_modified="x", content_type="text/csv"))
    page = getting.get(REQUEST, now=START)
    assert page.outcome is FetchOutcome.NEW
    assert page.payload is not None
    assert page.payload.retrieved_at == START
    assert (page.payload.etag, page.payload.last_modified, page.payload.media_type) == ('W/"7"', "x", "text/csv")
    assert page.payload.origin == "https://feed.example.org/data.csv"
    assert way_out.sent[0].url == REQUEST.url
    assert ("token", "canary") in way_out.sent[0].headers
    assert "canary" not in f"{page.payload.origin} {REQUEST!r} {way_out.sent[0]!r}"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://name:canary@feed.example.org/a?b=canary#canary", "https://feed.example.org/a"),
        ("https://feed.example.org", "https://feed.example.org"),
        ("https://feed.example.org/@v1/a", "https://feed.example.org/@v1/a"),
        ("file:/data/a%20b.csv", "file:/data/a%20b.csv"),
        ("package:name/a.csv", "package:name/a.csv"),
    ],
)
def test_an_address_is_shown_without_user_query_and_fragment(url, shown):
    """What may hold a secret is left out of an address, and nothing else is."""
    assert FeedRequest(part="p", url=url).shown == shown


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        (KNOWN, {"If-None-Match": '"1"'}),
        (replace(KNOWN, etag=""), {"If-Modified-Since": "Wed, 01 Apr 2026 00:00:00 GMT"}),
        (replace(KNOWN, etag="", last_modified=""), {}),
        (None, {}),
    ],
)
def test_the_best_condition_is_asked_with(clock, known, expected):
    """The mark goes before the time, and nothing is asked on condition where nothing is known."""
    getting, way_out = fetcher(clock, received())
    getting.get(replace(REQUEST, headers=()), now=START, known=known)
    assert dict(way_out.sent[0].headers) == expected


def test_no_condition_where_the_request_allows_none(clock):
    """What may not be asked on condition is asked for whole, and 304 is no answer to that."""
    getting, way_out = fetcher(clock, received(b"", status=304))
    page = getting.get(replace(REQUEST, conditional=False), now=START, known=KNOWN)
    assert way_out.sent[0].headers == REQUEST.headers
    assert code(page) == "source-not-data"


def test_unchanged_is_said_only_to_a_condition(clock):
    """304 to a condition means unchanged; where nothing was known it means nothing, and is a fault."""
    getting, _ = fetcher(clock, received(b"", status=304))
    assert getting.get(REQUEST, now=START, known=KNOWN).outcome is FetchOutcome.UNCHANGED
    assert code(getting.get(REQUEST, now=START)) == "source-not-data"


@pytest.mark.parametrize(
    ("status", "expected", "transient"),
    [
        (204, "source-not-data", False),
        (206, "source-not-data", False),
        (301, "source-moved", False),
        (308, "source-moved", False),
        (300, "source-not-data", False),
        (400, "source-refused", False),
        (401, "source-refused", False),
        (403, "source-refused", False),
        (404, "source-missing", False),
        (408, "source-server-error", True),
        (410, "source-missing", False),
        (414, "source-refused", False),
        (425, "source-server-error", True),
        (429, "source-rate-limited", True),
        (500, "source-server-error", True),
        (501, "source-server-error", True),
        (522, "source-server-error", True),
        (599, "source-server-error", True),
        (999, "source-server-error", True),
    ],
)
def test_what_a_status_means(clock, status, expected, transient):
    """Each status other than 200 has its code, and only what may pass is asked for again."""
    getting, way_out = fetcher(clock, received(status=status))
    page = getting.get(REQUEST, now=START)
    assert page.fault is not None
    assert (code(page), page.fault.transient) == (expected, transient)
    assert page.fault.remedy
    assert len(way_out.sent) == (ATTEMPTS if transient else 1)


@pytest.mark.parametrize(
    ("kind", "expected", "calls"),
    [
        (NotReceivedKind.REFUSED, "source-address-refused", 1),
        (NotReceivedKind.TOO_LARGE, "source-too-large", 1),
        (NotReceivedKind.UNREACHABLE, "source-unreachable", ATTEMPTS),
        (NotReceivedKind.TIMEOUT, "source-timeout", ATTEMPTS),
        (NotReceivedKind.BROKEN_OFF, "source-broken-off", ATTEMPTS),
    ],
)
def test_what_no_answer_means(clock, kind, expected, calls):
    """Each way of having no answer has its code, and only what may pass is asked for again."""
    getting, way_out = fetcher(clock, NotReceived(kind=kind, why="it failed", sent=True, seconds=1.0))
    page = getting.get(REQUEST, now=START)
    assert (code(page), len(way_out.sent)) == (expected, calls)
    assert "canary" not in str(page.fault)


@pytest.mark.parametrize("status", [404, 410])
def test_what_may_be_missing_is_no_fault(clock, status):
    """Where absence is normal, 404 and 410 say so and nothing else."""
    getting, _ = fetcher(clock, received(status=status))
    assert getting.get(replace(REQUEST, may_be_missing=True), now=START).outcome is FetchOutcome.MISSING
    assert code(getting.get(REQUEST, now=START)) == "source-missing"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", "source-empty"),
        (b" \r\n" * 10_000, "source-empty"),
        (b" " * 10_000 + b"7", ""),
        (b"<!DOCTYPE HTML><html></html>", "source-not-data"),
        (b"\xef\xbb\xbf\n<HTML lang=en>", "source-not-data"),
        (b"<htm", ""),
        (b"PAR1", ""),
    ],
)
def test_what_is_no_data_is_seen(clock, body, expected):
    """Nothing, white space and web pages are no data, whatever the status and the media type say."""
    getting, _ = fetcher(clock, received(body, content_type="text/csv"))
    assert code(getting.get(REQUEST, now=START)) == expected


@pytest.mark.parametrize("mark", ["ü", "a\nb", "", "x" * 200, "a\x7f"])
def test_a_mark_that_cannot_be_sent_back_is_forgotten(clock, mark):
    """A validator that would be refused as a header is as good as none."""
    getting, _ = fetcher(clock, received(etag=mark, last_modified=mark))
    payload = getting.get(REQUEST, now=START).payload
    assert payload is not None
    assert (payload.etag, payload.last_modified) == ("", "")


def test_waits_grow(clock):
    """Without a word about when to come again, it waits one, two and four seconds."""
    getting, _ = fetcher(clock, received(status=503))
    before = clock.uptime_seconds()
    getting.get(REQUEST, now=START)
    assert clock.uptime_seconds() - before == 1 + 2 + 4


@pytest.mark.parametrize(
    ("told", "waited", "calls"),
    [
        ("0", 1.0, 2),
        ("20", 20.0, 2),
        ("60", 60.0, 2),
        ("61", 0.0, 1),
        ("86400", 0.0, 1),
        ("99999999999", 1.0, 2),  # longer than any allowance: a fault, not a wish
        ("-5", 1.0, 2),
        ("Wed, 01 Apr 2026 12:00:30 GMT", 30.0, 2),
        ("Wed, 01 Apr 2026 11:00:00 GMT", 1.0, 2),
        ("Wed, 01 Apr 2026 14:00:00 GMT", 0.0, 1),
        ("later", 1.0, 2),
    ],
)
def test_a_wait_that_is_told_is_kept_within_limits(clock, told, waited, calls):
    """A wait of at most a minute is waited for to the second; of a longer one nothing is; nonsense is not heard."""
    assert clock.now() == datetime(2026, 4, 1, 12, tzinfo=UTC)
    getting, way_out = fetcher(clock, received(status=429, retry_after=told), received(b"7"))
    before = clock.uptime_seconds()
    page = getting.get(REQUEST, now=START)
    assert (clock.uptime_seconds() - before, len(way_out.sent)) == (waited, calls)
    assert code(page) == ("" if calls == 2 else "source-rate-limited")


def test_waits_end_before_the_time_does(clock):
    """A wait that would last beyond the time that is left is not begun; the fault stays what it was."""
    getting, way_out = fetcher(clock, received(status=503, retry_after="50"))
    before = clock.uptime_seconds()
    page = getting.get(REQUEST, now=START, until=before + 40)
    assert (code(page), len(way_out.sent)) == ("source-server-error", 1)
    assert clock.uptime_seconds() == before


def test_no_attempt_lasts_beyond_the_time(clock):
    """Each attempt may take what is left, and where nothing is left there is none."""
    silence = NotReceived(kind=NotReceivedKind.TIMEOUT, why="no whole answer in time", sent=True, seconds=1.0)
    getting, way_out = fetcher(clock, silence, seconds=1000.0)
    until = clock.uptime_seconds() + 150
    page = getting.get(replace(REQUEST, total_seconds=120.0), now=START, until=until)
    assert [one.total_seconds for one in way_out.sent] == [120.0, 29.0]  # one second was waited in between
    assert code(page) == "source-timeout"
    assert clock.uptime_seconds() <= until
    late = getting.get(REQUEST, now=START, until=clock.uptime_seconds())
    assert (code(late), len(way_out.sent)) == ("source-timeout", 2)


def test_nobody_is_asked_once_nobody_wants_to_know(clock):
    """A process that lost its lease asks for nothing, not even a second time."""
    lost = [False]

    def answer(_request):
        lost[0] = True
        return received(status=500)

    getting, way_out = fetcher(clock, answer, cancelled=lambda: lost[0])
    assert code(getting.get(REQUEST, now=START)) == "source-broken-off"
    assert len(way_out.sent) == 1
    getting.get(REQUEST, now=START)
    assert len(way_out.sent) == 1
