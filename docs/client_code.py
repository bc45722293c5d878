"""Writes the generated half of the client: its shapes and its table of calls, formatted as the house does."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from docs.client_calls import call_files, call_index
from docs.client_shapes import shape_files, shape_index
from docs.openapi_document import Document

CLIENT = Path(__file__).parents[1] / "src" / "neuralbrain" / "client"
RUFF = Path(sys.executable).parent / "ruff"


def client_files(document: Document) -> dict[Path, str]:
    """Return the text of every generated file of the client.

    Args:
        document: The OpenAPI document.

    Raises:
        ValueError: If two addresses would have one method, or a shape has a field that Python cannot name.
        subprocess.CalledProcessError: If what was written is no Python.
    """
    written = {
        CLIENT / folder / f"{name}.py": text
        for folder, files in (
            ("calls", {"__init__": call_index(document), **call_files(document)}),
            ("shapes", {"__init__": shape_index(document), **shape_files(document)}),
        )
        for name, text in files.items()
    }
    return {path: _formatted(text, path) for path, text in written.items()}


def write_client(document: Document) -> None:
    """Write the generated files of the client, and remove those that are none any more."""
    files = client_files(document)
    for path, text in files.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for path in generated_files() - set(files):
        path.unlink()


def generated_files() -> set[Path]:
    """Return the generated files that lie there."""
    return {path for folder in ("calls", "shapes") for path in (CLIENT / folder).glob("*.py")}


def _formatted(text: str, path: Path) -> str:
    """Return code as the formatter writes it, its imports in order and only those it needs."""
    # A file that does not lie there yet would be taken for one of somebody else's.
    ours = 'lint.isort.known-first-party=["neuralbrain"]'
    for command in (("check", "--select=I,F401", "--config", ours, "--fix", "--quiet"), ("format", "--quiet")):
        text = subprocess.run(  # noqa: S603 - our own program on our own text
            [RUFF, *command, "--stdin-filename", path, "-"],
            input=text,
            capture_output=True,
            text=True,
            check=True,
            cwd=CLIENT,
        ).stdout
    return text
