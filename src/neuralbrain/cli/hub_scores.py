"""Scores of forecasts in hub files, by target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from neuralbrain.errors import HubError
from neuralbrain.evaluate.relative import Tasks
from neuralbrain.evaluate.score_table import SCORES, score_table, scored
from neuralbrain.hub.model_output import read_model_output
from neuralbrain.hub.quantile_table import observed_by, quantile_table
from neuralbrain.hub.truth import read_truth

TASKS = Tasks(model="model_id", task=("target", "location", "reference_date", "horizon"), by=("target",))


def scores_of_files(path: Path, *, truth: Path, baseline: Path | None) -> dict[str, Any]:
    """Return what each model's forecasts were worth, as plain values.

    Args:
        path: A file of model output, or a folder of them.
        truth: What came true.
        baseline: Model output of the one that the others are compared with; None for scores alone.

    Raises:
        HubError: If a file cannot be read, or nothing can be scored.
    """
    rows = read_model_output(path)
    name = None
    if baseline is not None:
        own = read_model_output(baseline)
        name = _only_model(own, baseline)
        rows = pl.concat([rows.filter(pl.col("model_id") != name), own])
    table = quantile_table(rows)
    observed = observed_by(table.tasks, read_truth(truth))
    scores = scored(table.tasks, quantiles=table.quantiles, observed=observed)
    if scores.is_empty():
        raise HubError(
            f"None of {len(table.tasks):,} forecasts by 23 quantiles is of a place and week in {truth.name}.",
            remedy="Name the target data of the same hub, with the weeks that are forecast.",
            code="hub-nothing",
        )
    return {
        "baseline": name,
        "forecasts": len(table.tasks) + table.left_out,
        "incomplete": table.left_out,
        "not_known_yet": len(table.tasks) - len(scores),
        "scores": _plain(_means(scores) if name is None else score_table(scores, baseline=name, tasks=TASKS)),
    }


def _only_model(rows: pl.DataFrame, path: Path) -> str:
    names = rows["model_id"].unique().sort().to_list()
    if len(names) != 1:
        raise HubError(
            f"{path} holds {len(names)} models, such as {' and '.join(names[:2])}.",
            remedy="Name the file or the folder of the one to compare with.",
        )
    return str(names[0])


def _means(scores: pl.DataFrame) -> pl.DataFrame:
    return scores.group_by(TASKS.group).agg(pl.len().alias("n"), pl.col(SCORES).mean()).sort(*TASKS.group)


def _plain(table: pl.DataFrame) -> list[dict[str, Any]]:
    return table.with_columns(pl.col(pl.Float64).fill_nan(None)).to_dicts()
