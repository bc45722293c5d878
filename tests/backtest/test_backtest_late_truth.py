"""Values that come late or never: they count as they were known first, and cost no more than others."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from made_up_hub import FEED, FIRST, PLACES, SHOWN, counts, cutoff, make_home, releases

from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.known_by import KnownBy
from neuralbrain.backtest.learning import Learning
from neuralbrain.backtest.truth import TARGETS_KEPT, MatureTargets, Truth, mature_at, targets_of
from neuralbrain.evaluate.forecast_frame import tables_of
from neuralbrain.evaluate.pairing import observed_of
from neuralbrain.wiring import Application

LAG = timedelta(weeks=6)  # a value is published so much later: a week after it would have been scored
STATES = {"US-CA": "06", "US-FL": "12", "US-NY": "36", "US-TX": "48", "US-WA": "53", "USA": "US"}
SILENT = "06"
SILENT_AFTER = 14  # weeks


@pytest.fixture(scope="module")
def late(tmp_path_factory):
    """Yield a home in which each release came six weeks later than usual."""
    table = releases().with_columns(as_of=pl.col("as_of") + LAG)
    here = Application(make_home(tmp_path_factory.mktemp("late") / "home", table))
    yield here
    here.close()


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    """Yield a home in which one place reports no more."""
    gone = (pl.col("location") == SILENT) & (pl.col("target_end_date") > FIRST + timedelta(weeks=SILENT_AFTER))
    here = Application(make_home(tmp_path_factory.mktemp("silent") / "home", releases().filter(~gone)))
    yield here
    here.close()


def tables_at(backtest_in, here, folder, cutoffs):
    """Return what the local provider forecasts at some cutoffs."""
    backtest_in(folder, settings=here.settings, cutoffs=cutoffs)
    return [tables_of(ResultFolder(folder).read(one)) for one in cutoffs]


def test_what_came_late_counts_as_it_was_known_first(backtest_in, late, tmp_path):
    """Each value is the first that was published of it, not the settled one, and is unknown an instant before."""
    ((table,),) = tables_at(backtest_in, late, tmp_path / "out", [cutoff(20) + LAG])
    order = [PLACES.index(STATES[region]) for region in table.regions]
    first = np.round(counts()[order][:, 21:25] * SHOWN[0])
    whole = Truth(observations=late.observations, by=late.clock.now())
    assert whole.of(table).tolist() == first.tolist()
    published = cutoff(22).replace(hour=0, minute=0, second=0, microsecond=0) + LAG  # the second target's release
    for moment, known in ((published, 2), (published - timedelta(microseconds=1), 1)):
        found = Truth(observations=KnownBy(late.observations, cutoff=moment), by=moment).of(table)
        assert found[:, :known].tolist() == first[:, :known].tolist()
        assert np.isnan(found[:, known:]).all()


def test_what_came_late_is_learnt_from_when_it_came(backtest_in, late, tmp_path):
    """A calibration counts a late value from the cutoff on that knows it, and no earlier."""
    cutoffs = [cutoff(week) + LAG for week in range(20, 24)]
    tables = tables_at(backtest_in, late, tmp_path / "out", cutoffs)
    learning = Learning(provider="local", observations=late.observations)
    found = []
    for one, made in zip(cutoffs, tables, strict=True):
        found.append({key[2]: count for key, count in learning.calibration_at(one).counts.items()})
        learning.add(made)
    assert found == [{}, {1: 1}, {1: 2, 2: 1}, {1: 3, 2: 2, 3: 1}]


class Counted:
    """Observations that count how often all of a feed is asked for."""

    def __init__(self, inner) -> None:
        self._inner = inner
        self.panels_asked = 0

    def panels(self, source, **said):
        """Return what was known."""
        self.panels_asked += 1
        return self._inner.panels(source, **said)

    def revisions(self, source, **said):
        """Return what was known, when."""
        return self._inner.revisions(source, **said)


def test_a_silent_place_costs_as_much_as_others(backtest_in, silent, tmp_path):
    """Each target date is asked for once, and each cutoff's knowledge once, however long a place says nothing."""
    cutoffs = [cutoff(week) for week in range(13, 40)]
    tables = tables_at(backtest_in, silent, tmp_path / "out", cutoffs)
    counted = Counted(silent.observations)
    learning = Learning(provider="local", observations=counted)
    for one, made in zip(cutoffs, tables, strict=True):
        learning.calibration_at(one)
        learning.add(made)
    targets = {day for made in tables for table in made for day in targets_of(table).ravel().tolist()}
    matured = sum(mature_at(one) <= cutoffs[-1] for one in targets)
    assert matured > 20
    assert counted.panels_asked <= matured + len(cutoffs)


def test_what_is_kept_is_narrow_and_says_the_same(backtest_in, silent, tmp_path):
    """Truths from the kept days are those from whole panels to the last bit; of each day two periods are kept."""
    cutoffs = [cutoff(week) for week in range(13, 34)]
    kept = MatureTargets()
    now = silent.clock.now()
    truth = Truth(observations=silent.observations, by=now, mature=kept)
    for (table,) in tables_at(backtest_in, silent, tmp_path / "out", cutoffs):
        targets = targets_of(table)
        whole = np.full(targets.shape, np.nan)
        for target in np.unique(targets):
            panels = silent.observations.panels(FEED, cutoff=mature_at(target.item()))
            whole[targets == target] = observed_of(table, panels)[targets == target]
        due = truth.due(table)
        assert truth.when_mature(table, due).tobytes() == np.where(due, whole, np.nan).tobytes()
    for target in sorted({one.item() for one in targets.ravel()}):
        panels = kept.panels(FEED, target, observations=silent.observations)
        assert {len(one.dates) for one in panels} == {2}


def test_only_the_last_days_are_kept(silent):
    """However many target dates are asked about, memory holds the last ones; asking again gives the same."""
    counted, kept = Counted(silent.observations), MatureTargets()
    days = [FIRST + timedelta(days=one) for one in range(TARGETS_KEPT + 1)]
    for day in days:
        kept.panels(FEED, day, observations=counted)
    kept.panels(FEED, days[-1], observations=counted)
    assert counted.panels_asked == TARGETS_KEPT + 1
    kept.panels(FEED, days[0], observations=counted)
    assert counted.panels_asked == TARGETS_KEPT + 2
