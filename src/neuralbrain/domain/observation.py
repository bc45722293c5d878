"""Signals, series and what was known of them: the long form that is stored and the panel that is computed on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.calendar import Cadence

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Dates = npt.NDArray[np.datetime64]


class Measure(StrEnum):
    """Whether a value counts one period's new events or all events so far."""

    INCIDENT = "incident"
    CUMULATIVE = "cumulative"


class Unit(StrEnum):
    """What one unit of a value is."""

    COUNT = "count"
    PER_100K = "per_100k"
    SHARE = "share"  # a proportion, 0 to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What is counted, and how.

    Args:
        name: Stable name, such as ``cholera_cases``.
        unit: What one unit is.
        measure: New events of the period, or the running total.
        cadence: How often it reports.
        deaths: Name of the signal of the same source that counts the deaths of the same disease, if any.
        primary: Whether a region with several signals answers with this one.
        asked: Whether it is forecast; others are kept beside, such as the share of hospitals that reported.
    """

    name: str
    unit: Unit = Unit.COUNT
    measure: Measure = Measure.INCIDENT
    cadence: Cadence = Cadence.WEEKLY
    deaths: str | None = None
    primary: bool = True
    asked: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One time series: which source says what about which place."""

    source: str
    location: str
    signal: Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a release says everything about: a known value within it that the release lacks was withdrawn.

    Args:
        signals: Names of signals, at every place of the feed.
        first: First target date; None for the beginning.
        last: Last target date; None for the end.
        most_withdrawn: Which share of the known values a release may lack; one that lacks more is taken for a fault.
    """

    signals: frozenset[str]
    first: date | None = None
    last: date | None = None
    most_withdrawn: float = 0.2  # feeds withdraw single values; a file that was cut off lacks most


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedRow:
    """A row of a feed that cannot be used, as the feed wrote it; it is kept apart and counted.

    Args:
        location: What the feed calls the place.
        signal: Ours, or the feed's name where it is none of ours.
        target_date: As written.
        value: As written.
        code: Stable name of why.
        message: Why, one sentence.
    """

    location: str
    signal: str
    target_date: str
    value: str
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservationBatch:
    """Many observations in columns: one release of a source, or what one payload holds of it.

    Args:
        series: The series that the rows point at.
        series_index: Shape (n,): position in ``series``.
        target_date: Shape (n,), datetime64[D]: what day, or last day of the week, the value is about.
        value: Shape (n,): the value in the signal's unit; NaN says the source withdrew it.
        as_of: When the values became known, aware UTC. A feed that says only the day means its beginning, UTC.
        scope: What the release says everything about. None for one that only mentions and does not say when: it is
            known from after all that is known of its series, and what it does not mention stays as it was. One that
            only mentions and says when has a scope of no signals.
        page: Shape (n,): from which of several payloads each row is; None where there is one.
        rejected: Rows that cannot be used.
    """

    series: tuple[Series, ...]
    series_index: Integers
    target_date: Dates
    value: Floats
    as_of: datetime
    scope: Scope | None = None
    page: Integers | None = None
    rejected: tuple[RejectedRow, ...] = ()

    def __post_init__(self) -> None:
        lengths = {len(self.series_index), len(self.target_date), len(self.value)}
        if len(lengths) != 1:
            raise ValueError(f"the columns of a batch have different lengths: {sorted(lengths)}")

    def __len__(self) -> int:
        return len(self.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """What was known of many series of one source and cadence at a cutoff, on one regular grid of dates.

    Args:
        series: S series.
        dates: Shape (T,), datetime64[D], ascending, one reporting period apart.
        values: Shape (S, T), in each signal's own measure and unit; NaN where nothing is known.
        cadence: The grid's step.
        cutoff: The last moment of knowledge; no value has a later ``as_of``.
        populations: Shape (S,): inhabitants of each series' location, NaN where unknown.
    """

    series: tuple[Series, ...]
    dates: Dates
    values: Floats
    cadence: Cadence
    cutoff: datetime
    populations: Floats

    @property
    def last_index(self) -> Integers:
        """Return shape (S,): the grid position of each series' last known value, -1 where there is none."""
        positions = np.where(np.isfinite(self.values), np.arange(self.values.shape[1]), -1)
        return np.asarray(positions.max(axis=1, initial=-1))  # the start value holds for an empty grid, too

    @property
    def last_dates(self) -> Dates:
        """Return shape (S,), datetime64[D]: the date of each series' last known value, NaT where there is none."""
        last = self.last_index
        dates = self.dates[np.maximum(last, 0)] if len(self.dates) else np.full(len(last), "NaT", "datetime64[D]")
        return np.where(last >= 0, dates, np.datetime64("NaT", "D"))

    def digest(self) -> str:
        """Return the SHA-256 of what is known: series, grid and values, but not the cutoff.

        Two cutoffs between which nothing changed have the same digest; that is how a cycle sees that
        there is nothing to ask.
        """
        content = hashlib.sha256()
        for series in self.series:
            content.update(repr(series).encode())
        content.update(self.dates.astype("datetime64[D]").astype("<i8").tobytes())
        for numbers in (self.values, self.populations):  # one bit pattern for "missing": NaN has many
            content.update(np.ascontiguousarray(np.where(np.isnan(numbers), np.nan, numbers), "<f8").tobytes())
        return content.hexdigest()


def aligned_to_last(values: Floats, last_index: Integers) -> Floats:
    """Return the rows shifted right so that each ends with its own last known value.

    Args:
        values: Shape (S, T), NaN where nothing is known.
        last_index: Shape (S,): position of each row's last value; -1 gives a row of NaN.

    Returns:
        Shape (S, T); what the shift uncovers on the left is NaN.

    >>> aligned_to_last(np.array([[1.0, 2.0, np.nan]]), np.array([1]))
    array([[nan,  1.,  2.]])
    """
    periods = values.shape[1]
    shift = periods - 1 - last_index
    position = np.arange(periods)[None, :] - shift[:, None]
    rows: Any = np.take_along_axis(values, np.maximum(position, 0), axis=1)
    return np.where(position >= 0, rows, np.nan)
