"""Runs a command in the test's own process: as a real one, but for what only the end of a process does."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import structlog
from command_line import surroundings

from neuralbrain.cli import screen
from neuralbrain.cli.app import _run
from neuralbrain.wiring import Application, application


def command(*arguments: str, home: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it printed and its exit code; settings are read anew, as in a new process."""
    said, complained = io.StringIO(), io.StringIO()
    with (
        _fresh(surroundings(home, **environment)),
        mock.patch.object(sys, "argv", ["neuralbrain", *arguments]),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(complained),
    ):
        code = _run()
    return subprocess.CompletedProcess(arguments, int(code), said.getvalue(), complained.getvalue())


@contextlib.contextmanager
def opened(home: Path) -> Iterator[Application]:
    """Yield the application over a home, to write what a service or a cycle would have written."""
    with _fresh(surroundings(home)):
        yield application()


@contextlib.contextmanager
def _fresh(environment: dict[str, str]) -> Iterator[None]:
    logging = structlog.get_config() if structlog.is_configured() else None
    with mock.patch.dict(os.environ, environment, clear=True):
        try:
            yield
        finally:
            if application.cache_info().currsize:
                application().close()
            application.cache_clear()
            screen.screen.cache_clear()
            structlog.reset_defaults()
            if logging is not None:
                structlog.configure(**logging)
