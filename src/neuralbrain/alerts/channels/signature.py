"""How a webhook is signed, so that its receiver knows who sent it and when."""

from __future__ import annotations

import hmac
from hashlib import sha256

TIMESTAMP_HEADER = "NeuralBrain-Timestamp"
SIGNATURE_HEADER = "NeuralBrain-Signature"
VERSION = "v1"
TOLERANCE_SECONDS = 300  # how old a request may be before its receiver takes it for a repetition by somebody else


def signature(secret: str, *, timestamp: int, body: bytes) -> str:
    """Return the value of the signature header: HMAC-SHA256 over the timestamp, a full stop and the body.

    Args:
        secret: What sender and receiver share.
        timestamp: When it is sent, seconds since 1970, as the timestamp header says.
        body: The bytes that are sent.

    >>> signature("0123456789abcdef", timestamp=1775044800, body=b"{}")[:15]
    'v1=7aac0269f725'
    """
    signed = str(timestamp).encode() + b"." + body
    return f"{VERSION}={hmac.new(secret.encode(), signed, sha256).hexdigest()}"


def is_genuine(secret: str, *, timestamp: str, given: str, body: bytes, now: int) -> bool:
    """Return whether a request is signed with the secret, and lately: what a receiver asks.

    Args:
        secret: What sender and receiver share.
        timestamp: The timestamp header, as it came.
        given: The signature header, as it came.
        body: The bytes as they came, before anything reads them.
        now: Seconds since 1970.
    """
    if not (timestamp.isascii() and timestamp.isdecimal()) or abs(now - int(timestamp[:20])) > TOLERANCE_SECONDS:
        return False
    expected = signature(secret, timestamp=int(timestamp), body=body)
    return hmac.compare_digest(expected.encode(), given.encode("utf-8", "surrogateescape"))
