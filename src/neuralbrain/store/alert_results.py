"""What came of alerts about regions: a hit or a false alarm, by the claim of the forecast that each rests on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select

from neuralbrain.domain.alert import OF_REGIONS, AlertRule, RuleRecord
from neuralbrain.domain.claims import RISK_LEVELS, TRENDS, RiskLevel, Trend
from neuralbrain.store.alert_schema import alert, alert_result
from neuralbrain.store.schema import withdrawal
from neuralbrain.store.score_schema import claim_score

_SAME_FORECAST = and_(
    claim_score.c.edition_number == alert.c.edition_number,
    claim_score.c.table_position == alert.c.table_position,
    claim_score.c.row_position == alert.c.row_position,
)
_SAME_TRUTH = and_(
    alert_result.c.alert_number == alert.c.number, alert_result.c.truth_as_of == claim_score.c.truth_as_of
)


def judge(connection: Connection, *, now: datetime) -> int:
    """Add a result for each truth that an alert's claim was judged by and that has none yet; return how many."""
    asked = (
        select(
            alert.c.number,
            alert.c.rule,
            claim_score.c.truth_as_of,
            claim_score.c.hindsight,
            claim_score.c.was_outbreak,
            claim_score.c.trend,
            claim_score.c.risk_level,
        )
        .select_from(alert.join(claim_score, _SAME_FORECAST).outerjoin(alert_result, _SAME_TRUTH))
        .where(alert_result.c.alert_number.is_(None))
        .order_by(alert.c.number, claim_score.c.truth_as_of)
    )
    results = [
        {
            "alert_number": row.number,
            "truth_as_of": row.truth_as_of,
            "came_true": _came_true(row),
            "hindsight": row.hindsight,
            "judged_at": now,
        }
        for row in connection.execute(asked)
    ]
    if results:
        connection.execute(insert(alert_result), results)
    return len(results)


def rule_records(connection: Connection) -> tuple[RuleRecord, ...]:
    """Return what became of alerts about regions, one entry a rule; the first truth counts."""
    first = (
        select(alert_result.c.alert_number, func.min(alert_result.c.truth_as_of).label("truth_as_of"))
        .group_by(alert_result.c.alert_number)
        .subquery()
    )
    joined = (
        alert.outerjoin(first, first.c.alert_number == alert.c.number)
        .outerjoin(
            alert_result,
            and_(
                alert_result.c.alert_number == first.c.alert_number, alert_result.c.truth_as_of == first.c.truth_as_of
            ),
        )
        .outerjoin(withdrawal, withdrawal.c.edition_number == alert.c.edition_number)
    )
    asked = (
        select(
            alert.c.rule,
            first.c.truth_as_of.is_not(None).label("judged"),
            alert_result.c.came_true,
            alert_result.c.hindsight,
            withdrawal.c.at.is_not(None).label("withdrawn"),
            func.count().label("how_many"),
        )
        .select_from(joined)
        .where(alert.c.rule.in_([rule.value for rule in OF_REGIONS]))
        .group_by("rule", "judged", alert_result.c.came_true, alert_result.c.hindsight, "withdrawn")
    )
    counts: dict[tuple[str, str], int] = {}
    for row in connection.execute(asked):
        place = (row.rule, _fate(row))
        counts[place] = counts.get(place, 0) + row.how_many
    return tuple(_of_rule(rule, counts) for rule in OF_REGIONS)


def _came_true(row: Any) -> bool | None:  # noqa: ANN401 - a row of whatever was asked for
    """Return whether what an alert said came true, None where that cannot be said."""
    match AlertRule(row.rule):
        case AlertRule.RISK_RED:
            return None if row.risk_level is None else row.risk_level == RISK_LEVELS.index(RiskLevel.RED)
        case AlertRule.OUTBREAK_LIKELY:
            return None if row.was_outbreak is None else row.was_outbreak > 0
        case _:
            return None if row.trend is None else row.trend == TRENDS.index(Trend.INCREASING)


def _fate(row: Any) -> str:  # noqa: ANN401 - the same
    if row.withdrawn:
        return "withdrawn"
    if not row.judged:
        return "waiting"
    if row.hindsight:
        return "hindsight"
    return "unknown" if row.came_true is None else "hits" if row.came_true else "false_alarms"


def _of_rule(rule: AlertRule, counts: dict[tuple[str, str], int]) -> RuleRecord:
    fates = ("hits", "false_alarms", "waiting", "unknown", "withdrawn", "hindsight")
    mine = {fate: counts.get((rule.value, fate), 0) for fate in fates}
    return RuleRecord(rule=rule, raised=sum(mine.values()), **mine)
