"""The tables of scores: what of each edition is to be scored, what was, and what each forecast was worth."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Boolean, Column, Date, Float, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table
from sqlalchemy.schema import SchemaItem

from neuralbrain.store.columns import UtcTime, metadata

NATURAL = (
    "wis",
    "dispersion",
    "overprediction",
    "underprediction",
    "absolute_error",
    "bias",
    "covered_50",
    "covered_95",
)
LOGARITHMIC = ("log_wis", "log_dispersion", "log_overprediction", "log_underprediction", "log_absolute_error")
BASELINE = ("baseline_wis", "baseline_log_wis")
PROBABILITIES = ("confidence", "outbreak_probability", "growth_probability")
CAME_TRUE = ("was_about_right", "was_outbreak", "was_growth")
TRENDS = ("trend_decreasing", "trend_stable", "trend_increasing")
RISKS = ("risk_green", "risk_yellow", "risk_red")


_OF_CALIBRATION = ("edition_number", "truth_as_of", "hindsight", "below", "at_most")


def _of_forecast() -> tuple[SchemaItem, ...]:
    """Return whose score a row is; the keys hold that it is of a published forecast and its edition's one author."""
    return (
        Column("edition_number", Integer, primary_key=True),
        Column("table_position", Integer, primary_key=True),
        Column("row_position", Integer, primary_key=True),
        Column("series_number", ForeignKey("series.number"), nullable=False),
        Column("provider", String(32), nullable=False),
        Column("lock_number", Integer, nullable=False),
        ForeignKeyConstraint(
            ["edition_number", "table_position", "row_position"],
            ["forecast.edition_number", "forecast.table_position", "forecast.row_position"],
        ),
        ForeignKeyConstraint(
            ["edition_number", "provider", "lock_number"],
            ["edition.number", "edition.provider", "edition.lock_number"],
        ),
    )


def _scores(name: str) -> Table:
    """Return a table of scores of forecast values."""
    return Table(
        name,
        metadata,
        *_of_forecast(),
        Column("horizon", Integer, primary_key=True),
        Column("truth_as_of", UtcTime, primary_key=True),
        Column("last_date", Date, nullable=False),
        Column("target_date", Date, nullable=False),
        Column("observed", Float, nullable=False),
        *(Column(name, Float, nullable=False) for name in (*NATURAL, *LOGARITHMIC)),
        Column("below", Integer, nullable=False),
        Column("at_most", Integer, nullable=False),
        *(Column(name, Float) for name in BASELINE),  # NULL where the history was too short for one
        Column("hindsight", Boolean, nullable=False),  # its table was made when this day's value was settled
        Column("scored_at", UtcTime, nullable=False),
        # All that calibration asks for, so that it is answered without the rows.
        Index(f"{name}_by_claim", "provider", "series_number", "last_date", "horizon", *_OF_CALIBRATION),
    )


score = _scores("score")
deaths_score = _scores("deaths_score")  # of the deaths that were published beside cases, in the same row

claim_score = Table(
    "claim_score",
    metadata,
    *_of_forecast(),
    Column("truth_as_of", UtcTime, primary_key=True),
    Column("last_date", Date, nullable=False),
    Column("target_date", Date, nullable=False),
    Column("settled", Float, nullable=False),
    *(Column(name, Float) for name in (*PROBABILITIES, *CAME_TRUE)),  # NULL where it cannot be said
    *(Column(name, Float) for name in TRENDS),
    Column("trend", Integer),  # position in domain.claims.TRENDS
    *(Column(name, Float) for name in RISKS),
    Column("risk_level", Integer),  # position in domain.claims.RISK_LEVELS
    Column("hindsight", Boolean, nullable=False),
    Column("scored_at", UtcTime, nullable=False),
    Index("claim_score_by_series", "series_number", "last_date"),
)

PART = ("edition_number", "table_position", "last_date", "horizon")


def _plan(name: str) -> Table:
    """Return a table of what of each edition is to be scored, so that nobody need read whole editions to know it."""
    return Table(
        name,
        metadata,
        Column("edition_number", Integer, primary_key=True),
        Column("table_position", Integer, primary_key=True),
        Column("last_date", Date, primary_key=True),
        Column("horizon", Integer, primary_key=True),
        Column("target_date", Date, nullable=False),
        Column("n_rows", Integer, nullable=False),
        Column("is_last", Boolean, nullable=False),  # the last horizon of its table, which claims are about
        ForeignKeyConstraint(
            ["edition_number", "table_position"], ["edition_table.edition_number", "edition_table.position"]
        ),
    )


def _rounds(name: str, plan: Table) -> Table:
    """Return a table of what was scored: once for each part of a plan."""
    return Table(
        name,
        metadata,
        Column("edition_number", Integer, primary_key=True),
        Column("table_position", Integer, primary_key=True),
        Column("last_date", Date, primary_key=True),
        Column("horizon", Integer, primary_key=True),
        Column("unknown", Integer, nullable=False),  # values that had matured and had no truth
        Column("scored_at", UtcTime, nullable=False),
        ForeignKeyConstraint(list(PART), [f"{plan.name}.{name}" for name in PART]),
    )


score_plan = _plan("score_plan")
score_round = _rounds("score_round", score_plan)
deaths_plan = _plan("deaths_plan")
deaths_round = _rounds("deaths_round", deaths_plan)


class ScoredKind(NamedTuple):
    """The tables that one kind of published value is planned, counted and scored in."""

    plan: Table
    rounds: Table
    scores: Table


OF_CASES = ScoredKind(plan=score_plan, rounds=score_round, scores=score)
OF_DEATHS = ScoredKind(plan=deaths_plan, rounds=deaths_round, scores=deaths_score)


def kind_of(*, deaths: bool) -> ScoredKind:
    """Return where the scores of cases stand, or those of the deaths beside them."""
    return OF_DEATHS if deaths else OF_CASES


score_look = Table(  # up to which release of a feed its scores were compared with what is known
    "score_look",
    metadata,
    Column("source", String(64), primary_key=True),
    Column("release_number", ForeignKey("release.number"), primary_key=True),
    Column("at", UtcTime, nullable=False),
)

score_batch = Table(  # what was kept at once of one table: totals of it, and how far comparing has come
    "score_batch",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("edition_number", Integer, nullable=False),
    Column("table_position", Integer, nullable=False),
    Column("release_number", ForeignKey("release.number")),  # compared with what is known up to it; NULL: first scores
    Column("n_values", Integer, nullable=False),  # scores of values, of cases and of deaths
    Column("n_first", Integer, nullable=False),  # those of values that had no score before
    Column("at", UtcTime, nullable=False),
    ForeignKeyConstraint(
        ["edition_number", "table_position"], ["edition_table.edition_number", "edition_table.position"]
    ),
    Index("score_batch_by_release", "release_number"),
)
