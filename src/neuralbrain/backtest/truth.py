"""What came true, as it was known five weeks after each target date, or first after that, or as it is known now."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.incidence import incidence_of
from neuralbrain.domain.observation import Dates, Floats, Panel
from neuralbrain.evaluate.pairing import forecast_as_given, observed_of
from neuralbrain.source_ports import Observations

Flags = npt.NDArray[np.bool_]
MATURE = timedelta(weeks=5)  # methods, scores: the value as known five weeks after its target date
TARGETS_KEPT = 64  # target dates, each two periods wide: tables of neighbouring cutoffs are about the same ones
ONE_DAY = timedelta(days=1)


def mature_at(target_date: date) -> datetime:
    """Return when the value of a target date counts as known: the end (UTC) of the day five weeks later.

    >>> mature_at(date(2025, 1, 4)).isoformat()
    '2025-02-08T23:59:59.999999+00:00'
    """
    return datetime.combine(target_date + MATURE, time.max, tzinfo=UTC)


class MatureTargets:
    """What was known of target dates when each had matured: the last ones that were asked for, and no other dates."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, date], tuple[Panel, ...]] = OrderedDict()

    def panels(self, source: str, target: date, *, observations: Observations) -> Sequence[Panel]:
        """Return what was known of a target date five weeks later, with the period before it.

        Args:
            source: Of which feed.
            target: Which date; it must have matured by the end of the view.
            observations: The view.
        """
        found = self._kept.pop((source, target), None)
        if found is None:
            whole = observations.panels(source, cutoff=mature_at(target))
            found = tuple(_narrowed(one, target) for one in whole)
        self._kept[source, target] = found
        if len(self._kept) > TARGETS_KEPT:
            self._kept.popitem(last=False)
        return found


class _Wanted(NamedTuple):
    """One value: of which place and signal, of which day, and whether its levels were forecast as they are reported."""

    source: str
    location: str
    signal: str
    target: date
    period: timedelta
    as_given: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What was observed, as forecasts are scored by it.

    A value counts as it was known five weeks after its date; one that nobody knew by then as it was known first, once
    it is known.

    Args:
        observations: What was known, at most up to the view's own end.
        by: The last moment of knowledge, aware UTC; what is mature later is unknown.
        final: Whether each value counts as it is known at that moment, mature or not.
        mature: What was looked up before; several moments may share it.
    """

    observations: Observations
    by: datetime
    final: bool = False
    mature: MatureTargets = field(default_factory=MatureTargets)
    _newest: dict[str, tuple[Panel, ...]] = field(default_factory=dict)
    _places: dict[str, Mapping[tuple[str, str], tuple[Panel, int]]] = field(default_factory=dict)
    _first: dict[_Wanted, float] = field(default_factory=dict)

    def of(self, table: ForecastTable) -> Floats:
        """Return shape (N, H): the incidence that came true, NaN where it is not known yet."""
        if self.final:
            return observed_of(table, self._known_now(table.source))
        due = self.due(table)
        observed = self.when_mature(table, due)
        late = due & np.isnan(observed)
        return np.where(late, self.first_after(table, late), observed)

    def due(self, table: ForecastTable) -> Flags:
        """Return shape (N, H): which target dates have matured."""
        last = self.by.date() - MATURE
        if mature_at(last) > self.by:
            last -= ONE_DAY
        return np.asarray(targets_of(table) <= np.datetime64(last, "D"))

    def when_mature(self, table: ForecastTable, wanted: Flags) -> Floats:
        """Return shape (N, H): values as they were known five weeks after their dates, NaN where nothing was.

        Args:
            table: The forecasts.
            wanted: Shape (N, H): which values are asked for; all of them have matured.
        """
        targets = targets_of(table)
        observed = np.full(targets.shape, np.nan)
        for target in np.unique(targets[wanted]):
            panels = self.mature.panels(table.source, target.item(), observations=self.observations)
            chosen = wanted & (targets == target)
            observed[chosen] = observed_of(table, panels)[chosen]
        return observed

    def first_after(self, table: ForecastTable, wanted: Flags) -> Floats:
        """Return shape (N, H): values as they were known first after they had matured, NaN where they still are not.

        Args:
            table: The forecasts.
            wanted: Shape (N, H): which values are asked for; nobody knew them when they matured.
        """
        observed = np.full(wanted.shape, np.nan)
        if not wanted.any():
            return observed
        targets, as_given = targets_of(table), forecast_as_given(table)
        for row, step in np.argwhere(wanted).tolist():
            one = _Wanted(
                source=table.source,
                location=table.regions[row],
                signal=table.signals[row].name,
                target=targets[row, step].item(),
                period=timedelta(days=table.cadence.days),
                as_given=bool(as_given[row]),
            )
            if one not in self._first:
                self._first[one] = self._first_known(one) if self._is_known_now(one) else np.nan
            observed[row, step] = self._first[one]
        return observed

    def _is_known_now(self, one: _Wanted) -> bool:
        """Return whether a value is known by the last moment of knowledge: most that came late never come."""
        panel, row = self._place_of(one.source).get((one.location, one.signal), (None, 0))
        if panel is None:
            return False
        dates = panel.dates.astype("datetime64[D]")
        at = int(np.searchsorted(dates, np.datetime64(one.target, "D")))
        if at == len(dates) or dates[at] != np.datetime64(one.target, "D"):
            return False
        before = panel.values[row, at - 1] if at else np.nan
        return bool(np.isfinite(_incidence(before, panel.values[row, at], as_given=one.as_given)))

    def _first_known(self, one: _Wanted) -> float:
        """Return a value as it was known first after it had matured, NaN where that was never by the last moment."""
        before = one.target - one.period
        said = self.observations.revisions(
            one.source, signal=one.signal, location=one.location, cutoff=self.by, since=before
        )
        days = said.target_date.astype("datetime64[D]")
        chosen = [days == np.datetime64(day, "D") for day in (before, one.target)]
        mature = np.datetime64(mature_at(one.target).replace(tzinfo=None), "us")
        for moment in np.unique(said.as_of[(chosen[0] | chosen[1]) & (said.as_of > mature)]):
            then = [said.value[these & (said.as_of <= moment)] for these in chosen]
            last = [float(values[-1]) if len(values) else np.nan for values in then]
            value = _incidence(last[0], last[1], as_given=one.as_given)
            if np.isfinite(value):
                return value
        return np.nan

    def _known_now(self, source: str) -> tuple[Panel, ...]:
        """Return what is known at the last moment, asked for once."""
        found = self._newest.get(source)
        if found is None:
            found = self._newest[source] = self.observations.panels(source, cutoff=self.by)
        return found

    def _place_of(self, source: str) -> Mapping[tuple[str, str], tuple[Panel, int]]:
        found = self._places.get(source)
        if found is None:
            found = self._places[source] = {
                (one.location, one.signal.name): (panel, row)
                for panel in self._known_now(source)
                for row, one in enumerate(panel.series)
            }
        return found


def targets_of(table: ForecastTable) -> Dates:
    """Return shape (N, H), datetime64[D]: the target dates, NaT where a row has no last actual."""
    days = np.array(table.days, dtype="timedelta64[D]")
    return np.asarray(table.last_dates.astype("datetime64[D]")[:, None] + days)


def _incidence(before: float, value: float, *, as_given: bool) -> float:
    """Return the incidence of a period by its level and the one before; NaN where it is unknown or negative."""
    found = value if as_given else float(incidence_of(np.array([[before, value]]))[0, 1])
    return float(found) if found >= 0 else np.nan


def _narrowed(panel: Panel, target: date) -> Panel:
    """Return what of a panel decides about a target date: its own period and the one before."""
    days, last = panel.dates.astype("datetime64[D]"), np.datetime64(target, "D")
    kept = (days >= last - panel.cadence.days) & (days <= last)
    return replace(panel, dates=days[kept], values=panel.values[:, kept])
