"""What tests of the schedule start from."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
import structlog

from neuralbrain.store.database import Database
from schedule.scripted import Installation
from stand_ins import StillClock


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Log nothing: thousands of provoked faults, each drawn with its traceback, take minutes."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


@pytest.fixture
def installation(database: Database, clock: StillClock) -> Installation:
    """Return a real store with a scripted runner; it is the first of April, noon."""
    return Installation.over(database, clock)
