"""A backtest of a language model: asked once, within a budget, and marked where it may have read the outcome."""

from __future__ import annotations

import json
from datetime import date

import pytest
from made_up_hub import CUTOFFS, FEED, PLACES
from model_clients import good_answer
from remembered_calls import RememberedCalls
from stand_in_server import KEYS, MODELS

from neuralbrain.backtest.budget import Budget, BudgetedCalls, BudgetSpentError
from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.run import Backtest
from neuralbrain.backtest_opening import opened_by, plan_of
from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, Purpose
from neuralbrain.errors import SettingsError
from neuralbrain.provider_settings import read_provider_settings
from neuralbrain.wiring import Application
from stand_ins import StillClock

FEW = CUTOFFS[:3]


@pytest.fixture
def asked_of(hub_settings, server, monkeypatch):
    """Yield what runs a backtest of a stand-in model over three cutoffs, and counts what it was asked."""
    monkeypatch.setenv("OPENAI_API_KEY", KEYS["openai"])
    server.answer = good_answer
    made: list[Application] = []

    def run(folder, *, budget=None, calibrate=False, cutoffs=FEW, **said):
        table = {"base_url": server.url("openai"), "model": MODELS["openai"], "price_in": 1.0, "price_out": 5.0, **said}
        providers = read_provider_settings({"openai": {name: one for name, one in table.items() if one is not None}})
        made.append(Application(hub_settings.model_copy(update={"providers": providers})))
        here = made[-1]
        plan = plan_of(here, provider="openai", sources=(FEED,), cutoffs=cutoffs, calibrate=calibrate)
        opening = opened_by(here, plan, budget=budget or Budget(calls=100))
        before = len(server.asked)
        outcome = Backtest(plan=plan, folder=ResultFolder(folder), open_bench=opening).run()
        return outcome, len(server.asked) - before

    yield run
    for one in made:
        one.close()


def test_a_repeat_costs_no_call(asked_of, tmp_path):
    """What was answered is kept by what was asked: a repeat, and a repeat without the forecasts, ask nobody."""
    out = tmp_path / "out"
    outcome, calls = asked_of(out)
    assert (outcome.finished, calls) == (list(FEW), len(FEW))
    assert len(ResultFolder(out).read(FEW[0])) == 4 * len(PLACES)
    before = {one.name: one.read_bytes() for one in out.glob("*.parquet")}
    assert asked_of(out)[1] == 0
    for one in out.glob("*.parquet"):
        one.unlink()
    outcome, calls = asked_of(out)
    assert (outcome.finished, calls) == (list(FEW), 0)
    assert {one.name: one.read_bytes() for one in out.glob("*.parquet")} == before


def test_words_that_were_damaged_are_asked_for_again(asked_of, tmp_path):
    """A kept answer that is cut off counts as none."""
    out = tmp_path / "out"
    asked_of(out)
    for one in out.glob("*.parquet"):
        one.unlink()
    first = min((out / "words").iterdir())
    first.write_bytes(first.read_bytes()[:-5])
    assert asked_of(out)[1] == 1


def test_the_budget_of_calls_stops_the_run(asked_of, tmp_path):
    """With two calls allowed two cutoffs are done, it is said why no more, and the next run does the third alone."""
    out = tmp_path / "out"
    outcome, calls = asked_of(out, budget=Budget(calls=2))
    assert (outcome.finished, calls) == (list(FEW[:2]), 2)
    assert outcome.stopped == "all 2 calls that were allowed are made"
    assert outcome.faults == {}
    outcome, calls = asked_of(out, budget=Budget(calls=2))
    assert (outcome.finished, outcome.already, outcome.stopped, calls) == (list(FEW), 2, "", 1)


def test_the_budget_of_money_is_kept_before_the_call(asked_of, tmp_path):
    """Where the next call could cost more than is allowed, nothing leaves."""
    outcome, calls = asked_of(tmp_path / "out", budget=Budget(usd=1e-6))
    assert (outcome.finished, calls) == ([], 0)
    assert "1e-06 US dollars" in outcome.stopped


def test_money_cannot_be_limited_without_a_price(asked_of, tmp_path):
    """A budget in dollars for a model of unknown price is refused."""
    with pytest.raises(SettingsError, match="no price of openai is known"):
        asked_of(tmp_path / "out", budget=Budget(usd=1.0), price_in=None, price_out=None, model="nobody-knows-me")


@pytest.mark.parametrize(("until", "marked"), [(None, 3), (FEW[0].date(), 1), (date(2024, 1, 1), 0)])
def test_what_it_may_have_read_is_marked(asked_of, tmp_path, until, marked):
    """Cutoffs up to the end of the training data are contaminated; all are where nobody says when that was."""
    model = {"model": "nobody-knows-me"} if until is None else {"trained_until": until.isoformat()}
    asked_of(tmp_path / "out", **model)
    marks = [ResultFolder(tmp_path / "out").read(one)["contaminated"].unique().to_list() for one in FEW]
    assert marks == [[True]] * marked + [[False]] * (3 - marked)


def test_a_key_that_is_refused_ends_the_run(asked_of, server, tmp_path):
    """One call finds it out, nobody is asked for the other cutoffs, and no cutoff is blamed."""
    server.always("openai", "invalid_key")
    outcome, calls = asked_of(tmp_path / "out")
    assert (outcome.finished, outcome.faults, calls) == ([], {}, 1)
    assert outcome.stopped.startswith("authentication")


def test_a_provider_that_is_away_is_asked_thrice_a_cutoff(asked_of, server, tmp_path, monkeypatch):
    """Each cutoff fails by itself after three tries, and the next run asks again."""
    monkeypatch.setattr("neuralbrain.clock.SystemClock.wait", lambda _self, _seconds: None)
    server.always("openai", "overloaded_529")
    outcome, calls = asked_of(tmp_path / "out")
    assert (len(outcome.faults), calls) == (3, 9)
    assert {one.code for one in outcome.faults.values()} == {"provider-failed"}
    server.forget()
    assert asked_of(tmp_path / "out")[0].finished == list(FEW)


def test_it_is_calibrated_from_kept_words(asked_of, tmp_path):
    """A calibrated backtest asks once a cutoff, and correcting costs nothing."""
    out = tmp_path / "out"
    assert asked_of(out, calibrate=True)[1] == len(FEW)
    for one in out.glob("*.parquet"):
        one.unlink()
    outcome, calls = asked_of(out, calibrate=True)
    assert (outcome.finished, calls) == (list(FEW), 0)


def test_no_key_lies_in_the_folder(asked_of, tmp_path):
    """No file of the result holds the key."""
    asked_of(tmp_path / "out", calibrate=True)
    kept = [one for one in (tmp_path / "out").rglob("*") if one.is_file()]
    assert len(kept) > 6
    assert all(KEYS["openai"].encode() not in one.read_bytes() for one in kept)
    assert json.loads((tmp_path / "out" / "backtest.json").read_text())["provider"] == "openai"


def test_a_call_counts_with_its_upper_bound_until_its_price_is_told():
    """Of 1 dollar a call of at most 0.6 leaves no room for another; once it is told to have cost 0.1 it does."""
    calls = BudgetedCalls(RememberedCalls(StillClock()), Budget(usd=1.0))
    begun = CallBegun(
        provider="p",
        model="m",
        purpose=Purpose.FORECAST,
        prompt_digest="",
        series=1,
        prompt_tokens=1,
        most_tokens=2,
        most_cost_usd=0.6,
    )
    number = calls.begin(begun)
    with pytest.raises(BudgetSpentError):
        calls.begin(begun)
    calls.answered(number, CallAnswered(seconds=1.0, status=200, request_id="", sent=True))
    calls.read(number, CallReading(kind=None, rule="answered", cost_usd=0.1))
    calls.begin(begun)
    assert (calls.made, round(calls.usd, 6)) == (2, 0.7)
