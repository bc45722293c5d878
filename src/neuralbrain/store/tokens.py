"""Tokens in the database: their digests, never themselves; made and revoked with an audit event each."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, insert, select

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.lock import AuditEvent
from neuralbrain.domain.token import BEGINNING, SECRET_BYTES, Scope, TokenRecord, digest_of, require_name
from neuralbrain.errors import TokenError, TokenUnknownError
from neuralbrain.ports import Clock
from neuralbrain.store import audit
from neuralbrain.store.database import Database
from neuralbrain.store.schema import lock
from neuralbrain.store.token_schema import token, token_revocation
from neuralbrain.store.turn import Turn, take_turn

_ALL = select(token, token_revocation.c.at, token_revocation.c.reason).select_from(token.outerjoin(token_revocation))


class StoredTokens:
    """Tokens as they are kept.

    Args:
        database: Where they stand.
        clock: Tells when one was made.
    """

    def __init__(self, database: Database, *, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def create(self, name: str, *, scope: Scope, lasts: timedelta | None, actor: str) -> tuple[str, TokenRecord]:
        """Make a token, and return it with what is kept of it; nobody can read it again.

        Args:
            name: What it is to be called.
            scope: How far it is to reach.
            lasts: How long it is accepted; None for ever.
            actor: Who makes it.

        Raises:
            ValueError: If that is no name.
            TokenError: If a token of that name was made before, even if it was revoked.
        """
        require_name(name)
        made = BEGINNING + secrets.token_urlsafe(SECRET_BYTES)
        now = self._clock.now()
        record = TokenRecord(
            name=name,
            scope=scope,
            digest=digest_of(made),
            created_at=now,
            created_by=actor,
            expires_at=None if lasts is None else now + lasts,
        )
        with self._database.write() as connection:
            take_turn(connection, Turn.TOKENS)
            if _number_of(connection, name) is not None:
                raise TokenError(
                    f"There is or was a token {name!r} already; nothing was made.",
                    remedy="Take another name: the audit trail says who did what by the name alone.",
                )
            columns = ("name", "scope", "digest", "created_at", "created_by", "expires_at")
            connection.execute(insert(token), {column: getattr(record, column) for column in columns})
            until = None if record.expires_at is None else utc_text(record.expires_at)
            event = AuditEvent(
                event_type="token_created",
                provider=None,
                number=_lock_number(connection),
                actor=actor,
                details={"name": name, "scope": scope.value, "expires_at": until},
            )
            audit.append(connection, (event,), at=now)
        return made, record

    def revoke(self, name: str, *, reason: str, actor: str) -> bool:
        """Have a token refused from now on; False where it was revoked already.

        Raises:
            TokenUnknownError: If there is no token of that name.
        """
        now = self._clock.now()
        with self._database.write() as connection:
            take_turn(connection, Turn.TOKENS)
            number = _number_of(connection, name)
            if number is None:
                raise TokenUnknownError(
                    f"There is no token {name[:60]!r}.", remedy="`neuralbrain token list` shows those there are."
                )
            revoked = select(token_revocation.c.at).where(token_revocation.c.token_number == number)
            if connection.execute(revoked).one_or_none() is not None:
                return False
            row = {"token_number": number, "at": now, "reason": reason, "actor": actor}
            connection.execute(insert(token_revocation), row)
            event = AuditEvent(
                event_type="token_revoked",
                provider=None,
                number=_lock_number(connection),
                actor=actor,
                details={"name": name, "reason": reason},
            )
            audit.append(connection, (event,), at=now)
            return True

    def all(self) -> tuple[TokenRecord, ...]:
        """Return what is kept of every token that was ever made, oldest first."""
        with self._database.read() as connection, self._database.decoding("the list of tokens"):
            return tuple(_record(row) for row in connection.execute(_ALL.order_by(token.c.number)))


def _number_of(connection: Connection, name: str) -> int | None:
    return connection.execute(select(token.c.number).where(token.c.name == name)).scalar_one_or_none()


def _lock_number(connection: Connection) -> int:
    return int(connection.execute(select(lock.c.number)).scalar_one())


def _record(row: Row[Any]) -> TokenRecord:
    return TokenRecord(
        name=row.name,
        scope=Scope(row.scope),
        digest=row.digest,
        created_at=row.created_at,
        created_by=row.created_by,
        expires_at=row.expires_at,
        revoked_at=row.at,
        revoked_because=row.reason or "",
    )
