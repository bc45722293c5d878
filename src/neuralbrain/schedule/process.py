"""A cycle's process: started from ours, told what to do on one line, heard line by line."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

import structlog

from neuralbrain.schedule.message import heard, said_order
from neuralbrain.schedule.order import WorkOrder
from neuralbrain.schedule.supervisor import CycleProcess

log = structlog.get_logger()
STOP_SECONDS = 5.0  # for a process to end in order; ours has ten for everything
GONE_SECONDS = 0.5  # from the end of its words to its own
LONGEST_LINE_BYTES = 1_000_000  # what a step says is a few sentences


class StartedProcess:
    """A running process.

    Args:
        process: As the operating system knows it.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def event(self) -> Mapping[str, Any] | None:
        """Return what it says next, None where it has ended."""
        stream = self._process.stdout
        if stream is None:
            return None
        try:
            line = await stream.readline()
        except ValueError:  # a line beyond all measure
            return {"event": "rubbish"}
        if not line:
            await self._be_gone()
            return None
        try:
            return heard(line)
        except (ValueError, KeyError, TypeError) as error:
            log.warning("cycle-process-unintelligible", why=type(error).__name__)
            return {"event": "rubbish"}

    async def _be_gone(self) -> None:
        """Give one that is ending by itself a moment: signalled just then, it would take its exit code with it."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), GONE_SECONDS)

    async def stop(self) -> None:
        """Let it end in order, and end it where that takes too long."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            await self.kill()

    async def kill(self) -> None:
        """End it at once, and wait a while until it has; one that ends by itself is given a moment to be gone."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        await self._be_gone()
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:  # it waits inside the kernel, for a disk; it ends when that answers, and is fenced off
            log.error("cycle-process-cannot-be-ended", pid=self._process.pid)  # noqa: TRY400 - no fault of ours


class ProcessStarter:
    """Starts the processes of cycles.

    Args:
        settings: The settings of this process as environment variables: a cycle runs under the same.
    """

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = dict(settings)

    async def __call__(self, order: WorkOrder) -> CycleProcess:
        """Return a started process that was told what to do.

        Raises:
            OSError: If the machine cannot start one.
        """
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",  # what lies in the current folder is not ours
            "-m",
            "neuralbrain.worker",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **self._settings},
            start_new_session=True,  # Ctrl-C reaches us alone; we end it in order
            limit=LONGEST_LINE_BYTES,
        )
        if process.stdin is not None:
            process.stdin.write(json.dumps(said_order(order)).encode() + b"\n")
            with contextlib.suppress(ConnectionError):  # it ended already: its silence says so
                await process.stdin.drain()
        return StartedProcess(process)
