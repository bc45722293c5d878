"""Client libraries of others, where their environment is there: the same question, each call timed where it is made.

They are no part of the project and are not installed with it. To have them beside ours::

    python -m venv .venv/peer
    .venv/bin/uv pip sync --python .venv/peer/bin/python --require-hashes requirements-peer.txt
"""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchmarks.stand_in import KEY
from neuralbrain.outgoing.message import OutgoingRequest

PYTHON = Path(sys.prefix) / "peer" / "bin" / "python"
CALLS = Path(__file__).with_name("peer_calls.py")
PATH = "/chat/completions"

Taken = tuple[float, float]
"""Wall and processor time of one call, seconds."""


@contextmanager
def peers(asked: OutgoingRequest, *, python: Path = PYTHON) -> Iterator[Mapping[str, Callable[[], Taken]]]:
    """Yield what makes one call with each library that is there; without their environment, nothing.

    Args:
        asked: What ours sends.
        python: The interpreter of their environment.
    """
    if not python.exists():
        print(
            f"other libraries are left out: {python} is missing; benchmarks/peer.py says how to have it",
            file=sys.stderr,
        )
        yield {}
        return
    question = {"base_url": asked.url.removesuffix(PATH), "key": KEY, "body": json.loads(asked.body)}
    with subprocess.Popen(
        [str(python), str(CALLS)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("a process was started without its pipes")

        def said(line: str) -> str:
            process.stdin.write(f"{line}\n")
            process.stdin.flush()
            answer = process.stdout.readline()
            if not answer:
                raise RuntimeError(f"the process of other libraries ended with {process.wait()}")
            return answer

        def call(name: str) -> Taken:
            wall, cpu = json.loads(said(name))
            return wall, cpu

        yield {name: functools.partial(call, name) for name in json.loads(said(json.dumps(question)))}
        process.stdin.close()
