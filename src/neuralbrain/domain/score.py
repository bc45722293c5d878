"""What a forecast was worth once the truth is known: when it is scored, and the columns that are kept of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Dates, Floats, Integers

SETTLES_AFTER = timedelta(days=35)  # methods, scores: the value as known five weeks after its target date


def matures_at(target: date) -> datetime:
    """Return the moment as of which a target date's value is scored: the end, UTC, of the day five weeks later.

    >>> matures_at(date(2026, 3, 29)).isoformat()
    '2026-05-03T23:59:59.999999+00:00'
    """
    return datetime.combine(target + SETTLES_AFTER, time.max, tzinfo=UTC)


def in_hindsight(targets: Dates, *, newest: np.datetime64) -> npt.NDArray[np.bool_]:
    """Return whether targets were forecast when their values were settled: that was no forecast.

    The feed's own dates tell it, not the clock: a replay of the past knows no more than was known then.

    Args:
        targets: Shape (M,): target dates.
        newest: The newest last actual of any row of their table.

    >>> in_hindsight(np.array(["2026-03-01", "2026-03-02"], "datetime64[D]"), newest=np.datetime64("2026-04-05"))
    array([ True, False])
    """
    return np.asarray(newest - targets.astype("datetime64[D]") >= np.timedelta64(SETTLES_AFTER.days, "D"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What is scored at once: the rows of one table of an edition with the same last actual, at one horizon.

    Args:
        edition: The edition's number.
        table: The table's position in it.
        source: The feed.
        provider: Who made it.
        cadence: daily or weekly.
        last_date: Day of the last actual.
        horizon: Periods after it.
        rows: How many forecasts it is of.
        is_last: Whether it is the table's last horizon, which the claims are about.
        deaths: Whether it is of the deaths that were published beside cases; dates and rows are then theirs.
    """

    edition: int
    table: int
    source: str
    provider: str
    cadence: Cadence
    last_date: date
    horizon: int
    rows: int
    is_last: bool
    deaths: bool

    @property
    def target_date(self) -> date:
        """Return the day that is forecast."""
        return self.last_date + timedelta(days=self.cadence.days * self.horizon)

    @property
    def matures_at(self) -> datetime:
        """Return the moment as of which it is scored."""
        return matures_at(self.target_date)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoredRows:
    """Scores of M forecasts of one table of an edition, at any horizons, against the truth as it was known once.

    Args:
        edition: The edition's number.
        table: The table's position in it.
        truth_as_of: The last moment of knowledge of the truth.
        rows: Shape (M,): positions in the table.
        horizons: Shape (M,): periods after the last actual.
        last_dates: Shape (M,), datetime64[D].
        target_dates: Shape (M,), datetime64[D].
        observed: Shape (M,): what came true.
        natural: Shape (M, 8): WIS, dispersion, over-, underprediction, absolute error, bias, covered 50 and 95.
        logarithmic: Shape (M, 5): the first five on the log(x + 1) scale.
        below: Shape (M,): how many of the 23 quantiles lie below what came true.
        at_most: Shape (M,): how many lie at or below it.
        baseline: Shape (M, 2): WIS of the hub baseline on the same values, natural and log(x + 1); NaN where the
            history was too short for one.
        hindsight: Shape (M,): whether they were made when the value was settled (``in_hindsight``).
        deaths: Whether all of them are of the deaths that were published beside cases.
    """

    edition: int
    table: int
    truth_as_of: datetime
    rows: Integers
    horizons: Integers
    last_dates: Dates
    target_dates: Dates
    observed: Floats
    natural: Floats
    logarithmic: Floats
    below: Integers
    at_most: Integers
    baseline: Floats
    hindsight: npt.NDArray[np.bool_]
    deaths: bool = False

    def __len__(self) -> int:
        return len(self.rows)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoredClaims:
    """What came of the claims of M forecasts of one table of an edition, by the truth as it was known once.

    Args:
        edition: The edition's number.
        table: The table's position in it.
        truth_as_of: The last moment of knowledge of the truth.
        rows: Shape (M,): positions in the table.
        last_dates: Shape (M,), datetime64[D].
        target_dates: Shape (M,), datetime64[D]: of the last horizon.
        settled: Shape (M,): Y_H as it came true.
        probabilities: Shape (M, 3): confidence, outbreak, growth as they were published.
        came_true: Shape (M, 3): 1.0 or 0.0 for each; NaN where it cannot be said.
        trend_probabilities: Shape (M, 3): decreasing, stable, increasing.
        trend: Shape (M,): which came true, -1 where it cannot be said.
        risk_probabilities: Shape (M, 3): GREEN, YELLOW, RED.
        risk_level: Shape (M,): which came true, -1 where it cannot be said.
        hindsight: Shape (M,): whether they were made when Y_H was settled (``in_hindsight``).
    """

    edition: int
    table: int
    truth_as_of: datetime
    rows: Integers
    last_dates: Dates
    target_dates: Dates
    settled: Floats
    probabilities: Floats
    came_true: Floats
    trend_probabilities: Floats
    trend: Integers
    risk_probabilities: Floats
    risk_level: Integers
    hindsight: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.rows)

    @classmethod
    def columns(cls) -> tuple[str, ...]:
        """Return the names of what has M entries."""
        return tuple(one.name for one in fields(cls) if one.name not in {"edition", "table", "truth_as_of"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Settled:
    """What the scores of one table were made against, by the moment as of which the truth was known, newest last.

    Args:
        rows: Shape (M,): positions in the table.
        horizons: Shape (M,): periods after the last actual.
        observed: Shape (M,): what came true.
        claim_rows: Shape (C,): positions of the forecasts whose claims were judged.
        claims: Shape (C,): Y_H as it came true.
    """

    rows: Integers
    horizons: Integers
    observed: Floats
    claim_rows: Integers
    claims: Floats

    def as_table(self, count: int, horizons: tuple[int, ...]) -> tuple[Floats, Floats]:
        """Return what the newest scores were made against: shape (N, H) and, for claims, (N,); NaN where none was."""
        observed, claims = np.full((count, len(horizons)), np.nan), np.full(count, np.nan)
        place = np.searchsorted(np.array(horizons), self.horizons)
        observed[self.rows, place] = self.observed  # of several at one place the last one stays
        claims[self.claim_rows] = self.claims
        return observed, claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """What releases of a feed spoke of since its scores were last compared with what is known.

    Args:
        release: The number of the newest of them that may be known by now.
        parts: The scored parts whose truth may be another one since, table by table; those that were not compared for
            longest come first.
    """

    release: int
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """What came of the step that scores.

    Args:
        values: How many forecast values were scored for the first time.
        revised: How many were scored again, because their truth was revised.
        unknown: How many matured and have no truth.
        waiting: How many have not matured.
        next_at: When the next of them does, None where none waits.
    """

    values: int
    revised: int
    unknown: int
    waiting: int
    next_at: datetime | None

    def sentence(self) -> str:
        """Return it in one sentence, with what cannot be scored yet.

        >>> Scored(values=8, revised=1, unknown=0, waiting=4, next_at=datetime(2026, 5, 3, 23, tzinfo=UTC)).sentence()
        '8 values scored, 1 again; 4 wait for their truth, the next until 2026-05-03.'
        """
        done = f"{self.values:,} values scored, {self.revised:,} again"
        without = f", {self.unknown:,} have no truth" if self.unknown else ""
        if self.next_at is None:
            return f"{done}{without}; none waits."
        return f"{done}{without}; {self.waiting:,} wait for their truth, the next until {self.next_at:%Y-%m-%d}."
