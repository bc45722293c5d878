"""Learns from a feed's own revisions how complete its newest values usually are."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.completeness import LEVELS_SHOWN, Completeness, age_of
from neuralbrain.domain.observation import Floats, Integers, Measure, Series, Unit
from neuralbrain.domain.revisions import Revisions
from neuralbrain.quality.runs import Flags, last_known

MATURE = {Cadence.WEEKLY: 8, Cadence.DAILY: 28}
"""Periods until a value counts as settled. Weekly: hospital admissions stand still from the third week on, and a score
is against the value of five weeks later; eight leave room for a slower feed."""
RECENT = {Cadence.WEEKLY: 52, Cadence.DAILY: 120}
"""Periods of which the lessons count: reporting rules change, and what was usual before says nothing then."""
HALF_LIFE = {Cadence.WEEKLY: 8, Cadence.DAILY: 28}
"""Periods in which a lesson loses half its weight. When hospitals reported by a new form in November 2024, shares that
were learnt so missed the settled counts of influenza by 11.4 %, by 11.7 % where old weeks weighed the same."""
LEAST_FOLLOWED = (
    3  # periods that a value must have been watched for; most revisions of weekly counts come in the first two
)
LEAST_EVENTS = 10.0  # of a settled count; one event more or less in fewer is a tenth, which is chance and not reporting
LEAST_PERIODS = 5  # of all series of a signal together; the share of fewer says nothing of the next
PRIOR_PERIODS = 8.0
"""So many periods' weight of its own counts as much as all of the feed. On three hospital feeds of 2024-25 shares that
were learnt with 4 to 16 missed the settled values least: by 1 % of the miss less than with the feed's shares alone."""
SMALLEST, LARGEST = 0.05, 20.0  # a first value further off than that is a mistake of another kind
DIGITS = 4  # of a share; the same on every machine


class _Known(NamedTuple):
    """What was known of each period by age; all (S, P, M + 1), NaN where nothing was."""

    first: Floats  # the first value that was known at that age: a new one, else the one carried from the age before
    last: Floats  # the last one
    followed: Integers  # (P,): age of each period at the newest release


def completeness_of(
    revisions: Revisions,
    *,
    series: tuple[Series, ...],
    cutoff: datetime,
    mature_periods: int | None = None,
    recent_periods: int | None = None,
) -> Completeness | None:
    """Return which share of the settled value is usually known at each age, None where nothing can be said.

    Only revisions up to the cutoff are looked at, whatever else is given. For each series, past period and age the
    share is the value first known at that age over the settled one, which is the last value known when the period was
    ``mature_periods`` old; a younger period counts with what is known of it by now, once it was watched for three
    periods beyond that age. Counts of fewer than ten events are left out. For running totals the shares are those of
    the new events, both totals taken from the same time.

    The newest period weighs 1, one of eight weeks (28 days) before half as much. A series with few periods is drawn
    towards all series of its signal. On the log scale, for each of the levels 0.1, 0.5 and 0.9, with the weight ``w``
    of its own periods together, own quantile ``q`` and the quantile ``Q`` of all series' periods::

        (w q + 8 Q) / (w + 8)

    Args:
        revisions: Of one feed.
        series: S series of one cadence; others are not looked at.
        cutoff: The last moment of knowledge.
        mature_periods: After how many periods a value counts as settled; 8 weeks or 28 days where None.
        recent_periods: How many past periods count, the last ones; 52 weeks or 120 days where None.

    Returns:
        Shares of ages 1 to ``mature_periods - 1``, with four decimals.

    Source: partial pooling as in the normal-normal model, with the ratio of the variances fixed (Gelman et al. 2013,
    Bayesian Data Analysis, section 5.4).
    """
    cadence = series[0].signal.cadence if series else Cadence.WEEKLY
    mature = MATURE[cadence] if mature_periods is None else mature_periods
    recent = RECENT[cadence] if recent_periods is None else recent_periods
    chosen = _chosen(revisions, series, cutoff=cutoff)
    if not len(chosen):
        return None
    as_of = chosen.as_of.max()
    known = _known(chosen, size=len(series), days=cadence.days, mature=mature, recent=recent, as_of=as_of)
    logs = _log_shares(known, series, mature=mature)
    weights = 0.5 ** (np.arange(logs.shape[1])[::-1] / HALF_LIFE[cadence])
    own, worth = _quantiles(logs, weights)
    shown = np.full(own.shape, np.nan)
    names = np.array([one.signal.name for one in series])
    for name in np.unique(names):
        rows = np.flatnonzero(names == name)
        together = logs[rows].reshape(1, -1, logs.shape[2])
        enough = np.isfinite(together).sum(axis=1) >= LEAST_PERIODS
        usual = np.where(enough, _quantiles(together, np.tile(weights, len(rows)))[0], np.nan)
        share = worth[rows] / (worth[rows] + PRIOR_PERIODS)
        shown[:, rows] = share * np.where(worth[rows] > 0, own[:, rows], 0.0) + (1.0 - share) * usual
    if not np.isfinite(shown).any():
        return None
    low, median, high = np.round(np.exp(shown), DIGITS)
    periods = np.isfinite(logs).sum(axis=1)
    return Completeness(series=series, as_of=as_of, median=median, low=low, high=high, periods=periods)


def lookback(cadence: Cadence) -> np.timedelta64:
    """Return how far before a feed's newest value the oldest revisions are of which the lessons are learnt."""
    return np.timedelta64((RECENT[cadence] + MATURE[cadence]) * cadence.days, "D")


class _Chosen(NamedTuple):
    """Revisions of the wanted series up to the cutoff, in the order of series, date and ``as_of``."""

    row: Integers
    target_date: npt.NDArray[np.datetime64]
    as_of: npt.NDArray[np.datetime64]
    value: Floats

    def __len__(self) -> int:
        return len(self.row)


def _chosen(revisions: Revisions, series: tuple[Series, ...], *, cutoff: datetime) -> _Chosen:
    place = {one: row for row, one in enumerate(series)}
    row_of = np.array([place.get(one, -1) for one in revisions.series], dtype=np.int64)
    row = row_of[revisions.series_index] if len(revisions.series) else revisions.series_index
    last = np.datetime64(cutoff.replace(tzinfo=None), "us")
    wanted = (row >= 0) & (revisions.as_of <= last)
    return _Chosen(
        row=row[wanted],
        target_date=revisions.target_date[wanted].astype("datetime64[D]"),
        as_of=revisions.as_of[wanted].astype("datetime64[us]"),
        value=revisions.value[wanted],
    )


def _known(chosen: _Chosen, *, size: int, days: int, mature: int, recent: int, as_of: np.datetime64) -> _Known:
    """Return what was known of the last periods by age; one age more than ``mature``, for the period before."""
    periods, ages = recent + 1, mature + 1  # the first period is only there for the steps of running totals
    step = np.timedelta64(days, "D")
    newest = chosen.target_date.max()
    first_date = newest - (periods - 1) * step
    period = (chosen.target_date - first_date).astype(np.int64) // days
    age = age_of(chosen.target_date, as_of=chosen.as_of, days=days)
    used = (period >= 0) & (age <= ages)
    cells, value = np.stack([chosen.row[used], period[used], age[used] - 1]), chosen.value[used]
    # Revisions of one cell stand together, the oldest first.
    begins = np.append(True, (np.diff(cells, axis=1) != 0).any(axis=0))[: len(value)]
    ends = np.append(begins[1:], True)[: len(value)]
    shape = (size, periods, ages)
    first, last, told = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=bool)
    told[tuple(cells)] = True
    first[tuple(cells[:, begins])] = value[begins]
    last[tuple(cells[:, ends])] = value[ends]
    carried = _carried(last, told)
    before = np.concatenate([np.full((*shape[:2], 1), np.nan), carried[..., :-1]], axis=2)
    dates = first_date + np.arange(periods) * step
    return _Known(first=np.where(told, first, before), last=carried, followed=age_of(dates, as_of=as_of, days=days))


def _carried(values: Floats, told: Flags) -> Floats:
    """Return each cell's value, else that of the age before; a value that was withdrawn is NaN from then on."""
    flat = values.reshape(-1, values.shape[2])
    place = last_known(told.reshape(flat.shape))
    found = np.take_along_axis(flat, np.maximum(place, 0), axis=1)
    return np.where(place >= 0, found, np.nan).reshape(values.shape)


def _log_shares(known: _Known, series: tuple[Series, ...], *, mature: int) -> Floats:
    """Return shape (S, recent, mature - 1): logarithms of shares, NaN where a period says nothing."""
    ages = np.arange(1, mature)
    settled_age = np.minimum(known.followed, mature)  # (P,)
    at_settled = np.broadcast_to(settled_age[None, :, None] - 1, (*known.last.shape[:2], 1))
    settled = np.take_along_axis(known.last, at_settled, axis=2)[..., 0]
    seen = known.first[..., : mature - 1].copy()
    total = np.array([one.signal.measure is Measure.CUMULATIVE for one in series], dtype=bool)
    if total.any():
        earlier = np.take_along_axis(known.last[total, :-1], at_settled[total, 1:] + 1, axis=2)[..., 0]
        settled[total, 1:] -= earlier
        seen[total, 1:] -= known.first[total, :-1, 1:mature]
    counted = np.array([one.signal.unit is Unit.COUNT for one in series], dtype=bool)
    least = np.where(counted, LEAST_EVENTS, np.finfo(np.float64).tiny)
    watched = settled_age[:, None] >= np.minimum(ages + LEAST_FOLLOWED, mature)[None, :]
    with np.errstate(invalid="ignore"):
        usable = (settled >= least[:, None])[..., None] & (seen >= 0) & watched[None]
    share = np.divide(seen, settled[..., None], out=np.full(seen.shape, np.nan), where=usable)
    logs: Floats = np.log(np.clip(share, SMALLEST, LARGEST))
    return logs[:, 1:]


def _quantiles(logs: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Return the three levels over axis 1, shape (3, S, A), and what the known values weigh together, shape (S, A).

    A value stands in the middle of its own weight; between two values the line is straight, beyond the outer ones it
    is level (Hazen's rule where all weigh the same). NaN where nothing is known.

    Args:
        logs: Shape (S, P, A), NaN where a period says nothing.
        weights: Shape (P,).
    """
    order = np.argsort(logs, axis=1)  # NaN last
    ordered = np.take_along_axis(logs, order, axis=1)
    weight = np.where(np.isfinite(ordered), weights[order], 0.0)
    total = weight.sum(axis=1)
    middle = np.cumsum(weight, axis=1) - weight / 2
    last = np.maximum(np.isfinite(ordered).sum(axis=1) - 1, 0)
    found = []
    for level in LEVELS_SHOWN:
        above = np.minimum((middle < (level * total)[:, None]).sum(axis=1), last)
        below = np.maximum(above - 1, 0)
        (low, high), (start, stop) = (
            [np.take_along_axis(one, place[:, None], axis=1)[:, 0] for place in (below, above)]
            for one in (ordered, middle)
        )
        span = np.where(stop > start, stop - start, 1.0)
        found.append(low + (high - low) * np.clip((level * total - start) / span, 0.0, 1.0))
    return np.stack(found), total
