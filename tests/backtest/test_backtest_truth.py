"""What forecasts are scored by: the value as it was known five weeks after its date, or as it is known now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from made_up_hub import CUTOFFS, FEED, FIRST, PLACES, WEEKS, counts, cutoff, make_home, release_day, releases

from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.scoring import scores_of_tasks, table_of_scores
from neuralbrain.backtest.truth import Truth, mature_at
from neuralbrain.domain.observation import Floats
from neuralbrain.evaluate.forecast_frame import tables_of
from neuralbrain.evaluate.scores import weighted_interval_score
from neuralbrain.wiring import Application

REVISED = 1000.0  # added in the last release to every value that was mature long before
TODAY = cutoff(WEEKS + 10)


@pytest.fixture(scope="module")
def revised(tmp_path_factory) -> Iterator[Application]:
    """Yield a home whose last release revises every value that is older than ten weeks."""
    table = releases()
    last = pl.col("as_of") == release_day(WEEKS - 1)
    old = pl.col("target_end_date") < FIRST + timedelta(weeks=WEEKS - 10)
    value = pl.when(last & old).then(pl.col("value") + REVISED).otherwise(pl.col("value"))
    here = Application(make_home(tmp_path_factory.mktemp("revised") / "home", table.with_columns(value.alias("value"))))
    yield here
    here.close()


@pytest.fixture
def frame(backtest_in, revised, tmp_path) -> pl.DataFrame:
    """Return the forecasts of two cutoffs."""
    backtest_in(tmp_path / "out", settings=revised.settings, cutoffs=CUTOFFS[:2])
    return pl.concat([ResultFolder(tmp_path / "out").read(one) for one in CUTOFFS[:2]])


def settled(frame: pl.DataFrame) -> Floats:
    """Return shape (6, 4): the settled values of the first cutoff's targets, places as the table has them."""
    (table, _) = tables_of(frame)
    states = {"US-CA": "06", "US-FL": "12", "US-NY": "36", "US-TX": "48", "US-WA": "53", "USA": "US"}
    order = [PLACES.index(states[region]) for region in table.regions]
    return counts()[order][:, 21:25]


def test_a_value_counts_as_it_was_known_five_weeks_later(frame, revised):
    """A revision after that does not count, unless the values of now are asked for."""
    (table, _) = tables_of(frame)
    mature = Truth(observations=revised.observations, by=TODAY).of(table)
    final = Truth(observations=revised.observations, by=TODAY, final=True).of(table)
    assert mature.tolist() == settled(frame).tolist()
    assert final.tolist() == (settled(frame) + REVISED).tolist()


def test_what_is_not_mature_is_unknown(frame, revised):
    """At the moment at which the second target is mature two horizons are known, an instant before only one."""
    (table, _) = tables_of(frame)
    moment = mature_at(FIRST + timedelta(weeks=22))
    known = [
        np.isfinite(Truth(observations=revised.observations, by=one).of(table)).sum(axis=1).tolist()
        for one in (moment, moment - timedelta(microseconds=1))
    ]
    assert known == [[2] * len(PLACES), [1] * len(PLACES)]


def test_scores_stand_beside_the_baseline(frame, revised):
    """Each known task has a row of its author and one of the baseline; the author's WIS is that of its quantiles."""
    truth = Truth(observations=revised.observations, by=TODAY)
    scores = scores_of_tasks(frame, observations=revised.observations, truth=truth)
    assert scores.group_by("model").len().sort("model").rows() == [("baseline", 48), ("local", 48)]
    (table, _) = tables_of(frame)
    first = scores.filter((pl.col("model") == "local") & (pl.col("cutoff") == CUTOFFS[0]))
    assert np.allclose(first["wis"].to_numpy().reshape(6, 4), weighted_interval_score(table.quantiles, settled(frame)))
    by_horizon = table_of_scores(scores, by=("horizon",)).filter(pl.col("model") == "local")
    assert by_horizon.select("source", "signal", "contaminated", "horizon", "n").rows() == [
        (FEED, "flu_admissions", False, horizon, 12) for horizon in (1, 2, 3, 4)
    ]


def test_contaminated_forecasts_have_rows_of_their_own(frame, revised):
    """Marked forecasts are never averaged with others."""
    mixed = frame.with_columns((pl.col("cutoff") == CUTOFFS[1]).alias("contaminated"))
    truth = Truth(observations=revised.observations, by=TODAY)
    table = table_of_scores(scores_of_tasks(mixed, observations=revised.observations, truth=truth))
    assert table.select("model", "contaminated", "n").sort("model", "contaminated").rows() == [
        (model, mark, 24) for model in ("baseline", "local") for mark in (False, True)
    ]
