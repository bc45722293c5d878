"""The README's section about one's own data: its files, settings and commands, as a reader would use them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = Path(__file__).parents[2] / "README.md"
BLOCK = re.compile(r"```(csv|json|toml|console)\n(.*?)```", re.DOTALL)
FILE = re.compile(r"`(/data/[\w.]+)`")


def section() -> str:
    """Return the section."""
    return README.read_text(encoding="utf-8").split("\n## Your own data\n")[1].split("\n## ")[0]


def as_shown(folder: Path) -> tuple[str, list[str]]:
    """Write the section's files into a folder, and return its settings and its commands."""
    blocks = [(language, text.replace("/data/", f"{folder}/")) for language, text in BLOCK.findall(section())]
    names = FILE.findall(section().partition("[feeds.")[0])
    files = [text for language, text in blocks if language in {"csv", "json"} or "[feeds." not in text][: len(names)]
    assert len(names) == len(files) == 5
    for name, text in zip(names, files, strict=True):
        (folder / Path(name).name).write_text(text, encoding="utf-8")
    (settings,) = [text for language, text in blocks if language == "toml" and "[feeds." in text]
    (commands,) = [text for language, text in blocks if language == "console"]
    return settings, [line.removeprefix("$ ") for line in commands.splitlines()]


@pytest.mark.slow
def test_its_three_examples_work(tmp_path: Path) -> None:
    """The files as shown, read by the settings as shown, give the values that stand in them."""
    folder, home = tmp_path / "data", tmp_path / "home"
    folder.mkdir()
    home.mkdir(mode=0o700)
    settings, commands = as_shown(folder)
    (home / "neuralbrain.toml").write_text(settings, encoding="utf-8")
    environment = {
        **os.environ,
        "NEURALBRAIN_HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    printed = []
    for command in commands:
        ran = subprocess.run(
            command.split(), env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        printed.append(ran.stdout)
    _, kenya, scotland, california = printed
    assert all(said in kenya for said in ("2026-03-15", "14", "2026-03-22", "21"))
    assert "1,044" in scotland
    assert "2026-03-15" in scotland
    assert all(said in california for said in ("2026-03-07", "2026-03-14", "2026-03-11", "2026-03-18"))
    assert "Our surveillance unit" in california
