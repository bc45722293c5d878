"""Learns a calibration from the record, of which the database has counted where truths fell."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from neuralbrain.domain.calibration import Calibration
from neuralbrain.evaluate.calibration import RankRecord, learn


def learn_from(ranks: pl.DataFrame, *, provider: str) -> Calibration:
    """Return the calibration that a provider's record teaches.

    Args:
        ranks: How often truths fell where: ``store.score_record`` names the columns.
        provider: Whose record it is.
    """
    learnt = [learn(one, provider=provider) for one in rank_records(ranks)]
    return Calibration(
        provider=provider,
        corrections={key: moved for one in learnt for key, moved in one.corrections.items()},
        counts={key: weeks for one in learnt for key, weeks in one.counts.items()},
    )


def rank_records(ranks: pl.DataFrame) -> Iterator[RankRecord]:
    """Yield the record of each source, signal and horizon, one row a value; they are learnt from apart.

    One after the other: the names of millions of values at once would take more memory than their ranks.
    """
    for counted in ranks.partition_by("source", "signal", "horizon", maintain_order=True):
        times = counted["n_values"].to_numpy()
        columns = {name: np.repeat(counted[name].to_numpy(), times) for name in ("horizon", "below", "at_most")}
        names = {name: np.repeat(np.array(counted[name][:1].to_list()), times.sum()) for name in ("source", "signal")}
        last_dates = np.repeat(counted["last_date"].to_numpy().astype("datetime64[D]"), times)
        yield RankRecord(last_date=last_dates, **columns, **names)
