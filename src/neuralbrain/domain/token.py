"""Tokens: what lets a person or a program change something, or read where reading is not open to all."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,38}[a-z0-9])?")
BEGINNING = "nbt_"  # so that whoever searches files for secrets finds one
SECRET_BYTES = 32  # 256 bits: nobody guesses that, so a plain digest of it is enough


class Scope(StrEnum):
    """How far a token reaches; each one holds those before it."""

    READ = "read"
    OPERATE = "operate"
    ADMIN = "admin"

    def allows(self, wanted: Scope) -> bool:
        """Return whether this scope holds another one.

        >>> Scope.ADMIN.allows(Scope.OPERATE), Scope.READ.allows(Scope.OPERATE)
        (True, False)
        """
        order = tuple(Scope)
        return order.index(self) >= order.index(wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRecord:
    """What is kept of a token: everything but itself.

    Args:
        name: What it is called in lists and in the audit trail; a name is given once.
        scope: How far it reaches.
        digest: SHA-256 of the token, in hexadecimal digits.
        created_at: When it was made.
        created_by: Who made it.
        expires_at: From when on it is refused; None where it never expires.
        revoked_at: When it was revoked; None where it was not.
        revoked_because: Why, in words; empty where it was not.
    """

    name: str
    scope: Scope
    digest: str
    created_at: datetime
    created_by: str
    expires_at: datetime | None = None
    revoked_at: datetime | None = None
    revoked_because: str = ""

    def is_valid(self, now: datetime) -> bool:
        """Return whether it is accepted: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def state(self, now: datetime) -> str:
        """Return ``valid``, ``expired`` or ``revoked``."""
        if self.revoked_at is not None:
            return "revoked"
        return "valid" if self.is_valid(now) else "expired"


def require_name(name: str) -> str:
    """Return the name of a token.

    Raises:
        ValueError: If it is none.

    >>> require_name("night-shift")
    'night-shift'
    """
    if NAME.fullmatch(name) is None:
        raise ValueError(
            "a name has 1 to 40 small letters, digits, dots, hyphens or underscores, and begins and ends with a letter "
            "or digit"
        )
    return name


def digest_of(token: str) -> str:
    """Return what is kept of a token: its SHA-256, in hexadecimal digits.

    >>> digest_of("nbt_example")[:8]
    '5047cb01'
    """
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


def matching(records: tuple[TokenRecord, ...], token: str) -> TokenRecord | None:
    """Return the record of a token, None where nobody made it; takes as long whichever it is.

    Digests are compared, each with every one that is kept, and each comparison takes the same time.
    """
    given, found = digest_of(token), None
    for one in records:
        if hmac.compare_digest(one.digest, given):
            found = one
    return found
