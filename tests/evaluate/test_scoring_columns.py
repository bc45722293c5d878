"""What is kept of a scored forecast: each column beside the function that makes it."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from paired_examples import weekly_table

from neuralbrain.domain.score import Settled, matures_at
from neuralbrain.evaluate.baseline import baseline_quantiles
from neuralbrain.evaluate.scores import on_log_scale, scores_of, weighted_interval_score
from neuralbrain.evaluate.scoring import score_claims, score_values

AS_OF = datetime(2026, 5, 10, tzinfo=UTC)
NAN = np.nan
HISTORY = np.array([[10.0, 14, 12, 9, 11], [5, 6, 7, 8, 9], [NAN, NAN, NAN, NAN, 3]])
OBSERVED = np.array([[12.0, 30.0], [NAN, 25.0], [7.0, 8.0]])
EVERYTHING = np.ones((3, 2), dtype=bool)


def scored(wanted=EVERYTHING):
    """Return the scores of three places over two weeks, whose medians are 10, 20 and 30."""
    table = weekly_table("AGO", "BDI", "COD")
    return table, score_values(table, OBSERVED, wanted=wanted, history=HISTORY, edition=7, place=0, as_of=AS_OF)


def test_each_known_value_has_a_row():
    """A value that nobody knows has none; rows say which forecast, horizon and day they are about."""
    _, made = scored()
    assert list(zip(made.rows.tolist(), made.horizons.tolist(), made.observed.tolist(), strict=True)) == [
        (0, 1, 12.0),
        (0, 2, 30.0),
        (1, 2, 25.0),
        (2, 1, 7.0),
        (2, 2, 8.0),
    ]
    assert [str(day) for day in made.target_dates[:2]] == ["2026-04-05", "2026-04-12"]
    assert (made.edition, made.table, made.truth_as_of, len(made)) == (7, 0, AS_OF, 5)


def test_only_what_is_wanted_is_scored():
    """Of what is known only what is asked for."""
    wanted = np.zeros((3, 2), dtype=bool)
    wanted[2, 0] = True
    _, made = scored(wanted)
    assert (made.rows.tolist(), made.horizons.tolist()) == ([2], [1])
    assert len(scored(np.zeros((3, 2), dtype=bool))[1]) == 0


def test_columns_are_those_of_the_scores():
    """Eight scores on the natural scale, five on the other, ranks, and the baseline's own two."""
    table, made = scored()
    natural = scores_of(table.quantiles[1, 1], np.array(25.0))
    assert made.natural[2].tolist() == pytest.approx([float(one) for one in natural])
    logs = scores_of(on_log_scale(table.quantiles[1, 1]), on_log_scale(np.array(25.0)))
    assert made.logarithmic[2].tolist() == pytest.approx([float(one) for one in logs[:5]])
    below = int((table.quantiles[1, 1] < 25.0).sum())
    assert (made.below[2], made.at_most[2]) == (below, int((table.quantiles[1, 1] <= 25.0).sum()))
    usual = baseline_quantiles(HISTORY[1:2], horizons=(2,))[0, 0]
    expected = [
        float(weighted_interval_score(usual, np.array(25.0))),
        float(weighted_interval_score(on_log_scale(usual), on_log_scale(np.array(25.0)))),
    ]
    assert made.baseline[2].tolist() == pytest.approx(expected)
    assert np.isnan(made.baseline[3:]).all(), "one value is no history for a baseline"


def test_claims_are_judged_where_the_last_week_is_known():
    """Only rows that are wanted and whose last horizon came to be known; the claims stand as they were published."""
    table = weekly_table("AGO", "BDI", "COD")
    observed = np.array([[12.0, 30.0], [13.0, NAN], [7.0, 8.0]])
    made = score_claims(
        table, observed, wanted=np.array([True, True, False]), history=HISTORY, edition=7, place=0, as_of=AS_OF
    )
    assert made.rows.tolist() == [0]
    assert made.settled.tolist() == [30.0]
    np.testing.assert_array_equal(made.probabilities, [[0.5, 0.25, NAN]])
    np.testing.assert_array_equal(made.came_true, [[0.0, 0.0, 1.0]])
    assert str(made.target_dates[0]) == "2026-04-12"


def test_the_newest_of_several_truths_is_the_settled_one():
    """Rows come oldest truth first; what was never scored is unknown."""
    kept = Settled(
        rows=np.array([0, 1, 0]),
        horizons=np.array([2, 1, 2]),
        observed=np.array([5.0, 6.0, 7.0]),
        claim_rows=np.array([1, 1]),
        claims=np.array([3.0, 4.0]),
    )
    observed, claims = kept.as_table(2, (1, 2))
    np.testing.assert_array_equal(observed, [[NAN, 7.0], [6.0, NAN]])
    np.testing.assert_array_equal(claims, [NAN, 4.0])


def test_the_moment_of_maturity():
    """The end of the day five weeks later, in UTC: a release that bears the next day's date is not in it."""
    assert matures_at(datetime(2026, 3, 29, tzinfo=UTC).date()) < datetime(2026, 5, 4, tzinfo=UTC)
    assert matures_at(datetime(2026, 3, 29, tzinfo=UTC).date()) > datetime(2026, 5, 3, 23, 59, 59, tzinfo=UTC)
