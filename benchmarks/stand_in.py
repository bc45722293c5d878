"""Providers that stand in for the real ones, in a process of their own: what they need is nobody's time but theirs."""

from __future__ import annotations

import http.client
import json
import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

TESTS = Path(__file__).parents[1] / "tests" / "providers"  # the server is the one that the tests ask
NAMES = ("openai", "gemini")
KEYS = {"openai": "OPENAI_API_KEY", "gemini": "GEMINI_API_KEY"}
KEY = "sk-stand-in-for-benchmarks-0001"
END_SECONDS = 10.0


class StandIn:
    """The server, seen from the measuring process.

    Args:
        address: Scheme, host and port.
        urls: Provider to its base URL.
    """

    def __init__(self, address: str, urls: dict[str, str]) -> None:
        self.urls = urls
        self._host = urlsplit(address).netloc

    def script(self, provider: str, *names: str) -> None:
        """Say what the next calls of a provider get, one after the other."""
        self._said("POST", "/-/script", {"provider": provider, "names": names, "always": False})

    def forget(self) -> None:
        """Forget calls and scripts."""
        self._said("POST", "/-/forget", {})

    def asked(self) -> list[dict[str, Any]]:
        """Return every call since it began, or since it was told to forget them, in the order in which they began."""
        found: list[dict[str, Any]] = self._said("GET", "/-/asked", None)
        return found

    def _said(self, method: str, path: str, told: object) -> Any:  # noqa: ANN401 - as JSON has it
        line = http.client.HTTPConnection(self._host, timeout=END_SECONDS)
        try:
            line.request(method, path, body=json.dumps(told), headers={"content-type": "application/json"})
            answer = line.getresponse()
            words = answer.read()
        finally:
            line.close()
        if answer.status != 200:
            raise RuntimeError(f"the stand-in answered {path} with {answer.status}")
        return json.loads(words)


@contextmanager
def stand_in(*, seconds: float = 0.0) -> Iterator[StandIn]:
    """Yield two providers that answer as a careful model would.

    Args:
        seconds: How long they think before each answer. The answer itself is made once for each question, so that
            without thought they cost as little as a server can.
    """
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    process = fresh.Process(target=_serve, args=(theirs, seconds), daemon=True)
    process.start()
    theirs.close()
    try:
        yield StandIn(*ours.recv())
    finally:
        ours.close()  # which is what it waits for
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


def _serve(told: Connection, seconds: float) -> None:
    sys.path.insert(0, str(TESTS))
    from answering import steady  # noqa: PLC0415 - it is found only now
    from stand_in_server import StandInServer  # noqa: PLC0415 - the same

    with StandInServer(answer=_thinking(steady, seconds), keys=dict.fromkeys(NAMES, KEY)) as server:
        told.send((server.address, {name: server.url(name) for name in NAMES}))
        try:
            told.recv()
        except EOFError:
            return


def _thinking(answer: Callable[[dict[str, Any]], Any], seconds: float) -> Callable[[dict[str, Any]], str]:
    """Return what gives the same answers after a while, and does not work them out again."""
    made: dict[str, str] = {}

    def answered(body: dict[str, Any]) -> str:
        question = "".join(one["content"] for one in body["messages"])
        if question not in made:
            made[question] = json.dumps(answer(body))
        time.sleep(seconds)
        return made[question]

    return answered


@contextmanager
def keys_set() -> Iterator[None]:
    """Set the stand-in's key where providers' keys are read from, until the block ends."""
    before = {name: os.environ.get(name) for name in KEYS.values()}
    os.environ.update(dict.fromkeys(KEYS.values(), KEY))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
