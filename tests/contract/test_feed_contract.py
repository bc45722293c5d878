"""What holds for every feed that is read over the network, by its sample and over the real way, come what may."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import pytest
from feed_bodies import without_rows
from feed_faults import FAULTS, FeedFault
from feed_samples import Sample, folders, load
from feed_server import FeedServer, bytes_instead, chunked_and_cut, packed, status
from feed_world import CANARY, FeedWorld, Stores, reader_of, sha256, world_of

from neuralbrain.domain.feed import FetchOutcome, Vintages
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.providers.prompt_words import words_of
from neuralbrain.sources.catalogue import FEEDS, KEY_VARIABLES, Making
from neuralbrain.sources.fetching import ATTEMPTS, LONGEST_WAIT_SECONDS
from neuralbrain.store.intake import FEW_WITHDRAWN
from stand_ins import StillClock

FOLDERS = folders()
ADDRESS = "http://127.0.0.1:9"  # nobody is asked there

QUICK = ("covid-hub", "erviss", "nhsn")  # one that dates its releases, one with dated copies, one in pages

each_feed = pytest.mark.parametrize("folder", FOLDERS, ids=[one.name for one in FOLDERS])
each_feed_at_fault = pytest.mark.parametrize(
    "folder",
    [pytest.param(one, id=one.name, marks=[] if one.name in QUICK else [pytest.mark.slow]) for one in FOLDERS],
)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Return what makes fresh databases."""
    return Stores(tmp_path_factory.mktemp("stores"))


@pytest.fixture
def sample(folder: Path) -> Sample:
    """Return a folder's sample."""
    return load(folder)


@pytest.fixture
def server(sample: Sample) -> Iterator[FeedServer]:
    """Yield the server of a sample."""
    with FeedServer(sample) as made:
        yield made


@pytest.fixture
def world(sample: Sample, server: FeedServer, stores: Stores) -> Iterator[FeedWorld]:
    """Yield a sample's feed over its server and a fresh store."""
    with world_of(sample, server, stores) as made:
        yield made


def require_as_expected(world: FeedWorld, sample: Sample) -> None:
    """Assert that the store holds what the manifest says that one reading comes to."""
    expect, releases = sample.expect, world.feeds.releases(world.name, 10_000)
    require_value(world, sample)
    assert len(releases) == expect["releases"]
    assert sum(one.intake.rows for one in releases) == expect["rows"]
    assert sum(world.feeds.count_rejected(world.name).values()) == expect["rejected"]
    assert len({one.location for one in world.observations.series(world.name)}) == expect["places"]


def test_every_feed_has_a_sample() -> None:
    """Each feed of the catalogue that needs the network has a folder with a sample, made up as it says."""
    made = {name: make(Making(name=name, settings=FeedSettings())) for name, make in FEEDS.items()}
    over_network = {name for name, feed in made.items() if feed.facts.network}
    assert over_network - {load(folder).name for folder in FOLDERS} == set()


@each_feed
def test_the_first_reading_gives_what_the_sample_says(world: FeedWorld, sample: Sample) -> None:
    """What is read first is exactly what the manifest says, and each fetch is remembered as new or missing."""
    changed = world.read()
    require_as_expected(world, sample)
    assert changed == len(world.rows())
    outcomes = {one.outcome for one in world.feeds.fetches(world.name, 1000)}
    assert FetchOutcome.NEW in outcomes
    assert outcomes <= {FetchOutcome.NEW, FetchOutcome.MISSING}


@each_feed
def test_it_is_not_asked_again_at_once(world: FeedWorld, server: FeedServer) -> None:
    """A feed that was read well is left alone until its time has come, and asked then."""
    world.read()
    server.forget()
    assert world.reader.facts.every_seconds >= 3600, "a feed over the network is not asked each minute"
    world.clock.forward(seconds=world.reader.facts.every_seconds / 2)
    assert world.read() == 0
    assert server.asked == ()
    world.later()
    world.read()
    assert server.asked != ()


@each_feed
@pytest.mark.parametrize("marks", [True, False])
def test_the_same_again_adds_nothing(world: FeedWorld, server: FeedServer, *, marks: bool) -> None:
    """An unchanged feed adds nothing, whether it says so itself (304) or sends the same bytes again (200)."""
    world.read()
    before, payloads = world.taken_in(), world.payloads()
    server.forget()
    server.marks = marks
    world.later()
    assert world.read() == 0
    assert (world.taken_in(), world.payloads()) == (before, payloads)
    assert server.asked != ()
    if not marks:
        assert {one.status for one in server.asked} <= {200, 404}
    last = world.feeds.last_fetches(world.name)
    assert {one.outcome for one in last.values()} <= {FetchOutcome.UNCHANGED, FetchOutcome.MISSING}


@each_feed
def test_it_asks_only_for_what_has_changed(world: FeedWorld, server: FeedServer) -> None:
    """Each request that may be made on condition is made so the second time, and no other one is."""
    world.read()
    server.forget()
    world.later()
    requests = world.reader.requests(now=world.clock.now())
    known = world.feeds.validators(world.name)
    world.read()
    on_condition = [one for one in server.asked if "if-none-match" in one.headers or "if-modified-since" in one.headers]
    assert len(on_condition) == sum(one.conditional and one.part in known for one in requests)
    assert all(one.status == 304 for one in on_condition)


@each_feed
def test_it_says_who_asks(world: FeedWorld, server: FeedServer) -> None:
    """Each request names the project and its version, and takes packed answers."""
    world.read()
    assert all(one.headers["user-agent"].startswith("NeuralBrain/") for one in server.asked)
    assert all(one.headers["accept-encoding"] == "gzip" for one in server.asked)


@each_feed
def test_every_value_leads_to_the_words_it_is_from(world: FeedWorld, server: FeedServer) -> None:
    """Each kept row points at a kept payload, whose bytes are those that the server sent."""
    world.read()
    sent = {sha256(body) for body in server.bodies.values()}
    kept = world.payloads()
    assert kept.keys() <= sent
    assert {row[-1] for row in world.rows()} <= kept.keys()
    assert all(sha256(body) == digest for digest, body in kept.items())


@each_feed
def test_its_facts_are_complete(sample: Sample) -> None:
    """It says what it is, whose, under which licence and where, and every signal has words for a prompt."""
    facts = reader_of(sample, clock=StillClock(), base_url=ADDRESS).facts
    assert facts.name == sample.name
    assert facts.network
    assert all(text.strip() == text != "" for text in (facts.title, facts.licence, facts.attribution))
    assert facts.home.startswith("https://")
    assert facts.signals
    assert len({one.name for one in facts.signals}) == len(facts.signals)
    assert all(words_of(one.name) for one in facts.signals if one.asked)
    assert not any(one.primary and not one.asked for one in facts.signals)
    assert {one.deaths for one in facts.signals} - {None} <= {one.name for one in facts.signals}
    assert facts.stale_after_days >= 7
    assert facts.key_variable == KEY_VARIABLES.get(sample.name, "")


@each_feed
def test_what_it_asks_for_depends_on_the_time_alone(sample: Sample) -> None:
    """Its requests are the same each time, lie below the base URL, name each part once, and are as long as was set."""
    reader = reader_of(sample, clock=StillClock(), base_url=ADDRESS, most_megabytes=3, call_seconds=7.5)
    now, since = sample.read_at, date(2026, 1, 1)
    requests = reader.requests(now=now)
    older = tuple(reader.feed.older(since=since, until=now.date()))
    assert requests == reader.requests(now=now)
    assert older == tuple(reader.feed.older(since=since, until=now.date()))
    for one in (*requests, *older):
        assert one.url.startswith(f"{ADDRESS}/")
        assert (one.most_bytes, one.total_seconds) == (3 * 2**20, 7.5)
        assert 0 < len(one.part) <= 200
        assert one.page == 0
        assert CANARY not in one.shown + one.part + repr(one)
    assert len({one.part for one in requests}) == len(requests)
    assert len({one.part for one in older}) == len(older)


@each_feed
def test_its_releases_are_sound(world: FeedWorld, sample: Sample) -> None:
    """Rows are of the feed's own signals, stand on a page that there is and lie within what the release speaks of."""
    signals = set(world.reader.signals)
    told = {(sample.name, replace(one, primary=False)) for one in signals}  # which one is primary may go by place
    for fetched in world.reader.fetch(now=world.clock.now(), known={}):
        for batch in world.reader.parse(fetched.pages) if fetched.pages else ():
            assert batch.as_of.utcoffset() == timedelta(0)
            assert {(one.source, replace(one.signal, primary=False)) for one in batch.series} <= told
            primaries = [one.location for one in batch.series if one.signal.primary]
            assert len(set(primaries)) == len(primaries), "a place has one signal that it answers with"
            assert len(set(batch.series)) == len(batch.series)
            assert np.isin(batch.series_index, np.arange(len(batch.series))).all()
            assert batch.page is None or np.isin(batch.page, np.arange(len(fetched.pages))).all()
            assert batch.page is not None or len(fetched.pages) == 1
            assert batch.scope is not None, "the suite of the store proves answers for releases with a scope"
            assert batch.scope.signals <= {one.name for one in signals}
            assert {one.signal.name for one in batch.series} <= batch.scope.signals
            first, last = batch.scope.first or date.min, batch.scope.last or date.max
            assert all(first <= day.item() <= last for day in batch.target_date.astype("datetime64[D]"))


@each_feed
def test_its_key_is_sent_and_never_shown(
    world: FeedWorld, server: FeedServer, caplog: pytest.LogCaptureFixture
) -> None:
    """Where it takes a key, that is sent with each request; no log and no table of the store holds it."""
    caplog.set_level(logging.DEBUG)
    world.read()
    server.always(status(500))
    world.later()
    assert world.fault() is not None
    if KEY_VARIABLES.get(world.name):
        assert all(CANARY in f"{one.headers} {one.query}" for one in server.asked)
    assert CANARY not in caplog.text
    assert CANARY not in repr(world.intakes) + repr(world.reader.requests(now=world.clock.now()))
    with world.database.read() as connection:
        from neuralbrain.store.columns import metadata

        for table in metadata.sorted_tables:
            assert CANARY not in repr(connection.execute(table.select()).all()), table.name
    assert not any(CANARY.encode() in body for body in world.payloads().values())


@each_feed_at_fault
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[pytest.mark.slow] if fault.slow else []) for name, fault in FAULTS.items()]
)
def test_a_fault_changes_nothing_and_is_made_good(
    sample: Sample, server: FeedServer, stores: Stores, name: str
) -> None:
    """Each fault has its code and a remedy, leaves the store as it was, and the next reading makes it good."""
    fault = FAULTS[name]
    with world_of(sample, server, stores, **fault.settings) as world:
        server.always(fault.turn)
        empty = world.taken_in()
        struck = world.fault()
        if struck is None:
            require_harmless(world, sample, server, fault=fault)
            return
        require_code(struck, fault)
        assert world.taken_in() == empty
        server.well()
        world.reader = reader_of(sample, clock=world.clock, base_url=server.address)  # with time, and room, again
        world.clock.forward(hours=1)
        world.read()
        require_as_expected(world, sample)
        if "call_seconds" in fault.settings:
            return  # the same again would take as long again

        world.reader = reader_of(sample, clock=world.clock, base_url=server.address, **fault.settings)
        before = world.taken_in()
        world.later()
        server.always(fault.turn)
        again = world.fault()
        if again is None:  # to a condition, 304 is a right answer
            assert fault.code == "source-not-data"
        else:
            require_code(again, fault)
        assert world.taken_in() == before
        server.well()
        world.clock.forward(hours=1)
        assert world.read() == 0
        assert world.taken_in() == before


def require_code(struck, fault: FeedFault) -> None:
    """Assert that a fault is called what it is to be called, and says what to do."""
    assert struck.error_code == fault.code, struck
    assert struck.remedy.strip()
    assert struck.transient is fault.transient
    assert CANARY not in str(struck)


def require_harmless(world: FeedWorld, sample: Sample, server: FeedServer, *, fault: FeedFault) -> None:
    """Assert that what was read in spite of a fault is right as far as it goes, and whole once it is over."""
    assert fault.or_well
    read = set(world.values())
    server.well()
    world.later()
    world.read()
    assert read <= set(world.values())
    require_value(world, sample)


@each_feed
def test_a_wait_that_is_asked_for_is_kept(world: FeedWorld, sample: Sample, server: FeedServer) -> None:
    """Asked to come again in 30 seconds, it waits so long by its clock, and no longer; then all is well."""
    server.script(status(429, "retry-after: 30"), status(503, "retry-after: 5"))
    before = world.clock.uptime_seconds()
    world.read()
    assert 35 <= world.clock.uptime_seconds() - before < 60
    require_as_expected(world, sample)


@each_feed
def test_too_long_a_wait_is_not_waited_for(world: FeedWorld, server: FeedServer) -> None:
    """Asked to come again in an hour, it neither waits nor asks for anything else; the next cycle does."""
    server.always(status(429, f"retry-after: {LONGEST_WAIT_SECONDS + 1:.0f}"))
    before = world.clock.uptime_seconds()
    struck = world.fault()
    assert struck is not None
    assert struck.error_code == "source-rate-limited"
    assert world.clock.uptime_seconds() == before
    assert len(server.asked) == 1


@each_feed
def test_what_passes_is_tried_again(world: FeedWorld, sample: Sample, server: FeedServer) -> None:
    """A server that fails once, breaks off once and fails again is asked a fourth time, and all is well."""
    server.script(status(500), chunked_and_cut, status(502))
    world.read()
    require_as_expected(world, sample)
    assert [one.status for one in server.asked[:ATTEMPTS]] == [500, 0, 502, 200]


@each_feed
@pytest.mark.parametrize("code", [400, 403, 404, 301])
def test_what_stays_is_not_tried_again(world: FeedWorld, server: FeedServer, code: int) -> None:
    """A server that refuses is not asked the same thing twice in one reading."""
    server.always(status(code))
    assert world.fault() is not None
    asked = [(one.path, tuple(one.query.items())) for one in server.asked]
    assert len(asked) == len(set(asked))


@each_feed
def test_a_packed_answer_is_the_same(world: FeedWorld, sample: Sample, server: FeedServer) -> None:
    """Packed with gzip or not, what is kept are the bytes as they were before."""
    server.packs = False
    world.read()
    before, payloads = world.rows(), world.payloads()
    server.always(packed())
    world.later()
    assert world.read() == 0
    assert (world.rows(), world.payloads()) == (before, payloads)
    require_as_expected(world, sample)


@each_feed
def test_another_shape_is_a_fault(world: FeedWorld, sample: Sample, server: FeedServer) -> None:
    """A renamed column is named as such; what came is kept, and asked for again even if nothing changes by then."""
    drift = sample.expect["drift"]
    right = server.bodies[drift["file"]]
    server.bodies[drift["file"]] = right.replace(drift["old"].encode(), drift["new"].encode())
    assert server.bodies[drift["file"]] != right
    struck = world.fault()
    assert struck is not None
    assert (struck.error_code, struck.transient) == ("source-schema", False)
    assert drift["old"] in struck.happened
    assert world.rows() == []
    assert sha256(server.bodies[drift["file"]]) in world.payloads()
    server.forget()
    world.clock.forward(hours=1)
    assert world.fault() is not None
    assert any("if-none-match" not in one.headers and one.status == 200 for one in server.asked)
    server.bodies[drift["file"]] = right
    world.clock.forward(hours=1)
    world.read()
    require_as_expected(world, sample)


@each_feed
def test_rows_that_are_lost_are_no_news(world: FeedWorld, sample: Sample, server: FeedServer) -> None:
    """An answer that lacks nearly all rows and can be read is a fault, and takes nothing back."""
    world.read()
    before, values = world.rows(), world.values()
    server.always(bytes_instead(without_rows(keep=lambda height: max(1, height // 20))))
    world.later()
    struck = world.fault()
    if world.reader.facts.vintages is not Vintages.OWN and len(values) > 2 * FEW_WITHDRAWN:
        assert struck is not None
    if struck is not None:
        assert struck.error_code in {"source-shrunk", "source-schema", "source-pages-repeat"}
        assert world.rows() == before
    server.well()
    world.later()
    world.read()
    assert world.values() == values
    require_value(world, sample)


@each_feed
def test_a_server_that_ignores_what_is_asked_is_seen(
    world: FeedWorld, sample: Sample, server: FeedServer, stores: Stores
) -> None:
    """Where every page is the first one, nothing is taken in."""
    world.read()
    paths = [one.path for one in server.asked]
    if len(paths) == len(set(paths)):
        pytest.skip("it asks for one page")
    server.ignores_query = True
    with world_of(sample, server, stores) as other:
        struck = other.fault()
        assert struck is not None
        assert struck.error_code in {"source-pages-repeat", "source-schema"}
        assert other.rows() == []
        server.ignores_query = False
        other.clock.forward(hours=1)
        other.read()
        require_as_expected(other, sample)


@each_feed
def test_a_clock_that_was_set_back_gives_no_foresight(world: FeedWorld, server: FeedServer) -> None:
    """What is read after the clock was set back is not known before what was read earlier; a day back is a fault."""
    world.read()
    first = world.clock.now()
    earlier = world.rows()
    server.always(bytes_instead(without_rows(keep=lambda height: height - 1)))
    world.clock.at = first - timedelta(hours=3)
    world.read(due_only=False)
    if world.reader.facts.vintages is not Vintages.OWN:
        assert all(row[3] > first for row in set(world.rows()) - set(earlier))
        releases = sorted(world.feeds.releases(world.name, 10_000), key=lambda one: one.number)
        assert [one.as_of for one in releases] == sorted(one.as_of for one in releases)
        world.clock.at = first - timedelta(days=2)
        before = world.taken_in()
        struck = world.fault(due_only=False)
        assert struck is not None
        assert (struck.error_code, bool(struck.remedy)) == ("source-clock", True)
        assert world.taken_in() == before


@each_feed
def test_what_is_published_in_the_future_is_a_fault(sample: Sample, server: FeedServer, stores: Stores) -> None:
    """A release that says it was published days after it was read is refused, and taken in once its day has come."""
    with world_of(sample, server, stores) as world:
        if world.reader.facts.vintages is not Vintages.OWN:
            pytest.skip("it is known from when it was read")
        world.read()
        newest = world.feeds.releases(world.name, 1)[0].as_of
    with world_of(sample, server, stores) as world:
        world.clock.at = newest - timedelta(days=3)
        struck = world.fault()
        assert struck is not None
        assert struck.error_code == "source-clock"
        assert all(one.as_of <= world.clock.now() + timedelta(days=1) for one in world.feeds.releases(world.name, 100))
        world.clock.at = newest + timedelta(hours=1)
        world.read()
        require_value(world, sample)


@each_feed
def test_a_part_that_failed_is_asked_for_alone(world: FeedWorld, sample: Sample, server: FeedServer) -> None:
    """Where one answer of several fails, the others are taken in; the next cycle asks for that one only."""
    requests = world.reader.requests(now=world.clock.now())
    if len(requests) == 1:
        pytest.skip("it has one part")
    server.script(status(403))
    struck = world.fault()
    assert struck is not None
    assert struck.error_code == "source-refused"
    assert world.rows() != []
    server.forget()
    world.clock.forward(hours=1)
    world.read()
    assert {one.path for one in server.asked} == {urlsplit(requests[0].url).path}
    require_value(world, sample)


def require_value(world: FeedWorld, sample: Sample) -> None:
    """Assert that the manifest's one value is known."""
    said = sample.expect["value"]
    assert (said["location"], said["signal"], said["target_date"], said["value"]) in world.values()
