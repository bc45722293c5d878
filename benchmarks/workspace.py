"""A data folder that lasts as long as its benchmark, and the application over it."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from neuralbrain.domain.lock import PRIORITY
from neuralbrain.settings import Settings
from neuralbrain.wiring import Application


@contextlib.contextmanager
def temporary_home() -> Iterator[Path]:
    """Yield a data folder that is removed at the end; TMPDIR names the disk it is on."""
    with tempfile.TemporaryDirectory(prefix="neuralbrain-benchmark-") as folder:
        yield Path(folder) / "home"


@contextlib.contextmanager
def application_over(home: Path) -> Iterator[Application]:
    """Yield an application over a data folder, in which no cycle asks any provider but the local one."""
    others = tuple(name for name in PRIORITY if name != "local")
    application = Application(Settings().model_copy(update={"home": home, "disabled_providers": others}))
    try:
        yield application
    finally:
        application.close()
