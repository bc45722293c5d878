"""Deaths in a backtest's forecasts are scored and learnt from under their own signal and from their own days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from neuralbrain.backtest.deaths_alone import deaths_alone
from neuralbrain.backtest.learning import Learning
from neuralbrain.backtest.scoring import BASELINE, scores_of_tasks
from neuralbrain.backtest.truth import Truth
from neuralbrain.domain.observation import Measure, Panel, Signal
from neuralbrain.evaluate.baseline import baseline_quantiles
from neuralbrain.evaluate.forecast_frame import frame_of
from neuralbrain.evaluate.scores import weighted_interval_score
from publish.made_editions import panel, table

CASES, DEATHS = Signal(name="cases", deaths="deaths"), Signal(name="deaths", primary=False)
LAST = datetime(2026, 3, 29, tzinfo=UTC)
LONG_AFTER = datetime(2026, 8, 1, tzinfo=UTC)
CASES_SEEN = [10.0, 12, 9, 11, 13, 10, 12, 11, 10, 12, 11, 10, 12, 14]
DEATHS_SEEN = [1.0, 3, 2, 2, 4, 1, 3, 2, 5, 2, 3, 2, 4, 6]


class Known:
    """What is known of two places: each week's values two days after it, the deaths of the second a week later."""

    def panels(self, source: str, *, cutoff: datetime, every_signal: bool = False) -> tuple[Panel, ...]:
        """Return what was known by a moment."""
        del source, every_signal
        return (known(until=(min(cutoff, LONG_AFTER) - timedelta(days=2)).date()),)

    def revisions(self, source: str, **named: object) -> None:
        """Refuse: no value comes late here."""
        raise AssertionError((source, named))


def known(*, until: date, measure: Measure = Measure.INCIDENT) -> Panel:
    """Return what weeks up to a day say, the deaths of the second place a week less."""
    ends = [date(2026, 4, 12) - timedelta(weeks=len(CASES_SEEN) - 1 - week) for week in range(len(CASES_SEEN))]
    weeks = sum(end <= until for end in ends)
    late = [*DEATHS_SEEN[: weeks - 1], np.nan]
    rows: Mapping[tuple[str, Signal], Sequence[float]] = {
        ("AGO", CASES): CASES_SEEN[:weeks],
        ("AGO", replace(DEATHS, measure=measure)): DEATHS_SEEN[:weeks],
        ("BDI", CASES): CASES_SEEN[:weeks],
        ("BDI", replace(DEATHS, measure=measure)): late,
    }
    return panel(rows, last=ends[weeks - 1].isoformat())


def forecasts(**changes: object):
    """Return forecasts of both places, two weeks ahead, made when weeks up to the end of March were known."""
    return replace(table(("AGO", "BDI"), signal=CASES, deaths=(3.0, 2.0)), **changes)


def test_deaths_alone_are_of_their_own_signal_and_day():
    """Each row has the deaths' own signal and last actual; one without a forecast of deaths has none."""
    made = deaths_alone(forecasts(), [known(until=date(2026, 3, 29))])
    assert [one.name for one in made.signals] == ["deaths", "deaths"]
    assert made.last_dates.astype(str).tolist() == ["2026-03-29", "2026-03-22"]
    np.testing.assert_array_equal(made.quantiles, forecasts().deaths_quantiles)
    none = forecasts().deaths_quantiles.copy()
    none[0] = np.nan
    made = deaths_alone(forecasts(deaths_quantiles=none), [known(until=date(2026, 3, 29))])
    assert np.isnat(made.last_dates).tolist() == [True, False]


@pytest.mark.parametrize(
    ("weeks", "cases", "meant"),
    [
        ("2026-03-29", Measure.INCIDENT, Measure.CUMULATIVE),
        ("2026-01-18", Measure.INCIDENT, Measure.INCIDENT),
        ("2026-01-18", Measure.CUMULATIVE, Measure.CUMULATIVE),
    ],
    ids=["totals that rise", "too few to step", "beside totals that were stepped"],
)
def test_totals_of_deaths_are_read_as_the_bottleneck_reads_them(weeks, cases, meant):
    """Totals are new events where they say some or their cases are; else they were forecast as they are."""
    signals = (replace(CASES, measure=cases),) * 2
    seen = known(until=date.fromisoformat(weeks), measure=Measure.CUMULATIVE)
    made = deaths_alone(forecasts(signals=signals), [seen])
    assert {one.measure for one in made.signals} == {meant}


def test_scores_of_a_backtest_hold_those_of_deaths():
    """Beside the cases there are rows of deaths, against what came true and the baseline of the deaths' own history."""
    frame = frame_of(forecasts()).with_columns(contaminated=pl.lit(value=False))
    scores = scores_of_tasks(frame, observations=Known(), truth=Truth(observations=Known(), by=LONG_AFTER))
    deaths = scores.filter(signal="deaths").sort("model", "region", "horizon")
    ours = deaths.filter(pl.col("model") != BASELINE)
    assert ours.select("region", "target_date", "observed").rows() == [
        ("AGO", date(2026, 4, 5), DEATHS_SEEN[12]),
        ("AGO", date(2026, 4, 12), DEATHS_SEEN[13]),
        ("BDI", date(2026, 3, 29), DEATHS_SEEN[11]),
        ("BDI", date(2026, 4, 5), DEATHS_SEEN[12]),
    ]
    quantiles = forecasts().deaths_quantiles
    assert ours["wis"][3] == pytest.approx(float(weighted_interval_score(quantiles[1, 1], np.array(DEATHS_SEEN[12]))))
    usual = baseline_quantiles(np.array([DEATHS_SEEN[:11]]), horizons=(1,))[0, 0]
    beside = deaths.filter(pl.col("model") == BASELINE)
    assert beside["wis"][2] == pytest.approx(float(weighted_interval_score(usual, np.array(DEATHS_SEEN[11]))))
    plain = frame_of(forecasts(deaths_quantiles=np.full((2, 2, 23), np.nan))).with_columns(
        contaminated=pl.lit(value=False)
    )
    alone = scores_of_tasks(plain, observations=Known(), truth=Truth(observations=Known(), by=LONG_AFTER))
    assert scores.filter(signal="cases").rows() == alone.rows()


def test_a_backtest_learns_of_deaths_apart():
    """Each signal has a count of its own weeks."""
    learning = Learning(provider="local", observations=Known())
    learning.calibration_at(LAST)
    learning.add((forecasts(),))
    counts = learning.calibration_at(LONG_AFTER).counts
    assert counts == {
        ("made", "cases", 1): 1,
        ("made", "cases", 2): 1,
        ("made", "deaths", 1): 2,
        ("made", "deaths", 2): 2,
    }
