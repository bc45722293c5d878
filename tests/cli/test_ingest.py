"""`neuralbrain ingest`: feeds read by hand, each with what it brought, and no fault of one touches another."""

from __future__ import annotations

import contextlib
import json
import sqlite3

import pytest
from feed_home import serving, settings_of
from feed_server import bytes_instead, status
from same_process import command, opened

from neuralbrain.cli.ingest_view import part_lines
from neuralbrain.domain.feed import Fetched, FetchOutcome, Intake
from neuralbrain.errors import SourceMissingError

CHOLERA = {"NEURALBRAIN_SOURCES": "cholera-africa"}


def told(said):
    """Return what a command told as JSON, by feed."""
    return {one["feed"]: one for one in json.loads(said.stdout)["feeds"]}


def test_each_part_and_each_feed_is_told(home):
    """Progress has a line a part, the table at the end a row a feed; read again, nothing has changed."""
    said = command("ingest", home=home, **CHOLERA)
    assert said.returncode == 0, said.stderr
    assert "new       cholera-africa  default_parameters.json.gz  3,970 new or revised values." in said.stdout
    row = next(line for line in said.stdout.splitlines() if line.startswith(" cholera-africa"))
    assert row.split()[:8] == ["cholera-africa", "1", "0", "0", "0", "3,970", "0", "0"]
    again = command("ingest", home=home, **CHOLERA)
    assert again.returncode == 0
    assert "unchanged cholera-africa" in again.stdout


def test_as_json_it_is_one_document(home):
    """With --json nothing but the document is printed, with what is new and how long it took."""
    said = command("ingest", "cholera-africa", "--json", home=home)
    assert said.stderr == ""
    (one,) = json.loads(said.stdout)["feeds"]
    assert one.pop("seconds") > 0
    assert one == {
        "feed": "cholera-africa",
        "failed": False,
        "parts": {"new": 1, "unchanged": 0, "missing": 0, "failed": 0},
        "releases": 1,
        "values": 3970,
        "new_or_revised": 3970,
        "withdrawn": 0,
        "rejected": 0,
        "faults": [],
    }


def test_only_what_is_named_is_read(home):
    """A named feed is read whether the cycle reads it or not, once, and no other one is."""
    assert command("ingest", "pertussis-us", "pertussis-us", home=home, **CHOLERA).returncode == 0
    with opened(home) as here:
        assert {one.source for one in here.observations.series()} == {"pertussis-us"}
        assert len(here.feeds.fetches("pertussis-us", 10)) == 1


def test_an_unknown_name_reads_nothing(home):
    """A name that is no feed is exit code 4 with the nearest name, and the feeds beside it are not read either."""
    failed = command("ingest", "cholera-africa", "cholera-afrika", "--json", home=home)
    assert failed.returncode == 4
    error = json.loads(failed.stderr)["error"]
    assert error["code"] == "source-unknown"
    assert "cholera-africa" in error["remedy"]
    with opened(home) as here:
        assert here.feeds.fetches("cholera-africa", 1) == ()


def test_revisions_and_withdrawals_are_counted(home):
    """Over HTTP: a revised value counts as one, a value that is gone as withdrawn, rows that are none as rejected."""
    with serving("who-covid") as server:
        settings = settings_of(server)
        first = told(command("ingest", "--json", home=home, **settings))["who-covid"]
        assert (first["new_or_revised"], first["rejected"], first["failed"]) == (32, 3, False)
        row = b"2026-03-01,NA,Namibia,AFRO,5,1007,0,10"
        server.always(bytes_instead(lambda body: body.replace(row, row.replace(b",5,", b",6,"))))
        said = command("ingest", home=home, **settings)
        assert "1 new or revised values, 3 rejected." in said.stdout
        server.always(bytes_instead(lambda body: body.replace(row + b"\n", b"").replace(row + b"\r\n", b"")))
        gone = told(command("ingest", "--json", home=home, **settings))["who-covid"]
        assert (gone["new_or_revised"], gone["withdrawn"]) == (0, 2)  # its cases and its deaths


def test_what_has_not_changed_comes_again_only_when_asked_for(home):
    """Read again a feed is asked on condition; with --again it is asked without one, and what it says adds nothing."""
    with serving("who-covid") as server:
        settings = settings_of(server)
        command("ingest", home=home, **settings)
        server.forget()
        assert told(command("ingest", "--json", home=home, **settings))["who-covid"]["parts"]["unchanged"] == 1
        again = told(command("ingest", "--again", "--json", home=home, **settings))["who-covid"]
        assert [("if-none-match" in one.headers, one.status) for one in server.asked] == [(True, 304), (False, 200)]
        assert (again["parts"]["new"], again["new_or_revised"]) == (1, 0)


def test_older_vintages_are_had_when_they_are_asked_for(home):
    """With --since the dated copies of a feed that keeps some are asked for, too, and give releases of their own."""
    with serving("erviss") as server:
        settings = settings_of(server)
        assert told(command("ingest", "--json", home=home, **settings))["erviss"]["releases"] == 1
        server.forget()
        more = told(command("ingest", "--since", "2026-03-19", "--json", home=home, **settings))["erviss"]
        assert more["releases"] >= 1
        assert "/data/snapshots/2026-03-20_ILIARIRates.csv" in {one.path for one in server.asked}
        assert more["parts"]["missing"] > 0


def test_a_failing_feed_does_not_stop_the_others(home):
    """The one that fails is told with its code and remedy and is exit code 1; the ones before and after are read."""
    with serving("who-covid") as server:
        server.always(status(404))
        settings = settings_of(server, sources="cholera-africa,who-covid,pertussis-us")
        said = command("ingest", home=home, **settings)
        assert said.returncode == 1
        assert "failed    who-covid" in said.stdout
        assert "what to do: Look whether the feed has moved" in said.stdout
        assert said.stdout.count("(source-missing)") == 1
        assert "57,999 new or revised values." in said.stdout
        one = told(command("ingest", "who-covid", "--json", home=home, **settings))["who-covid"]
        assert [fault["code"] for fault in one["faults"]] == ["source-missing"]


def test_what_cannot_be_read_counts_as_failed(home):
    """A part that came and is not of the documented shape is a failed part, not a new one."""
    with serving("who-covid") as server:
        server.always(bytes_instead(lambda body: body.replace(b"Date_reported", b"Date")))
        said = command("ingest", "--json", home=home, **settings_of(server))
        assert said.returncode == 1
        one = told(said)["who-covid"]
        assert one["parts"] == {"new": 0, "unchanged": 0, "missing": 0, "failed": 1}
        assert [fault["code"] for fault in one["faults"]] == ["source-schema"]


def test_a_feed_that_the_settings_spoil_fails_alone(home):
    """A name in the setting sources that is no feed fails whole, with the settings' code; the other feed is read."""
    said = command("ingest", home=home, NEURALBRAIN_SOURCES="cholera-afrika,cholera-africa")
    assert said.returncode == 1
    assert "(settings-invalid)" in said.stdout
    row = next(line for line in said.stdout.splitlines() if line.startswith(" cholera-afrika"))
    assert "whole" in row
    assert "3,970 new or revised values." in said.stdout


@pytest.mark.parametrize("typed", ["yesterday", "2026-02-30", "20260301", "2026-W10-7"])
def test_a_day_is_written_in_one_way(home, typed):
    """--since takes a day of the calendar as YYYY-MM-DD, and says so."""
    failed = command("ingest", "--since", typed, "--json", home=home)
    assert failed.returncode == 2
    assert "YYYY-MM-DD" in json.loads(failed.stderr)["error"]["message"]


def test_a_running_cycle_and_reading_by_hand_do_not_disturb_each_other(home, make_application):
    """While another process holds the runner lease, a cycle is refused and reading by hand is not."""
    with make_application().lease():
        assert command("run", home=home, **CHOLERA).returncode == 3
        assert command("ingest", home=home, **CHOLERA).returncode == 0


def test_words_of_a_feed_are_only_words():
    """Names of parts and what servers say cannot move the cursor or colour the screen."""
    fault = SourceMissingError("\x1b[2J[red]x is not there.", remedy="\x9b2JLook.")
    fetched = Fetched(part="\x1b]0;x\x07\nnew", origin="", outcome=FetchOutcome.FAILED, fault=fault)
    said = "\n".join(one.plain for one in part_lines("feed", fetched, Intake()))
    assert "\x1b" not in said
    assert "\x9b" not in said
    assert "[red]x" in said
    assert len(said.splitlines()) == 3


def test_a_feed_whose_record_cannot_be_kept_fails_alone(home):
    """Where the store refuses what is kept of one feed, that one fails with the store's code; the next one is read."""
    assert command("ingest", "cholera-africa", home=home).returncode == 0
    with contextlib.closing(sqlite3.connect(next(home.glob("*.sqlite3")))) as connection:
        connection.execute(
            "CREATE TRIGGER no_record BEFORE INSERT ON feed_fetch WHEN NEW.source = 'cholera-africa' "
            "BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
    said = command("ingest", "cholera-africa", "pertussis-us", "--json", home=home)
    assert said.returncode == 1
    found = told(said)
    assert [fault["code"].split("-")[0] for fault in found["cholera-africa"]["faults"]] == ["store"]
    assert found["pertussis-us"]["new_or_revised"] == 57_999
