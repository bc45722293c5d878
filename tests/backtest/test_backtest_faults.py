"""A backtest whose disk or database fails: it ends and says so, pays for nothing more and loses nothing."""

from __future__ import annotations

import contextlib
import errno
import pickle
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from made_up_hub import CUTOFFS, FEED, make_home, release_day, releases

from neuralbrain.backtest import atomic, run
from neuralbrain.backtest.budget import Budget
from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.replay import Bench, replay
from neuralbrain.backtest.run import Backtest
from neuralbrain.backtest_opening import opened_by, plan_of
from neuralbrain.errors import SettingsError, StoreError, StoreUnavailableError
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application

BEGUN = 3  # cutoffs that are done when a run is broken off


class CountedProvider:
    """The local provider, counting how often it is asked."""

    def __init__(self, inner) -> None:
        self._inner = inner
        self.name, self.version = inner.name, inner.version
        self.asked = 0

    def parts(self, request):
        """Return a request as the local provider parts it."""
        return self._inner.parts(request)

    def forecast(self, request):
        """Return the local provider's answer."""
        self.asked += 1
        return self._inner.forecast(request)

    def repair(self, request, answer):
        """Return None, as the local provider does."""
        return self._inner.repair(request, answer)


@pytest.fixture
def paid(hub_settings, tmp_path):
    """Yield a provider that counts as one over the network, and what runs a backtest of it."""
    here = Application(hub_settings)
    provider = CountedProvider(here.provider("local"))
    bench = Bench(sources=(FEED,), observations=here.observations, provider=provider, wait=lambda _seconds: None)
    plan = plan_of(here, provider="local", sources=(FEED,), cutoffs=CUTOFFS, calibrate=False)
    yield (
        provider,
        Backtest(
            plan=replace(plan, over_network=True),
            folder=ResultFolder(tmp_path / "out"),
            open_bench=lambda: contextlib.nullcontext(bench),
        ),
    )
    here.close()


def full_for(chosen: Callable[[Path, bytes], bool], monkeypatch) -> None:
    """Make the disk full for the files that are chosen."""
    write = atomic._write

    def nearly_full(path: Path, content: bytes, *, beside: Path) -> None:
        if chosen(path, content):
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content, beside=beside)

    monkeypatch.setattr(atomic, "_write", nearly_full)


def test_nobody_is_paid_while_the_disk_is_full(paid, tmp_path, monkeypatch):
    """Before the first question it is seen that an answer could not be kept; small files still fit."""
    provider, backtest = paid
    full_for(lambda _path, content: len(content) > 2000, monkeypatch)
    with pytest.raises(StoreError) as said:
        backtest.run()
    assert (said.value.error_code, provider.asked) == ("store-full", 0)
    assert not (tmp_path / "out" / "failed").exists()


def test_an_answer_that_cannot_be_kept_ends_the_run(paid, tmp_path, monkeypatch):
    """A disk that is full after one question is asked no second one; with room the same call goes on."""
    provider, backtest = paid
    with monkeypatch.context() as broken:
        full_for(lambda path, _content: path.suffix == ".words", broken)
        with pytest.raises(StoreError) as said:
            backtest.run()
    assert (said.value.error_code, provider.asked) == ("store-full", 1)
    assert not (tmp_path / "out" / "failed").exists()
    assert backtest.run().finished == list(CUTOFFS)
    assert provider.asked == 1 + len(CUTOFFS)
    assert [one for one in (tmp_path / "out" / "words").iterdir() if one.suffix != ".words"] == []


@contextlib.contextmanager
def locked_database():
    """Open a bench over a database that is locked."""
    raise StoreUnavailableError("The database stayed locked.", remedy="Try again.")
    yield


def test_a_database_that_fails_ends_the_run_from_any_process(backtest_in, tmp_path):
    """What a worker hands back can be sent between processes, and the run ends with its words and code."""
    came = pickle.loads(pickle.dumps(replay(CUTOFFS[0], open_bench=locked_database)))
    assert (came.ends, came.fault.code) == (True, "store-unavailable")
    with pytest.raises(StoreError, match="stayed locked") as said:
        backtest_in(tmp_path / "out", open_bench=locked_database)
    assert said.value.error_code == "store-unavailable"
    assert not (tmp_path / "out" / "failed").exists()


@pytest.mark.slow
def test_a_database_that_fails_in_a_worker_ends_the_run(backtest_in, tmp_path):
    """With two workers, too, the error that ends the run is the database's."""
    with pytest.raises(StoreError, match="stayed locked"):
        backtest_in(tmp_path / "out", open_bench=locked_database, workers=2)


def test_correcting_loses_nothing_when_the_database_fails(backtest_in, tmp_path, monkeypatch):
    """Finished forecasts that are to be corrected again stay where they are while the database is locked."""
    out = tmp_path / "out"
    backtest_in(out, calibrate=True)
    before = {one.name: one.read_bytes() for one in out.glob("*.parquet")}
    about = ResultFolder.about

    def under_another(folder, cutoff):
        said = about(folder, cutoff)
        return None if said is None else {**said, "calibration": "another"}

    def broken(*_arguments, **_said):
        raise StoreUnavailableError("The database stayed locked.", remedy="Try again.")

    monkeypatch.setattr(ResultFolder, "about", under_another)
    monkeypatch.setattr(run, "draft_at", broken)
    with pytest.raises(StoreUnavailableError):
        backtest_in(out, calibrate=True)
    assert {one.name: one.read_bytes() for one in out.glob("*.parquet")} == before
    assert len(before) == len(CUTOFFS)


def same_feed(home: Path, table: pl.DataFrame, like: Settings) -> Settings:
    """Return the settings of another home of which the feed is called and set as in the first."""
    made = make_home(home, table)
    (home / "hub.parquet").unlink()
    return made.model_copy(update={"feeds": like.feeds})


class BrokenOffError(Exception):
    """Ends a run as a kill would."""


@pytest.fixture
def begun(backtest_in, tmp_path) -> Path:
    """Return the folder of a run that was broken off after three cutoffs."""
    ended = []

    def break_off(one) -> None:
        ended.append(one)
        if len(ended) == BEGUN:
            raise BrokenOffError

    with pytest.raises(BrokenOffError):
        backtest_in(tmp_path / "out", on_ended=break_off)
    return tmp_path / "out"


@pytest.mark.parametrize(
    "table",
    [
        releases(noise_after=0),
        releases().filter(pl.col("as_of") != release_day(22)),
    ],
    ids=["another database", "a release of then was not read yet"],
)
def test_two_states_of_knowledge_are_not_mixed(begun, backtest_in, hub_settings, tmp_path, table):
    """A folder that was begun over other releases is refused, and stays as it is."""
    other = same_feed(tmp_path / "other", table, hub_settings)
    before = sorted(one.name for one in begun.glob("*.parquet"))
    with pytest.raises(SettingsError, match="something else was known of made-up up to its last cutoff"):
        backtest_in(begun, settings=other)
    assert sorted(one.name for one in begun.glob("*.parquet")) == before
    assert len(before) == BEGUN


def test_later_releases_do_not_hinder_going_on(begun, backtest_in, hub_settings, tmp_path):
    """What was published after the last cutoff is no part of the backtest: it goes on, and comes to the same."""
    other = same_feed(tmp_path / "other", releases(noise_after=26), hub_settings)
    outcome = backtest_in(begun, settings=other)
    assert (outcome.already, outcome.finished) == (BEGUN, list(CUTOFFS))
    backtest_in(tmp_path / "at once")
    names = sorted(one.name for one in begun.glob("*.parquet"))
    assert [(begun / one).read_bytes() for one in names] == [(tmp_path / "at once" / one).read_bytes() for one in names]


def test_the_future_is_no_cutoff(hub_settings):
    """A cutoff after now is refused, the last one before it is not."""
    here = Application(hub_settings)
    now = here.clock.now()
    said = {"provider": "local", "sources": (FEED,), "calibrate": False}
    with pytest.raises(SettingsError, match="lies in the future"):
        plan_of(here, cutoffs=(*CUTOFFS, now + timedelta(hours=1)), **said)
    assert opened_by(here, plan_of(here, cutoffs=(*CUTOFFS, now), **said), budget=Budget()) is not None
    here.close()
