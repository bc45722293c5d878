"""What a payload must not contradict."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import Measure, ObservationBatch, Series, Signal, Unit
from neuralbrain.errors import SourceSchemaError
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.schema import series
from stand_ins import START

pytestmark = pytest.mark.both_databases(slow=True)

SIGNAL = Signal(name="cases")


@pytest.fixture
def keep(database, clock):
    """Return what keeps rows of (date, value) of one series."""
    observations = StoredObservations(database, clock=clock)
    number = observations.keep_payload("s", Payload(body=b"x", media_type="t", origin="o", retrieved_at=START))

    def keeping(*rows, signal=SIGNAL, as_of=START):
        batch = ObservationBatch(
            series=(Series(source="s", location="AGO", signal=signal),),
            series_index=np.zeros(len(rows), dtype=np.int64),
            target_date=np.array([day for day, _ in rows], dtype="datetime64[D]"),
            value=np.array([value for _, value in rows], dtype=np.float64),
            as_of=as_of,
        )
        return observations.take_in([batch], source="s", payload_numbers=[number]).changed

    keeping.observations = observations
    return keeping


def test_infinite_values_are_refused(keep):
    """An infinite value is no observation; nothing of its payload is kept."""
    with pytest.raises(SourceSchemaError, match="2026-03-08 is infinite"):
        keep(("2026-03-01", 1.0), ("2026-03-08", np.inf))
    assert keep.observations.panels("s", cutoff=START) == ()


def test_two_values_for_one_week_are_refused(keep):
    """Two different values of one week contradict each other; the same value twice is one."""
    with pytest.raises(SourceSchemaError, match="two different values"):
        keep(("2026-03-01", 1.0), ("2026-03-01", 2.0))
    assert keep(("2026-03-01", 1.0), ("2026-03-01", 1.0)) == 1


def test_weeks_that_change_their_last_day_are_refused(keep):
    """A weekly series that ends its weeks on another day of the week than before is refused, not shifted."""
    keep(("2026-01-03", 1.0), ("2026-01-10", 2.0))
    with pytest.raises(SourceSchemaError, match="different days of the week"):
        keep(("2026-01-18", 3.0))
    with pytest.raises(SourceSchemaError, match="different days of the week"):
        keep(("2026-01-17", 3.0), ("2026-01-25", 4.0))
    assert keep(("2026-01-17", 3.0)) == 1


@pytest.mark.parametrize("change", [{"unit": Unit.SHARE}, {"measure": Measure.CUMULATIVE}])
def test_a_signal_does_not_change_its_meaning(keep, change):
    """A series whose unit or measure is another one than before is refused."""
    keep(("2026-03-01", 1.0))
    ((name, said),) = change.items()
    named = f"otherwise than before: {name} is {said}, not {getattr(SIGNAL, name)}"
    with pytest.raises(SourceSchemaError, match=named):
        keep(("2026-03-08", 2.0), signal=replace(SIGNAL, **change))


CHANGES = [{"primary": False}, {"asked": False}, {"deaths": "deaths"}, {"deaths": "deaths", "primary": False}]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_a_signal_may_be_described_anew(keep, database, change):
    """Which signal is primary, is forecast, and counts the deaths may change and change back; what began it stays."""
    observations = keep.observations
    keep(("2026-03-01", 1.0))
    with database.read() as connection:
        began = connection.execute(series.select()).all()
    for number, signal in enumerate((replace(SIGNAL, **change), SIGNAL, replace(SIGNAL, **change)), start=2):
        assert keep(("2026-03-01", float(number)), signal=signal, as_of=START + timedelta(hours=number)) == 1
        assert [one.signal for one in observations.series("s")] == [signal]
        assert [one.signal for one in observations.series_of_place("AGO")] == [signal]
        assert observations.revisions("s").series[0].signal == signal
        known = observations.panels("s", cutoff=START + timedelta(days=1))
        assert [one.signal for panel in known for one in panel.series] == ([signal] if signal.asked else [])
    with database.read() as connection:
        assert connection.execute(series.select()).all() == began


@pytest.mark.parametrize("back", [timedelta(0), timedelta(hours=1)])
def test_a_clock_that_was_set_back_loses_nothing(keep, back):
    """A revision that arrives with the clock at or before the last one is known after it, and is kept once."""
    keep(("2026-03-01", 1.0))
    assert keep(("2026-03-01", 2.0), as_of=START - back) == 1
    assert keep(("2026-03-01", 2.0), as_of=START - back) == 0
    (now,) = keep.observations.panels("s", cutoff=START + timedelta(microseconds=1))
    assert now.values.tolist() == [[2.0]]
    (then,) = keep.observations.panels("s", cutoff=START)
    assert then.values.tolist() == [[1.0]]
