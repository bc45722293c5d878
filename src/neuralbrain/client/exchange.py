"""What is said between client and service about one call, without a socket: the same for both clients.

A generator asks its shell to send or to wait, and is told what came; the shells have no rule of their own.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from neuralbrain.client.call import Call
from neuralbrain.client.errors import ClientError, UnreachableError, UnreadableError, problem_of
from neuralbrain.client.memory import Kept, Memory
from neuralbrain.client.retries import BUSY, Retries, seconds_asked_for

NOT_MODIFIED = 304
NO_CONTENT = 204
PROBLEM = "application/problem+json"

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Send:
    """The shell is to send this, and to tell what came."""

    verb: str
    target: str
    headers: Mapping[str, str]
    content: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """The shell is to wait."""

    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came; the names of header fields in small letters."""

    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Lost:
    """Nothing came, and why."""

    reason: str


Told = Reply | Lost | None
Exchange = Generator[Send | Wait, Told, T]


def exchange(call: Call[T], *, memory: Memory, retries: Retries, luck: Callable[[], float]) -> Exchange[T]:
    """Yield what the shell is to do, and return the answer.

    Only what reads is asked again, and kept. An answer that never changes is not asked for twice.

    Args:
        call: What is asked.
        memory: What was kept.
        retries: How patient to be.
        luck: Gives 0 to 1.

    Raises:
        UnreachableError: If no answer came.
        UnreadableError: If the answer is not of this API.
        ProblemError: If the service says why it does not answer.
    """
    reads = call.verb == "GET"
    kept = memory.find(call.target) if reads else None
    if kept is not None and kept.immutable:
        return read(call, kept.content)
    send = _request(call, kept)
    attempt = 0
    while True:
        attempt += 1
        told = yield send
        if told is None:
            raise TypeError("a shell tells what came")
        if isinstance(told, Reply) and kept is not None and told.status == NOT_MODIFIED:
            return read(call, kept.content)
        if isinstance(told, Reply) and told.status in call.answered:
            answer = read(call, told.content)
            if reads:
                _remember(memory, call.target, told)
            return answer
        asked_for = seconds_asked_for(told.headers) if isinstance(told, Reply) else None
        again = reads and (isinstance(told, Lost) or told.status in BUSY)
        seconds = retries.wait_seconds(attempt, luck=luck(), asked_for=asked_for) if again else None
        if seconds is None:
            raise failure(told, call=call, attempt=attempt)
        yield Wait(seconds=seconds)


def read(call: Call[T], content: bytes) -> T:
    """Return content as the answer of a call.

    Raises:
        UnreadableError: If it is not what the call reads.
    """
    found: Any = content
    try:
        if call.reads == "json":
            found = json.loads(content) if content else None
        elif call.reads == "text":
            found = content.decode()
    except ValueError as error:
        raise UnreadableError(
            f"The answer of {call.target} is not {call.reads}.", remedy="Check that the address is that of NeuralBrain."
        ) from error
    answer: T = found  # the table of calls says what each address answers
    return answer


def _request(call: Call[Any], kept: Kept | None) -> Send:
    headers = {"accept": "application/json, application/problem+json" if call.reads == "json" else "*/*"}
    if kept is not None:
        headers["if-none-match"] = kept.etag
    content = None
    if call.body is not None:
        content = json.dumps(call.body, allow_nan=False).encode()
        headers["content-type"] = "application/json"
    return Send(verb=call.verb, target=call.target, headers=headers, content=content)


def _remember(memory: Memory, target: str, reply: Reply) -> None:
    etag, control = reply.headers.get("etag"), reply.headers.get("cache-control", "")
    if etag is not None and "no-store" not in control:
        memory.keep(target, Kept(etag=etag, content=reply.content, immutable="immutable" in control))


def failure(told: Reply | Lost, *, call: Call[Any], attempt: int) -> ClientError:
    """Return the error for what came instead of an answer.

    Args:
        told: What came.
        call: What was asked.
        attempt: How often it was asked.
    """
    if isinstance(told, Lost):
        times = "" if attempt == 1 else f" after {attempt} attempts"
        unsure = "" if call.verb == "GET" else " It is not known whether it was done: look before you ask again."
        return UnreachableError(
            f"No answer came for {call.target}{times}: {told.reason}.",
            remedy=f"Check that the service runs (neuralbrain serve), its address, and the timeout.{unsure}",
        )
    said: Any = None
    if told.headers.get("content-type", "").startswith(PROBLEM):
        with contextlib.suppress(ValueError):  # then the status says it all
            said = json.loads(told.content)
    asked_for = seconds_asked_for(told.headers)
    return problem_of(said if isinstance(said, dict) else {}, status=told.status, retry_after_seconds=asked_for)
