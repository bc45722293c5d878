"""Who this process is and whether another one is provably dead, on one machine."""

from __future__ import annotations

import functools
import getpass
import os
import platform
import subprocess
import uuid
from datetime import datetime
from pathlib import Path

from neuralbrain.domain.lock import Runner


@functools.cache
def boot_identity() -> str:
    """Return the identity of the machine's boot: another one means that every earlier process has ended."""
    if platform.system() == "Darwin":
        command = ["/usr/sbin/sysctl", "-n", "kern.bootsessionuuid"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603 - fixed
    return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()


@functools.cache
def namespace_identity() -> str:
    """Return the identity of the process namespace: two containers count their processes apart."""
    link = Path("/proc/self/ns/pid")
    return link.readlink().name if link.is_symlink() else "only"


def started_at(pid: int) -> str | None:
    """Return a mark of when a process started, or None where there is no living process of that id.

    On Linux the kernel's own count of ticks since boot, because wall time moves when the clock is set.
    """
    if platform.system() == "Darwin":
        command = ["/bin/ps", "-o", "lstart=", "-p", str(pid)]
        plain = {"TZ": "UTC", "LC_ALL": "C"}  # else two shells would see two marks of one process
        return subprocess.run(command, capture_output=True, text=True, check=False, env=plain).stdout.strip() or None  # noqa: S603 - fixed
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    state, start_ticks = fields[0], fields[19]  # fields 3 and 22 of proc(5), counted after the name in brackets
    return None if state in "ZX" else start_ticks


def this_runner(*, pid: int, lease_until: float, since: datetime) -> Runner:
    """Return this process as a runner, under a new holder identity."""
    return Runner(
        holder=str(uuid.uuid4()),
        boot=boot_identity(),
        namespace=namespace_identity(),
        pid=pid,
        started=started_at(pid) or "",
        lease_until=lease_until,
        since=since,
    )


def provably_dead(runner: Runner, *, one_machine: bool = True) -> bool:
    """Return whether a runner has certainly ended: another boot, or no such process any more.

    A runner in another process namespace is never provably dead from here; its lease must run out.

    Args:
        runner: Who ran.
        one_machine: Whether every runner is on this machine. Else another boot may be one of another machine, and
            says nothing.
    """
    if runner.boot != boot_identity():
        return one_machine
    if runner.namespace != namespace_identity():
        return False
    return started_at(runner.pid) != runner.started


def this_user() -> str:
    """Return who runs this process, by name, or by number where the machine knows no name for it."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"user {os.getuid()}"
