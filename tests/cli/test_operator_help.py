"""The operator's commands explain themselves, quickly and whatever the settings are."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from same_process import command

COMMANDS = [
    ["status"],
    ["doctor"],
    ["editions", "diff"],
    ["lock", "switch"],
    ["lock", "release"],
    ["cycles", "list"],
    ["cycles", "slots"],
    ["cycles", "show"],
    ["cycles", "run"],
    ["schedule", "show"],
    ["schedule", "pause"],
    ["schedule", "resume"],
    ["schedule", "every"],
    ["ingest"],
    ["series"],
    ["quality"],
    ["sources", "list"],
    ["sources", "show"],
    ["sources", "check"],
    ["sources", "record"],
]
READING = [["status"], ["doctor"], ["cycles", "list"], ["cycles", "slots"], ["schedule", "show"], ["lock", "status"],
           ["sources", "list"], ["quality"], ["series", "Angola"]]  # fmt: skip


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_each_has_help_and_json(tmp_path, arguments: list[str]):
    """Each command says how it is called and has --json, also with a wrong setting, and makes nothing."""
    home = tmp_path / "home"
    shown = command(*arguments, "--help", home=home, NEURALBRAIN_SORCES="x")
    assert shown.returncode == 0, shown.stderr
    assert f"{' '.join(arguments)} [OPTIONS]" in shown.stdout
    assert "--json" in shown.stdout
    assert not home.exists()


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_json_is_one_document(ran, arguments: list[str]):
    """With --json each prints one JSON document to standard output, and nothing to standard error."""
    shown = command(*arguments, "--json", home=ran)
    assert json.loads(shown.stdout) is not None
    assert shown.stderr == ""


def test_none_of_them_loads_what_it_does_not_need():
    """The command line with all its commands is loaded without an array library, a database or a web server."""
    program = "import sys, neuralbrain.cli.app; print('\\n'.join(sys.modules))"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    loaded = {one.partition(".")[0] for one in ended.stdout.split()}
    assert "typer" in loaded
    assert not {"numpy", "polars", "sqlalchemy", "alembic", "fastapi", "granian", "resvg_py"} & loaded
