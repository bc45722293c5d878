"""What came true, as it was known five weeks after each target date, or as it is known now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

import numpy as np

from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.observation import Floats, Panel
from neuralbrain.evaluate.pairing import observed_of
from neuralbrain.source_ports import Observations

MATURE = timedelta(weeks=5)  # methods, scores: the value as known five weeks after its target date


def mature_at(target_date: date) -> datetime:
    """Return when the value of a target date counts as known: the end (UTC) of the day five weeks later.

    >>> mature_at(date(2025, 1, 4)).isoformat()
    '2025-02-08T23:59:59.999999+00:00'
    """
    return datetime.combine(target_date + MATURE, time.max, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What was observed, as forecasts are scored by it.

    Args:
        observations: What was known, at most up to the view's own end.
        by: The last moment of knowledge; what is mature later is unknown.
        final: Whether each value counts as it is known at that moment, mature or not.
    """

    observations: Observations
    by: datetime
    final: bool = False
    _panels: dict[tuple[str, datetime], tuple[Panel, ...]] = field(default_factory=dict)

    def of(self, table: ForecastTable) -> Floats:
        """Return shape (N, H): the incidence that came true, NaN where it is not known yet."""
        if self.final:
            return observed_of(table, self._known(table.source, self.by))
        targets = table.last_dates.astype("datetime64[D]")[:, None] + np.array(table.days, dtype="timedelta64[D]")
        observed = np.full(targets.shape, np.nan)
        for target in np.unique(targets[~np.isnat(targets)]):
            moment = mature_at(target.item())
            if moment <= self.by:
                chosen = targets == target
                observed[chosen] = observed_of(table, self._known(table.source, moment))[chosen]
        return observed

    def _known(self, source: str, moment: datetime) -> Sequence[Panel]:
        """Return what was known at a moment, asked for once."""
        found = self._panels.get((source, moment))
        if found is None:
            found = self._panels[source, moment] = self.observations.panels(source, cutoff=moment)
        return found
