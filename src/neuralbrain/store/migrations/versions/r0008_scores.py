"""Makes the tables of scores anew: what of each edition is to be scored, what was, and what it was worth."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import refuse_changes

revision = "0008"
down_revision = "0007"

NUMBERS = (
    *("observed", "wis", "dispersion", "overprediction", "underprediction", "absolute_error", "bias"),
    *("covered_50", "covered_95", "log_wis", "log_dispersion", "log_overprediction", "log_underprediction"),
    "log_absolute_error",
)
CLAIMS = (
    *("confidence", "outbreak_probability", "growth_probability", "was_about_right", "was_outbreak", "was_growth"),
    *("trend_decreasing", "trend_stable", "trend_increasing", "risk_green", "risk_yellow", "risk_red"),
)


def upgrade() -> None:
    """Replace the table that nothing was ever written to, and make those beside it."""
    op.drop_table("score")  # its triggers go with it
    _make_plan()
    _make_scores()
    _make_claims()
    _make_batches()
    refuse_changes(op, ("score", "claim_score", "score_plan", "score_round", "score_look", "score_batch"))


def _of_forecast() -> list[sa.Column[Any]]:
    return [
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("table_position", sa.Integer(), nullable=False),
        sa.Column("row_position", sa.Integer(), nullable=False),
        sa.Column("series_number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("lock_number", sa.Integer(), nullable=False),
        sa.Column("truth_as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
    ]


def _keys_of_forecast() -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint(["series_number"], ["series.number"]),
        sa.ForeignKeyConstraint(
            ["edition_number", "table_position", "row_position"],
            ["forecast.edition_number", "forecast.table_position", "forecast.row_position"],
        ),
        sa.ForeignKeyConstraint(
            ["edition_number", "provider", "lock_number"],
            ["edition.number", "edition.provider", "edition.lock_number"],
        ),
    ]


def _make_scores() -> None:
    op.create_table(
        "score",
        *_of_forecast(),
        sa.Column("horizon", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in NUMBERS),
        sa.Column("below", sa.Integer(), nullable=False),
        sa.Column("at_most", sa.Integer(), nullable=False),
        sa.Column("baseline_wis", sa.Float(), nullable=True),
        sa.Column("baseline_log_wis", sa.Float(), nullable=True),
        sa.Column("hindsight", sa.Boolean(), nullable=False),
        *_keys_of_forecast(),
        sa.PrimaryKeyConstraint("edition_number", "table_position", "row_position", "horizon", "truth_as_of"),
    )
    claim = ["provider", "series_number", "last_date", "horizon"]
    answered = ["edition_number", "truth_as_of", "hindsight", "below", "at_most"]
    op.create_index("score_by_claim", "score", [*claim, *answered], unique=False)


def _make_claims() -> None:
    op.create_table(
        "claim_score",
        *_of_forecast(),
        sa.Column("settled", sa.Float(), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=True) for name in CLAIMS),
        sa.Column("trend", sa.Integer(), nullable=True),
        sa.Column("risk_level", sa.Integer(), nullable=True),
        sa.Column("hindsight", sa.Boolean(), nullable=False),
        *_keys_of_forecast(),
        sa.PrimaryKeyConstraint("edition_number", "table_position", "row_position", "truth_as_of"),
    )
    op.create_index("claim_score_by_series", "claim_score", ["series_number", "last_date"], unique=False)


def _make_plan() -> None:
    """What is to be scored, what was, and up to which release its truth was looked at again."""
    part = ("edition_number", "table_position", "last_date", "horizon")
    op.create_table(
        "score_plan",
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("table_position", sa.Integer(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=False),
        sa.Column("n_rows", sa.Integer(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_number", "table_position"],
            ["edition_table.edition_number", "edition_table.position"],
        ),
        sa.PrimaryKeyConstraint(*part),
    )
    op.create_table(
        "score_round",
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("table_position", sa.Integer(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(list(part), [f"score_plan.{name}" for name in part]),
        sa.PrimaryKeyConstraint(*part),
    )
    op.create_table(
        "score_look",
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["release_number"], ["release.number"]),
        sa.PrimaryKeyConstraint("source", "release_number"),
    )


def _make_batches() -> None:
    op.create_table(
        "score_batch",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("table_position", sa.Integer(), nullable=False),
        sa.Column("release_number", sa.Integer(), nullable=True),
        sa.Column("n_values", sa.Integer(), nullable=False),
        sa.Column("n_first", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["release_number"], ["release.number"]),
        sa.ForeignKeyConstraint(
            ["edition_number", "table_position"],
            ["edition_table.edition_number", "edition_table.position"],
        ),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_index("score_batch_by_release", "score_batch", ["release_number"], unique=False)
