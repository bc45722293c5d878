"""`neuralbrain sources`: which feeds there are, how each is doing, and whether it can be read."""

from __future__ import annotations

import json
import socket

import pytest
from feed_home import serving, settings_of
from feed_server import bytes_instead, status
from same_process import command, opened

from neuralbrain.cli.progress import Progress
from neuralbrain.cli.source_check import check_feeds, is_offline
from neuralbrain.cli.source_view import key_text, state_word
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.sources.catalogue import FEEDS
from stand_ins import StillClock

KEY = "canary-key-of-a-feed-0001"


def listed(home, **environment):
    """Return what the list says, by feed."""
    said = command("sources", "list", "--json", home=home, **environment)
    assert said.returncode == 0, said.stderr
    return {one["name"]: one for one in json.loads(said.stdout)}


def test_every_feed_is_listed_read_ones_first(home):
    """The list has the feeds of the setting in their order, then all others of the catalogue; none was read yet."""
    told = listed(home, NEURALBRAIN_SOURCES="pertussis-us,cholera-africa")
    assert list(told)[:2] == ["pertussis-us", "cholera-africa"]
    assert set(told) == set(FEEDS)
    assert [name for name, one in told.items() if one["read"]] == ["pertussis-us", "cholera-africa"]
    assert all(one["freshness"]["last_fetch"] is None for one in told.values())


def test_freshness_licence_and_state(home):
    """Read, an archive is one and has its newest day; the table says so at any width."""
    command("ingest", "cholera-africa", home=home)
    one = listed(home)["cholera-africa"]
    assert one["freshness"]["newest_target_date"] == "2026-03-22"
    assert (one["freshness"]["stale"], one["archive"], one["vintages"]) == (False, True, "retrieval")
    wide = command("sources", "list", home=home, COLUMNS="160").stdout
    row = next(line for line in wide.splitlines() if line.startswith(" cholera-africa"))
    assert row.split()[1:3] == ["yes", "archive"]
    assert "2026-03-22" in row
    assert "MIT (package laser-cholera)" in row
    for width in (20, 40, 60, 100):
        said = command("sources", "list", home=home, COLUMNS=str(width)).stdout
        assert "archive" in said
        if width >= 60:
            assert max(map(len, said.splitlines())) <= width


def test_a_stale_feed_and_a_failing_one(home):
    """What is older than it should be is stale; once a part of it fails, that is what is said."""
    with serving("who-covid") as server:
        settings = settings_of(server)
        command("ingest", home=home, **settings)
        stale = listed(home, **settings)["who-covid"]
        assert stale["freshness"]["stale"] is True
        assert state_word(stale) == "stale"
        server.always(status(403))
        command("ingest", "--again", home=home, **settings)
        failing = listed(home, **settings)["who-covid"]
        assert state_word(failing) == "failing"
        shown = command("sources", "show", "who-covid", home=home, **settings).stdout
        assert "WHO-COVID-19-global-data.csv; last" in shown
        assert "(source-refused)" in shown
        assert "1 value-negative" in shown


def test_one_feed_in_full(home):
    """A feed's page has licence, credit, vintages, key, settings, signals, its last readings and its releases."""
    command("ingest", "cholera-africa", home=home)
    said = command("sources", "show", "cholera-africa", home=home, COLUMNS="120").stdout
    for words in ("Licence", "Counts: WHO", "retrieval: a value is known from when it was read", "none is needed",
                  "as the catalogue has it", "cholera_cases (weekly, incident, count, primary)", "Last readings",
                  "Newest releases", "3,970", "ends in March 2026"):  # fmt: skip
        assert words in said, words
    told = json.loads(command("sources", "show", "cholera-africa", "--json", home=home).stdout)
    assert [one["outcome"] for one in told["last_fetches"]] == ["new"]
    assert [one["changed"] for one in told["last_releases"]] == [3970]


def test_the_key_is_named_and_never_shown(home):
    """A feed's page says which variable its key is read from and whether it is set; the key itself is nowhere."""
    said = command("sources", "show", "nhsn", home=home).stdout
    assert "SOCRATA_APP_TOKEN is not set; it is read without, too" in said
    for arguments in (
        ("show", "nhsn"),
        ("show", "nhsn", "--json"),
        ("list", "--json"),
        ("check", "nhsn", "--no-network"),
    ):
        said = command("sources", *arguments, home=home, SOCRATA_APP_TOKEN=KEY).stdout
        assert KEY not in said
    assert "SOCRATA_APP_TOKEN is set" in command("sources", "show", "nhsn", home=home, SOCRATA_APP_TOKEN=KEY).stdout


@pytest.mark.parametrize(
    ("needed", "is_set", "said"),
    [(True, False, "X_KEY is not set: it cannot be read without"), (True, True, "X_KEY is set")],
)
def test_a_key_that_is_needed(needed, is_set, said):
    """One line says what a feed's key is about."""
    told = {"key_variable": "X_KEY", "key_needed": needed, "key_is_set": is_set, "unusable": None}
    assert key_text(told) == said
    assert (
        state_word({**told, "freshness": {"last_fetch": None}, "failing_parts": []}) == "lacks its key"
    ) is not is_set


def test_settings_in_force_are_shown_without_secrets(home):
    """The page has what the settings say of the feed, and of an address neither user nor query."""
    table = {"nhsn": {"base_url": "https://user:word@example.org/cdc?key=1", "since": "2025-01-01"}}
    said = command("sources", "show", "nhsn", "--json", home=home, NEURALBRAIN_FEEDS=json.dumps(table))
    told = json.loads(said.stdout)
    assert told["settings"] == {"base_url": "https://example.org/cdc", "since": "2025-01-01"}
    assert "word" not in said.stdout


def test_a_feed_that_the_settings_spoil_is_listed_with_the_reason(home):
    """A name in the settings that is no feed is listed as unusable, says why, and keeps no other from being listed."""
    told = listed(home, NEURALBRAIN_SOURCES="cholera-afrika")
    assert told["cholera-afrika"]["unusable"].startswith("The setting sources names 'cholera-afrika'")
    assert "cholera-africa" in told
    said = command("sources", "list", home=home, NEURALBRAIN_SOURCES="cholera-afrika").stdout
    assert "unusable" in said
    assert "Did you mean cholera-africa?" in said


def test_a_feed_that_is_only_kept_is_listed(home):
    """What was read once and is in the settings no more is listed, so that nobody wonders whose values those are."""
    with serving("who-covid") as server:
        table = {"clinic": {"adapter": "who-covid", "base_url": server.address}}
        settings = {"NEURALBRAIN_SOURCES": "clinic", "NEURALBRAIN_FEEDS": json.dumps(table)}
        assert command("ingest", home=home, **settings).returncode == 0
    assert listed(home)["clinic"]["counts"]["values"] == 32
    assert "clinic" in command("sources", "show", "clinic", home=home).stdout


@pytest.mark.parametrize("arguments", [("show", "nhns"), ("check", "nhns"), ("record", "nhns", "--to", "x")])
def test_an_unknown_feed(home, arguments):
    """A name that is no feed is exit code 4, with the nearest one."""
    failed = command("sources", *arguments, "--json", home=home)
    assert failed.returncode == 4
    error = json.loads(failed.stderr)["error"]
    assert error["code"] == "source-unknown"
    assert "nhsn" in error["remedy"]


def test_a_check_reads_and_keeps_nothing(home):
    """A check says what is asked for, how much it is and how old; nothing of it is remembered."""
    with serving("who-covid") as server:
        settings = settings_of(server)
        said = command("sources", "check", home=home, **settings)
        assert said.returncode == 0, said.stderr
        assert "readable  who-covid  32 values, 3 rows rejected, the newest of 2026-03-15" in said.stdout
        assert f"WHO-COVID-19-global-data.csv: {server.address}/WHO-COVID-19-global-data.csv" in said.stdout
        assert len(server.asked) == 1
        with opened(home) as here:
            assert here.observations.series() == ()
            assert here.feeds.fetches("who-covid", 1) == ()


def test_without_the_network_it_is_only_said_what_would_be_asked_for(home):
    """With --no-network nobody is connected to, files of this machine are read, and that is no failure."""
    with serving("who-covid") as server:
        settings = settings_of(server, sources="who-covid,cholera-africa")
        said = command("sources", "check", "--no-network", "--json", home=home, **settings)
        assert said.returncode == 0
        told = {one["feed"]: one for one in json.loads(said.stdout)["feeds"]}
        assert (told["who-covid"]["asked"], told["who-covid"]["reached"]) == (False, None)
        assert told["who-covid"]["requests"] == [
            {"part": "WHO-COVID-19-global-data.csv", "url": f"{server.address}/WHO-COVID-19-global-data.csv"}
        ]
        assert told["cholera-africa"]["values"] == 3970
        assert server.asked == ()


def test_a_changed_schema_fails_the_check(home):
    """What is reachable and is not of the documented shape fails with its code, and the next feed is checked."""
    with serving("who-covid") as server:
        server.always(bytes_instead(lambda body: body.replace(b"Date_reported", b"Date")))
        settings = settings_of(server, sources="who-covid,cholera-africa")
        said = command("sources", "check", "--json", home=home, **settings)
        assert said.returncode == 1
        told = {one["feed"]: one for one in json.loads(said.stdout)["feeds"]}
        assert (told["who-covid"]["reached"], told["who-covid"]["values"]) == (True, 0)
        assert [one["code"] for one in told["who-covid"]["faults"]] == ["source-schema"]
        assert told["cholera-africa"]["failed"] is False


def test_offline(make_application):
    """Once two hosts in a row cannot be connected to, no other is asked; feeds of this machine are read."""
    names = ("who-covid", "nhsn", "nssp", "cholera-africa")
    with socket.socket() as first, socket.socket() as second:  # bound and not listening: connections are refused
        ports = []
        for one in (first, second):
            one.bind(("127.0.0.1", 0))
            ports.append(one.getsockname()[1])
        feeds = {
            name: FeedSettings(base_url=f"http://127.0.0.1:{port}")
            for name, port in zip(names, (*ports, ports[0]), strict=False)
        }
        here = make_application(sources=names, feeds=feeds)
        here.clock = StillClock()  # it would wait between attempts
        checks = check_feeds(here, names, network=True, shown=Progress(None))
    assert [one.asked for one in checks] == [True, True, False, True]
    assert [one.failed for one in checks] == [True, True, True, False]
    assert {error.error_code for one in checks for _, error in one.faults} == {"source-unreachable"}
    assert "offline" in checks[2].left_out
    assert is_offline(checks)


def test_one_host_that_is_away_is_not_being_offline(make_application):
    """Where another feed answers, each is asked, and nobody says that the machine is offline."""
    with serving("who-covid") as server, socket.socket() as away:
        away.bind(("127.0.0.1", 0))
        feeds = {
            "nhsn": FeedSettings(base_url=f"http://127.0.0.1:{away.getsockname()[1]}"),
            "who-covid": FeedSettings(base_url=server.address),
        }
        here = make_application(feeds=feeds)
        here.clock = StillClock(at=server.sample.read_at)
        checks = check_feeds(here, ("nhsn", "who-covid"), network=True, shown=Progress(None))
    assert [(one.reached, one.failed) for one in checks] == [(False, True), (True, False)]
    assert not is_offline(checks)
