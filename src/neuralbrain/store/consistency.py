"""What a batch of observations must not contradict: itself, and what its series were until now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from neuralbrain.domain.observation import Integers, ObservationBatch, Series
from neuralbrain.errors import SourceSchemaError
from neuralbrain.store.known import Known

_EPOCH = np.datetime64("1970-01-01", "D")
REMEDY = "Nothing of this payload is used. Mend the source, or give the changed signal another name."


def once_each(batch: ObservationBatch, keys: Integers) -> Integers:
    """Return which rows to use, in the order of their keys: each key once.

    Args:
        batch: What is to be kept.
        keys: Shape (n,): what each row is about; rows of the same key that say the same are one.

    Raises:
        SourceSchemaError: If a value is infinite, or two rows of the same key differ; naming the first of them.
    """
    infinite = np.flatnonzero(np.isinf(batch.value))
    if len(infinite):
        raise SourceSchemaError(f"{_named(batch, int(infinite[0]))} is infinite.", remedy=REMEDY)
    order: Integers = np.argsort(keys, kind="stable")
    same = keys[order][1:] == keys[order][:-1]
    if not same.any():
        return order
    values = batch.value[order]
    equal = (values[1:] == values[:-1]) | (np.isnan(values[1:]) & np.isnan(values[:-1]))
    twice = np.flatnonzero(same & ~equal)
    if len(twice):
        raise SourceSchemaError(f"{_named(batch, int(order[twice[0]]))} has two different values.", remedy=REMEDY)
    used: Integers = order[np.append(True, ~same)]
    return used


def require_same_signals(wanted: Sequence[Series], known: Mapping[tuple[str, str], Series]) -> None:
    """Refuse a series whose unit, measure or cadence is another one than before.

    Args:
        wanted: Series of one feed.
        known: Those of it that are kept, by place and name of the signal.

    Raises:
        SourceSchemaError: Naming the first of them.
    """
    for one in wanted:
        before, now = known.get((one.location, one.signal.name), one).signal, one.signal
        if (before.unit, before.measure, before.cadence) != (now.unit, now.measure, now.cadence):
            changed = ", ".join(
                f"{name} is {said}, not {kept}"
                for name, said, kept in (
                    ("unit", now.unit, before.unit),
                    ("measure", now.measure, before.measure),
                    ("cadence", now.cadence, before.cadence),
                )
                if said != kept
            )
            raise SourceSchemaError(
                f"{now.name} of {one.location} in {one.source} is described otherwise than before: {changed}.",
                remedy=REMEDY,
            )


def require_one_grid(batch: ObservationBatch, *, numbers: Integers, known: Known) -> None:
    """Refuse a series whose reporting periods end on different days of the week.

    Args:
        batch: What is to be kept.
        numbers: The store's number of each of its series.
        known: What is known of them, and perhaps of others.

    Raises:
        SourceSchemaError: Naming the first of them.
    """
    periods = np.array([one.signal.cadence.days for one in batch.series], dtype=np.int64)
    days = (batch.target_date.astype("datetime64[D]") - _EPOCH).astype(np.int64)
    order = np.argsort(numbers, kind="stable")
    place = np.minimum(np.searchsorted(numbers[order], known.series_numbers), max(len(numbers) - 1, 0))
    ours = numbers[order][place] == known.series_numbers if len(numbers) else np.zeros(len(known.keys), dtype=bool)
    position = np.concatenate([order[place[ours]], batch.series_index])
    phase = np.concatenate([known.days[ours], days]) % periods[position]
    lowest, highest = np.full(len(periods), np.iinfo(np.int64).max), np.full(len(periods), -1)
    np.minimum.at(lowest, position, phase)
    np.maximum.at(highest, position, phase)
    mixed = np.flatnonzero(highest > lowest)
    if len(mixed):
        one = batch.series[mixed[0]]
        raise SourceSchemaError(
            f"Weeks of {one.signal.name} of {one.location} in {one.source} end on different days of the week.",
            remedy=REMEDY,
        )


def _named(batch: ObservationBatch, row: int) -> str:
    one = batch.series[batch.series_index[row]]
    day = batch.target_date[row].astype("datetime64[D]")
    return f"{one.signal.name} of {one.location} in {one.source} on {day}"
