"""The data folder: whether it is there, who may use it, and how much room is left."""

from __future__ import annotations

import stat
from collections.abc import Iterator

from neuralbrain.cli.doctor_checks.facts import Facts, FolderFacts
from neuralbrain.cli.doctor_checks.finding import Finding, State

MIB = 1024 * 1024
TOO_LITTLE_BYTES = 64 * MIB  # a cycle over 10,000 series keeps about 20 MiB, and the log beside the file as much
LITTLE_BYTES = 1024 * MIB  # a week of such hourly cycles with new data


def folder(facts: Facts) -> Iterator[Finding]:
    """Return how the data folder is, who may read it, and how much space is left there."""
    found = facts.folder
    if found is None:
        return
    if not found.exists:
        yield Finding(
            about="data folder",
            state=State.NOTE,
            message=f"{found.path} does not exist yet.",
            costs="Nothing is kept yet.",
            remedy="`neuralbrain run` makes it; NEURALBRAIN_HOME names another one.",
        )
        return
    yield _writable(found)
    yield from _permissions(found)
    yield from _space(found)


def _writable(found: FolderFacts) -> Finding:
    if found.writable:
        return Finding(about="data folder", state=State.OK, message=f"{found.path} exists and may be written.")
    return Finding(
        about="data folder",
        state=State.PROBLEM,
        message=f"This user may not write to {found.path}.",
        costs="What is there can be read; no cycle can be run and nothing can be changed.",
        remedy="Make it writable for this user, or name another folder with NEURALBRAIN_HOME.",
    )


def _permissions(found: FolderFacts) -> Iterator[Finding]:
    mode = found.mode or 0
    shown = f"{found.path} has permissions {mode:04o}"
    if mode & stat.S_IWOTH:
        yield Finding(
            about="permissions",
            state=State.PROBLEM,
            message=f"{shown}: everybody on this machine may write there.",
            costs="The database is not opened while anybody could replace it.",
            remedy=f"chmod o-w {found.path}",
        )
    elif (mode | (found.database_mode or 0)) & (stat.S_IRWXG | stat.S_IRWXO):
        file = "" if found.database_mode is None else f", its database {found.database_mode:04o}"
        yield Finding(
            about="permissions",
            state=State.NOTE,
            message=f"{shown}{file}: others than the owner may look inside.",
            costs="What providers answered and who changed the lock can be read by others on this machine.",
            remedy=f"chmod -R go= {found.path}",
        )
    else:
        yield Finding(about="permissions", state=State.OK, message=f"{shown}: only its owner may use it.")


def _space(found: FolderFacts) -> Iterator[Finding]:
    if found.free_bytes is None:
        return
    said = f"{found.free_bytes / MIB:,.0f} MiB are free there."
    if found.free_bytes < TOO_LITTLE_BYTES:
        yield Finding(
            about="free space",
            state=State.PROBLEM,
            message=said,
            costs="The next cycle may not be able to publish; the last edition stays readable.",
            remedy="Free space there; no restart is needed.",
        )
    elif found.free_bytes < LITTLE_BYTES:
        yield Finding(
            about="free space",
            state=State.NOTE,
            message=said,
            costs="It may not last for many cycles.",
            remedy="Free space there, or name a larger disk with NEURALBRAIN_HOME.",
        )
    else:
        yield Finding(about="free space", state=State.OK, message=said)
