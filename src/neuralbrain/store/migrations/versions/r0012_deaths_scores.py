"""Makes the tables of scores of deaths, and plans what of the editions published so far is to be scored."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

from neuralbrain.store.append_only import refuse_changes

revision = "0012"
down_revision = "0011"

PART = ("edition_number", "table_position", "last_date", "horizon")
NUMBERS = (
    *("observed", "wis", "dispersion", "overprediction", "underprediction", "absolute_error", "bias"),
    *("covered_50", "covered_95", "log_wis", "log_dispersion", "log_overprediction", "log_underprediction"),
    "log_absolute_error",
)
DAYS = {"daily": 1, "weekly": 7}
COUNTS_FROM = re.compile(r"\bcounts from (\d{4}-\d{2}-\d{2}),")


def upgrade() -> None:
    """Make the tables, and write the plan of each edition that the scores of cases were planned of."""
    _make_plan()
    _make_scores()
    _plan_editions(op.get_bind())
    refuse_changes(op, ("deaths_plan", "deaths_round", "deaths_score"))


def _of_part() -> list[sa.Column[Any]]:
    return [
        sa.Column("edition_number", sa.Integer(), nullable=False),
        sa.Column("table_position", sa.Integer(), nullable=False),
        sa.Column("last_date", sa.Date(), nullable=False),
        sa.Column("horizon", sa.Integer(), nullable=False),
    ]


def _make_plan() -> None:
    op.create_table(
        "deaths_plan",
        *_of_part(),
        sa.Column("target_date", sa.Date(), nullable=False),
        sa.Column("n_rows", sa.Integer(), nullable=False),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["edition_number", "table_position"],
            ["edition_table.edition_number", "edition_table.position"],
        ),
        sa.PrimaryKeyConstraint(*PART),
    )
    op.create_table(
        "deaths_round",
        *_of_part(),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(list(PART), [f"deaths_plan.{name}" for name in PART]),
        sa.PrimaryKeyConstraint(*PART),
    )


def _make_scores() -> None:
    op.create_table(
        "deaths_score",
        *_of_part(),
        sa.Column("row_position", sa.Integer(), nullable=False),
        sa.Column("series_number", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=32), nullable=False),
        sa.Column("lock_number", sa.Integer(), nullable=False),
        sa.Column("truth_as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("target_date", sa.Date(), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Float(), nullable=False) for name in NUMBERS),
        sa.Column("below", sa.Integer(), nullable=False),
        sa.Column("at_most", sa.Integer(), nullable=False),
        sa.Column("baseline_wis", sa.Float(), nullable=True),
        sa.Column("baseline_log_wis", sa.Float(), nullable=True),
        sa.Column("hindsight", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["series_number"], ["series.number"]),
        sa.ForeignKeyConstraint(
            ["edition_number", "table_position", "row_position"],
            ["forecast.edition_number", "forecast.table_position", "forecast.row_position"],
        ),
        sa.ForeignKeyConstraint(
            ["edition_number", "provider", "lock_number"],
            ["edition.number", "edition.provider", "edition.lock_number"],
        ),
        sa.PrimaryKeyConstraint("edition_number", "table_position", "row_position", "horizon", "truth_as_of"),
    )
    claim = ["provider", "series_number", "last_date", "horizon"]
    answered = ["edition_number", "truth_as_of", "hindsight", "below", "at_most"]
    op.create_index("deaths_score_by_claim", "deaths_score", [*claim, *answered], unique=False)


def _plan_editions(connection: sa.Connection) -> None:
    """Write the plan of all editions that have one, edition by edition; the others are planned as they always are."""
    plan = sa.table(
        "deaths_plan",
        *(sa.column(name, sa.Date() if name.endswith("date") else sa.Integer()) for name in PART),
        sa.column("target_date", sa.Date()),
        sa.column("n_rows", sa.Integer()),
        sa.column("is_last", sa.Boolean()),
    )
    heads = {
        (row.edition_number, row.position): (DAYS[row.cadence], json.loads(row.horizons))
        for row in connection.execute(sa.text("SELECT edition_number, position, cadence, horizons FROM edition_table"))
    }
    planned = connection.execute(sa.text("SELECT DISTINCT edition_number FROM score_plan ORDER BY edition_number"))
    for number in planned.scalars().all():
        counts = Counter(_deaths_of(connection, number))
        rows = [
            {
                "edition_number": number,
                "table_position": position,
                "last_date": last_date,
                "horizon": horizon,
                "target_date": last_date + timedelta(days=days * horizon),
                "n_rows": count,
                "is_last": False,
            }
            for (position, last_date), count in sorted(counts.items())
            for days, horizons in [heads[number, position]]
            for horizon in horizons
        ]
        if rows:
            connection.execute(sa.insert(plan), rows)


def _deaths_of(connection: sa.Connection, number: int) -> Iterator[tuple[int, date]]:
    """Yield the table and the last actual of the deaths of each row of an edition that has a forecast of them."""
    text = sa.text(
        "SELECT table_position, last_date,"
        " CASE WHEN findings LIKE '%\"deaths-date-differs\"%' THEN findings END AS findings"
        " FROM forecast WHERE edition_number = :number AND deaths_quantiles IS NOT NULL"
    )
    for row in connection.execute(text.columns(last_date=sa.Date()), {"number": number}):
        said = [] if row.findings is None else json.loads(row.findings)
        differs = [one["message"] for one in said if one["code"] == "deaths-date-differs"]
        found = COUNTS_FROM.search(differs[0]) if differs else None
        yield row.table_position, row.last_date if found is None else date.fromisoformat(found[1])
