"""What a PostgreSQL server or its driver says, as one of our errors: by its SQLSTATE, never by its sentence.

A sentence about a connection may spell out the address, so none is quoted; one about a broken rule names the rule.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.exc import DataError, DBAPIError

from neuralbrain.errors import StoreError, StoreFullError, StoreUnavailableError
from neuralbrain.store.database import damaged

RULES = ("22", "23", "P0")  # classes: a value that does not fit, a constraint, a trigger


def store_error(error: Exception, *, name: str) -> StoreError:
    """Return the error that fits.

    Args:
        error: What was raised, by SQLAlchemy, the driver or the operating system.
        name: What the database is called in sentences.
    """
    said = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(said, "sqlstate", None) or ""
    if state in _KNOWN:
        return _KNOWN[state](name, state)
    # The driver's own class for a value that it does not even send.
    if state.startswith(RULES) or type(said).__name__ == DataError.__name__:
        rule = getattr(getattr(said, "diag", None), "message_primary", None) or "a value that no column takes"
        return StoreError(
            f"The database {name} refused a change that would break its rules ({rule}).",
            remedy="This is a fault of NeuralBrain: please report it with this sentence.",
        )
    return StoreUnavailableError(
        f"The database {name} cannot be used{f' (SQLSTATE {state})' if state else ''}.",
        remedy="Check that the server runs, that it has this database, and that the user and password in "
        "NEURALBRAIN_DATABASE_URL may use it.",
    )


def _full(name: str, _state: str) -> StoreError:
    return StoreFullError(
        f"The disk of the database {name} is full.",
        remedy="Free space there; nothing is lost and no restart is needed.",
    )


def _read_only(name: str, _state: str) -> StoreError:
    return StoreUnavailableError(
        f"Nobody may write to the database {name}: it is read-only.",
        remedy="Reading goes on. To publish, make it writable, or name its primary in NEURALBRAIN_DATABASE_URL.",
        code="store-read-only",
    )


def _busy(name: str, state: str) -> StoreError:
    return StoreUnavailableError(
        f"Others kept the database {name} busy, and what was tried was given up (SQLSTATE {state}).",
        remedy="Try again; if it stays so, look for a hanging process that has a transaction open.",
    )


def _changed(name: str, _state: str) -> StoreError:
    return damaged(name, what="its structure")


_KNOWN: Mapping[str, Callable[[str, str], StoreError]] = {
    "53100": _full,
    "25006": _read_only,
    "40001": _busy,  # two that cannot both have been first
    "40P01": _busy,  # two that waited for each other
    "55P03": _busy,  # another was waited for too long
    "57014": _busy,  # a statement took too long
    "42P01": _changed,  # no such table
    "42703": _changed,  # no such column
    "XX001": _changed,  # damaged data
    "XX002": _changed,  # a damaged index
}
