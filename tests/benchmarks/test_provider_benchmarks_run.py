"""The benchmarks of providers over the network run, in a small size; what they send is the same from both sides."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_benchmarks_run import named

from benchmarks import failover, peer, providers
from benchmarks.asking import (
    NAME,
    asked_all,
    asking_application,
    in_turn,
    parts_of,
    post,
    post_all,
    questions_about,
    said,
    sent_for,
)
from benchmarks.stand_in import KEY, NAMES, StandIn, keys_set, stand_in


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    """Yield providers in a process of their own."""
    with stand_in() as made:
        yield made


def test_both_clients_send_the_same(tmp_path: Path, server: StandIn) -> None:
    """Ours and the bare client ask the same thing with the same key, and get the same words."""
    server.forget()
    (sent,) = sent_for(tmp_path, server, questions_about(2))
    with asking_application(tmp_path, server) as application:
        (question,) = parts_of(application.provider(NAME), questions_about(2))
        answer = said(application.provider(NAME), question)
        (call,) = application.calls.last(10)
        kept = application.calls.body(call.number)
    came = post(sent)
    ours, bare = server.asked()
    assert (ours["path"], ours["key"], ours["status"]) == (bare["path"], bare["key"], bare["status"])
    assert ours["key"] == KEY
    assert json.loads(came)["choices"] == json.loads(kept)["choices"]
    assert json.loads(came)["choices"][0]["message"]["content"].encode() == answer.body


def test_many_regions_are_all_asked_about(tmp_path: Path, server: StandIn) -> None:
    """Regions beyond those of one feed come from a second one, and each is asked about once."""
    requests = questions_about(260)
    assert [len(one.panel.series) for one in requests] == [250, 10]
    with asking_application(tmp_path, server, concurrency=3) as application:
        asked = asked_all(application, requests)
    assert sum(len(part.request.panel.series) for part in asked.parts) == 260
    server.forget()
    sent = sent_for(tmp_path, server, requests)
    assert server.asked() == []
    post_all(sent, concurrency=3)
    assert len(server.asked()) == len(sent) == len(asked.parts) == 11


def test_a_failure_is_no_quick_answer(tmp_path: Path, server: StandIn) -> None:
    """Where the provider does not answer, neither client takes that for a call."""
    server.forget()
    (sent,) = sent_for(tmp_path, server, questions_about(1))
    server.script(NAME, "server", "server")
    with pytest.raises(RuntimeError, match="a bare client with 500"):
        post(sent)
    with asking_application(tmp_path, server) as application:
        (question,) = parts_of(application.provider(NAME), questions_about(1))
        with pytest.raises(RuntimeError, match="did not answer"):
            said(application.provider(NAME), question)
    server.forget()


def test_keys_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that was set before is set afterwards, and one that was not is not."""
    monkeypatch.setenv("OPENAI_API_KEY", "mine")
    with keys_set():
        assert {os.environ["OPENAI_API_KEY"], os.environ["GEMINI_API_KEY"]} == {KEY}
    assert os.environ["OPENAI_API_KEY"] == "mine"
    assert "GEMINI_API_KEY" not in os.environ


def test_both_clocks_are_read_in_turn() -> None:
    """Each action's wall and processor times stand in samples of their own, without the warm-up."""
    ticks = iter([(9.0, 9.0), (1.0, 0.5), (2.0, 0.25)])
    taken = in_turn({"one": lambda: next(ticks)}, rounds=2, warm_up=1)
    wall, cpu = taken["one"]
    assert (wall.seconds, cpu.seconds) == ((1.0, 2.0), (0.5, 0.25))


def test_without_their_environment_others_are_left_out(
    tmp_path: Path, server: StandIn, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where other libraries are not installed, it is said, and there is nothing to call."""
    (sent,) = sent_for(tmp_path, server, questions_about(1))
    with peer.peers(sent, python=tmp_path / "missing") as others:
        assert others == {}
    assert "other libraries are left out" in capsys.readouterr().err


def test_an_environment_without_them_has_none(tmp_path: Path, server: StandIn) -> None:
    """An environment that has none of the libraries offers none."""
    (sent,) = sent_for(tmp_path, server, questions_about(1))
    with peer.peers(sent, python=Path(sys.executable)) as others:
        assert dict(others) == {}


@pytest.mark.slow
def test_the_provider_benchmark_runs(tmp_path: Path) -> None:
    """A call, many regions and a whole cycle have their rows, each beside a bare client or the provider's own time."""
    rows = providers.figures(
        rounds=2,
        series=(1, 2),
        regions=30,
        repeats=1,
        seconds=0.01,
        slow_calls=((1, 1), (2, 2)),
        peer_python=tmp_path / "missing",
    )
    names = named(rows)
    assert all(row.reference is not None for row in rows)
    for clock in (providers.WALL, providers.WORK):
        for whose in (providers.OURS, providers.UNKEPT, providers.MADE):
            assert len([name for name in names if name.endswith(f"{whose}: {clock}")]) == 2
    assert len([name for name in names if "time a region" in name]) == 4
    (forecast,) = (row for row in rows if row.goals)
    assert forecast.goals == (providers.FORECAST,)
    assert "2 calls answered after 0.01 s: feed to edition" in forecast.name


@pytest.mark.slow
def test_the_failover_benchmark_runs() -> None:
    """From the third failure to the next provider, and a whole failover without and with pauses, have their rows."""
    rows = failover.figures(rounds=2, paused_rounds=0)
    named(rows)
    assert [row.reference_name for row in rows] == [failover.BARE] * 2
    assert rows[0].goals == (failover.FAILOVER,)


def test_the_first_of_the_stand_ins_is_asked() -> None:
    """The provider that is measured is the first of two, so that there is a next one."""
    assert NAMES[0] == NAME == failover.FIRST
    assert NAMES[1] == failover.NEXT
