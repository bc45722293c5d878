"""Every call to a provider: kept before it is made, before it is read, and after."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, insert, select

from neuralbrain.domain.call import (
    CallAnswered,
    CallBegun,
    CallReading,
    CallRecord,
    CallTotals,
    Purpose,
    Spent,
)
from neuralbrain.domain.day_cost import DayCost
from neuralbrain.domain.failure import FailureKind
from neuralbrain.ports import Clock
from neuralbrain.store.call_schema import provider_answer, provider_call, provider_reading
from neuralbrain.store.call_sums import (
    WITH_ALL,
    day_of,
    days_since,
    newest_before,
    outcomes_between,
    spent_of,
    spent_since,
)
from neuralbrain.store.database import Database

LONGEST_NUMBER, LONGEST_MODEL = 128, 255  # as wide as the columns; longer ones are no names but messages
OPEN_FOR = timedelta(days=1)  # a call ends within minutes, unless the machine sleeps in the middle of it


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counted:
    """Old calls, added up.

    Args:
        opened: Which opening of the database they were read by.
        last: The number of the last one.
        totals: What they come to.
    """

    opened: int
    last: int = 0
    totals: tuple[CallTotals, ...] = ()


class StoredCalls:
    """Calls in the database.

    Args:
        database: Where they stand.
        clock: Tells when one began.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._old = _Counted(opened=database.opened)

    def begin(self, call: CallBegun) -> int:
        """Keep that a call is about to be made, and return its number."""
        row = {
            "at": self._clock.now(),
            "provider": call.provider,
            "model": call.model,
            "purpose": call.purpose.value,
            "prompt_digest": call.prompt_digest,
            "series": call.series,
            "prompt_tokens": call.prompt_tokens,
            "most_tokens": call.most_tokens,
            "most_cost_usd": call.most_cost_usd,
        }
        with self._database.write() as connection:
            return int(connection.execute(insert(provider_call).returning(provider_call.c.number), row).scalar_one())

    def answered(self, number: int, answered: CallAnswered) -> None:
        """Keep what came back, before anybody reads it."""
        row = {
            "call_number": number,
            "seconds": answered.seconds,
            "status": answered.status,
            "request_id": answered.request_id[:LONGEST_NUMBER],
            "sent": answered.sent,
            "why": answered.why,
            "sha256": hashlib.sha256(answered.body).hexdigest(),
            "body": zlib.compress(answered.body),
        }
        with self._database.write() as connection:
            connection.execute(insert(provider_answer), row)

    def read(self, number: int, reading: CallReading) -> None:
        """Keep what was read out of it."""
        row = {
            "call_number": number,
            "kind": None if reading.kind is None else reading.kind.value,
            "rule": reading.rule,
            "message": reading.message,
            "model": reading.model[:LONGEST_MODEL],
            "prompt_tokens": reading.prompt_tokens,
            "completion_tokens": reading.completion_tokens,
            "reasoning_tokens": reading.reasoning_tokens,
            "cost_usd": reading.cost_usd,
        }
        with self._database.write() as connection:
            connection.execute(insert(provider_reading), row)

    def spent(self, provider: str, *, since: datetime) -> Spent:
        """Return what a provider's calls since a moment used; calls that may have been billed count in full."""
        with self._database.read() as connection, self._database.decoding("the calls to providers"):
            return spent_of(connection.execute(spent_since(provider, since)).one())

    def by_day(self, *, since: datetime) -> tuple[DayCost, ...]:
        """Return what the calls since a moment used, by day (UTC), provider and how they ended; in no order."""
        with self._database.read() as connection, self._database.decoding("the calls to providers"):
            return tuple(day_of(row) for row in connection.execute(days_since(since)))

    def last(self, limit: int, *, provider: str | None = None) -> tuple[CallRecord, ...]:
        """Return the last calls, newest first, of one provider or of all, without their bytes."""
        number = provider_call.c.number
        newest = select(number).order_by(number.desc()).limit(limit)
        wanted = newest if provider is None else newest.where(provider_call.c.provider == provider)
        # What came back is looked up for those few alone: joined first, it would be for every call there is.
        return self._records(_SELECT.where(number.in_(wanted.scalar_subquery())).order_by(number.desc()))

    def since(self, moment: datetime) -> tuple[CallRecord, ...]:
        """Return the calls since a moment, oldest first, without their bytes."""
        at = provider_call.c.at
        return self._records(_SELECT.where(at >= moment).order_by(at, provider_call.c.number))

    def totals(self) -> tuple[CallTotals, ...]:
        """Return how many calls ended how, by provider and outcome, and what they used.

        Old calls are added up once a process: nothing comes later of a call that began more than a day ago.
        """
        with self._database.read() as connection, self._database.decoding("the calls to providers"):
            old = self._old
            if old.opened != self._database.opened:  # another file stands in its place
                old = _Counted(opened=self._database.opened)
            newest = connection.scalar(newest_before(self._clock.now() - OPEN_FOR))
            if newest is not None and newest > old.last:
                settled = connection.execute(outcomes_between(old.last, newest))
                old = replace(old, last=newest, totals=_added(old.totals, map(_totals, settled)))
                self._old = old
            return _added(old.totals, map(_totals, connection.execute(outcomes_between(old.last))))

    def body(self, number: int) -> bytes:
        """Return the bytes that came back of a call, keys blanked; empty where none came."""
        question = select(provider_answer.c.body).where(provider_answer.c.call_number == number)
        with self._database.read() as connection, self._database.decoding(f"the answer to call {number}"):
            packed = connection.execute(question).scalar_one_or_none()
            return b"" if packed is None else zlib.decompress(packed)

    def _records(self, question: Select[Any]) -> tuple[CallRecord, ...]:
        with self._database.read() as connection, self._database.decoding("the calls to providers"):
            return tuple(_record(row) for row in connection.execute(question))


_SELECT = select(
    provider_call,
    provider_answer.c.seconds,
    provider_answer.c.status,
    provider_answer.c.request_id,
    provider_answer.c.sent,
    provider_answer.c.why,
    provider_reading.c.kind,
    provider_reading.c.rule,
    provider_reading.c.message,
    provider_reading.c.model.label("model_answered"),
    provider_reading.c.prompt_tokens.label("tokens_read"),
    provider_reading.c.completion_tokens,
    provider_reading.c.reasoning_tokens,
    provider_reading.c.cost_usd,
).select_from(WITH_ALL)


def _totals(row: Row[Any]) -> CallTotals:
    return CallTotals(
        provider=row.provider,
        outcome="unread" if row.unread else row.kind or "done",
        calls=row.calls,
        prompt_tokens=int(row.prompt_tokens),
        completion_tokens=int(row.completion_tokens),
    )


def _added(known: Iterable[CallTotals], more: Iterable[CallTotals]) -> tuple[CallTotals, ...]:
    """Return both together, one entry a provider and outcome."""
    found: dict[tuple[str, str], CallTotals] = {}
    for one in (*known, *more):
        before = found.get((one.provider, one.outcome))
        found[one.provider, one.outcome] = (
            one
            if before is None
            else replace(
                one,
                calls=before.calls + one.calls,
                prompt_tokens=before.prompt_tokens + one.prompt_tokens,
                completion_tokens=before.completion_tokens + one.completion_tokens,
            )
        )
    return tuple(found.values())


def _record(row: Row[Any]) -> CallRecord:
    begun = CallBegun(
        provider=row.provider,
        model=row.model,
        purpose=Purpose(row.purpose),
        prompt_digest=row.prompt_digest,
        series=row.series,
        prompt_tokens=row.prompt_tokens,
        most_tokens=row.most_tokens,
        most_cost_usd=row.most_cost_usd,
    )
    answered = reading = None
    if row.seconds is not None:
        answered = CallAnswered(
            seconds=row.seconds, status=row.status, request_id=row.request_id, sent=row.sent, why=row.why
        )
    if row.rule is not None:
        reading = CallReading(
            kind=None if row.kind is None else FailureKind(row.kind),
            rule=row.rule,
            message=row.message,
            model=row.model_answered,
            prompt_tokens=row.tokens_read,
            completion_tokens=row.completion_tokens,
            reasoning_tokens=row.reasoning_tokens,
            cost_usd=row.cost_usd,
        )
    return CallRecord(number=row.number, at=row.at, begun=begun, answered=answered, reading=reading)
