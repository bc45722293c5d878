"""The benchmarks of the service run, in a small size; what they send and count is right, by hand."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from datetime import timedelta

import pytest
from test_benchmarks_run import named

from benchmarks import api, bare, endurance, health, hot_answers, service
from benchmarks.bare import bare_server
from benchmarks.endurance import HourlyClock
from benchmarks.figure import Figure
from benchmarks.load import Answer, Reading, Request, fetched, flood, one_after_another, read_wrk, readers
from benchmarks.publishing import codes
from neuralbrain import service as real_service

ANSWER = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\nserver: x\r\n\r\nhello"
UNCHANGED = b"HTTP/1.1 304 Not Modified\r\netag: x\r\n\r\n"
CASES = (
    *("GET /api/forecasts/all,", "GET /api/forecasts/all as br,"),
    *("GET /api/forecasts/region/AGO,", "304 of /api/forecasts/all,"),
)


@pytest.mark.parametrize("size", [1, 2, 7, 40, 59, 60, 1000])
def test_answers_are_counted_however_they_are_cut(size: int) -> None:
    """Two answers with a body are two, wherever the stream of bytes is cut."""
    stream, reading = ANSWER * 2, Reading(200)
    assert sum(reading.ends(stream[start : start + size]) for start in range(0, len(stream), size)) == 2


@pytest.mark.parametrize("size", [1, 3, len(UNCHANGED), 1000])
def test_answers_without_a_body_are_counted(size: int) -> None:
    """A 304 ends with its head."""
    stream, reading = UNCHANGED * 3, Reading(304)
    assert sum(reading.ends(stream[start : start + size]) for start in range(0, len(stream), size)) == 3


def test_another_status_ends_the_measuring() -> None:
    """An answer that is not what was wanted is an error, not a quick answer."""
    with pytest.raises(RuntimeError, match="an answer is not"):
        Reading(200).ends(UNCHANGED)


def test_an_answer_without_a_length_is_refused() -> None:
    """Where the end of an answer cannot be known, nothing is counted."""
    with pytest.raises(RuntimeError, match="says no length"):
        Reading().ends(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")


def test_what_wrk_prints_is_understood() -> None:
    """Answers and seconds are read from its words; where it met with an error, nothing is."""
    printed = "  12345 requests in 2.50s, 2.30MB read\nRequests/sec:   4938.00\n"
    load = read_wrk(printed)
    assert (load.answers, load.seconds) == (12345, 2.5)
    assert read_wrk("  5 requests in 500.00ms, 1KB read\n").seconds == 0.5
    for more in ("  Socket errors: connect 0, read 3, write 0, timeout 0\n", "  Non-2xx or 3xx responses: 7\n"):
        with pytest.raises(RuntimeError, match="did not get what it asked for"):
            read_wrk(printed + more)


@pytest.fixture(scope="module")
def bare_port() -> Iterator[int]:
    """Yield the port of a bare server that knows two paths."""
    hello = Answer(status=200, headers=(("content-length", "5"), ("x-one", "1"), ("server", "other")), content=b"hello")
    unchanged = Answer(status=304, headers=(("etag", '"1"'),), content=b"")
    with bare_server({"/hello": hello, "/304": unchanged}) as (_, port):
        yield port


def test_the_bare_server_sends_the_very_same(bare_port: int) -> None:
    """Status, header fields and bytes are those that it was given; only date and server are its own."""
    answer = fetched(bare_port, Request(path="/hello"))
    assert (answer.status, answer.content) == (200, b"hello")
    assert answer.headers[:2] == (("content-length", "5"), ("x-one", "1"))
    assert [name for name, _ in answer.headers[2:]] == ["server", "date"]
    assert fetched(bare_port, Request(path="/304", status=304)).content == b""


@pytest.mark.parametrize("deep", [1, 3])
def test_a_flood_counts_every_answer(bare_port: int, deep: int) -> None:
    """With no time left each open question is answered once, and nothing is asked any more."""
    load = flood(bare_port, Request(path="/hello"), connections=3, deep=deep, seconds=0.0)
    assert load.answers == 3 * deep


def test_paths_take_turns(bare_port: int) -> None:
    """Each connection begins with another path, goes on in order, and every answer has its time."""
    requests = [Request(path="/hello"), Request(path="/304", status=304)]
    load = one_after_another(bare_port, requests, connections=2, seconds=0.0)
    assert {path: len(taken) for path, taken in load.taken.items()} == {"/hello": 1, "/304": 1}
    with readers() as ours:
        load = ours.ask(bare_port, requests, connections=1, seconds=0.02)
    assert len(load.taken["/hello"]) - len(load.taken["/304"]) in (0, 1)
    assert load.answers == sum(map(len, load.taken.values()))


def test_the_bare_server_is_set_up_as_the_service() -> None:
    """Beside address and port, both give the server the same settings."""

    def settings(module: object) -> dict[str, str]:
        calls = [one for one in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(one, ast.Call)]  # type: ignore[arg-type]
        found = next(one for one in calls if isinstance(one.func, ast.Name) and one.func.id == "Server")
        return {one.arg or "": ast.unparse(one.value) for one in found.keywords if one.arg not in ("address", "port")}

    assert settings(bare) == settings(real_service)


def test_an_hour_passes_on_both_clocks() -> None:
    """The clock of the thousand hours is set forward in wall time and uptime alike."""
    clock = HourlyClock()
    now, uptime = clock.now(), clock.uptime_seconds()
    clock.next_hour()
    assert timedelta(hours=1) <= clock.now() - now < timedelta(hours=2)
    assert 3600 <= clock.uptime_seconds() - uptime < 7200


def test_real_places_come_first() -> None:
    """Made-up editions have places that the API knows by name, and further ones that do not exist."""
    assert "AGO" in codes(10)
    assert len(set(codes(1_000))) == 1_000
    assert codes(1_000)[-1].startswith("R0")


def growth_rows(rows: list[Figure]) -> list[Figure]:
    """Return the rows of growth, which may be none at all."""
    return [row for row in rows if "growth a cycle" in row.name]


def test_the_health_benchmark_runs() -> None:
    """A look has its time as waited for and as processor time, both beside the five minutes between two."""
    rows = health.figures(rounds=3)
    named(rows)
    assert [row.reference for row in rows] == [300.0, 300.0]


@pytest.mark.slow
def test_the_endurance_benchmark_runs() -> None:
    """Memory has a row for each moment, growth one for each two, and the goal is for the last."""
    rows = endurance.figures(regions=3, moments=(2, 4, 6))
    grown = growth_rows(rows)
    named([row for row in rows if row not in grown])
    assert [bool(row.goals) for row in grown] == [False, True]
    assert all(row.value >= 0 for row in grown)


@pytest.mark.slow
def test_the_api_benchmark_runs() -> None:
    """Hot answers and status stand beside a bare route; all addresses are asked while editions are published, too."""
    rows = api.figures(seconds=0.05, rounds=2, ask_seconds=1.5, sizes=(None, 5), hot_regions=5, heavy_regions=20)
    names = named(rows)
    for case in CASES:
        (times,) = (row for row in rows if row.name.startswith(case) and "full load" in row.name)
        assert times.reference_name == api.BARE
    assert len([row for row in rows if api.HOT in row.goals]) == len(CASES)
    assert {f"GET {path}: waited for" for path in api.STATUSES} <= set(names)
    assert len([row for row in rows if api.MOST_ANSWERS in row.goals]) == 4
    assert len([row for row in rows if hot_answers.CROWD in row.goals]) == 3
    assert len([row for row in rows if row.name.startswith("service over 20 regions: memory")]) == 2


@pytest.mark.slow
def test_the_service_benchmark_runs() -> None:
    """Start, first edition, stop, memory and growth have their rows."""
    rows = service.figures(rounds=1, editions=2, regions=3, moments=(2, 4))
    names = named([row for row in rows if row not in growth_rows(rows)])
    assert names[0] == "import neuralbrain.service"
    assert names[1].endswith("to its first line")
    assert names[2].endswith("first cycle included")
    assert names[3].endswith("from SIGTERM to its end")
    assert len([name for name in names if "over the sample: memory" in name]) == 3
