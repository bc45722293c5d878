"""A backtest's run: what it keeps, what it does again, and what it does when a cutoff fails."""

from __future__ import annotations

import contextlib
import json
import threading
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from made_up_hub import CUTOFFS, FEED, PLACES, cutoff

from neuralbrain.backtest.asking import Asking, InMemory
from neuralbrain.backtest.atomic import write_whole
from neuralbrain.backtest.budget import Budget
from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.replay import Bench
from neuralbrain.backtest_opening import opened_by, plan_of
from neuralbrain.domain.request import Answer
from neuralbrain.errors import RunnerBusyError, SettingsError, StoreUnavailableError
from neuralbrain.evaluate.forecast_frame import tables_of
from neuralbrain.stages import draft_of, remember
from neuralbrain.wiring import Application


def files(folder) -> dict[str, bytes]:
    """Return the forecasts of a folder, byte for byte."""
    return {one.name: one.read_bytes() for one in sorted(folder.glob("*.parquet"))}


class CountingProvider:
    """The local provider, counting how often it is asked; it breaks at some cutoffs."""

    def __init__(self, inner, *, breaks_at=()) -> None:
        self._inner = inner
        self._breaks_at = breaks_at
        self.name, self.version = inner.name, inner.version
        self.asked = []

    def parts(self, request):
        """Return a request as the local provider parts it."""
        return self._inner.parts(request)

    def forecast(self, request):
        """Return the local provider's answer, or break as told."""
        self.asked.append(request.panel.cutoff)
        if request.panel.cutoff in self._breaks_at:
            raise ZeroDivisionError("as told")
        return self._inner.forecast(request)

    def repair(self, request, answer: Answer):
        """Return None, as the local provider does."""
        return self._inner.repair(request, answer)


@pytest.fixture
def counting(hub_settings):
    """Yield a maker of openings whose provider counts."""
    here = Application(hub_settings)

    def make(**said):
        provider = CountingProvider(here.provider("local"), **said)
        bench = Bench(sources=(FEED,), observations=here.observations, provider=provider, wait=lambda _seconds: None)
        return provider, lambda: contextlib.nullcontext(bench)

    yield make
    here.close()


def test_each_cutoff_is_what_a_cycle_would_have_made_then(backtest_in, tmp_path, hub_settings):
    """The kept quantiles and claims are those of the live steps over what was known at the cutoff, to the last bit."""
    outcome = backtest_in(tmp_path / "out")
    assert outcome.finished == list(CUTOFFS)
    assert (outcome.faults, outcome.already, outcome.stopped) == ({}, 0, "")
    here = Application(hub_settings)
    for one in CUTOFFS[::3]:
        (table,) = tables_of(ResultFolder(tmp_path / "out").read(one))
        requests = remember((here.source(FEED),), here.observations, cutoff=one)
        asked = Asking(here.provider("local"), InMemory(), wait=lambda _seconds: None).ask(requests)
        (live,) = draft_of(requests, asked, now=one).tables
        assert len(table) == len(PLACES)
        assert table.quantiles.tobytes() == live.quantiles.tobytes()
        assert table.outbreak_probability.tobytes() == live.outbreak_probability.tobytes()
        assert table.cutoff == one
    here.close()


def test_what_is_finished_is_not_done_again(backtest_in, counting, tmp_path):
    """A second run asks nobody and leaves every byte; one more cutoff missing is the only one asked about."""
    provider, opening = counting()
    backtest_in(tmp_path / "out", open_bench=opening)
    assert sorted(provider.asked) == list(CUTOFFS)
    before = files(tmp_path / "out")
    again = backtest_in(tmp_path / "out", open_bench=opening)
    assert (len(provider.asked), again.already) == (len(CUTOFFS), len(CUTOFFS))
    missing = sorted((tmp_path / "out").glob("*.parquet"))[4]
    missing.unlink()
    backtest_in(tmp_path / "out", open_bench=opening)
    assert provider.asked[len(CUTOFFS) :] == [CUTOFFS[4]]
    assert files(tmp_path / "out") == before


@pytest.mark.parametrize("calibrate", [False, True])
@pytest.mark.parametrize("damage", ["half", "empty", "garbage", "other cutoff", "other table"])
def test_garbage_in_the_folder_is_done_again(backtest_in, tmp_path, damage, calibrate):
    """A file that is cut off, empty, nonsense, or another's is replaced by what belongs there."""
    out = tmp_path / "out"
    backtest_in(out, calibrate=calibrate)
    before = files(out)
    first, second = sorted(out.glob("*.parquet"))[3:5]
    match damage:
        case "half":
            first.write_bytes(first.read_bytes()[: len(first.read_bytes()) // 2])
        case "empty":
            first.write_bytes(b"")
        case "garbage":
            first.write_bytes(b"PAR1" + bytes(range(256)) * 8 + b"PAR1")
        case "other cutoff":
            first.write_bytes(second.read_bytes())
        case "other table":
            pl.DataFrame({"x": [1]}).write_parquet(first)
    (out / ".unfinished-1-x.parquet").write_bytes(b"half")
    outcome = backtest_in(out, calibrate=calibrate)
    assert outcome.faults == {}
    assert files(out) == before
    assert list(out.glob(".unfinished*")) == []


@pytest.mark.parametrize("calibrate", [False, True])
def test_a_failing_cutoff_leaves_the_others(backtest_in, counting, tmp_path, calibrate):
    """It is written down with its error, the others have forecasts, and the next run tries it again."""
    out = tmp_path / "out"
    _, breaking = counting(breaks_at=(CUTOFFS[2],))
    ended = []
    outcome = backtest_in(out, open_bench=breaking, on_ended=ended.append, calibrate=calibrate)
    assert list(outcome.faults) == [CUTOFFS[2]]
    assert outcome.finished == [one for one in CUTOFFS if one != CUTOFFS[2]]
    assert [one.cutoff for one in ended if one.fault is not None] == [CUTOFFS[2]]
    (written,) = (out / "failed").iterdir()
    assert json.loads(written.read_text())["message"] == "ZeroDivisionError: as told"
    _, whole = counting()
    assert backtest_in(out, open_bench=whole, calibrate=calibrate).finished == list(CUTOFFS)
    assert list((out / "failed").iterdir()) == []
    backtest_in(tmp_path / "at once", calibrate=calibrate)
    assert files(out) == files(tmp_path / "at once")


def test_a_cutoff_before_anything_was_known_fails_alone(backtest_in, tmp_path):
    """Of a cutoff before the first release the fault says that nothing was known."""
    early = cutoff(0)
    outcome = backtest_in(tmp_path / "out", cutoffs=(early, CUTOFFS[0]))
    assert outcome.faults[early].code == "nothing-known"
    assert outcome.finished == [CUTOFFS[0]]


def test_another_backtest_is_not_mixed_in(backtest_in, tmp_path):
    """Other cutoffs, or calibration, are refused by name, and the folder stays as it was."""
    out = tmp_path / "out"
    backtest_in(out, cutoffs=CUTOFFS[:2])
    before = files(out)
    with pytest.raises(SettingsError, match="its cutoffs is not the same"):
        backtest_in(out, cutoffs=CUTOFFS[:3])
    with pytest.raises(SettingsError, match="its calibrate is not the same"):
        backtest_in(out, cutoffs=CUTOFFS[:2], calibrate=True)
    assert files(out) == before
    (out / "backtest.json").write_text("half a sent", encoding="utf-8")
    with pytest.raises(SettingsError, match="is no backtest"):
        backtest_in(out, cutoffs=CUTOFFS[:2])
    (out / "backtest.json").unlink()
    with pytest.raises(SettingsError, match="nothing says what they are"):
        backtest_in(out, cutoffs=CUTOFFS[:2])


def test_two_processes_do_not_share_a_folder(backtest_in, counting, tmp_path, hub_settings):
    """While one works in it, another is told so, and the first goes on."""
    _, opening = counting()
    begun, go_on = threading.Event(), threading.Event()

    @contextlib.contextmanager
    def slowly():
        begun.set()
        assert go_on.wait(60)
        with opening() as bench:
            yield bench

    thread = threading.Thread(
        target=backtest_in, args=(tmp_path / "out",), kwargs={"open_bench": slowly, "cutoffs": CUTOFFS[:1]}
    )
    thread.start()
    assert begun.wait(60)
    try:
        with pytest.raises(RunnerBusyError):
            backtest_in(tmp_path / "out", cutoffs=CUTOFFS[:1])
    finally:
        go_on.set()
        thread.join(60)
    assert len(files(tmp_path / "out")) == 1


def test_a_calibrated_backtest_corrects_only_from_what_was_mature(backtest_in, tmp_path):
    """Until eight weeks of values are five weeks old nothing is corrected, afterwards something is; words are kept."""
    cutoffs = tuple(cutoff(week) for week in range(12, 38))
    backtest_in(tmp_path / "plain", cutoffs=cutoffs)
    backtest_in(tmp_path / "corrected", cutoffs=cutoffs, calibrate=True)
    plain, corrected = ResultFolder(tmp_path / "plain"), ResultFolder(tmp_path / "corrected")
    same = [plain.read(one).equals(corrected.read(one), null_equal=True) for one in cutoffs]
    assert all(same[:13])  # the first target is a week ahead, mature after five, and eight are needed
    assert not all(same)
    assert sorted(same, reverse=True) == same, "once corrected, it stays so"
    assert len(list((tmp_path / "corrected" / "words").iterdir())) == len(cutoffs)
    for one in cutoffs:
        quantiles = tables_of(corrected.read(one))[0].quantiles
        assert (np.diff(quantiles, axis=-1) >= 0).all()


@pytest.mark.slow
@pytest.mark.parametrize("calibrate", [False, True])
def test_the_same_on_one_worker_and_on_two(backtest_in, tmp_path, calibrate):
    """Byte for byte the same files come from this process and from two others."""
    backtest_in(tmp_path / "one", workers=1, calibrate=calibrate)
    backtest_in(tmp_path / "two", workers=2, calibrate=calibrate)
    assert len(files(tmp_path / "one")) == len(CUTOFFS)
    assert files(tmp_path / "one") == files(tmp_path / "two")


@pytest.mark.slow
def test_the_same_on_a_cluster(backtest_in, tmp_path):
    """Byte for byte the same files come from a Dask cluster of two workers that have nothing but the settings."""
    from distributed import LocalCluster

    backtest_in(tmp_path / "one", workers=1)
    with LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        backtest_in(tmp_path / "many", cluster=cluster.scheduler_address)
    assert len(files(tmp_path / "one")) == len(CUTOFFS)
    assert files(tmp_path / "one") == files(tmp_path / "many")


def test_a_cluster_that_is_not_there_is_named(backtest_in, tmp_path, monkeypatch):
    """An address at which no scheduler answers ends the run with a sentence that names it."""
    monkeypatch.setattr("neuralbrain.backtest.workers.CONNECT_SECONDS", 0.2)
    with pytest.raises(SettingsError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:9"):
        backtest_in(tmp_path / "out", cluster="tcp://127.0.0.1:9")


def test_a_file_that_cannot_be_written_is_named(tmp_path):
    """What stands in the way is said in words, and the file that was there stays whole."""
    (tmp_path / "file").write_bytes(b"old")
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        write_whole(tmp_path / "file" / "inside", b"new")
    assert (tmp_path / "file").read_bytes() == b"old"
    write_whole(tmp_path / "file", b"new")
    assert [one.read_bytes() for one in tmp_path.iterdir()] == [b"new"]


def test_each_cutoff_ends_once_and_is_counted(backtest_in, tmp_path):
    """Every piece of work is told of, the last one being the last of all; a repeat has only corrections to look at."""
    ended = []
    backtest_in(tmp_path / "out", calibrate=True, on_ended=ended.append)
    assert [one.done for one in ended] == list(range(1, 2 * len(CUTOFFS) + 1))
    assert {one.pieces for one in ended} == {2 * len(CUTOFFS)}
    ended.clear()
    backtest_in(tmp_path / "out", calibrate=True, on_ended=ended.append)
    assert [one.done for one in ended] == list(range(1, len(CUTOFFS) + 1))


def test_a_network_provider_needs_a_budget(hub_settings, monkeypatch):
    """Without a limit a provider that is paid is not asked; a limit in money needs a price."""
    monkeypatch.setenv("OPENAI_API_KEY", "sk-test")
    here = Application(hub_settings)
    plan = plan_of(here, provider="openai", sources=(FEED,), cutoffs=CUTOFFS, calibrate=False)
    with pytest.raises(SettingsError, match="no budget is named"):
        opened_by(here, plan, budget=Budget())
    here.close()


def test_cutoffs_are_sorted_and_asked_once(hub_settings):
    """Cutoffs in any order, some named twice, are the same plan."""
    here = Application(hub_settings)
    said = {"provider": "local", "sources": (FEED, FEED), "calibrate": False}
    twice = plan_of(here, cutoffs=(*reversed(CUTOFFS), CUTOFFS[3]), **said)
    assert twice == plan_of(here, cutoffs=CUTOFFS, **said)
    assert twice.sources == (FEED,)
    assert twice.cutoffs[1] - twice.cutoffs[0] == timedelta(weeks=1)
    here.close()
