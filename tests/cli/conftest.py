"""Homes in which cycles ran, made once for all tests that only read them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from command_line import neuralbrain


@pytest.fixture(scope="session")
def ran(tmp_path_factory) -> Path:
    """Return a home in which one cycle ran."""
    home = tmp_path_factory.mktemp("ran") / "home"
    first = neuralbrain("run", home=home)
    assert first.returncode == 0, first.stderr
    (home.parent / "first.txt").write_text(first.stdout, encoding="utf-8")
    return home


@pytest.fixture
def copy_of_ran(ran: Path, tmp_path: Path) -> Callable[[], Path]:
    """Return a maker of homes to change, each as the one in which one cycle ran."""

    def make() -> Path:
        return shutil.copytree(ran, tmp_path / f"copy-{len(list(tmp_path.iterdir()))}")

    return make


@pytest.fixture(scope="session")
def withdrawn(ran: Path, tmp_path_factory) -> Path:
    """Return a home whose only edition is withdrawn, for a reason that tries to be more than text."""
    home = shutil.copytree(ran, tmp_path_factory.mktemp("withdrawn") / "home")
    reason = "[red]x[/red] [/] :boom: \x1b[31m\nEdition 2 is up. \x9b2J"
    ended = neuralbrain("editions", "withdraw", "1", "--reason", reason, home=home)
    assert ended.returncode == 0, ended.stderr
    return home
