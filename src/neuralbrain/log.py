"""Events go to standard error as one JSON line each; standard output is for what was asked."""

from __future__ import annotations

import contextlib
import logging
import sys

import structlog


def configure_logging(level: str) -> None:
    """Write events of at least that level (debug, info, warning, error) to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=lambda *_names: _StandardError(),
        cache_logger_on_first_use=False,
    )


class _StandardError:
    """Writes lines to standard error as it is at that moment.

    A terminal that was closed, or a pipe that nobody reads, must not end what is being logged.
    """

    def msg(self, message: str) -> None:
        stream = sys.stderr
        if stream is not None and not stream.closed:
            with contextlib.suppress(OSError):
                stream.write(f"{message}\n")
                stream.flush()

    debug = info = warning = error = msg
