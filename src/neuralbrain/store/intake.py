"""Takes releases in: what they say anew, revise or withdraw becomes rows, in whatever order they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Connection, Select, select

from neuralbrain.domain.feed import Intake
from neuralbrain.domain.observation import Floats, Integers, ObservationBatch, Scope
from neuralbrain.errors import SourceSchemaError
from neuralbrain.store.consistency import once_each, require_one_grid
from neuralbrain.store.known import Known, a_day_of_each, days_of, first_after, is_among, keys_of, known_at
from neuralbrain.store.observation_rows import add_rows
from neuralbrain.store.release_rows import (
    KeptRelease,
    Origin,
    contradictions,
    is_taken_in,
    just_after_newest,
    keep_rejected,
    newest_number,
    note_release,
    releases_from,
)
from neuralbrain.store.schema import series
from neuralbrain.store.series_rows import SourceSeries, series_with

FEW_WITHDRAWN = 20  # so many may go missing at once whatever their share is
_EPOCH = date(1970, 1, 1)
Which = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What is known after a release, for the next one; worth a query of all that is known.

    Args:
        release_number: The last release of any feed; another one since, and this is no longer sure.
        series: The feed's.
        signals: For which signals ``known`` holds.
        as_of: Up to when.
        known: What is known then.
        is_newest: Whether no later release was there.
    """

    release_number: int
    series: SourceSeries
    signals: frozenset[str]
    as_of: datetime
    known: Known
    is_newest: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rows:
    """Rows to be added: keys, values (NaN withdraws) and the pages that they are from, each shape (n,)."""

    keys: Integers
    values: Floats
    pages: Integers

    def where(self, chosen: Which) -> _Rows:
        return _Rows(keys=self.keys[chosen], values=self.values[chosen], pages=self.pages[chosen])


def take_release(
    connection: Connection, batch: ObservationBatch, origin: Origin, *, digest: str, carried: Carried | None = None
) -> tuple[Intake, Carried | None]:
    """Take a release in, inside the caller's transaction.

    A release may be older than others that were taken in before: what was known from those on stays as it was. The
    answers to "what was known on day X" are the same in whatever order releases come; only rows that repeat the value
    before them may differ. Two exceptions: of two releases of the same moment that differ the first one counts, and of
    one that only mentions no more is remembered than what it changed.

    Args:
        connection: Inside a write transaction, in turn.
        batch: The release.
        origin: Where it is from.
        digest: Of what it says.
        carried: What the call before returned.

    Returns:
        What changed, and what may be given to the next call.

    Raises:
        SourceSchemaError: If the release contradicts itself, or what its series were until now.
    """
    if is_taken_in(connection, origin, as_of=batch.as_of if batch.scope else None, digest=digest):
        return Intake(), carried
    if carried is not None and newest_number(connection) != carried.release_number:
        carried = None
    kept = series_with(
        connection, batch.series, source=origin.source, known=None if carried is None else carried.series
    )
    if batch.scope is None:
        batch = replace(batch, as_of=max(batch.as_of, just_after_newest(connection, origin.source)))
    beside = releases_from(connection, origin.source, batch.as_of)
    later = tuple(one for one in beside if one.as_of > batch.as_of)
    signals = frozenset(one.signal.name for one in batch.series) | (batch.scope.signals if batch.scope else frozenset())
    among = select(series.c.number).where(series.c.source == origin.source, series.c.signal.in_(sorted(signals)))
    known = _known_before(connection, batch.as_of, carried, signals=signals, among=among)
    numbers = kept.of(batch.series)
    require_one_grid(batch, numbers=numbers, known=known)
    rows = _changes(batch, numbers, known=known, kept=kept)
    if later and len(rows.keys):  # what says nothing new is on the grid of what is known
        require_one_grid(batch, numbers=numbers, known=a_day_of_each(connection, among))
    said = _said_already(connection, rows.keys, beside, as_of=batch.as_of, known=known, kept=kept, among=among)
    rejected = (*batch.rejected, *contradictions(int((said & _differs(known.at(rows.keys)[0], rows.values)).sum())))
    rows = rows.where(~said)
    restored = _restored(connection, rows, later, as_of=batch.as_of, known=known, kept=kept, among=among)
    payloads = np.array(origin.payload_numbers, dtype=np.int64)
    for as_of, one in ((batch.as_of, rows), *restored):
        add_rows(connection, one.keys, one.values, payloads[one.pages], as_of=as_of)
    withdrawn = int(np.isnan(rows.values).sum())
    intake = Intake(releases=1, rows=len(batch), changed=len(rows.keys), withdrawn=withdrawn, rejected=len(rejected))
    number = note_release(connection, batch, origin, intake=intake, digest=digest)
    keep_rejected(connection, rejected, origin, as_of=batch.as_of)
    after = known.updated(rows.keys, rows.values) if len(rows.keys) else known
    return intake, Carried(
        release_number=number, series=kept, signals=signals, as_of=batch.as_of, known=after, is_newest=not later
    )


def _known_before(
    connection: Connection, as_of: datetime, carried: Carried | None, *, signals: frozenset[str], among: Select[Any]
) -> Known:
    """Return what is known when a release comes out: from the one before it on, where that is sure to hold."""
    if carried is None or carried.signals != signals or carried.as_of > as_of:
        return known_at(connection, among, cutoff=as_of)
    if carried.is_newest or carried.as_of == as_of:
        return carried.known
    since = known_at(connection, among, cutoff=as_of, after=carried.as_of)
    return carried.known.updated(since.keys, since.values)


def _changes(batch: ObservationBatch, numbers: Integers, *, known: Known, kept: SourceSeries) -> _Rows:
    """Return what a release says otherwise than is known.

    What it mentions outside of its scope is a row even where it says the same: nothing else would tell that it did.
    """
    keys = keys_of(numbers[batch.series_index], days_of(batch.target_date))
    used = once_each(batch, keys)
    keys, values = keys[used], batch.value[used]
    pages = np.zeros(len(keys), np.int64) if batch.page is None else batch.page[used]
    before, _ = known.at(keys)
    differs = _differs(before, values)  # a withdrawn value is as one that was never known
    if batch.scope is None:
        return _Rows(keys=keys, values=values, pages=pages).where(differs)
    inside = known.keys[_covered(known.keys, batch.scope, kept) & np.isfinite(known.values)]
    gone = inside[~is_among(inside, keys)]
    _require_not_shrunk(len(gone), len(inside), batch.scope)
    added = differs | ~_covered(keys, batch.scope, kept)
    return _Rows(
        keys=np.concatenate([keys[added], gone]),
        values=np.concatenate([values[added], np.full(len(gone), np.nan)]),
        pages=np.concatenate([pages[added], np.zeros(len(gone), np.int64)]),
    )


def _differs(before: Floats, values: Floats) -> Which:
    """Return shape (n,): whether values differ; two that are not there do not."""
    return np.asarray((before != values) & ~(np.isnan(before) & np.isnan(values)))


def _require_not_shrunk(gone: int, known: int, scope: Scope) -> None:
    if gone > max(FEW_WITHDRAWN, scope.most_withdrawn * known):
        raise SourceSchemaError(
            f"The release lacks {gone} of the {known} values that are known of it.",
            remedy="Nothing of it is used. If the feed really dropped them, set most_withdrawn in [feeds.NAME] to 1 "
            "for one reading.",
            code="source-shrunk",
        )


def _covered(keys: Integers, scope: Scope, kept: SourceSeries) -> Which:
    """Return shape (n,): whether a release of that scope says everything about each key."""
    those = Known(keys=keys, values=np.empty(0))
    covered = is_among(those.series_numbers, kept.of_signals(scope.signals))
    if scope.first is not None:
        covered &= those.days >= (scope.first - _EPOCH).days
    if scope.last is not None:
        covered &= those.days <= (scope.last - _EPOCH).days
    return covered


def _said_already(
    connection: Connection,
    keys: Integers,
    beside: Sequence[KeptRelease],
    *,
    as_of: datetime,
    known: Known,
    kept: SourceSeries,
    among: Select[Any],
) -> Which:
    """Return shape (n,): whether another release of the very same moment spoke of each key already.

    It did where there is a row, and where it says everything about what was known and stays so.
    """
    twins = [one for one in beside if one.as_of == as_of]
    if not twins or not len(keys):
        return np.zeros(len(keys), dtype=bool)
    said = known_at(connection, among, cutoff=as_of, exactly=True).at(keys)[1]
    stays = np.isfinite(known.at(keys)[0])
    for one in twins:
        if one.scope is not None:
            said |= stays & _covered(keys, one.scope, kept)
    return said


def _restored(
    connection: Connection,
    rows: _Rows,
    later: Sequence[KeptRelease],
    *,
    as_of: datetime,
    known: Known,
    kept: SourceSeries,
    among: Select[Any],
) -> list[tuple[datetime, _Rows]]:
    """Return rows that keep later releases as they were, now that an older one is put in.

    The first later release that says everything about a key, and has no row of it, meant what was known until then.
    """
    restored: list[tuple[datetime, _Rows]] = []
    if not later or not len(rows.keys):
        return restored
    spoken = first_after(connection, among, as_of=as_of, keys=rows.keys)
    before = known.at(rows.keys)[0]
    differs = _differs(before, rows.values)
    still = _Rows(keys=rows.keys, values=before, pages=np.zeros(len(rows.keys), np.int64))
    for one in later:
        heard = spoken <= np.datetime64(one.as_of.replace(tzinfo=None), "us")
        complete = np.zeros(len(heard), dtype=bool) if one.scope is None else _covered(still.keys, one.scope, kept)
        meant = still.where(complete & ~heard & differs)
        if len(meant.keys):
            restored.append((one.as_of, meant))
        going_on = ~heard & ~complete
        still, spoken, differs = still.where(going_on), spoken[going_on], differs[going_on]
    return restored
