"""The providers' own words, kept before they are read."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Sequence
from dataclasses import asdict, replace

from sqlalchemy import func, insert, select

from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.request import Answer, Reply
from neuralbrain.ports import Clock
from neuralbrain.store.call_schema import reply_call
from neuralbrain.store.database import Database
from neuralbrain.store.lock_row import require_number
from neuralbrain.store.schema import edition_table, reply, unusable_reply, withdrawal

QUICK = 1  # zlib level: a local answer of 10,000 series is 20 MB, and the cycle waits for it
LONGEST_MODEL = 128  # as wide as the column; a server of one's own may name a model by a path


class StoredReplies:
    """Raw replies in the database.

    Args:
        database: Where they stand.
        clock: Tells when one was kept.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def keep(self, request_digest: str, *, provider: str, version: str, lock_number: int, answer: Answer) -> Reply:
        """Keep a provider's words; the name of the model is cut to what its column takes.

        Raises:
            FencedError: If the lock has another number or provider by now.
        """
        received_at = self._clock.now()
        answer = replace(answer, model=answer.model[:LONGEST_MODEL])
        with self._database.write() as connection:
            require_number(connection, number=lock_number, provider=provider)
            number = connection.execute(
                insert(reply).returning(reply.c.number),
                {
                    "request_digest": request_digest,
                    "provider": provider,
                    "provider_version": version,
                    "lock_number": lock_number,
                    "received_at": received_at,
                    "media_type": answer.media_type,
                    "model": answer.model,
                    "notes": json.dumps([asdict(one) for one in answer.notes]),
                    "sha256": hashlib.sha256(answer.body).hexdigest(),
                    "body": zlib.compress(answer.body, QUICK),
                },
            ).scalar_one()
            if answer.calls:
                calls = enumerate(answer.calls)
                rows = [{"reply_number": number, "position": place, "call_number": call} for place, call in calls]
                connection.execute(insert(reply_call), rows)
        return Reply(
            identity=number,
            request_digest=request_digest,
            provider=provider,
            provider_version=version,
            lock_number=lock_number,
            received_at=received_at,
            answer=answer,
        )

    def find(self, request_digest: str, *, provider: str, version: str, lock_number: int) -> Reply | None:
        """Return the kept answer to exactly this question under exactly this number, if one was usable."""
        withdrawn = select(edition_table.c.reply_number).join(
            withdrawal, withdrawal.c.edition_number == edition_table.c.edition_number
        )
        question = (
            select(reply)
            .where(
                reply.c.request_digest == request_digest,
                reply.c.provider == provider,
                reply.c.provider_version == version,
                reply.c.lock_number == lock_number,
                reply.c.number.not_in(select(unusable_reply.c.reply_number)),
                reply.c.number.not_in(withdrawn),
            )
            .order_by(reply.c.number.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(question).one_or_none()
            if row is None:
                return None
            came_by = select(reply_call.c.call_number).where(reply_call.c.reply_number == row.number)
            calls = tuple(connection.execute(came_by.order_by(reply_call.c.position)).scalars())
        with self._database.decoding(f"reply {row.number}"):
            body = zlib.decompress(row.body)
            notes = tuple(Finding(**{**one, "severity": Severity(one["severity"])}) for one in json.loads(row.notes))
        return Reply(
            identity=row.number,
            request_digest=row.request_digest,
            provider=row.provider,
            provider_version=row.provider_version,
            lock_number=row.lock_number,
            received_at=row.received_at,
            answer=Answer(body=body, media_type=row.media_type, model=row.model, calls=calls, notes=notes),
        )

    def of_edition(self, number: int) -> tuple[bytes, ...]:
        """Return the replies that an edition was made from, each once, in the order of its tables.

        Raises:
            StoreDamagedError: If one is not as it was kept.
        """
        first = func.min(edition_table.c.position)
        linked = (
            select(reply.c.number, reply.c.sha256, reply.c.body)
            .join(edition_table, edition_table.c.reply_number == reply.c.number)
            .where(edition_table.c.edition_number == number)
            .group_by(reply.c.number)
            .order_by(first)
        )
        bodies = []
        with self._database.read() as connection:
            rows = connection.execute(linked).all()
        for row in rows:
            with self._database.decoding(f"reply {row.number}"):
                body = zlib.decompress(row.body)
                if hashlib.sha256(body).hexdigest() != row.sha256:
                    raise ValueError("its words have another digest")
            bodies.append(body)
        return tuple(bodies)

    def refuse(self, replies: Sequence[Reply], *, code: str) -> int:
        """Mark replies of one provider as unusable, and return how many cycles' replies in a row now are.

        They stay readable, but are not taken for an answer again. The row is broken by an edition under the same
        lock number.

        Args:
            replies: What one provider said in one cycle; all under one lock number.
            code: The error code of what made them unusable.
        """
        number = replies[0].lock_number
        used = select(func.max(edition_table.c.reply_number)).where(edition_table.c.lock_number == number)
        rounds = (
            select(func.count(func.distinct(unusable_reply.c.round)))
            .join(reply, reply.c.number == unusable_reply.c.reply_number)
            .where(reply.c.lock_number == number)
        )
        now = self._clock.now()
        with self._database.write() as connection:
            first = replies[0].identity
            rows = [{"reply_number": one.identity, "round": first, "at": now, "code": code} for one in replies]
            connection.execute(insert(unusable_reply), rows)
            last_used = connection.execute(used).scalar_one() or 0
            return int(connection.execute(rounds.where(reply.c.number > last_used)).scalar_one())
