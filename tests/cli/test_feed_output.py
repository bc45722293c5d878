"""Commands about feeds as real processes: full, closed and cut outputs, Ctrl-C, and bytes that are no text."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import threading

import polars as pl
import pytest
from command_line import COMMAND, in_shell, neuralbrain, surroundings
from feed_home import serving, settings_of
from feed_server import socket_fault

pytestmark = pytest.mark.slow  # each test starts real processes

CHOLERA = {"NEURALBRAIN_SOURCES": "cholera-africa"}


@pytest.mark.parametrize(
    ("where", "code", "said"),
    [("| true", 141, ""), (">/dev/full", 1, "No space left on device"), (">&-", 0, "")],
    ids=["pipe", "full", "closed"],
)
def test_feeds_are_read_whoever_listens(tmp_path, where, code, said):
    """Reading whose progress nobody reads, or that cannot be written, ends well and keeps every value."""
    home = tmp_path / "h"
    ended = in_shell(f"neuralbrain ingest {where}", home=home, **CHOLERA)
    assert ended.returncode == code
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == (1 if said else 0)
    told = json.loads(neuralbrain("sources", "show", "cholera-africa", "--json", home=home).stdout)
    assert told["counts"]["values"] == 3970


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("neuralbrain series Angola >/dev/full", 1),
        ("neuralbrain series Angola --format csv >/dev/full", 1),
        ("neuralbrain series Angola --format parquet >/dev/full", 1),
        ("neuralbrain sources list --json >/dev/full 2>&-", 1),
        ("neuralbrain quality >&-", 0),
        ("neuralbrain series Angola --format parquet >&-", 0),
        ("neuralbrain series Anglola 2>/dev/full", 4),
        ("neuralbrain ingest nonsense 2>&-", 4),
        ("neuralbrain series Angola --out /dev/full --format csv", 2),
    ],
)
def test_what_cannot_be_written_is_no_traceback(ran, line, code):
    """A command whose output is full or closed says so in one sentence at most, and keeps its exit code."""
    ended = in_shell(line, home=ran)
    assert ended.returncode == code
    assert "Traceback" not in ended.stderr
    assert "Errno" not in ended.stderr


def test_bytes_go_through_a_pipe(ran):
    """Parquet to a pipe is Parquet, and nothing else is written beside it."""
    ended = subprocess.run(
        [*COMMAND, "series", "Angola", "--format", "parquet"],
        env=surroundings(ran),
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert pl.read_parquet(io.BytesIO(ended.stdout)).height == 60


def test_the_head_of_a_csv_is_enough(ran):
    """Whoever reads one line of a CSV gets it, and nobody complains."""
    ended = in_shell("neuralbrain series Angola --format csv | head -1", home=ran)
    assert ended.stdout.startswith("source,region,signal")
    assert ended.stderr == ""


def test_a_poor_encoding_gets_plain_letters(ran):
    """Where the output cannot carry bars and lines they are drawn from letters that every encoding has."""
    poor = {"LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    said = neuralbrain("series", "Angola", home=ran, **poor)
    assert said.returncode == 0, said.stderr
    assert said.stdout.isascii()
    assert "####" in said.stdout
    assert neuralbrain("sources", "list", home=ran, **poor).stdout.isascii()


def test_ctrl_c_keeps_what_was_read(tmp_path):
    """Ctrl-C while a feed does not answer ends with one sentence and 130; the feed before it is whole."""
    home, called = tmp_path / "h", threading.Event()

    def hold(line):
        called.set()
        line.hold()

    with serving("who-covid") as server:
        server.always(socket_fault(hold))
        settings = settings_of(server, sources="cholera-africa,who-covid")
        with subprocess.Popen(
            [*COMMAND, "ingest"],
            env=surroundings(home, **settings),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as running:
            assert called.wait(60)
            running.send_signal(signal.SIGINT)
            shown, said = running.communicate(timeout=60)
    assert said == "Stopped. Nothing half-done was published.\n"
    assert running.returncode == 130
    assert "3,970 new or revised values." in shown
    told = json.loads(neuralbrain("sources", "show", "cholera-africa", "--json", home=home).stdout)
    assert told["counts"]["values"] == 3970
