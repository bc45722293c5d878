"""What the addresses of tokens answer and take; written by ``make docs``."""

from __future__ import annotations

from typing import Literal, TypedDict


class TokenShape(TypedDict):
    """A token, without itself: that was shown once, when it was made.

    Attributes:
        expires_at: Null where it never does.
    """

    name: str
    scope: Literal["read", "operate", "admin"]
    state: Literal["valid", "expired", "revoked"]
    created_at: str
    created_by: str
    expires_at: str | None
    revoked_at: str | None
    revoked_because: str | None


class TokensShape(TypedDict):
    """Every token that was ever made.

    Attributes:
        tokens: Oldest first.
    """

    tokens: list[TokenShape]


class RevokedShape(TypedDict):
    """What came of it.

    Attributes:
        changed: False where it was revoked already.
    """

    changed: bool
    name: str
