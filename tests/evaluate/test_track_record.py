"""The track record over scores whose every number can be followed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from neuralbrain.domain.record import RecordChoice, Waiting
from neuralbrain.evaluate.calibration import RankRecord, learn
from neuralbrain.evaluate.record_as_json import (
    coverage_as_json,
    head_as_json,
    reliability_as_json,
    scores_as_json,
    why_empty,
)
from neuralbrain.evaluate.record_ranks import learn_from, rank_records
from neuralbrain.evaluate.track_record import By, Status, track_record
from neuralbrain.store.score_record import CLAIMS, RANKS, VALUES

BEFORE = datetime(2026, 5, 9, tzinfo=UTC)
FIRST, LATER = datetime(2026, 5, 10, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
VALUE = {
    **dict.fromkeys(VALUES, 0.0),
    "provider": "local",
    "source": "made",
    "signal": "cases",
    "region": "AGO",
    "edition": 1,
    "table": 0,
    "row": 0,
    "last_date": date(2026, 3, 29),
    "target_date": date(2026, 4, 5),
    "truth_as_of": FIRST,
    "withdrawn": False,
    "hindsight": False,
    "horizon": 1,
    "below": 11,
    "at_most": 12,
    "baseline_wis": 4.0,
    "baseline_log_wis": 1.0,
    "wis": 2.0,
}
CLAIM = {
    **dict.fromkeys(CLAIMS),
    **{name: VALUE[name] for name in CLAIMS if name in VALUE},
    "settled": 5.0,
    "growth_probability": 0.8,
    "was_growth": 1.0,
    "trend_decreasing": 0.2,
    "trend_stable": 0.5,
    "trend_increasing": 0.3,
    "trend": 1,
}


def values(*changes) -> pl.DataFrame:
    """Return scored values, each as the first but for what is said."""
    return pl.DataFrame([{**VALUE, **one} for one in changes], schema=VALUES)


def claims(*changes) -> pl.DataFrame:
    """Return judged claims, each as the first but for what is said."""
    return pl.DataFrame([{**CLAIM, **one} for one in changes], schema=CLAIMS)


def test_what_counts():
    """The newest edition of a last actual that was not withdrawn counts, by its first truth; all else stands apart."""
    rows = values(
        {"edition": 1, "wis": 1.0},  # repeated by edition 2
        {"edition": 2, "wis": 2.0},
        {"edition": 2, "wis": 9.0, "truth_as_of": LATER},
        {"edition": 3, "wis": 7.0, "withdrawn": True},
        {"edition": 4, "wis": 0.5, "hindsight": True},  # made when it was settled, so edition 2 is the last word
        {"edition": 1, "wis": 4.0, "horizon": 2},  # edition 2 has no score of it yet
        {"edition": 1, "wis": 6.0, "provider": "openai"},  # another provider is never mixed in
    )
    found = track_record(rows, claims(), by=By.PROVIDER)
    assert [(one.key, one.scores.values, one.scores.means["wis"]) for one in found.groups] == [
        ("local", 2, 3.0),
        ("openai", 1, 6.0),
    ]
    assert found.apart == {
        Status.REPEATED: (1, 1.0),
        Status.REVISED: (1, 9.0),
        Status.WITHDRAWN: (1, 7.0),
        Status.HINDSIGHT: (1, 0.5),
    }


def test_relative_wis_is_a_ratio_of_means_where_both_are_known():
    """A value without a baseline, whose history was too short, counts in the mean and not in the ratio."""
    rows = values({}, {"region": "BDI", "wis": 4.0}, {"region": "COD", "wis": 100.0, "baseline_wis": None})
    scores = track_record(rows, claims()).overall.scores
    assert scores.relative_wis == pytest.approx((2 + 4) / (4 + 4))
    assert (scores.compared, scores.values) == (2, 3)
    assert scores.means["wis"] == pytest.approx(106 / 3)


def test_coverage_at_each_level():
    """A value that 11 quantiles lie below and 12 at or below equals the median; one that all lie below covers none."""
    scores = track_record(values({}, {"region": "BDI", "below": 23, "at_most": 23}), claims()).overall.scores
    assert scores.at_most.tolist() == [0.0] * 11 + [0.5] * 12
    assert scores.below.tolist() == [0.0] * 12 + [0.5] * 11
    told = coverage_as_json(track_record(values({}), claims()).overall)
    assert [one["nominal"] for one in told["intervals"]][:2] == [0.1, 0.2]
    assert told["intervals"][-1] == {"nominal": 0.98, "covered": 1.0}


@pytest.mark.parametrize(
    ("by", "keys"),
    [
        (By.REGION, ["AGO", "BDI"]),
        (By.HORIZON, ["1", "10"]),
        (By.WEEK, ["2026-04-05", "2026-04-12"]),
        (By.SOURCE, ["made"]),
        (By.SIGNAL, ["cases"]),
    ],
)
def test_each_split(by, keys):
    """Groups come in the order of what they share: numbers as numbers, weeks by their Sunday."""
    rows = values({"target_date": date(2026, 4, 5)}, {"region": "BDI", "horizon": 10, "target_date": date(2026, 4, 6)})
    assert [one.key for one in track_record(rows, claims(), by=by).groups] == keys


def test_claims_and_levels():
    """The Brier score of 0.8 for what came is 0.04; a trend is scored over its three ordered levels."""
    overall = track_record(values(), claims({}, {"region": "BDI", "was_growth": 0.0, "trend": None})).overall
    assert overall.claims()["growth"].brier.score == pytest.approx((0.04 + 0.64) / 2)
    assert overall.claims()["outbreak"].pairs == 0
    assert overall.levels()["trend"].ranked_probability_score == pytest.approx(0.2**2 + 0.3**2)
    told = reliability_as_json(overall)
    assert told["claims"]["outbreak"]["brier"]["score"] is None
    assert told["claims"]["outbreak"]["reason"] == "nothing is known yet"
    assert told["levels"]["trend"]["one_against_rest"]["stable"]["pairs"] == 1


def test_an_empty_record_is_no_zero():
    """Where nothing is scored every number is null, and a sentence says what waits until when."""
    found = track_record(values(), claims(), by=By.REGION)
    waiting = [Waiting(provider="local", source="made", values=40, next_at=FIRST, unknown=0)]
    head = head_as_json(found, waiting, RecordChoice(), by=By.REGION, now=BEFORE)
    assert head["scored"] == 0
    assert head["reason"] == (
        "Nothing is scored yet: 40 values wait until 35 days after their target date, the first until "
        "2026-05-10T00:00:00Z."
    )
    told = scores_as_json(found.overall)
    assert {told["relative_wis"], *told["means"].values()} == {None}
    assert {one["covered"] for one in coverage_as_json(found.overall)["intervals"]} == {None}
    assert found.groups == ()
    assert "no such forecast waits" in str(why_empty(found, [], RecordChoice(), now=BEFORE))


def test_why_nothing_is_scored_of_a_region_or_signal():
    """What waits is known of whole feeds: of one region or signal no count is told, and what is due is not put off."""
    found = track_record(values(), claims())
    waiting = [Waiting(provider="local", source="made", values=40, next_at=FIRST, unknown=0)]
    for choice in (RecordChoice(region="JPN"), RecordChoice(signal="deaths")):
        said = str(why_empty(found, waiting, choice, now=BEFORE))
        assert said.startswith("Nothing is scored of that region or signal"), said
        assert "40" not in said
    assert str(why_empty(found, waiting, RecordChoice(), now=FIRST)).endswith("the first for the next cycle.")


def test_ranks_for_calibration():
    """What was counted by the database becomes one row a value again, each source, signal and horizon apart."""
    counted = pl.DataFrame(
        [
            {"source": "made", "signal": "cases", "horizon": 1, "below": 11, "at_most": 12, "n_values": 2},
            {"source": "made", "signal": "cases", "horizon": 1, "below": 3, "at_most": 3, "n_values": 1},
            {"source": "other", "signal": "deaths", "horizon": 2, "below": 0, "at_most": 0, "n_values": 1},
        ],
    ).with_columns(pl.lit(date(2026, 3, 29)).alias("last_date"))
    one, other = rank_records(counted.select(*RANKS))
    assert one.below.tolist() == [11, 11, 3]
    assert one.at_most.tolist() == [12, 12, 3]
    assert set(one.source) == {"made"}
    assert {str(day) for day in one.last_date} == {"2026-03-29"}
    assert (other.source[0], other.signal[0], other.horizon[0]) == ("other", "deaths", 2)
    learnt = learn_from(counted.select(*RANKS), provider="local")
    assert learnt.counts == {("made", "cases", 1): 1, ("other", "deaths", 2): 1}
    assert learn_from(pl.DataFrame(schema=RANKS), provider="local").counts == {}


def test_apart_or_together_the_same_is_learnt():
    """Each source, signal and horizon learns from its own record: one after the other they come to the same."""
    days = [date(2025, 1, 5) + timedelta(days=7 * week) for week in range(12)]
    counted = pl.DataFrame(
        [
            (source, "cases", horizon, day, (week + horizon) % 23, (week + horizon) % 23, 3 + week)
            for source in ("made", "other")
            for horizon in (1, 2)
            for week, day in enumerate(days)
        ],
        schema=RANKS,
        orient="row",
    )
    apart = tuple(rank_records(counted))
    together = learn(RankRecord(*(np.concatenate(column) for column in zip(*apart, strict=True))), provider="local")
    assert len(apart) == len(together.corrections) == 4
    assert learn_from(counted, provider="local").digest() == together.digest()
