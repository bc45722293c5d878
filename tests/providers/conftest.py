"""What tests of what leaves the process start from: a server that misbehaves and a transport that reaches it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from stand_in_server import StandInServer

    from neuralbrain.providers.transport import Transport


@pytest.fixture
def server() -> Iterator[StandInServer]:
    """Yield five providers on loopback."""
    from stand_in_server import StandInServer

    with StandInServer() as made:
        yield made


@pytest.fixture(scope="session")
def transport() -> Transport:
    """Return a transport with its default rules."""
    from neuralbrain.providers.transport import Transport

    return Transport(agent="NeuralBrain-tests/1")
