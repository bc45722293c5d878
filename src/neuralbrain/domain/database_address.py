"""The address of a database server: what can be used, and how it is named without its secrets."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

SCHEMES = ("postgresql://", "postgres://")


def require_database_address(address: str) -> None:
    """Refuse what is no address of a PostgreSQL database.

    What is wrong is said without a letter of the address: any part of a mistyped one may be the password.

    Raises:
        ValueError: Saying what is wrong.

    >>> require_database_address("postgresql://me:secret@db.example.org/forecasts")
    """
    if not address.startswith(SCHEMES):
        raise ValueError("it does not begin with postgresql://, and no other server is known")
    try:
        parts = urlsplit(address)
        readable = parts.port != 0 and parts.netloc.count("@") <= 1 and not parts.fragment
    except ValueError:
        readable = False
    if not readable:
        raise ValueError(
            "its host or port cannot be read; in a user or password write @ : / ? # and % as %40 %3A %2F %3F %23 %25"
        ) from None
    if not parts.path.strip("/"):
        raise ValueError("it names no database; write postgresql://user:password@host/database")


def shown_address(address: str) -> str:
    """Return a database by its name and host, which may be shown; nothing else of its address may.

    >>> shown_address("postgresql://me:secret@db.example.org:6432/forecasts?sslmode=require")
    'forecasts on db.example.org'
    >>> shown_address("postgresql://me@/forecasts?host=/run/postgresql")
    'forecasts on this machine'
    """
    parts = urlsplit(address)
    host = parts.hostname or parse_qs(parts.query).get("host", [""])[0]
    return f"{unquote(parts.path.strip('/'))} on {'this machine' if host.startswith('/') or not host else host}"
