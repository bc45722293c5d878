"""The process that answers and the machine under it: no path and no name of that machine."""

from __future__ import annotations

import os
import platform
import resource
import sys
import threading
from importlib.metadata import version
from pathlib import Path

from fastapi import APIRouter
from pydantic import Field

from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.wiring import Application

STATEMENT = Path("/proc/self/statm")  # pages; the second number is what lies in memory


class DatabaseShape(Shape):
    """Where everything is kept."""

    kind: str
    version: str
    size_bytes: int | None = Field(description="Null for a server, which knows that itself.")


class SystemShape(Shape):
    """The process that answers."""

    version: str
    python: str
    system: str
    uptime_seconds: int
    memory_bytes: int | None = Field(description="What lies in memory now; null where the system does not say.")
    peak_memory_bytes: int
    threads: int
    processors: int | None
    disk_free_bytes: int | None
    database: DatabaseShape


def health_system(view: ServiceView) -> APIRouter:
    """Return the address of the process and its machine."""
    router = APIRouter(tags=["health"])
    installed = version("neuralbrain")  # it stands in a file: read once

    @router.get("/api/health/system", responses=problems(503))
    def system() -> SystemShape:
        """Uptime, memory, threads, free disk, size of the database, versions."""
        application = view.application
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return SystemShape(
            version=installed,
            python=platform.python_version(),
            system=f"{platform.system()} {platform.machine()}",
            uptime_seconds=max(0, int((application.clock.now() - view.started_at).total_seconds())),
            memory_bytes=_memory_bytes(),
            peak_memory_bytes=peak if sys.platform == "darwin" else peak * 1024,  # Linux counts kilobytes
            threads=threading.active_count(),
            processors=os.cpu_count(),
            disk_free_bytes=_free_bytes(application),
            database=_database(application),
        )

    return router


def _memory_bytes() -> int | None:
    try:
        return int(STATEMENT.read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return None


def _free_bytes(application: Application) -> int | None:
    try:
        disk = os.statvfs(application.settings.home)
    except OSError:
        return None
    return disk.f_bavail * disk.f_frsize


def _database(application: Application) -> DatabaseShape:
    with application.database.read() as connection:
        dialect = connection.dialect
    known = getattr(dialect, "server_version_info", None) or ()
    return DatabaseShape(
        kind=dialect.name,
        version=".".join(map(str, known)) or "unknown",
        size_bytes=_file_bytes(application) if dialect.name == "sqlite" else None,
    )


def _file_bytes(application: Application) -> int | None:
    """Return what the database and its log of writes take on the disk."""
    file = application.settings.database_path
    try:
        log = file.with_name(f"{file.name}-wal")
        return file.stat().st_size + (log.stat().st_size if log.exists() else 0)
    except OSError:
        return None
