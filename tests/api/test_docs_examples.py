"""The examples of docs/api.md and docs/client.md do what they say, against a real service."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from served import Service

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
USUAL = "http://127.0.0.1:8642"
SECONDS = 60


def blocks(page: str, language: str) -> list[str]:
    """Return the examples of a page in one language, in order."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [code for said, code in BLOCK.findall(text) if said == language]


def run(program: list[str], code: str, service: Service) -> str:
    """Return what an example prints when its service is the one of the test; no setting and no proxy reaches it."""
    outside = {key: one for key, one in os.environ.items() if not key.upper().endswith("_PROXY")}
    ended = subprocess.run(
        [*program, code.replace(USUAL, f"http://127.0.0.1:{service.port}")],
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
        env={key: one for key, one in outside.items() if not key.startswith("NEURALBRAIN_")},
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_each_example_asks_the_usual_address() -> None:
    """Each page has examples in its languages, and each that asks a service names the usual address of one."""
    assert [len(blocks("api.md", language)) for language in ("sh", "python", "r")] == [3, 2, 1]
    assert all(USUAL in code for language in ("sh", "python", "r") for code in blocks("api.md", language))
    assert len(blocks("client.md", "python")) > 5


@pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here")
def test_the_examples_with_curl_run(reading: Service) -> None:
    """From curl one gets a forecast and the summary, one learns that nothing has changed, and gets a series as CSV."""
    forecast, unchanged, series = (run(["sh", "-ec"], code, reading) for code in blocks("api.md", "sh"))
    assert '"region":"NGA"' in forecast
    assert '"highest_risk"' in forecast
    assert unchanged == "304\n"
    assert len(series.splitlines()) == 3
    assert all(",NGA,cholera_cases," in line for line in series.splitlines())


def test_the_examples_in_python_run(reading: Service) -> None:
    """Python's own library and the client get the same forecast, and are told why there is none of Atlantis."""
    plain, client = (run([sys.executable, "-c"], code, reading) for code in blocks("api.md", "python"))
    assert plain.startswith("local ")
    assert "region-unknown" in plain
    assert "shape: (5, 3)" in client
    assert re.search(r"it knew [1-9]\d* values", client)
    assert "region-unknown" in client


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="there is no R here")
def test_the_example_in_r_runs(reading: Service) -> None:
    """R gets a forecast with its quantiles through jsonlite, and a series as CSV without any package."""
    has_jsonlite = subprocess.run(
        ["Rscript", "-e", 'quit(status = !requireNamespace("jsonlite", quietly = TRUE))'], check=False, timeout=SECONDS
    )
    if has_jsonlite.returncode:
        pytest.skip("R has no jsonlite here")
    (code,) = blocks("api.md", "r")
    said = run(["Rscript", "-e"], code, reading)
    assert "0.975" in said
    assert "target_date" in said


def test_the_tour_of_the_client_runs(reading: Service) -> None:
    """The examples of docs/client.md run one after the other, as one program."""
    said = run([sys.executable, "-c"], "\n".join(blocks("client.md", "python")), reading)
    assert said.startswith("local ")
    assert "region-unknown" in said
    assert "shape: (3, 3)" in said
