"""Every call to a provider: kept before it is made, before it is read, and after."""

from __future__ import annotations

import hashlib
import zlib
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select

from neuralbrain.domain.call import (
    CallAnswered,
    CallBegun,
    CallReading,
    CallRecord,
    CallTotals,
    Purpose,
    Spent,
    spent_by,
)
from neuralbrain.domain.failure import FailureKind
from neuralbrain.ports import Clock
from neuralbrain.store.call_schema import provider_answer, provider_call, provider_reading
from neuralbrain.store.database import Database

LONGEST_NUMBER, LONGEST_MODEL = 128, 255  # as wide as the columns; longer ones are no names but messages


class StoredCalls:
    """Calls in the database.

    Args:
        database: Where they stand.
        clock: Tells when one began.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

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
        calls = _SELECT.where(provider_call.c.provider == provider, provider_call.c.at >= since)
        return spent_by(self._records(calls))

    def last(self, limit: int, *, provider: str | None = None) -> tuple[CallRecord, ...]:
        """Return the last calls, newest first, of one provider or of all, without their bytes."""
        newest = _SELECT.order_by(provider_call.c.number.desc()).limit(limit)
        return self._records(newest if provider is None else newest.where(provider_call.c.provider == provider))

    def since(self, moment: datetime) -> tuple[CallRecord, ...]:
        """Return the calls since a moment, oldest first, without their bytes."""
        return self._records(_SELECT.where(provider_call.c.at >= moment).order_by(provider_call.c.number))

    def totals(self) -> tuple[CallTotals, ...]:
        """Return how many calls ended how, by provider and outcome, and what they used."""
        read = provider_call.outerjoin(provider_reading, provider_reading.c.call_number == provider_call.c.number)
        unread = provider_reading.c.rule.is_(None)
        counted = (
            select(
                provider_call.c.provider,
                unread.label("unread"),
                provider_reading.c.kind,
                func.count().label("calls"),
                func.coalesce(func.sum(provider_reading.c.prompt_tokens), 0).label("prompt_tokens"),
                func.coalesce(func.sum(provider_reading.c.completion_tokens), 0).label("completion_tokens"),
            )
            .select_from(read)
            .group_by(provider_call.c.provider, unread, provider_reading.c.kind)
        )
        with self._database.read() as connection, self._database.decoding("the calls to providers"):
            return tuple(
                CallTotals(
                    provider=row.provider,
                    outcome="unread" if row.unread else row.kind or "done",
                    calls=row.calls,
                    prompt_tokens=int(row.prompt_tokens),
                    completion_tokens=int(row.completion_tokens),
                )
                for row in connection.execute(counted)
            )

    def body(self, number: int) -> bytes:
        """Return the bytes that came back of a call, keys blanked; empty where none came."""
        question = select(provider_answer.c.body).where(provider_answer.c.call_number == number)
        with self._database.read() as connection, self._database.decoding(f"the answer to call {number}"):
            packed = connection.execute(question).scalar_one_or_none()
            return b"" if packed is None else zlib.decompress(packed)

    def _records(self, question: Select[Any]) -> tuple[CallRecord, ...]:
        with self._database.read() as connection, self._database.decoding("the calls to providers"):
            return tuple(_record(row) for row in connection.execute(question))


_SELECT = (
    select(
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
    )
    .select_from(provider_call)
    .outerjoin(provider_answer, provider_answer.c.call_number == provider_call.c.number)
    .outerjoin(provider_reading, provider_reading.c.call_number == provider_call.c.number)
)


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
