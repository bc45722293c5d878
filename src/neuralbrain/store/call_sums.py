"""What calls to providers come to, added up by the database; no call is loaded for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Row, Select, and_, case, cast, func, or_, select

from neuralbrain.domain.call import Spent
from neuralbrain.domain.day_cost import DayCost
from neuralbrain.domain.failure import FailureKind
from neuralbrain.store.call_schema import provider_answer, provider_call, provider_reading

LAST = 2**31 - 1  # the largest number that fits the column
_CALL, _ANSWER, _READ = provider_call.c, provider_answer.c, provider_reading.c

WITH_ALL = provider_call.outerjoin(provider_answer, _ANSWER.call_number == _CALL.number).outerjoin(
    provider_reading, _READ.call_number == _CALL.number
)
"""Each call once, with what came back and what was read out of it, as far as there is such."""

# The rules of `CallRecord.possibly_billed` and `spent_by`, for the database; a test holds both against each other.
_POSSIBLY_BILLED = and_(
    or_(_READ.prompt_tokens.is_(None), _READ.completion_tokens.is_(None)),
    or_(_ANSWER.status.is_(None), _ANSWER.status < 400),
    func.coalesce(_ANSWER.sent, True),
)
_MOST_WRITTEN = _CALL.most_tokens - _CALL.prompt_tokens
_TOKENS = func.coalesce(
    cast(_READ.prompt_tokens, BigInteger),  # two numbers that fit a column may be too much for it together
    case((_POSSIBLY_BILLED, _CALL.prompt_tokens), else_=0),
) + func.coalesce(_READ.completion_tokens, case((_POSSIBLY_BILLED, _MOST_WRITTEN), else_=0))
_COST = func.coalesce(_READ.cost_usd, case((_POSSIBLY_BILLED, _CALL.most_cost_usd)))
_WITHOUT_PRICE = and_(_COST.is_(None), or_(_POSSIBLY_BILLED, _READ.completion_tokens.is_not(None)))

_SPENT = (
    func.count().label("calls"),
    func.coalesce(func.sum(_TOKENS), 0).label("tokens"),
    func.coalesce(func.sum(_COST), 0.0).label("cost_usd"),
    func.coalesce(func.sum(case((_POSSIBLY_BILLED, 1), else_=0)), 0).label("possibly_billed"),
)


def spent_since(provider: str, moment: datetime) -> Select[Any]:
    """Return the question what a provider's calls since a moment used; its one row is for ``spent_of``."""
    return select(*_SPENT).select_from(WITH_ALL).where(_CALL.provider == provider, _CALL.at >= moment)


def days_since(moment: datetime) -> Select[Any]:
    """Return the question what the calls of each day since a moment used; each row is for ``day_of``."""
    parts = (func.date(_CALL.at).label("day"), _CALL.provider, _READ.kind)
    unpriced = func.sum(case((_WITHOUT_PRICE, 1), else_=0)).label("without_price")
    return select(*parts, *_SPENT, unpriced).select_from(WITH_ALL).where(_CALL.at >= moment).group_by(*parts)


def outcomes_between(after: int, last: int = LAST) -> Select[Any]:
    """Return the question how calls ended, by provider and outcome.

    Args:
        after: The number after which the calls begin.
        last: The last number that counts.
    """
    unread = _READ.rule.is_(None)
    # Both bounds are always named: with one of them, SQLite would rather read an index from end to end.
    return (
        select(
            _CALL.provider,
            unread.label("unread"),
            _READ.kind,
            func.count().label("calls"),
            func.coalesce(func.sum(_READ.prompt_tokens), 0).label("prompt_tokens"),
            func.coalesce(func.sum(_READ.completion_tokens), 0).label("completion_tokens"),
        )
        .select_from(provider_call.outerjoin(provider_reading, _READ.call_number == _CALL.number))
        .where(_CALL.number > after, _CALL.number <= last)
        .group_by(_CALL.provider, unread, _READ.kind)
    )


def newest_before(moment: datetime) -> Select[int]:
    """Return the question for the number of the newest call that began before a moment."""
    return select(_CALL.number).where(_CALL.at < moment).order_by(_CALL.at.desc()).limit(1)


def spent_of(row: Row[Any]) -> Spent:
    """Return the sums of a row."""
    return Spent(
        calls=row.calls,
        tokens=int(row.tokens),
        cost_usd=float(row.cost_usd),
        possibly_billed=int(row.possibly_billed),
    )


def day_of(row: Row[Any]) -> DayCost:
    """Return the sums of a row of a day, which one database tells as a date and the other as its text."""
    return DayCost(
        day=date.fromisoformat(str(row.day)),
        provider=row.provider,
        kind=None if row.kind is None else FailureKind(row.kind),
        spent=spent_of(row),
        without_price=int(row.without_price),
    )
