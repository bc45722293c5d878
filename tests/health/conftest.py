"""What tests of health start from."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from health.scripted_providers import Bench, bench


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log nothing: each provoked fault, drawn with its traceback, takes seconds."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture
def here(database, clock, lock) -> Iterator[Bench]:
    """Yield a monitor over three providers that pass, one of which holds the lock."""
    made = bench(database, clock, lock)
    assert lock.acquire_lock("openai")
    yield made
    made.providers.released.set()
    made.monitor.stop()
