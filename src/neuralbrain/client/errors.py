"""Every error that the client raises: one tree, each saying what happened and what to do.

ClientError
├── MisuseError            something is missing or wrong on this side: a library, an address, a token
├── UnreachableError       no answer came: no connection, too late, broken off
├── UnreadableError        an answer came that is not of this API
└── ProblemError           the service says why it does not answer (RFC 9457)
    ├── InvalidError       400, 413, 415, 422: what was asked cannot be used
    ├── NotAllowedError    401, 403, 421: no token, or one that may not do this, or a name the service does not go by
    ├── MissingError       404, 410: nothing of that name or number exists, or control is off
    ├── ConflictError      405, 409, 412: not at this address, or not in the state that things are in
    ├── TooOftenError      429: asked too often
    └── UnavailableError   500 and above: try again later
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class ClientError(Exception):
    """The root: what happened, and what to do.

    Args:
        happened: One sentence about what happened.
        remedy: One sentence that says what to do.
    """

    def __init__(self, happened: str, *, remedy: str) -> None:
        super().__init__(happened)
        self.happened = happened
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.happened} {self.remedy}".strip()


class MisuseError(ClientError):
    """Something is missing or wrong on this side; nothing was asked."""


class UnreachableError(ClientError):
    """No answer came, after every retry that is allowed."""


class UnreadableError(ClientError):
    """What answered is not this API, or was damaged on the way."""


class ProblemError(ClientError):
    """The service says why it does not answer.

    Attributes:
        status: The HTTP status.
        type: Which kind of problem.
        title: The HTTP status in words.
        detail: What happened, in one sentence.
        code: The error code, as the reference lists it; None where HTTP says it all.
        instance: The path that was asked for.
        retry_after_seconds: When the service wants to be asked again; None where it does not say.
    """

    def __init__(self, said: Mapping[str, Any], *, status: int, retry_after_seconds: float | None = None) -> None:
        self.status = status
        self.type = str(said.get("type", "about:blank"))
        self.title = str(said.get("title", ""))
        self.detail = str(said.get("detail") or self.title or f"The service answered {status}.")
        self.code: str | None = said.get("code")
        self.instance = str(said.get("instance", ""))
        self.retry_after_seconds = retry_after_seconds
        super().__init__(self.detail, remedy=str(said.get("remedy", "")))


class InvalidError(ProblemError):
    """What was asked cannot be used: a parameter, or a body."""


class NotAllowedError(ProblemError):
    """There is no token, it may not do this, or the service does not go by that name."""


class MissingError(ProblemError):
    """Nothing of that name or number exists, or no operator has made a token yet."""


class ConflictError(ProblemError):
    """What was asked does not fit the state that things are in."""


class TooOftenError(ProblemError):
    """It was asked too often."""


class UnavailableError(ProblemError):
    """The service cannot answer now."""


_BY_STATUS: Mapping[int, type[ProblemError]] = {
    400: InvalidError,
    401: NotAllowedError,
    403: NotAllowedError,
    404: MissingError,
    405: ConflictError,
    409: ConflictError,
    410: MissingError,
    412: ConflictError,
    413: InvalidError,
    415: InvalidError,
    421: NotAllowedError,
    422: InvalidError,
    429: TooOftenError,
}


def problem_of(said: Mapping[str, Any], *, status: int, retry_after_seconds: float | None = None) -> ProblemError:
    """Return the error for problem details.

    Args:
        said: The problem as the service sent it; empty where it sent none.
        status: The HTTP status.
        retry_after_seconds: When the service wants to be asked again.

    >>> problem_of({"detail": "There is no edition 9.", "code": "edition-unknown"}, status=404).code
    'edition-unknown'
    """
    kind = _BY_STATUS.get(status, UnavailableError if status >= 500 else ProblemError)
    return kind(said, status=status, retry_after_seconds=retry_after_seconds)
