"""A real service whose wall clock is some hours ahead: each start then finds an hour that is due."""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime, timedelta

from neuralbrain.clock import SystemClock
from neuralbrain.log import configure_logging
from neuralbrain.service import serve
from neuralbrain.settings import load_settings
from neuralbrain.wiring import Application


class ClockAhead(SystemClock):
    """The machine's clocks, with the wall clock ahead.

    Args:
        hours: By how many hours.
    """

    def __init__(self, hours: int) -> None:
        self._ahead = timedelta(hours=hours)

    def now(self) -> datetime:
        """Return the time that it will be."""
        return super().now() + self._ahead


def main() -> None:
    """Serve on a free port until killed; the first line is the address."""
    here = Application(load_settings())
    configure_logging(here.settings.log_level)
    here.clock = ClockAhead(int(sys.argv[1]))
    asyncio.run(serve(here, host="127.0.0.1", port=0, say=lambda address: print(address, flush=True)))


if __name__ == "__main__":
    main()
