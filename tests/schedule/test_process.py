"""A started process as the supervisor sees it: what it says, and how it is ended."""

from __future__ import annotations

import asyncio
import signal
import sys

import pytest

from neuralbrain.schedule.process import LONGEST_LINE_BYTES, StartedProcess

pytestmark = pytest.mark.slow

SAYS = "import sys; w = sys.stdout.buffer; w.write(%r); w.flush()"
SLEEPS = "; import time; time.sleep(600)"
STUBBORN = 'import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(\'{"event": "up"}\', flush=True)'


async def run(program: str) -> StartedProcess:
    """Return a process that runs a few lines of Python."""
    return StartedProcess(
        await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            program,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE_BYTES,
        )
    )


def said_by(output: bytes) -> list[object]:
    """Return the events of a process that writes so and ends."""

    async def main() -> list[object]:
        process = await run(SAYS % output)
        said = []
        while (event := await process.event()) is not None:
            said.append(event)
        await process.kill()
        return said

    return asyncio.run(main())


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (b"", []),
        (b'{"event": "busy"}\n', [{"event": "busy"}]),
        (b'{"event": "busy"}', [{"event": "busy"}]),  # its last line has no end
        (b'{"event": "bu', [{"event": "rubbish"}]),  # it died in the middle of a line
        (b'\xff\n\n7\n{"event": "busy"}\n', [{"event": "rubbish"}] * 3 + [{"event": "busy"}]),
    ],
)
def test_what_it_says(output, said):
    """Each line is one event, what is none is rubbish, and silence is the end."""
    assert said_by(output) == said


def test_a_line_beyond_all_measure():
    """A line that is far too long is rubbish, and what follows is heard."""
    program = "import sys; w = sys.stdout.buffer; w.write(b'x' * 3_000_000 + b'\\n' + b'{\"event\": \"busy\"}\\n')"

    async def main() -> list[object]:
        process = await run(program)
        said = []
        while (event := await process.event()) is not None:
            said.append(event)
        await process.kill()
        return said

    said = asyncio.run(main())
    assert said[0] == {"event": "rubbish"}
    assert said[-1] == {"event": "busy"}


def test_told_to_end():
    """A process that heeds being told to end is not killed."""

    async def main() -> int | None:
        process = await run('print(\'{"event": "up"}\', flush=True)' + SLEEPS)
        await process.event()
        await process.stop()
        return process._process.returncode

    assert asyncio.run(main()) == -signal.SIGTERM


def test_a_stubborn_one_is_killed():
    """A process that does not heed it is killed after five seconds."""

    async def main() -> int | None:
        process = await run(STUBBORN + SLEEPS)
        await process.event()
        await asyncio.wait_for(process.stop(), 8)
        return process._process.returncode

    assert asyncio.run(main()) == -signal.SIGKILL


@pytest.mark.parametrize("stop", [False, True])
def test_one_that_has_ended(stop):
    """Ending a process that has ended by itself is no error, however often."""

    async def main() -> int | None:
        process = await run("pass")
        assert await process.event() is None
        for _ in range(2):
            await (process.stop() if stop else process.kill())
        return process._process.returncode

    assert asyncio.run(main()) == 0
