"""Keys: read from the environment or from a file, held by the one client that sends them, and shown by nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

HIDDEN = "[hidden]"
IN_A_FILE = "_FILE"
MOST_BYTES = 65_536  # of a file with a key; one that is longer is another file
SENDABLE = re.compile(r"[!-~]{1,8192}")  # what a header carries unchanged, without a space inside
ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,100}")  # what stands in the path of a URL unchanged


class Secret:
    """A key that no dump, log line or copy shows; only ``reveal`` gives it.

    >>> key = Secret("sk-1")
    >>> f"{key} {key!r}", key.reveal()
    ('[hidden] [hidden]', 'sk-1')
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the key itself, for the header that it is sent in."""
        return self._value

    def __repr__(self) -> str:
        return HIDDEN

    def __format__(self, _specification: str) -> str:
        return HIDDEN

    def __copy__(self) -> Secret:
        return self

    def __deepcopy__(self, _memo: object) -> Secret:
        return self

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class SecretError(Exception):
    """A key is missing or cannot be used: caught by the catalogue, which says so as one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyNames:
    """Where a key is read from.

    Args:
        name: The environment variable; with ``_FILE`` behind it, the variable that names a file with the key.
        also: Other variables of the same key, looked at in this order after the first.
        form: What it must look like, all of it.
    """

    name: str
    also: tuple[str, ...] = ()
    form: re.Pattern[str] = SENDABLE

    @property
    def all_names(self) -> tuple[str, ...]:
        """Return every variable, first choice first."""
        return (self.name, *self.also)


def read_secret(names: KeyNames, environment: Mapping[str, str]) -> Secret:
    """Return a key, without the spaces and line breaks around it.

    Of each variable the value itself goes before the file.

    Raises:
        SecretError: If none is set, its file cannot be read, or it holds what cannot be sent. The sentence shows
            nothing of the key.
    """
    for name in names.all_names:
        if environment.get(name, "").strip():
            return _checked(environment[name], names, named=name)
        path = environment.get(name + IN_A_FILE, "").strip()
        if path:
            return _checked(_text_of(path, named=name + IN_A_FILE), names, named=f"the file of {name + IN_A_FILE}")
    raise SecretError(f"{names.name} not set")


def _text_of(path: str, *, named: str) -> str:
    try:
        with Path(path).open("rb") as file:
            return file.read(MOST_BYTES).decode("utf-8")
    except OSError as error:
        raise SecretError(f"the file of {named} cannot be read ({error.strerror})") from None
    except ValueError:  # not UTF-8, or a path with a NUL in it
        raise SecretError(f"the file of {named} is no text") from None


def _checked(value: str, names: KeyNames, *, named: str) -> Secret:
    trimmed = value.strip()
    if not trimmed:
        raise SecretError(f"{named} is empty")
    if not names.form.fullmatch(trimmed):
        raise SecretError(f"{named} holds a space, a line break or another character that cannot be sent")
    return Secret(trimmed)
