"""The record of a provider within a backtest, as it stood at each cutoff: what its calibration is learnt from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import polars as pl

from neuralbrain.backtest.deaths_alone import with_deaths
from neuralbrain.backtest.known_by import KnownBy
from neuralbrain.backtest.truth import Flags, MatureTargets, Truth, targets_of
from neuralbrain.domain.calibration import Calibration
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.evaluate.calibration import RankRecord, learn
from neuralbrain.evaluate.scores import ranks_of
from neuralbrain.source_ports import Observations

COUNTED = ("source", "region", "signal", "last_date", "horizon")
"""One row of the record each; of several forecasts of it the newest counts."""


@dataclass(slots=True, kw_only=True, eq=False)
class _Pending:
    """One table, which of its values have not matured yet, and which nobody knew when they had, both shape (N, H)."""

    table: ForecastTable
    waiting: Flags
    late: Flags


@dataclass(slots=True, kw_only=True, eq=False)
class Learning:
    """The record of one provider in one backtest, in the order of the cutoffs.

    Args:
        provider: Whose.
        observations: What was observed, ever; only what was known by a cutoff is looked at.
    """

    provider: str
    observations: Observations
    _mature: MatureTargets = field(default_factory=MatureTargets)
    _pending: list[_Pending] = field(default_factory=list)
    _scored: list[pl.DataFrame] = field(default_factory=list)

    def add(self, tables: Sequence[ForecastTable]) -> None:
        """Add what was forecast at the cutoff that was asked for last, cases and deaths."""
        for table in with_deaths(tables, self.observations):
            waiting = ~np.isnat(targets_of(table))
            self._pending.append(_Pending(table=table, waiting=waiting, late=np.zeros_like(waiting)))

    def calibration_at(self, cutoff: datetime) -> Calibration:
        """Return what the record says by a cutoff; cutoffs are asked for in ascending order.

        A value counts as it was known five weeks after its target date, and from then on; one that nobody knew then
        as it was known first, and from then on.
        """
        truth = Truth(observations=KnownBy(self.observations, cutoff=cutoff), by=cutoff, mature=self._mature)
        for one in self._pending:
            due = one.waiting & truth.due(one.table)
            observed = truth.when_mature(one.table, due)
            late = one.late | (due & np.isnan(observed))
            observed = np.where(late, truth.first_after(one.table, late), observed)
            self._note(one.table, observed)
            one.waiting &= ~due
            one.late = late & np.isnan(observed)
        self._pending = [one for one in self._pending if (one.waiting | one.late).any()]
        return learn(self._record(), provider=self.provider)

    def _note(self, table: ForecastTable, observed: np.ndarray[tuple[int, int], np.dtype[np.float64]]) -> None:
        row, step = np.nonzero(np.isfinite(observed))
        if not len(row):
            return
        below, at_most = ranks_of(table.quantiles[row, step], observed[row, step])
        columns = {
            "source": pl.repeat(table.source, len(row), dtype=pl.String, eager=True),
            "region": pl.Series([table.regions[place] for place in row.tolist()], dtype=pl.String),
            "signal": pl.Series([table.signals[place].name for place in row.tolist()], dtype=pl.String),
            "horizon": pl.Series(np.array(table.horizons, dtype=np.int64)[step]),
            "last_date": pl.Series(table.last_dates[row].astype("datetime64[D]")),
            "cutoff": pl.repeat(table.cutoff, len(row), dtype=pl.Datetime("us", "UTC"), eager=True),
            "below": pl.Series(below.astype(np.int64)),
            "at_most": pl.Series(at_most.astype(np.int64)),
        }
        self._scored.append(pl.DataFrame(columns))

    def _record(self) -> RankRecord:
        if not self._scored:
            nothing = np.zeros(0, dtype=np.int64)
            return RankRecord(
                source=np.zeros(0, dtype=np.str_),
                signal=np.zeros(0, dtype=np.str_),
                horizon=nothing,
                last_date=np.zeros(0, dtype="datetime64[D]"),
                below=nothing,
                at_most=nothing,
            )
        rows = pl.concat(self._scored).sort(*COUNTED, "cutoff").unique(COUNTED, keep="last", maintain_order=True)
        return RankRecord(
            source=rows["source"].to_numpy(),
            signal=rows["signal"].to_numpy(),
            horizon=rows["horizon"].to_numpy(),
            last_date=rows["last_date"].to_numpy().astype("datetime64[D]"),
            below=rows["below"].to_numpy(),
            at_most=rows["at_most"].to_numpy(),
        )
