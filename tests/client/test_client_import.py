"""The client is light: importing it loads no library of the service, and its types reach whoever uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = "import sys, neuralbrain.client; print('\\n'.join(sys.modules))"
HEAVY = {
    "httpx2",
    "anyio",
    "asyncio",
    "fastapi",
    "numpy",
    "pandas",
    "polars",
    "pydantic",
    "sqlalchemy",
    "structlog",
    "zstandard",
}
TYPED = """
from neuralbrain.client import AsyncClient, Client


def waits(client: Client) -> None:
    reveal_type(client.forecast("Nigeria")["risk_score"])
    reveal_type(client.metrics())
    client.forecast(7)
    client.forecast("Nigeria")["no_such_field"]


async def awaits(client: AsyncClient) -> None:
    reveal_type((await client.forecast("Nigeria"))["risk_score"])
    client.forecast("Nigeria")["risk_score"]
"""


def test_importing_the_client_loads_nothing_of_the_service() -> None:
    """``import neuralbrain.client`` loads its own modules alone: no HTTP library, no frames, no database."""
    loaded = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True).stdout.split()
    ours = {one for one in loaded if one.startswith("neuralbrain.")}
    assert {one for one in ours if not one.startswith("neuralbrain.client")} == set()
    assert "neuralbrain.client.calls.forecasts" in ours
    assert {one.partition(".")[0] for one in loaded} & HEAVY == set()


@pytest.mark.slow
def test_types_reach_whoever_uses_the_client(tmp_path: Path) -> None:
    """A strict type checker knows what both clients answer, and sees a wrong argument and a field that is none."""
    program = tmp_path / "asks.py"
    program.write_text(TYPED, encoding="utf-8")
    mypy = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--follow-imports=silent", str(program)]
    said = subprocess.run(
        mypy, capture_output=True, text=True, check=False, cwd=ROOT, env={**os.environ, "MYPYPATH": "src"}
    ).stdout
    lines = [line.partition("asks.py:")[2] for line in said.splitlines()]
    assert [line for line in lines if "Revealed" in line] == [
        '6: note: Revealed type is "float | None"',
        '7: note: Revealed type is "str"',
        '13: note: Revealed type is "float | None"',
    ]
    wrong = {line.partition(":")[0]: line.rpartition("[")[2] for line in lines if "error:" in line}
    assert wrong == {"8": "arg-type]", "9": "misc]", "14": "index]"}
