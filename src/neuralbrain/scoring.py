"""What the step of the cycle that scores does: every published forecast is held against the truth as that arrives."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.edition import Edition
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats, Panel
from neuralbrain.domain.score import Part, Scored, ScoredClaims, ScoredRows, matures_at
from neuralbrain.errors import StoreDamagedError
from neuralbrain.evaluate.pairing import history_before, observed_of
from neuralbrain.evaluate.scoring import score_claims, score_values
from neuralbrain.ports import Editions, Scores
from neuralbrain.source_ports import Observations

Flags = npt.NDArray[np.bool_]
SAME = 1e-9  # relative: a value that was read again differs by less
TRUTHS_KEPT = 64  # days of truth, each a few days wide: neighbouring editions are about the same targets
FEEDS_KEPT = 8  # whose newest values are held at once: the tables of one edition are of different feeds
LOOK_BACK = 8  # periods that decide about a target: the total before, the seven days of a mean


def score_published(scores: Scores, editions: Editions, observations: Observations, *, now: datetime) -> Scored:
    """Score what has matured and was not scored, then again what was revised; return what came of it.

    What is scored or compared is kept table by table, each as one transaction: whoever is interrupted goes on there
    next time. New scores come first, so that revisions of much that is old cannot keep them waiting.

    Args:
        scores: What forecasts were worth.
        editions: What was published.
        observations: What was known when.
        now: The time.

    Raises:
        StoreDamagedError: If an edition is not what was published; the others are scored all the same.
        StoreError: If something cannot be read or written; what was scored before stays.
    """
    scores.plan()
    work = _Work(scores, editions, observations, now=now)
    tally = _Tally()
    waiting = scores.unscored()
    for parts in _by_table(part for part in waiting if part.matures_at <= now):
        with tally.noting_damage():
            _score_parts(work, parts, tally)
    for source in scores.sources():
        _score_again(work, source, tally)
    if tally.damage is not None:
        raise tally.damage
    later = [part for part in waiting if part.matures_at > now]
    return Scored(
        values=tally.values,
        revised=tally.revised,
        unknown=tally.unknown,
        waiting=sum(part.rows for part in later),
        next_at=min((part.matures_at for part in later), default=None),
    )


@dataclass(slots=True, kw_only=True)
class _Tally:
    """What was done so far, and the first damage that was met."""

    values: int = 0
    revised: int = 0
    unknown: int = 0
    damage: StoreDamagedError | None = None

    @contextmanager
    def noting_damage(self) -> Iterator[None]:
        """Run a block about one table; an edition that is damaged does not keep the others from being scored."""
        try:
            yield
        except StoreDamagedError as error:
            self.damage = self.damage or error


@dataclass(frozen=True, slots=True, kw_only=True)
class _Published:
    """A published table, what of it is meant, and the incidence that was known when it was made.

    Args:
        table: N forecasts over H horizons; for deaths as if they were published alone, with their signals and dates.
        wanted: Shape (N, H): the values that are meant.
        history: Gives shape (N, T), the last actual last.
        edition: The edition's number.
        place: The table's position in it.
        deaths: Whether they are the deaths beside its cases.
    """

    table: ForecastTable
    wanted: Flags
    history: Callable[[], Floats]
    edition: int
    place: int
    deaths: bool

    def values(self, observed: Floats, *, wanted: Flags, as_of: datetime) -> tuple[ScoredRows, ...]:
        """Return the scores of some of them, none where nothing is wanted."""
        if not wanted.any():
            return ()
        return (
            score_values(
                self.table,
                observed,
                wanted=wanted,
                history=self.history(),
                edition=self.edition,
                place=self.place,
                as_of=as_of,
                deaths=self.deaths,
            ),
        )

    def claims(self, observed: Floats, *, before: Floats, as_of: datetime) -> tuple[ScoredClaims, ...]:
        """Return what came of the claims of those whose last horizon is meant, and whose Y_H is another than before.

        No claim is about deaths.

        Args:
            observed: Shape (N, H): what came true.
            before: Shape (N,): Y_H as it was judged by, NaN where it was not.
            as_of: The last moment of knowledge of the truth.
        """
        wanted = self.wanted[:, -1]
        if self.deaths or not wanted.any():
            return ()
        history, edition, place = self.history(), self.edition, self.place
        made = score_claims(
            self.table, observed, wanted=wanted, history=history, edition=edition, place=place, as_of=as_of
        )
        new = _differs(made.settled, before[made.rows])
        return (_chosen(made, new),) if new.any() else ()


class _Work:
    """What scoring looks up, each thing once while it is needed.

    Args:
        scores: What forecasts were worth.
        editions: What was published.
        observations: What was known when.
        now: The time.
    """

    def __init__(self, scores: Scores, editions: Editions, observations: Observations, *, now: datetime) -> None:
        self.scores = scores
        self.now = now
        self._observations = observations
        self._edition: Callable[[int], Edition | None] = lru_cache(maxsize=1)(editions.get)
        self._known: Callable[[str, datetime], tuple[Panel, ...]] = lru_cache(maxsize=1)(self._read_known)
        self._truth: Callable[[str, date], tuple[Panel, ...]] = lru_cache(TRUTHS_KEPT)(self._read_truth)
        self._newest: Callable[[str], tuple[Panel, ...]] = lru_cache(FEEDS_KEPT)(self._read_newest)

    def published(self, parts: Sequence[Part]) -> _Published:
        """Return the one table that some parts are of, or the deaths in it; all are of the same kind.

        Raises:
            StoreDamagedError: If its edition is not what was published.
        """
        first = parts[0]
        edition = self._edition(first.edition)
        if edition is None:
            raise StoreDamagedError(
                f"Edition {first.edition} is to be scored and is missing.",
                remedy="Restore the database from a copy; `neuralbrain verify` names everything that changed.",
            )
        table = edition.tables[first.table]
        if first.deaths:
            alone = self.scores.outline(first.edition, first.table, deaths=True)
            table = replace(alone, quantiles=table.deaths_quantiles)
        return _Published(
            table=table,
            wanted=_wanted(table, parts),
            history=lru_cache(maxsize=1)(lambda: self._history(table)),
            edition=first.edition,
            place=first.table,
            deaths=first.deaths,
        )

    def truth(self, source: str, target: date) -> tuple[Panel, ...]:
        """Return what was known of a target five weeks later."""
        return self._truth(source, target)

    def newest(self, source: str, *, first: date, last: date) -> tuple[Panel, ...]:
        """Return what is known now of targets from one day to another."""
        return tuple(_narrowed(one, first=first, last=last) for one in self._newest(source))

    def _history(self, table: ForecastTable) -> Floats:
        return history_before(table, self._known(table.source, table.cutoff))

    def _read_known(self, source: str, cutoff: datetime) -> tuple[Panel, ...]:
        return self._observations.panels(source, cutoff=cutoff, every_signal=True)

    def _read_truth(self, source: str, target: date) -> tuple[Panel, ...]:
        panels = self._observations.panels(source, cutoff=matures_at(target), every_signal=True)
        return tuple(_narrowed(one, first=target, last=target) for one in panels)

    def _read_newest(self, source: str) -> tuple[Panel, ...]:
        return self._observations.panels(source, cutoff=self.now, every_signal=True)


def _score_parts(work: _Work, parts: Sequence[Part], tally: _Tally) -> None:
    """Score parts of one table that have matured, by the truth then; where it is another one now, by that, too."""
    rows, claims, unknown = list[ScoredRows](), list[ScoredClaims](), list[int]()
    kinds = {mine[0].deaths: work.published(mine) for mine in _by_kind(parts)}
    for part in parts:
        whole = kinds[part.deaths]
        meant = replace(whole, wanted=_wanted(whole.table, [part]))
        then = observed_of(whole.table, work.truth(part.source, part.target_date))
        now = observed_of(whole.table, work.newest(part.source, first=part.target_date, last=part.target_date))
        changed = meant.wanted & _differs(now, then)
        rows += meant.values(then, wanted=meant.wanted & np.isfinite(then), as_of=part.matures_at)
        rows += meant.values(now, wanted=changed, as_of=work.now)
        judged = meant.claims(then, before=np.full(len(whole.table), np.nan), as_of=part.matures_at)
        claims += judged
        claims += meant.claims(now, before=_settled(judged, len(whole.table)), as_of=work.now)
        unknown.append(int((meant.wanted & np.isnan(then) & np.isnan(now)).sum()))
        tally.values += int((meant.wanted & (np.isfinite(then) | np.isfinite(now))).sum())
        tally.revised += int((changed & np.isfinite(then)).sum())
        tally.unknown += unknown[-1]
    work.scores.keep(parts, unknown=unknown, rows=rows, claims=claims)


def _score_again(work: _Work, source: str, tally: _Tally) -> None:
    """Score what was scored before, of one feed, by the truth as it is now, where that is another one.

    A damaged edition is noted and counts as compared: its remedy is a copy of the database, which knows of no more than
    it was compared with. It keeps neither other tables nor other feeds from being looked at.
    """
    touched = work.scores.touched(source, now=work.now)
    if touched is None:
        return
    for parts in _by_table(touched.parts):
        try:
            _compare(work, parts, tally, release=touched.release)
        except StoreDamagedError as error:
            tally.damage = tally.damage or error
            work.scores.compared(parts[0].edition, parts[0].table, release=touched.release)
    work.scores.looked(source, release=touched.release)


def _compare(work: _Work, parts: Sequence[Part], tally: _Tally, *, release: int) -> None:
    """Compare parts of one table with what is known now; its edition is read only where that is another truth."""
    edition, place = parts[0].edition, parts[0].table
    made = [_revised(work, mine) for mine in _by_kind(parts)]
    rows = [one for each in made for one in each.rows]
    claims = [one for each in made for one in each.claims]
    work.scores.compared(edition, place, release=release, rows=rows, claims=claims)
    tally.revised += sum(each.again for each in made)
    tally.values += sum(each.first for each in made)


class _Revised(NamedTuple):
    """What comparing one kind of values of a table made: scores, and how many of them are of values that had one."""

    rows: tuple[ScoredRows, ...] = ()
    claims: tuple[ScoredClaims, ...] = ()
    again: int = 0
    first: int = 0


def _revised(work: _Work, parts: Sequence[Part]) -> _Revised:
    """Return the scores of parts of one table and kind whose truth is another one now."""
    edition, place, deaths = parts[0].edition, parts[0].table, parts[0].deaths
    outline = work.scores.outline(edition, place, deaths=deaths)
    days = [part.target_date for part in parts]
    now = observed_of(outline, work.newest(parts[0].source, first=min(days), last=max(days)))
    before, judged = work.scores.settled(edition, place, deaths=deaths).as_table(len(outline), outline.horizons)
    changed = _wanted(outline, parts) & _differs(now, before)
    if not changed.any():
        return _Revised()
    meant = work.published(parts)
    return _Revised(
        rows=meant.values(now, wanted=changed, as_of=work.now),
        claims=meant.claims(now, before=judged, as_of=work.now),
        again=int((changed & np.isfinite(before)).sum()),
        first=int((changed & np.isnan(before)).sum()),
    )


def _by_table(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Yield the parts of one table of one edition after the other; they come in that order."""
    for _, group in groupby(parts, key=lambda part: (part.edition, part.table)):
        yield list(group)


def _by_kind(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """Yield the parts of cases, then those of deaths, where there are any."""
    for deaths in (False, True):
        if mine := [part for part in parts if part.deaths is deaths]:
            yield mine


def _wanted(table: ForecastTable, parts: Iterable[Part]) -> Flags:
    """Return shape (N, H): which values the parts are."""
    wanted = np.zeros((len(table), len(table.horizons)), dtype=bool)
    for part in parts:
        wanted[:, table.horizons.index(part.horizon)] |= table.last_dates == np.datetime64(part.last_date, "D")
    return wanted


def _differs(now: Floats, before: Floats) -> Flags:
    """Return where a value is known and is another one than before, or none was known before."""
    apart = np.abs(now - before) > SAME * np.maximum(np.abs(now), np.abs(before))
    return np.isfinite(now) & (np.isnan(before) | apart)


def _settled(claims: Sequence[ScoredClaims], count: int) -> Floats:
    """Return shape (N,): Y_H as it was judged by, NaN where it was not."""
    settled = np.full(count, np.nan)
    for one in claims:
        settled[one.rows] = one.settled
    return settled


def _chosen(claims: ScoredClaims, chosen: Flags) -> ScoredClaims:
    columns = {name: getattr(claims, name)[chosen] for name in ScoredClaims.columns()}
    return replace(claims, **columns)


def _narrowed(panel: Panel, *, first: date, last: date) -> Panel:
    """Return what of a panel decides about target dates from one day to another."""
    days = panel.dates.astype("datetime64[D]")
    begin = np.datetime64(first, "D") - LOOK_BACK * panel.cadence.days
    kept = (days >= begin) & (days <= np.datetime64(last, "D"))
    return replace(panel, dates=days[kept], values=panel.values[:, kept])
