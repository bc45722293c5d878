"""The README's examples, run as a reader would run them, from the top."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"<!-- run -->\n```(console|python)\n(.*?)```", re.DOTALL)


@pytest.mark.slow
def test_every_example_runs(tmp_path: Path):
    """Each marked block ends without an error, in order, in one shell session and one home."""
    blocks = BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(blocks) == 12, "the README has another number of marked examples"
    environment = {
        **os.environ,
        "NEURALBRAIN_HOME": str(tmp_path / "home"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    shell = "set -e\n"  # console blocks share a session, as they do for a reader
    for language, block in blocks:
        if language == "console":
            shell += "".join(f"{line[2:]}\n" for line in block.splitlines() if line.startswith("$ "))
    commands = subprocess.run(
        ["bash", "-c", shell], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert commands.returncode == 0, commands.stderr
    assert "Edition 2 is withdrawn. Edition 1 is up now." in commands.stdout
    for language, block in blocks:
        if language == "python":
            ran = subprocess.run(
                [sys.executable, "-W", "error", "-c", block],
                env=environment,
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert ran.returncode == 0, ran.stderr
            assert ran.stdout.strip(), "an example that prints nothing teaches nothing"


def test_it_opens_with_the_two_commands():
    """The first commands a reader meets are `make run` and `make test`."""
    shown = re.findall(r"^\$ (.*?)(?:\s+#.*)?$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert shown[:2] == ["make run", "make test"]
