"""What was known when."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Series, Signal
from neuralbrain.store.database import Database
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.sqlite_database import SqliteDatabase
from stand_ins import START, ScriptedSource, StillClock

pytestmark = pytest.mark.both_databases(slow=True)


def keep(observations: StoredObservations, values: dict[str, list[float]], clock: StillClock, **how) -> int:
    """Read a scripted feed once, now."""
    source = ScriptedSource(values, **how)
    (fetched,) = source.fetch(now=clock.now(), known={})
    numbers = [observations.keep_payload(source.name, page) for page in fetched.pages]
    return observations.take_in(source.parse(fetched.pages), source=source.name, payload_numbers=numbers).changed


@pytest.fixture
def observations(database: Database, clock: StillClock) -> StoredObservations:
    """Return the store's observations over a fresh database."""
    return StoredObservations(database, clock=clock)


def test_only_changed_values_become_rows(observations, clock):
    """Reading the same feed twice adds nothing; a revision adds exactly the revised values."""
    assert keep(observations, {"AGO": [1, 2, 3], "BDI": [4, 5, 6]}, clock) == 6
    clock.forward(hours=1)
    assert keep(observations, {"AGO": [1, 2, 3], "BDI": [4, 5, 6]}, clock) == 0
    assert keep(observations, {"AGO": [1, 2, 9], "BDI": [4, 5, 6]}, clock) == 1
    clock.forward(hours=1)
    assert keep(observations, {"AGO": [1, 2, 3], "BDI": [4, 5, 6]}, clock) == 1, "back to the old value is a revision"


def test_no_foresight(observations, clock):
    """What was known at a cutoff holds no value that became known later, to the microsecond."""
    keep(observations, {"AGO": [10, 20]}, clock)
    first = clock.now()
    clock.forward(days=7)
    keep(observations, {"AGO": [10, 25, 30]}, clock, last="2026-04-05")
    second = clock.now()
    (then,) = observations.panels("scripted", cutoff=second - timedelta(microseconds=1))
    assert then.values.tolist() == [[10.0, 20.0]]
    assert then.dates.astype(str).tolist() == ["2026-03-22", "2026-03-29"]
    (now,) = observations.panels("scripted", cutoff=second)
    assert now.values.tolist() == [[10.0, 25.0, 30.0]]
    assert observations.panels("scripted", cutoff=first - timedelta(microseconds=1)) == ()


def test_a_withdrawn_value_is_unknown_again(observations, clock):
    """A withdrawal is a row of its own: unknown from then on, known before."""
    keep(observations, {"AGO": [10, 20]}, clock)
    before = clock.now()
    clock.forward(days=1)
    assert keep(observations, {"AGO": [10, float("nan")]}, clock) == 1
    (now,) = observations.panels("scripted", cutoff=clock.now())
    assert np.array_equal(now.values, [[10.0, np.nan]], equal_nan=True)
    (then,) = observations.panels("scripted", cutoff=before)
    assert then.values.tolist() == [[10.0, 20.0]]


def test_a_gap_stays_a_gap(observations, clock):
    """A week that nobody reported is unknown on the grid, never zero."""
    signal = Signal(name="cases")
    batch = ObservationBatch(
        series=(Series(source="s", location="AGO", signal=signal),),
        series_index=np.array([0, 0]),
        target_date=np.array(["2026-03-01", "2026-03-15"], dtype="datetime64[D]"),
        value=np.array([5.0, 7.0]),
        as_of=clock.now(),
    )
    number = observations.keep_payload("s", Payload(body=b"x", media_type="t", origin="o", retrieved_at=clock.now()))
    observations.take_in([batch], source="s", payload_numbers=[number])
    (panel,) = observations.panels("s", cutoff=clock.now())
    assert np.array_equal(panel.values, [[5.0, np.nan, 7.0]], equal_nan=True)
    assert panel.cadence is Cadence.WEEKLY


def test_weeks_that_end_on_different_days_are_panels_apart(observations, clock):
    """Saturday weeks and Sunday weeks do not share a grid."""
    signal = Signal(name="cases")
    batch = ObservationBatch(
        series=tuple(Series(source="s", location=place, signal=signal) for place in ("AGO", "US-CA")),
        series_index=np.array([0, 1]),
        target_date=np.array(["2026-03-15", "2026-03-14"], dtype="datetime64[D]"),
        value=np.array([5.0, 7.0]),
        as_of=clock.now(),
    )
    number = observations.keep_payload("s", Payload(body=b"x", media_type="t", origin="o", retrieved_at=clock.now()))
    observations.take_in([batch], source="s", payload_numbers=[number])
    panels = observations.panels("s", cutoff=clock.now())
    assert sorted(panel.series[0].location for panel in panels) == ["AGO", "US-CA"]


def test_the_same_payload_is_kept_once(observations, clock):
    """The same content of a source has one number; other content has another."""
    payload = Payload(body=b"words", media_type="t", origin="o", retrieved_at=clock.now())
    first = observations.keep_payload("s", payload)
    assert observations.keep_payload("s", payload) == first
    assert observations.keep_payload("other", payload) != first


@settings(max_examples=30)  # each makes a database
@given(
    vintages=st.lists(
        st.dictionaries(st.sampled_from(["AGO", "BDI", "COD"]), st.lists(st.integers(0, 3), min_size=1, max_size=4),
                        min_size=1),
        min_size=1, max_size=5,
    )
)  # fmt: skip
def test_every_moment_can_be_asked_for(tmp_path_factory, vintages):
    """After any row of readings, each past moment is answered as a plain replay of the readings answers it."""
    from neuralbrain.store.upgrade import upgrade

    database = SqliteDatabase(tmp_path_factory.mktemp("db") / "x.sqlite3", busy_timeout_seconds=20)
    upgrade(database)
    clock = StillClock(START)
    observations = StoredObservations(database, clock=clock)
    known: dict[tuple[str, str], float] = {}
    snapshots = []
    for values in vintages:
        keep(observations, values, clock)
        for place, row in values.items():
            dates = np.datetime64("2026-03-29") - 7 * (len(row) - 1 - np.arange(len(row)))
            known |= {(place, str(day)): float(value) for day, value in zip(dates, row, strict=True)}
        snapshots.append((clock.now(), dict(known)))
        clock.forward(hours=1)
    for moment, expected in snapshots:
        (panel,) = observations.panels("scripted", cutoff=moment)
        found = {
            (series.location, str(day)): value
            for series, row in zip(panel.series, panel.values, strict=True)
            for day, value in zip(panel.dates, row, strict=True)
            if np.isfinite(value)
        }
        assert found == expected
    database.close()
