"""Services on real sockets over homes in which one cycle ran; the home is made once and copied."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from served import Service, application_over, run_cycle, serving

from neuralbrain.domain.journal import Outcome


@pytest.fixture(scope="session")
def ran_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home in which one cycle published an edition."""
    home = tmp_path_factory.mktemp("served") / "home"
    application = application_over(home)
    assert run_cycle(application).outcome is Outcome.DONE
    application.close()
    return home


@pytest.fixture
def copied(ran_once: Path, tmp_path: Path) -> Path:
    """Return a home to change, as the one in which one cycle ran."""
    return shutil.copytree(ran_once, tmp_path / "served")


@pytest.fixture
def service(copied: Path) -> Iterator[Service]:
    """Yield a service with an edition up, to be changed as a test likes."""
    application = application_over(copied)
    with serving(application) as made:
        yield made
    application.close()


@pytest.fixture(scope="module")
def reading(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service with an edition up, for tests of one file that only read."""
    application = application_over(shutil.copytree(ran_once, tmp_path_factory.mktemp("reading") / "home"))
    with serving(application) as made:
        yield made
    application.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Service]:
    """Yield a service before its first edition."""
    application = application_over(tmp_path / "empty")
    with serving(application) as made:
        yield made
    application.close()
