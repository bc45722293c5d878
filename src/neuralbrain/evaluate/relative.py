"""Forecasters held against each other on the tasks that both made: ratios to one of them, and pairwise skill."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True, slots=True, kw_only=True)
class Tasks:
    """Which columns of a table of scores say who forecast what.

    Args:
        model: Who.
        task: What: two rows of different models that agree in these are about the same.
        by: What splits the table, so that each group is compared by itself. May be among those of the task.
    """

    model: str = "model"
    task: tuple[str, ...] = ("location", "reference_date", "horizon")
    by: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """Return the columns that rows of the same task share, those of the group among them."""
        return tuple(dict.fromkeys((*self.by, *self.task)))

    @property
    def group(self) -> tuple[str, ...]:
        """Return the columns that name a row of a result."""
        return (*self.by, self.model)


def known_scores(scores: pl.DataFrame, *, columns: Sequence[str], tasks: Tasks) -> pl.DataFrame:
    """Return the rows in which every one of these scores is known, with nothing but who, what and these scores.

    Raises:
        ValueError: If a model has two of them for the same task.
    """
    known = pl.all_horizontal(pl.col(name).is_not_null() & pl.col(name).is_not_nan() for name in columns)
    rows = scores.filter(known).select(*tasks.key, tasks.model, *columns)
    twice = rows.filter(rows.select(*tasks.key, tasks.model).is_duplicated())
    if len(twice):
        raise ValueError(f"a model is scored twice for the same task, first {twice.row(0)}")
    return rows


def ratios(scores: pl.DataFrame, *, columns: Sequence[str], against: str, tasks: Tasks) -> pl.DataFrame:
    """Return how each model's mean scores compare with those of one of them, on the tasks that both made.

    Args:
        scores: One row a model and task, in any order; a row with an unknown score is no task made.
        columns: Scores, lower is better.
        against: Whose mean is 1.
        tasks: What the columns are.

    Returns:
        Per group and model, in no order: ``shared``, on how many tasks; ``share``, that among those of ``against``;
        and each of ``columns``, the mean over the other's mean. A model without a shared task has no row.

    Raises:
        ValueError: If a model has two scores for the same task.

    Source: methods, relative WIS; Cramer et al. 2022, doi:10.1073/pnas.2113561119.
    """
    rows = known_scores(scores, columns=columns, tasks=tasks)
    other = rows.filter(pl.col(tasks.model) == against).drop(tasks.model)
    made = other.group_by(tasks.by).len("made") if tasks.by else other.select(pl.len().alias("made"))
    both = rows.join(other, on=tasks.key, suffix=" of other")
    sums = both.group_by(tasks.group).agg(
        pl.len().alias("shared"), *((pl.col(name).sum() / pl.col(f"{name} of other").sum()) for name in columns)
    )
    counted = sums.join(made, on=tasks.by) if tasks.by else sums.join(made, how="cross")
    share = (pl.col("shared") / pl.col("made")).alias("share")
    return counted.select(*tasks.group, "shared", share, *columns)


def pairwise_skill(scores: pl.DataFrame, *, column: str, baseline: str, tasks: Tasks) -> pl.DataFrame:
    """Return each model's skill against all others, adjusted for which tasks they made.

    Each pair is compared by the ratio of their sums over the tasks that both made. A model's ratios to all models,
    itself included, have a geometric mean; skill is that over the baseline's. Pairs without a shared task, or whose
    ratio is 0 or without bound, do not count.

    Args:
        scores: One row a model and task, in any order; all the models that are to be compared, the baseline among them.
        column: A score, lower is better.
        baseline: Whose skill is 1.
        tasks: What the columns are.

    Returns:
        Per group and model, in no order: ``skill``, above 0, below 1 is better than the baseline; null in a group
        that the baseline is not in.

    Raises:
        ValueError: If a model has two scores for the same task.

    Source: Cramer et al. 2022, doi:10.1073/pnas.2113561119, supplement.
    """
    rows = known_scores(scores, columns=(column,), tasks=tasks)
    pairs = rows.join(rows, on=tasks.key, suffix=" of other")
    ratio = (pl.col(column).sum() / pl.col(f"{column} of other").sum()).log().alias("ratio")
    logs = pairs.group_by(*tasks.group, f"{tasks.model} of other").agg(ratio).filter(pl.col("ratio").is_finite())
    means = logs.group_by(tasks.group).agg(pl.col("ratio").mean())
    one = means.filter(pl.col(tasks.model) == baseline).drop(tasks.model).rename({"ratio": "of baseline"})
    beside = means.join(one, on=tasks.by, how="left") if tasks.by else means.join(one, how="cross")
    return beside.select(*tasks.group, (pl.col("ratio") - pl.col("of baseline")).exp().alias("skill"))
