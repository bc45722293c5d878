"""The dates of hubs' rounds, both ways."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.errors import HubError
from neuralbrain.hub.hubs import FLUSIGHT, HUBS, RESPICAST, HubProfile, hub_of
from neuralbrain.hub.rounds import (
    horizon_of,
    replay_ends,
    replayed_round_of,
    require_round,
    round_of,
    submission_window,
    target_end_date,
)

MOMENTS = st.integers(0, 7 * 365 * 86_400).map(
    lambda second: datetime(2023, 1, 1, tzinfo=UTC) + timedelta(seconds=second)
)
hubs = st.sampled_from(list(HUBS.values()))


@pytest.mark.parametrize(
    ("hub", "round_date", "horizon", "ends"),
    [
        (FLUSIGHT, "2025-11-22", -1, "2025-11-15"),
        (FLUSIGHT, "2025-11-22", 0, "2025-11-22"),
        (FLUSIGHT, "2025-12-27", 3, "2026-01-17"),
        (RESPICAST, "2026-08-26", -1, "2026-08-09"),
        (RESPICAST, "2026-08-26", 0, "2026-08-16"),
        (RESPICAST, "2026-08-26", 1, "2026-08-23"),
        (RESPICAST, "2024-10-16", 4, "2024-11-03"),
    ],
)
def test_horizons_end_on_the_days_that_hubs_publish(hub: HubProfile, round_date: str, horizon: int, ends: str) -> None:
    """A horizon of a round ends on the day that the hub's documents give, and that day is that horizon."""
    day, end = date.fromisoformat(round_date), date.fromisoformat(ends)
    assert target_end_date(hub, day, horizon=horizon) == end
    assert horizon_of(hub, day, target_end=end) == horizon


@given(hub=hubs, moment=MOMENTS, horizon=st.integers(-10, 10), off=st.integers(1, 6))
def test_both_ways_agree(hub: HubProfile, moment: datetime, horizon: int, off: int) -> None:
    """From a horizon to its day and back is the same horizon, and any day between is none."""
    day = round_of(hub, moment)
    end = target_end_date(hub, day, horizon=horizon)
    assert horizon_of(hub, day, target_end=end) == horizon
    assert horizon_of(hub, day, target_end=end + timedelta(days=off)) is None
    assert end.weekday() == (5 if hub.date_column == "reference_date" else 6)


@given(hub=hubs, moment=MOMENTS)
def test_a_round_is_within_a_week(hub: HubProfile, moment: datetime) -> None:
    """A moment's round is dated on the hub's day, at most six days after that moment's day there."""
    day = round_of(hub, moment)
    assert require_round(hub, day) == day
    assert 0 <= (day - moment.astimezone(hub.zone).date()).days <= 6


@given(hub=hubs, moment=MOMENTS)
def test_a_moment_in_a_window_is_of_that_round(hub: HubProfile, moment: datetime) -> None:
    """A moment at which files of a round are taken belongs to that round; windows of two rounds never meet."""
    day = round_of(hub, moment)
    for other in (day - timedelta(days=7), day, day + timedelta(days=7)):
        opens, closes = submission_window(hub, other)
        if opens <= moment <= closes:
            assert other == day


@pytest.mark.parametrize(
    ("hub", "cutoff", "round_date", "in_time"),
    [
        (RESPICAST, "2026-08-26T23:59:59.999999+00:00", "2026-08-26", True),  # Thursday in Paris
        (RESPICAST, "2026-08-27T00:00:00+00:00", "2026-09-02", True),
        (RESPICAST, "2025-11-19T22:59:30+00:00", "2025-11-19", True),
        (FLUSIGHT, "2025-11-19T23:59:59.999999+00:00", "2025-11-22", True),
        (FLUSIGHT, "2025-11-20T04:00:00+00:00", "2025-11-22", True),  # Wednesday 23:00 in New York
        (FLUSIGHT, "2025-11-20T04:00:01+00:00", "2025-11-22", False),
        (FLUSIGHT, "2025-11-22T23:59:59.999999+00:00", "2025-11-22", False),
        (FLUSIGHT, "2025-11-23T23:59:59.999999+00:00", "2025-11-29", True),
    ],
)
def test_a_replayed_cutoff_is_in_time_on_the_day_of_the_deadline(
    hub: HubProfile, cutoff: str, round_date: str, in_time: bool
) -> None:
    """A cutoff counts for the round whose deadline is on its day, UTC; after both it is too late."""
    moment, day = datetime.fromisoformat(cutoff), date.fromisoformat(round_date)
    assert replayed_round_of(hub, moment) == day
    assert (moment <= replay_ends(hub, day)) is in_time


@given(hub=hubs, moment=MOMENTS)
def test_what_could_have_been_handed_in_is_in_time_in_a_replay(hub: HubProfile, moment: datetime) -> None:
    """A moment in a round's window is in time for that round, and the round before is over by then."""
    day = round_of(hub, moment)
    if moment <= submission_window(hub, day)[1]:
        replayed = replayed_round_of(hub, moment)
        assert moment <= replay_ends(hub, replayed)
        assert replayed in {day, day - timedelta(days=7)}
        assert (replayed == day) is (moment > replay_ends(hub, day - timedelta(days=7)))


def test_the_deadline_follows_summer_time() -> None:
    """Wednesday 23:00 in New York is 03:00 UTC in summer and 04:00 UTC in winter."""
    assert submission_window(FLUSIGHT, date(2025, 10, 18))[1] == datetime(2025, 10, 16, 3, tzinfo=UTC)
    assert submission_window(FLUSIGHT, date(2025, 11, 22))[1] == datetime(2025, 11, 20, 4, tzinfo=UTC)


def test_the_window_of_the_european_hubs() -> None:
    """European hubs take files from six days before the round's Wednesday to its last minute, Central European Time."""
    opens, closes = submission_window(RESPICAST, date(2025, 11, 19))
    assert opens == datetime(2025, 11, 12, 23, tzinfo=UTC)
    assert closes == datetime(2025, 11, 19, 22, 59, tzinfo=UTC)


def test_a_day_that_is_no_round_is_refused_with_the_one_meant() -> None:
    """A Sunday is no round of FluSight, and the next Saturday is named."""
    with pytest.raises(HubError) as refused:
        require_round(FLUSIGHT, date(2025, 11, 23))
    assert "a Saturday; 2025-11-23 is a Sunday" in refused.value.happened
    assert "2025-11-29" in refused.value.remedy


def test_an_unknown_hub_is_refused() -> None:
    """A hub that nobody knows is refused with those that there are."""
    with pytest.raises(HubError) as refused:
        hub_of("nowcast")
    assert "respicast-covid19" in refused.value.remedy
    assert hub_of(" FluSight ") is FLUSIGHT


def test_the_places_are_the_hubs() -> None:
    """American hubs have 53 places by codes with their zero, European ones 35."""
    places = list(FLUSIGHT.places)
    assert (len(places), places[:3], places[-1]) == (53, ["US", "01", "02"], "72")
    assert FLUSIGHT.places["06"] == "US-CA"
    assert FLUSIGHT.places["72"] == "PRI"
    european = list(RESPICAST.places)
    assert (len(european), european[0], european[-1]) == (35, "AT", "GB-SCT")
    assert RESPICAST.places["GR"] == "GRC"
