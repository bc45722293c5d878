"""Made-up feeds as a list of releases, and a model in plain dictionaries of what was known of them when."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
from hypothesis import strategies as st

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch, Panel, Scope, Series, Signal
from neuralbrain.domain.revisions import Revisions
from neuralbrain.store.observations import StoredObservations

SOURCE = "made-up"
FIRST_DAY, WEEKS = date(2026, 1, 4), 5
PLACES = ("AGO", "BDI", "NAM")
SIGNALS = ("cases", "deaths")
FIRST_MOMENT = datetime(2026, 3, 1, tzinfo=UTC)
Key = tuple[str, str, date]  # place, signal, day
Answers = dict[Key, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One release of one part.

    Args:
        hour: When it was published, hours after the first moment.
        signal: What it is about.
        first: First week that it says everything about.
        last: Last week that it says everything about.
        values: Place, week and value, of other weeks too; NaN says that the value was withdrawn.
    """

    hour: int
    signal: str
    first: int
    last: int
    values: tuple[tuple[str, int, float], ...]

    @property
    def as_of(self) -> datetime:
        """Return when it was published."""
        return FIRST_MOMENT + timedelta(hours=self.hour)

    @property
    def part(self) -> str:
        """Return which part of the feed it is: those of the same moment are different ones."""
        return f"{self.signal} from week {self.first}"

    @property
    def said(self) -> Answers:
        """Return what it says."""
        return {(place, self.signal, day_of(week)): value for place, week, value in self.values}

    def speaks_of(self, key: Key) -> bool:
        """Return whether it says everything about a value: what it lacks then was withdrawn."""
        return key[1] == self.signal and day_of(self.first) <= key[2] <= day_of(self.last)


def day_of(week: int) -> date:
    """Return the last day of a week."""
    return FIRST_DAY + timedelta(weeks=week)


@st.composite
def one_release(draw: st.DrawFn, *, hour: int, signal: str, first: int, last: int, alone: bool) -> Release:
    """Make one release of a window of weeks, with gaps; few values are withdrawn by name, few are of other weeks."""
    weeks = range(WEEKS) if alone and draw(st.booleans()) else range(first, last + 1)
    cells = [(place, week) for place in PLACES for week in weeks]
    value = st.sampled_from([None, 0.0, 1.0, 2.0, 2.5, math.nan])  # None: not in it at all
    drawn = draw(st.lists(value, min_size=len(cells), max_size=len(cells)))
    values = tuple((*cell, one) for cell, one in zip(cells, drawn, strict=True) if one is not None)
    return Release(hour=hour, signal=signal, first=first, last=last, values=values)


@st.composite
def feeds(draw: st.DrawFn) -> tuple[Release, ...]:
    """Make the history of a feed, oldest first: at each moment a release of one signal or both, whole or in two."""
    hours = draw(st.lists(st.integers(0, 12), min_size=1, max_size=6, unique=True))
    history: list[Release] = []
    for hour in sorted(hours):
        for signal in draw(st.lists(st.sampled_from(SIGNALS), min_size=1, max_size=2, unique=True)):
            first = draw(st.integers(0, WEEKS - 1))
            last = draw(st.integers(first, WEEKS - 1))
            cut = draw(st.integers(first, last))  # where it begins anew, unless that is where it begins anyway
            windows = [(first, last)] if cut == first else [(first, cut - 1), (cut, last)]
            history += [
                draw(one_release(hour=hour, signal=signal, first=one, last=other, alone=len(windows) == 1))
                for one, other in windows
            ]
    return tuple(history)


def history_of(releases: tuple[Release, ...]) -> list[tuple[datetime, Answers]]:
    """Return what is known from each release on: the whole of what the store is to answer, in plain words.

    A value that is withdrawn, by name or by being left out, is NaN from then on.
    """
    known: Answers = {}
    history = []
    for one in sorted(releases, key=lambda release: release.hour):
        left_out = {key: math.nan for key in known if one.speaks_of(key) and key not in one.said}
        news = {key: value for key, value in one.said.items() if key in known or not math.isnan(value)}
        known = known | left_out | news
        history.append((one.as_of, known))
    return history


def answers_at(history: list[tuple[datetime, Answers]], cutoff: datetime) -> Answers:
    """Return the values that were known at a moment."""
    known = [then for as_of, then in history if as_of <= cutoff]
    return {key: value for key, value in known[-1].items() if not math.isnan(value)} if known else {}


def revisions_in(history: list[tuple[datetime, Answers]]) -> set[tuple[Key, datetime, float | None]]:
    """Return each value with the moment from which on it was known, None where it was withdrawn."""
    found = set()
    before: Answers = {}
    for as_of, known in history:
        for key, value in known.items():
            if key not in before or not _same(before[key], value):
                found.add((key, as_of, None if math.isnan(value) else value))
        before = known
    return found


def _same(one: float, other: float) -> bool:
    return one == other or (math.isnan(one) and math.isnan(other))


def batch_of(release: Release) -> ObservationBatch:
    """Return a release as an adapter gives it."""
    signal = Signal(name=release.signal, primary=release.signal == SIGNALS[0])
    places = sorted({place for place, _, _ in release.values})
    return ObservationBatch(
        series=tuple(Series(source=SOURCE, location=place, signal=signal) for place in places),
        series_index=np.array([places.index(place) for place, _, _ in release.values], dtype=np.int64),
        target_date=np.array([day_of(week) for _, week, _ in release.values], dtype="datetime64[D]"),
        value=np.array([value for _, _, value in release.values], dtype=np.float64),
        as_of=release.as_of,
        scope=Scope(
            signals=frozenset({release.signal}),
            first=day_of(release.first),
            last=day_of(release.last),
            most_withdrawn=1.0,
        ),
    )


def take_in(observations: StoredObservations, *releases: Release) -> None:
    """Keep the words of some releases of one part, and take them in together."""
    page = Payload(body=repr(releases).encode(), media_type="t", origin="o", retrieved_at=FIRST_MOMENT)
    number = observations.keep_payload(SOURCE, page)
    batches = [batch_of(one) for one in releases]
    observations.take_in(batches, source=SOURCE, part=releases[0].part, payload_numbers=[number])


def values_of(panels: tuple[Panel, ...]) -> Answers:
    """Return the values of panels by place, signal and day."""
    return {
        (one.location, one.signal.name, day.item()): value
        for panel in panels
        for one, row in zip(panel.series, panel.values.tolist(), strict=True)
        for day, value in zip(panel.dates, row, strict=True)
        if not math.isnan(value)
    }


def rows_of(revisions: Revisions) -> list[tuple[Key, datetime, float | None]]:
    """Return the rows of revisions as the model has them."""
    return [
        (
            (revisions.series[index].location, revisions.series[index].signal.name, day.item()),
            as_of.item().replace(tzinfo=UTC),
            None if math.isnan(value) else value,
        )
        for index, day, as_of, value in zip(
            revisions.series_index.tolist(),
            revisions.target_date,
            revisions.as_of,
            revisions.value.tolist(),
            strict=True,
        )
    ]


def require_history(observations: StoredObservations, releases: tuple[Release, ...]) -> None:
    """Assert that the store answers as the model does: at each moment, just before it, and over all revisions."""
    history = history_of(releases)
    moments = sorted({one.as_of for one in releases})
    for moment in [
        *moments,
        *(moment - timedelta(microseconds=1) for moment in moments),
        *(moment + timedelta(minutes=30) for moment in moments),
    ]:
        found = values_of(observations.panels(SOURCE, cutoff=moment, every_signal=True))
        assert found == answers_at(history, moment), moment
        until = [(as_of, known) for as_of, known in history if as_of <= moment]
        rows = rows_of(observations.revisions(SOURCE, cutoff=moment))
        assert set(rows) == revisions_in(until), moment
        assert len(rows) == len(set(rows))
