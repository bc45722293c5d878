"""Holds a value of JSON against a type of the client: an object has exactly the fields of its TypedDict."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


def unfit(value: Any, hint: Any, where: str = "") -> list[str]:
    """Return where a value is not what a type says; nothing where it fits."""
    return list(_unfit(value, hint, where))


def _unfit(value: Any, hint: Any, where: str) -> Iterator[str]:
    origin, arguments = get_origin(hint), get_args(hint)
    if typing.is_typeddict(hint):
        yield from _object(value, hint, where)
    elif origin in {Union, types.UnionType}:
        if all(unfit(value, one) for one in arguments):
            yield f"{where}: {value!r:.80} is no {hint}"
    elif origin is Literal:
        if value not in arguments:
            yield f"{where}: {value!r:.80} is none of {arguments}"
    elif origin in {list, dict}:
        if isinstance(value, origin):
            inner: Iterable[tuple[Any, Any]] = enumerate(value) if origin is list else value.items()
            for place, one in inner:
                yield from _unfit(one, arguments[-1], f"{where}[{place}]")
        else:
            yield f"{where}: {value!r:.80} is no {origin.__name__}"
    elif not _is_plain(value, hint):
        yield f"{where}: {value!r:.80} is no {hint}"


def _object(value: Any, hint: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where}: no object"
        return
    hints = get_type_hints(hint)
    yield from (f"{where}.{name}: unknown" for name in sorted(value.keys() - hints.keys()))
    yield from (f"{where}.{name}: missing" for name in sorted(hint.__required_keys__ - value.keys()))
    for name in sorted(hints.keys() & value.keys()):
        yield from _unfit(value[name], hints[name], f"{where}.{name}")


def _is_plain(value: Any, hint: Any) -> bool:
    """Return whether a value is of a plain type; a whole number is a number, a boolean is none."""
    if hint is Any:
        return True
    if isinstance(value, bool):
        return hint is bool
    return isinstance(value, int | float if hint is float else hint)
