"""Every feed there is by name, what the settings say of it, and its answers with where they were asked for."""

from __future__ import annotations

import pytest
from feed_samples import SAMPLES, load
from feed_server import FeedServer, status

from neuralbrain.feed_settings import FeedSettings
from neuralbrain.sources.catalogue import FEEDS
from stand_ins import StillClock


@pytest.fixture
def served():
    """Yield the server of a paged sample."""
    with FeedServer(load(SAMPLES / "nhsn")) as server:
        yield server


def test_names_come_in_the_order_of_reading(make_application):
    """First what the cycle reads, then the catalogue, then feeds of one's own; each once, also what is no feed."""
    here = make_application(
        sources=("nhsn", "nonsense"), feeds={"clinic": FeedSettings(adapter="who-covid"), "nhsn": FeedSettings()}
    )
    names = here.known_feeds().names
    assert names[:2] == ("nhsn", "nonsense")
    assert names[-1] == "clinic"
    assert set(names) == {*FEEDS, "nonsense", "clinic"}
    assert len(set(names)) == len(names)


def test_what_the_settings_say_and_the_key(make_application, monkeypatch):
    """Only what is set is told, without secrets; whether a key is there is told, and for which adapter."""
    monkeypatch.setenv("SOCRATA_APP_TOKEN", "canary")
    feeds = {"mine": FeedSettings(adapter="nhsn", base_url="https://a:b@example.org/x?k=1#f", every_hours=2)}
    known = make_application(feeds=feeds).known_feeds()
    assert known.said("mine") == {"adapter": "nhsn", "base_url": "https://example.org/x", "every_hours": 2.0}
    assert known.said("who-covid") == {}
    assert (known.adapter("mine"), known.adapter("nssp")) == ("nhsn", "nssp")
    assert (known.has_key("mine"), known.has_key("who-covid")) == (True, False)


def test_each_page_is_answered_with_its_place_below_the_address(make_application, served):
    """A paged part gives one answer a page, with path and query as the server saw them."""
    here = make_application(feeds={"nhsn": FeedSettings(base_url=served.address)})
    answers = list(here.known_feeds().answers("nhsn", now=served.sample.read_at))
    assert [one.page for one in answers] == list(range(len(served.asked)))
    assert [(one.path, dict(one.query)) for one in answers] == [(one.path, dict(one.query)) for one in served.asked]
    files = ("page-0.json", "page-1.json", "end.json")
    assert [one.payload.body for one in answers] == [served.bodies[file] for file in files]


def test_an_address_with_a_path_is_not_part_of_it(make_application, served):
    """What stands in the base address is left out: the sample is served from the root."""
    served.ignores_query = True
    here = make_application(feeds={"nhsn": FeedSettings(base_url=f"{served.address}/below/")})
    answers = list(here.known_feeds().answers("nhsn", now=served.sample.read_at))
    assert served.asked[0].path == f"/below{answers[0].path}"


def test_a_fault_ends_a_part(make_application, served):
    """A page that fails is told with its fault, and the pages after it are not asked for."""
    here = make_application(feeds={"nhsn": FeedSettings(base_url=served.address)})
    here.clock = StillClock()
    served.script(lambda right: right, status(403))
    answers = list(here.known_feeds().answers("nhsn", now=served.sample.read_at))
    assert [None if one.fault is None else one.fault.error_code for one in answers] == [None, "source-refused"]
    assert len(served.asked) == 2


def test_the_parts_that_a_feed_asks_for(make_application, tmp_path):
    """They are those of its requests as it is set; of what cannot be built or is unknown they are unknown."""
    feeds = {
        "mine": FeedSettings(adapter="who-covid", path=str(tmp_path / "cases.csv")),
        "spoilt": FeedSettings(adapter="no-such-adapter"),
    }
    here = make_application(feeds=feeds)
    known, now = here.known_feeds(), StillClock().now()
    assert known.parts("mine", now=now) == {one.part for one in here.source("mine").requests(now=now)} != set()
    assert (known.parts("spoilt", now=now), known.parts("stranger", now=now)) == (None, None)
