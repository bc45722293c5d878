"""Checks of the values: numbers of the right kind, quantiles that do not fall, probabilities that sum to 1."""

from __future__ import annotations

import polars as pl

from neuralbrain.hub.tasks import OutputType
from neuralbrain.hub.validation.evidence import ROW, Evidence
from neuralbrain.hub.validation.verdict import Verdict, failed, skipped, unless

SUM_TOLERANCE = 1.5e-8  # as the hubs' own validator has it: the square root of a double's precision
ORDERED = ("quantile", "cdf")
NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"


def value_col_valid(evidence: Evidence) -> Verdict:
    """Fail where a value is no number, not whole where it must be, or beyond the hub's limits."""
    numbered = _numbered(evidence)
    wrong: list[pl.DataFrame] = [numbered.filter(pl.col("number").is_null()).with_columns(why=pl.lit("is no number"))]
    for task in evidence.round.tasks:
        for output in task.outputs:
            rows = numbered.filter(
                evidence.of_task(task) & (pl.col("output_type") == output.name) & pl.col("number").is_not_null()
            )
            wrong.append(rows.with_columns(why=_why(output)).filter(pl.col("why").is_not_null()))
    rows = pl.concat(wrong).unique(subset=ROW, keep="first").sort(ROW)
    if rows.is_empty():
        return unless([], "")
    where = [f"{place} {why}" for place, why in zip(evidence.places(rows), rows["why"].to_list(), strict=False)]
    return failed("The hub does not take these values. Mend them, or leave the rows out.", where, count=len(rows))


def _why(output: OutputType) -> pl.Expr:
    """Return what is wrong with a number, null where nothing is."""
    number = pl.col("number")
    why = pl.lit(None, pl.String)
    if output.maximum is not None:
        why = pl.when(number > output.maximum).then(pl.lit(f"is above {output.maximum:g}")).otherwise(why)
    if output.minimum is not None:
        why = pl.when(number < output.minimum).then(pl.lit(f"is below {output.minimum:g}")).otherwise(why)
    if output.whole:
        why = pl.when(number != number.floor()).then(pl.lit("is not whole")).otherwise(why)
    return why


def value_col_non_desc(evidence: Evidence) -> Verdict:
    """Fail where a quantile or a cumulative probability is lower than the one before it."""
    rows = _numbered(evidence).filter(pl.col("output_type").is_in(ORDERED))
    if rows.is_empty():
        return skipped("There are no quantiles and no cumulative probabilities.")
    group = [*evidence.round.columns, "output_type"]
    level = pl.col("output_type_id").cast(pl.Float64, strict=False)
    ordered = rows.with_columns(level=level).sort(
        *group, "level", "output_type_id", nulls_last=True, maintain_order=True
    )
    falls = ordered.filter((pl.col("number").diff() < 0).over(group))
    return _of_rows(evidence, falls, "A higher level must not have a lower value. Sort the values of these groups.")


def value_col_sum1(evidence: Evidence) -> Verdict:
    """Fail where the probabilities of the classes of a task do not sum to 1."""
    rows = _numbered(evidence).filter(pl.col("output_type") == "pmf")
    if rows.is_empty():
        return skipped("There are no probabilities of classes.")
    group = list(evidence.round.columns)
    sums = rows.group_by(group, maintain_order=True).agg(pl.col("number").sum(), pl.col(ROW).min())
    wrong = sums.filter((pl.col("number") - 1).abs() > SUM_TOLERANCE)
    where = [
        f"from {evidence.line(row[ROW])}: "
        + ", ".join(f"{name} {row[name]}" for name in group if row[name] is not None)
        + f" sums to {row['number']:.9g}"
        for row in wrong.iter_rows(named=True)
    ]
    return unless(where, "The probabilities of a task's classes must sum to 1. Divide each by their sum.")


def _numbered(evidence: Evidence) -> pl.DataFrame:
    """Return the rows with ``number``, null where the value is none."""
    value = pl.col("value")
    plain = pl.when(value.str.contains(NUMBER)).then(value.cast(pl.Float64, strict=False))
    return evidence.rows.with_columns(number=plain).with_columns(
        number=pl.when(pl.col("number").is_finite()).then(pl.col("number"))
    )


def _of_rows(evidence: Evidence, rows: pl.DataFrame, message: str) -> Verdict:
    return unless([], "") if rows.is_empty() else failed(message, evidence.places(rows.sort(ROW)), count=len(rows))
