"""What is not needed is not loaded: whoever asks for help or for the lock does not wait for a model."""

from __future__ import annotations

import subprocess
import sys

import pytest

from neuralbrain.store.database import Database

COMMAND = """
import contextlib, io, sys
from neuralbrain.cli import main
sys.argv = ["neuralbrain", *sys.argv[1:]]
with contextlib.redirect_stdout(io.StringIO()) as said:
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, (ended.code, said.getvalue())
assert said.getvalue().strip(), "the command said nothing"
print("\\n".join(sys.modules))
"""
HEAVY = ("numpy", "polars", "lightgbm", "jsonschema", "yaml", "neuralbrain.providers.local")


def loaded_by(program: str, *arguments: str) -> set[str]:
    """Return the modules that a fresh Python has loaded when a program has ended."""
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    assert ended.returncode == 0, ended.stderr
    return set(ended.stdout.split())


def among(modules: set[str], names: tuple[str, ...]) -> set[str]:
    """Return those modules that have one of these names or stand below it."""
    return {one for one in modules if any(one == name or one.startswith(f"{name}.") for name in names)}


@pytest.mark.parametrize(
    "arguments",
    [
        ("--help",),
        ("--version",),
        ("run", "--help"),
        ("forecast", "--help"),
        ("series", "--help"),
        ("sources", "check", "--help"),
        ("ingest", "--help"),
        ("quality", "--help"),
        ("editions", "--help"),
        ("lock", "--help"),
        ("hub", "validate", "--help"),
    ],
    ids=" ".join,
)
def test_help_loads_no_model_and_no_database(arguments: tuple[str, ...]) -> None:
    """``--help`` loads no array library, no model, no provider, and nothing of the database."""
    assert among(loaded_by(COMMAND, *arguments), (*HEAVY, "sqlalchemy", "alembic", "neuralbrain.store")) == set()


@pytest.mark.parametrize("command", ["status", "audit"])
def test_the_lock_in_an_empty_home_loads_no_model(command: str) -> None:
    """``lock status`` and ``lock audit`` load no array library, no model and no provider in an empty home."""
    assert among(loaded_by(COMMAND, "lock", command), HEAVY) == set()


@pytest.mark.parametrize("command", ["status", "audit"])
def test_the_lock_of_an_existing_database_loads_no_migrations(database: Database, command: str) -> None:
    """Over a database of the newest schema the lock's commands do not load the migration library either."""
    database.close()
    assert among(loaded_by(COMMAND, "lock", command), (*HEAVY, "alembic")) == set()


def test_the_package_alone_loads_nothing() -> None:
    """``import neuralbrain`` loads none of its own modules and no library."""
    modules = loaded_by("import sys, neuralbrain; print('\\n'.join(sys.modules))")
    assert among(modules, ("neuralbrain",)) == {"neuralbrain"}
    assert among(modules, (*HEAVY, "sqlalchemy", "alembic", "pydantic", "typer", "structlog")) == set()


def test_what_is_loaded_is_seen() -> None:
    """A program that does load NumPy is told apart from one that does not."""
    assert "numpy" in among(loaded_by("import sys, numpy; print('\\n'.join(sys.modules))"), HEAVY)
