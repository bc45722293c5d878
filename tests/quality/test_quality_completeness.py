"""How complete the newest values are is learnt from a feed's own revisions, and from nothing later."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from quality_examples import revisions_of

from hub_bundle import folder, needs_bundle
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.completeness import Completeness
from neuralbrain.domain.observation import Measure, Unit
from neuralbrain.domain.revisions import Revisions
from neuralbrain.quality.completeness import completeness_of

FIRST = date(2025, 1, 4)  # a Saturday
CUTOFF = datetime(2026, 1, 1, tzinfo=UTC)
Row = tuple[str, str, str, float]


def rows_for(place: str, shares: tuple[float, ...], *, weeks: int, level: float = 1000.0, last: int = 99) -> list[Row]:
    """Return a place whose value of week w shows these shares of ``level`` on the Wednesdays after it."""
    rows = []
    for week in range(weeks):
        day = FIRST + timedelta(weeks=week)
        for age, share in enumerate(shares):
            if week + age <= last:
                released = day + timedelta(days=4 + 7 * age)
                rows.append((place, day.isoformat(), released.isoformat(), level * share))
    return rows


def learnt(revisions: Revisions, cutoff: datetime = CUTOFF, **limits: int) -> Completeness:
    """Return what is learnt of all series, which must be something."""
    found = completeness_of(revisions, series=revisions.series, cutoff=cutoff, **limits)
    assert found is not None
    return found


def test_the_shares_that_were_made_up_are_found():
    """Every week shows 80 %, then 90 %, then all: the shares are found to four decimals, with no spread."""
    found = learnt(revisions_of(rows_for("AGO", (0.8, 0.9, 1.0), weeks=20)))
    assert found.median.tolist() == [[0.8, 0.9, 1, 1, 1, 1, 1]]
    assert found.low.tolist() == found.high.tolist() == found.median.tolist()
    assert str(found.as_of) == "2025-06-04T00:00:00.000000"


def test_only_weeks_that_were_watched_long_enough_count():
    """A share of age a counts once its week is three weeks older, or eight weeks old: longhand for 20 weeks."""
    # The last release is four days after the end of week 20, so week w has age 21 - w by then. Age 1 needs age 4, which
    # 17 weeks have; age 2 needs 5, age 3 needs 6, age 4 needs 7, and ages 5, 6 and 7 need 8.
    found = learnt(revisions_of(rows_for("AGO", (0.8, 0.9, 1.0), weeks=20, last=19)))
    assert found.periods.tolist() == [[17, 16, 15, 14, 13, 13, 13]]


def test_a_place_with_few_weeks_is_drawn_to_the_feed():
    """Longhand: on the log scale (w q + 8 Q) / (w + 8), a week eight weeks older weighs half as much."""
    many = [row for place in ("BEN", "CMR", "TCD") for row in rows_for(place, (0.8, 1.0), weeks=30)]
    few = [("AGO", *row[1:]) for row in rows_for("AGO", (0.5, 1.0), weeks=30) if row[1] >= "2025-07-12"]
    found = learnt(revisions_of([*many, *few]))
    # Weeks 1 to 30; the newest release gives week 30 age 2, so week 28 is the last with age 4: week w weighs
    # 0.5 ** ((30 - w) / 8). AGO has weeks 28 only: week 28 ends on 2025-07-12.
    weight = 0.5 ** (2 / 8)
    expected = np.exp((weight * np.log(0.5) + 8 * np.log(0.8)) / (weight + 8))
    assert found.periods[:, 0].tolist() == [1, 28, 28, 28]
    assert found.median[0, 0] == pytest.approx(expected, abs=5e-5)
    assert found.median[1:, 0].tolist() == [0.8, 0.8, 0.8]


def test_new_lessons_outweigh_old_ones():
    """After a change of the rules the median follows within twelve weeks, although older weeks are more."""
    old = rows_for("AGO", (1.0,), weeks=30)
    new = [row for row in rows_for("AGO", (0.7, 1.0), weeks=45) if row[1] > "2025-07-26"]
    revisions = revisions_of([*old, *new])
    assert learnt(revisions, recent_periods=52).median[0, 0] == 0.7
    assert learnt(revisions_of(old)).median[0, 0] == 1.0


def test_the_interval_holds_eight_in_ten():
    """Ages with shares 0.5, 0.6 … 1.0 in turn have a low and a high near the outer ones and a median between."""
    rows = [
        row
        for turn, share in enumerate((0.5, 0.6, 0.7, 0.8, 0.9, 1.0))
        for row in rows_for("AGO", (share, 1.0), weeks=48)
        if (date.fromisoformat(row[1]) - FIRST).days // 7 % 6 == turn
    ]
    found = learnt(revisions_of(rows))
    assert found.low[0, 0] < 0.6
    assert 0.7 <= found.median[0, 0] <= 0.85
    assert found.high[0, 0] > 0.95


def test_nothing_later_is_seen():
    """What is learnt for a cutoff is the same whether or not later revisions exist."""
    rows = rows_for("AGO", (0.8, 0.9, 1.0), weeks=30)
    cutoff = datetime(2025, 5, 1, tzinfo=UTC)
    before = [row for row in rows if row[2] <= "2025-05-01"]
    disturbed = [*before, *((place, day, moment, 9e6) for place, day, moment, _ in rows if moment > "2025-05-01")]
    expected = learnt(revisions_of(before), cutoff)
    for one in (learnt(revisions_of(rows), cutoff), learnt(revisions_of(disturbed), cutoff)):
        assert one.as_of == expected.as_of
        assert np.array_equal(one.median, expected.median, equal_nan=True)
        assert np.array_equal(one.periods, expected.periods)


def test_a_value_that_does_not_change_is_carried():
    """A week without a release, or with the same value, shows at each age what was known then."""
    rows = [row for row in rows_for("AGO", (0.8, 0.8, 1.0), weeks=20) if row[2] != "2025-03-12"]
    kept = [row for number, row in enumerate(sorted(rows)) if number == 0 or row[3] != sorted(rows)[number - 1][3]]
    assert learnt(revisions_of(kept)).median[0, :3].tolist() == [0.8, 0.8, 1.0]


def test_the_first_value_of_an_age_counts():
    """Of two releases within a week the first is what a forecast on that day would have seen."""
    rows = rows_for("AGO", (0.6, 1.0), weeks=20)
    friday = [(place, day, str(np.datetime64(moment) + 2), 800.0) for place, day, moment, value in rows if value < 1000]
    assert learnt(revisions_of([*rows, *friday])).median[0, :2].tolist() == [0.6, 1.0]


def test_totals_are_judged_by_their_new_events():
    """Running totals that lack a fifth of their newest step show 80 %, not the 99 % of the totals."""
    rows = []
    for week in range(20):
        day = FIRST + timedelta(weeks=week)
        for age, newest in enumerate((80.0, 100.0)):
            released = day + timedelta(days=4 + 7 * age)
            rows.append(("AGO", day.isoformat(), released.isoformat(), 5000 + 100.0 * week + newest))
    found = learnt(revisions_of(rows, measure=Measure.CUMULATIVE))
    assert found.median[0, :3].tolist() == [0.8, 1.0, 1.0]


def test_daily_feeds_have_daily_ages():
    """A daily value that shows half on the day after and all on the second is found as such."""
    rows = [
        ("AGO", (FIRST + timedelta(days=day)).isoformat(), (FIRST + timedelta(days=day + 1 + age)).isoformat(), value)
        for day in range(60)
        for age, value in enumerate((50.0, 100.0))
    ]
    found = learnt(revisions_of(rows, cadence=Cadence.DAILY))
    assert found.median.shape == (1, 27)
    assert found.median[0, :3].tolist() == [0.5, 1.0, 1.0]


@pytest.mark.parametrize(("unit", "says"), [(Unit.COUNT, False), (Unit.SHARE, True)])
def test_counts_of_few_events_teach_nothing(unit: Unit, says: bool):
    """A settled count below ten is left out; a share has no events to count."""
    revisions = revisions_of(rows_for("AGO", (0.8, 1.0), weeks=20, level=9.0), unit=unit)
    assert (completeness_of(revisions, series=revisions.series, cutoff=CUTOFF) is not None) is says


def test_nothing_can_be_said_without_vintages():
    """One release, no revisions, other series, or a cutoff before everything: None, and no number."""
    once = [("AGO", (FIRST + timedelta(weeks=week)).isoformat(), "2025-12-01", 100.0) for week in range(40)]
    revisions = revisions_of(once)
    assert completeness_of(revisions, series=revisions.series, cutoff=CUTOFF) is None
    assert completeness_of(revisions, series=(), cutoff=CUTOFF) is None
    learned = revisions_of(rows_for("AGO", (0.8, 1.0), weeks=20))
    assert completeness_of(learned, series=learned.series, cutoff=datetime(2024, 1, 1, tzinfo=UTC)) is None
    other = (replace(learned.series[0], location="BEN"),)
    assert completeness_of(learned, series=other, cutoff=CUTOFF) is None
    empty = revisions_of([])
    assert completeness_of(empty, series=learned.series, cutoff=CUTOFF) is None


def test_a_withdrawn_value_is_no_value():
    """A week that was withdrawn for good teaches nothing, and the others stay."""
    rows = rows_for("AGO", (0.8, 1.0), weeks=20)
    gone = [
        (place, day, "2025-02-20", float("nan")) for place, day, _, value in rows if day == "2025-02-08" and value < 900
    ]
    before, after = learnt(revisions_of(rows)), learnt(revisions_of([*rows, *gone]))
    assert after.periods[0, 0] == before.periods[0, 0] - 1
    assert after.median[0, 0] == 0.8


@pytest.mark.slow
@needs_bundle
@pytest.mark.parametrize(
    ("cutoff", "weeks", "low", "high"), [("2024-05-08", 30, 0.96, 0.99), ("2026-08-01", 80, 0.88, 0.92)]
)
def test_the_first_values_of_us_influenza_admissions(cutoff: str, weeks: int, low: float, high: float):
    """Against the settled file the first national value shows 0.97 or 0.98 in 2023-24 and 0.90 in 2024-25."""
    seen = pl.read_parquet(folder() / "flusight_vintages.parquet").filter(pl.col("location") == "US")
    settled = pl.read_parquet(folder() / "flusight_truth.parquet").filter(pl.col("location") == "US")
    end = date.fromisoformat(cutoff)
    begin = date(2023, 10, 7) if end.year == 2024 else date(2024, 11, 23)
    final = settled.with_columns(pl.lit(end).alias("as_of")).select(seen.columns)
    known = pl.concat([seen, final]).filter(
        pl.col("target_end_date").is_between(begin, date(2025, 5, 24)), pl.col("as_of") <= end
    )
    rows = [(row["location"], str(row["target_end_date"]), str(row["as_of"]), row["value"]) for row in known.to_dicts()]
    found = learnt(
        revisions_of(rows), datetime(end.year, end.month, end.day, tzinfo=UTC), mature_periods=weeks, recent_periods=90
    )
    assert low <= found.median[0, 0] <= high
