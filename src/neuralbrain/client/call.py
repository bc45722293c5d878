"""One call of the API as a value, and what turns a table of calls into the methods of both clients."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import wraps
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Protocol, TypeVar, overload
from urllib.parse import parse_qsl, quote, urlencode

from neuralbrain.client.errors import MisuseError

Reads = Literal["json", "text", "bytes"]
Typed = str | int | float | date | datetime | list[str]
Verb = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """What is asked, and how its answer is read.

    Args:
        verb: The HTTP method.
        target: Path and query, as they are sent.
        body: What is sent as JSON; None for no body.
        reads: What the answer is read as.
        answered: Statuses whose content is an answer; each other one is a problem.
    """

    verb: Verb
    target: str
    body: Mapping[str, Any] | None = None
    reads: Reads = "json"
    answered: tuple[int, ...] = (200,)


def asking(
    verb: Verb,
    path: str,
    *,
    where: Mapping[str, Typed] | None = None,
    query: Mapping[str, Typed | None] | None = None,
    body: Mapping[str, Any] | None = None,
    reads: Reads = "json",
    answered: tuple[int, ...] = (200,),
) -> Call[Any]:
    """Return a call; what is None is left out.

    Args:
        verb: The HTTP method.
        path: The address, with its parameters in braces.
        where: The parameters of the path.
        query: The parameters of the query.
        body: The fields of the JSON body; None for no body, ``{}`` for an empty object.
        reads: What the answer is read as.
        answered: Statuses whose content is an answer.

    Raises:
        MisuseError: If a parameter of the path is empty, or a time has no zone.

    >>> asking("GET", "/api/regions/{region}", where={"region": "Côte d'Ivoire"}, query={"limit": None}).target
    '/api/regions/C%C3%B4te%20d%27Ivoire'
    """
    for name, value in (where or {}).items():
        written = quote(_written(name, value), safe="")
        # A segment of dots would be another address by the time it is sent.
        if not written.strip("."):
            raise MisuseError(f"{name} cannot be {value!r}.", remedy="Give a name or a number.")
        path = path.replace(f"{{{name}}}", written)
    asked = [(name, _written(name, value)) for name, value in sorted((query or {}).items()) if value is not None]
    return Call(
        verb=verb,
        target=f"{path}?{urlencode(asked, safe=',')}" if asked else path,
        body=None if body is None else {name: value for name, value in body.items() if value is not None},
        reads=reads,
        answered=answered,
    )


def next_page(call: Call[T], answer: T) -> Call[T] | None:
    """Return the call for what follows a page of a list; None where nothing does.

    Args:
        call: What gave the page.
        answer: The page, whose ``next_cursor`` says where the list goes on.
    """
    cursor = answer.get("next_cursor") if isinstance(answer, dict) else None
    if cursor is None:
        return None
    path, _, query = call.target.partition("?")
    asked = [(name, value) for name, value in parse_qsl(query, keep_blank_values=True) if name != "cursor"]
    return replace(call, target=f"{path}?{urlencode([*asked, ('cursor', cursor)], safe=',')}")


def _written(name: str, value: Typed) -> str:
    """Return a parameter as an address has it: times in UTC, booleans in small letters, lists with commas."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise MisuseError(f"{name} has no time zone.", remedy="Give it one, such as datetime.UTC, or give a day.")
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ" if value.microsecond else "%Y-%m-%dT%H:%M:%SZ")
    return ",".join(value) if isinstance(value, list) else str(value)


class Blocking(Protocol):
    """What waits for its answers."""

    def ask(self, call: Call[T]) -> T:
        """Return the answer to a call."""


class Awaiting(Protocol):
    """What gives its answers to be awaited."""

    async def ask(self, call: Call[T]) -> T:
        """Return the answer to a call."""


class Method(Generic[P, T]):
    """A call of the table as a method: of a client that waits, or of one that is awaited.

    Args:
        make: Makes the call out of the method's arguments.
    """

    def __init__(self, make: Callable[Concatenate[Any, P], Call[T]]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    @overload
    def __get__(self, client: None, owner: type[Any]) -> Method[P, T]: ...
    @overload
    def __get__(self, client: Blocking, owner: type[Any]) -> Callable[P, T]: ...
    @overload
    def __get__(self, client: Awaiting, owner: type[Any]) -> Callable[P, Coroutine[Any, Any, T]]: ...
    def __get__(self, client: Any, owner: type[Any]) -> Any:
        """Return what asks, bound to a client."""
        if client is None:
            return self

        @wraps(self._make)
        def asked(*given: P.args, **named: P.kwargs) -> Any:  # noqa: ANN401 - the overloads say what
            return client.ask(self._make(client, *given, **named))

        return asked

    def call(self, *given: P.args, **named: P.kwargs) -> Call[T]:
        """Return the call itself, which nobody has asked yet."""
        return self._make(None, *given, **named)


def method(make: Callable[Concatenate[Any, P], Call[T]]) -> Method[P, T]:
    """Mark a function of the table of calls."""
    return Method(make)
