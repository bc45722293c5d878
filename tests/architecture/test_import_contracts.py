"""The directions of the arrows between folders: they hold, and a wrong one is noticed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT_IMPORTS = Path(sys.executable).parent / "lint-imports"

INWARD = "Dependencies point inward"
PURE = "Pure modules touch no clock, no settings, no disk, no network"
WIRING = "Concrete adapters are imported by the wiring only"


def lint_imports(project: Path) -> subprocess.CompletedProcess[str]:
    """Return what import-linter says of a project; without its cache, which can be older than the files."""
    return subprocess.run(
        [LINT_IMPORTS, "--no-cache", "--no-logo", "--config", project / "pyproject.toml"],
        cwd=project,
        env={**os.environ, "PYTHONPATH": str(project / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of the package and of its contracts, to spoil."""
    copy = tmp_path / "project"
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def test_the_contracts_hold() -> None:
    """Every contract of pyproject.toml holds over the package."""
    said = lint_imports(ROOT)
    assert said.returncode == 0, said.stdout
    assert all(f"{contract} KEPT" in said.stdout for contract in (INWARD, PURE, WIRING))


def test_an_unspoiled_copy_passes(project: Path) -> None:
    """The copy that the next tests spoil passes as it is, so that what they see is what they did."""
    said = lint_imports(project)
    assert said.returncode == 0, said.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("bottleneck/trend.py", "import neuralbrain.store.database", {INWARD, PURE}),
        ("store/audit.py", "import neuralbrain.lock.failover", {INWARD}),
        ("domain/claims.py", "import neuralbrain.ports", {INWARD}),
        ("errors.py", "import neuralbrain.settings", {INWARD}),
        ("domain/claims.py", "import pathlib", {PURE}),
        ("lock/transition.py", "import sqlalchemy", {PURE}),
        ("cycle.py", "import neuralbrain.store.database", {WIRING}),
        ("somewhere_new.py", "import neuralbrain.errors", {INWARD}),
    ],
)
def test_a_wrong_import_is_noticed(project: Path, module: str, line: str, broken: set[str]) -> None:
    """An import against a contract, or a module that nobody placed in the layers, breaks exactly that contract."""
    path = project / "src" / "neuralbrain" / module
    with path.open("a", encoding="utf-8") as spoiled:
        spoiled.write(f"\n{line}\n")
    said = lint_imports(project)
    assert said.returncode != 0, said.stdout
    assert "does not exist" not in said.stdout
    verdicts = {contract for contract in (INWARD, PURE, WIRING) if f"{contract} BROKEN" in said.stdout}
    assert verdicts == broken, said.stdout + said.stderr
