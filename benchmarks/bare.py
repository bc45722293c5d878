"""The least that answers can cost: a route that sends bytes which are there already, on the server of the service."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.embed import Server

from benchmarks.load import HOST, Answer
from neuralbrain.service import LONGEST_HEAD_BYTES, free_port

BY_SERVER = ("date", "server")  # header fields that granian puts in itself
END_SECONDS = 10.0


@contextmanager
def bare_server(answers: Mapping[str, Answer]) -> Iterator[tuple[int, int]]:
    """Yield process and port of a server that gives these answers, whatever else is asked.

    Args:
        answers: Path to the answer, as it came from the service.
    """
    fresh = multiprocessing.get_context("spawn")
    ours, theirs = fresh.Pipe()
    process = fresh.Process(target=_serve, args=(theirs, dict(answers)), daemon=True)
    process.start()
    theirs.close()
    try:
        yield process.pid or 0, ours.recv()
    finally:
        ours.close()  # which is what it waits for
        process.join(END_SECONDS)
        if process.is_alive():
            process.kill()
            process.join()
        process.close()


def _serve(told: Connection, answers: dict[str, Answer]) -> None:
    asyncio.run(_answer(told, {path: _parts(answer) for path, answer in answers.items()}))


def _parts(answer: Answer) -> tuple[dict[str, Any], dict[str, Any]]:
    headers = [(name.encode(), value.encode()) for name, value in answer.headers if name not in BY_SERVER]
    return (
        {"type": "http.response.start", "status": answer.status, "headers": headers},
        {"type": "http.response.body", "body": answer.content},
    )


async def _answer(told: Connection, parts: dict[str, tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Answer until whoever started this process closes its end."""

    async def bare(
        scope: MutableMapping[str, Any],
        _receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
        send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ) -> None:
        start, body = parts[scope["path"]]
        await send(start)
        await send(body)

    port = free_port(HOST, 0)
    # As in service.py; a test compares the two.
    server = Server(
        bare,
        address=HOST,
        port=port,
        interface=Interfaces.ASGINL,
        http=HTTPModes.http1,
        http1_settings=HTTP1Settings(max_buffer_size=LONGEST_HEAD_BYTES),
        log_enabled=False,
        backlog=1024,
    )
    answering = asyncio.create_task(server.serve())
    closed = asyncio.Event()
    asyncio.get_running_loop().add_reader(told.fileno(), closed.set)
    while True:
        try:
            _, writer = await asyncio.open_connection(HOST, port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        break
    told.send(port)
    await closed.wait()
    stop: Callable[[], None] = server.stop
    stop()
    await asyncio.wait({answering}, timeout=END_SECONDS)
