"""One table of what forecasters were worth: scores in full, on both scales, beside the baseline and each other."""

from __future__ import annotations

import polars as pl

from neuralbrain.domain.observation import Floats
from neuralbrain.evaluate.relative import Tasks, pairwise_skill, ratios
from neuralbrain.evaluate.scores import Scores, on_log_scale, scores_of

LOG = "_log"
ON_BOTH_SCALES = ("wis", "dispersion", "overprediction", "underprediction", "absolute_error")
"""Scores that differ on the log(x + 1) scale; bias and coverage only depend on the order and do not."""

SCORES = (*Scores._fields, *(f"{name}{LOG}" for name in ON_BOTH_SCALES))
"""Columns that ``scored`` adds."""

LEAST_SHARE = 0.1  # of the baseline's tasks; fewer say little of a model and much of which tasks it picked
LARGEST_RATIO = 5.0  # to the baseline; a forecaster that is further off is broken and would move everybody's skill


def scored(tasks: pl.DataFrame, *, quantiles: Floats, observed: Floats) -> pl.DataFrame:
    """Return the tasks with their scores, on the scale as given and on log(x + 1).

    Args:
        tasks: n rows that say who forecast what.
        quantiles: Shape (n, 23), not decreasing along the last axis.
        observed: Shape (n,), in the same unit.

    Returns:
        The rows whose scores are known, in their order, with ``observed`` and the columns ``SCORES``.
    """
    natural, logs = scores_of(quantiles, observed), scores_of(on_log_scale(quantiles), on_log_scale(observed))
    columns = {name: getattr(natural, name) for name in Scores._fields}
    columns |= {f"{name}{LOG}": getattr(logs, name) for name in ON_BOTH_SCALES}
    added = [pl.Series(name, values) for name, values in {"observed": observed, **columns}.items()]
    return tasks.with_columns(added).filter(pl.col("wis").is_not_nan())


def score_table(
    scores: pl.DataFrame,
    *,
    baseline: str,
    ensemble: str | None = None,
    tasks: Tasks,
    least_share: float = LEAST_SHARE,
    largest_ratio: float = LARGEST_RATIO,
) -> pl.DataFrame:
    """Return what each model was worth on the tasks that the baseline made.

    Args:
        scores: As ``scored`` returns it.
        baseline: Who is 1.
        ensemble: Whose tasks a second ratio is taken on; None for none.
        tasks: What the columns are; ``by`` makes one table a group, one below the other.
        least_share: What share of the baseline's tasks takes part in the pairwise skill.
        largest_ratio: Which relative WIS still does, on the scale in question.

    Returns:
        Per group and model, by group, relative WIS and name: ``n`` tasks and their ``share`` of the baseline's; the
        means of ``SCORES``; ``relative_wis``, ``relative_absolute_error``, ``skill`` and ``ratio_to_ensemble``, and
        the same with ``_log``. Skill is null for who does not take part, the ratio where no task is shared. A group
        that the baseline is not in has no rows.

    Raises:
        ValueError: If a model has two scores for the same task.

    Source: methods, scores; Cramer et al. 2022, doi:10.1073/pnas.2113561119.
    """
    made = scores.filter(pl.col(tasks.model) == baseline).select(tasks.key)
    shared = scores.join(made, on=tasks.key, how="semi")
    compared = ["wis", "wis_log", "absolute_error", "absolute_error_log"]
    relative = ratios(shared, columns=compared, against=baseline, tasks=tasks).rename(
        {"shared": "n", **{name: f"relative_{name}" for name in compared}}
    )
    table = relative.join(shared.group_by(tasks.group).agg(pl.col(SCORES).mean()), on=tasks.group)
    for scale in ("", LOG):
        fit = (pl.col("share") >= least_share) & (pl.col(f"relative_wis{scale}") <= largest_ratio)
        taking_part = table.filter(fit | (pl.col(tasks.model) == baseline)).select(tasks.group)
        entries = shared.join(taking_part, on=tasks.group, how="semi")
        skill = pairwise_skill(entries, column=f"wis{scale}", baseline=baseline, tasks=tasks)
        table = table.join(skill.rename({"skill": f"skill{scale}"}), on=tasks.group, how="left")
    table = _beside_ensemble(table, shared, ensemble=ensemble, tasks=tasks)
    return table.select(*tasks.group, "n", "share", *_ORDER).sort(*tasks.by, "relative_wis", tasks.model)


_ORDER = (
    *Scores._fields,
    *("relative_wis", "relative_absolute_error", "skill", "ratio_to_ensemble"),
    *(f"{name}{LOG}" for name in ON_BOTH_SCALES),
    *(f"{name}{LOG}" for name in ("relative_wis", "relative_absolute_error", "skill", "ratio_to_ensemble")),
)


def _beside_ensemble(table: pl.DataFrame, shared: pl.DataFrame, *, ensemble: str | None, tasks: Tasks) -> pl.DataFrame:
    """Return the table with the ratios to the ensemble, null where there is none."""
    names = {"wis": "ratio_to_ensemble", "wis_log": f"ratio_to_ensemble{LOG}"}
    if ensemble is None:
        return table.with_columns(pl.lit(None, dtype=pl.Float64).alias(name) for name in names.values())
    found = ratios(shared, columns=list(names), against=ensemble, tasks=tasks)
    return table.join(found.select(*tasks.group, *names).rename(names), on=tasks.group, how="left")
