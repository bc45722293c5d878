"""`neuralbrain serve` in a process of its own, as a user starts it, and what such a process costs."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from benchmarks.load import Answer, Request, fetched
from neuralbrain.domain.lock import PRIORITY

READY = Request(path="/readyz")
LOOK_SECONDS = 0.01  # between two looks at whether something has happened
LATEST_SECONDS = 120.0  # for anything here to happen on the slowest machine
FOREIGN = ("NEURALBRAIN_", "PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")


class Running:
    """A service in a process of its own.

    Args:
        process: The process.
        port: Where it serves.
        first_line_seconds: From its start to its first line.
    """

    def __init__(self, process: subprocess.Popen[str], *, port: int, first_line_seconds: float) -> None:
        self._process = process
        self.pid = process.pid
        self.port = port
        self.first_line_seconds = first_line_seconds

    def get(self, path: str) -> Answer:
        """Return an answer, which must be 200."""
        return fetched(self.port, Request(path=path))

    def wait_until_ready(self) -> None:
        """Wait for the first answer that the service is ready.

        Raises:
            RuntimeError: If it never is.
        """
        limit = perf_counter() + LATEST_SECONDS
        while perf_counter() < limit:
            try:
                fetched(self.port, READY)
            except RuntimeError:  # 503: not yet
                time.sleep(LOOK_SECONDS)
            else:
                return
        raise RuntimeError("the service did not become ready")

    def stop(self) -> float:
        """Tell it to stop, and return how long that took, seconds; at once where it has ended.

        Raises:
            RuntimeError: If it ends with an error.
        """
        began = perf_counter()
        self._process.terminate()
        code = self._process.wait(LATEST_SECONDS)
        if code != 0:
            raise RuntimeError(f"the service ended with {code}")
        return perf_counter() - began


def environment(compiled: Path) -> dict[str, str]:
    """Return this process's environment without any setting, compiled modules being kept in a folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    return {**kept, "PYTHONPYCACHEPREFIX": str(compiled)}


@contextmanager
def running(home: Path, *, compiled: Path) -> Iterator[Running]:
    """Yield a service over a data folder, with no setting of this machine and no provider but the local one.

    Args:
        home: Its data folder.
        compiled: Where compiled modules are kept: what is timed is the second start on a machine, and each later one.

    Raises:
        RuntimeError: If it does not start.
    """
    ours = {
        "NEURALBRAIN_HOME": str(home),
        "NEURALBRAIN_DISABLED_PROVIDERS": ",".join(name for name in PRIORITY if name != "local"),
    }
    began = perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "neuralbrain", "serve", "--port", "0"],
        env={**environment(compiled), **ours},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            line = process.stdout.readline() if process.stdout is not None else ""
            taken = perf_counter() - began
            if not line:
                raise RuntimeError(f"the service ended with {process.wait()} before its first line")
            yield Running(process, port=int(line.rpartition(":")[2]), first_line_seconds=taken)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(LATEST_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()


def cpu_seconds(process: int) -> float | None:
    """Return the processor time of a process and of all its threads, ended ones too; None where that is not told.

    /proc tells the same in hundredths of a second, which is too coarse for a round.
    """
    if sys.platform != "linux":
        return None
    # The number of the clock that clock_getcpuclockid(3) gives: the process in its upper bits, CPUCLOCK_SCHED below.
    return time.clock_gettime((~process << 3) | 2)


@contextmanager
def apart(*, servers: Sequence[int], readers: int) -> Iterator[None]:
    """Let servers run on one processor and their readers on the others until the block ends, where that can be had.

    A server has a thread for Python and one for the network; where the two meet depends on what else the machine
    does, and what they need for an answer depends on that by half. On one processor it does not.
    """
    if sys.platform != "linux" or len(allowed := os.sched_getaffinity(0)) < 2:
        yield
        return
    one = {min(allowed)}
    for process in servers:
        _allow(process, one)
    _allow(readers, allowed - one)
    try:
        yield
    finally:
        for process in (*servers, readers):
            _allow(process, allowed)


def _allow(process: int, processors: set[int]) -> None:
    for thread in Path(f"/proc/{process}/task").iterdir():
        with contextlib.suppress(ProcessLookupError):  # it has just ended
            os.sched_setaffinity(int(thread.name), processors)


def resident_bytes(process: int) -> int:
    """Return how much memory a process has now."""
    status = Path(f"/proc/{process}/status")
    if status.exists():
        line = next(one for one in status.read_text().splitlines() if one.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024
    told = subprocess.run(["ps", "-o", "rss=", "-p", str(process)], capture_output=True, text=True, check=True)
    return int(told.stdout) * 1024
