"""The providers' own words, kept before they are read."""

from __future__ import annotations

import zlib

from sqlalchemy import insert, select

from neuralbrain.domain.request import Answer, Reply
from neuralbrain.ports import Clock
from neuralbrain.store.database import Database
from neuralbrain.store.lock_row import require_number
from neuralbrain.store.schema import reply

QUICK = 1  # zlib level: a local answer of 10,000 series is 20 MB, and the cycle waits for it


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
        """Keep a provider's words.

        Raises:
            FencedError: If the lock has another number or provider by now.
        """
        received_at = self._clock.now()
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
                    "body": zlib.compress(answer.body, QUICK),
                },
            ).scalar_one()
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
        """Return the kept answer to exactly this question under exactly this number, if there is one."""
        question = (
            select(reply)
            .where(
                reply.c.request_digest == request_digest,
                reply.c.provider == provider,
                reply.c.provider_version == version,
                reply.c.lock_number == lock_number,
            )
            .order_by(reply.c.number.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(question).one_or_none()
        if row is None:
            return None
        return Reply(
            identity=row.number,
            request_digest=row.request_digest,
            provider=row.provider,
            provider_version=row.provider_version,
            lock_number=row.lock_number,
            received_at=row.received_at,
            answer=Answer(body=zlib.decompress(row.body), media_type=row.media_type, model=row.model),
        )
