"""Where the bundle of real hub releases, truth and forecasts lies; tests skip where it is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

VARIABLE = "HUB_BENCHMARKS"
"""Environment variable that names the bundle's folder, where it does not lie beside the project."""


def bundle() -> Path | None:
    """Return the bundle's folder: the one that is named, or the first of that name above this file."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    above = (one / "shared" / "benchmarks" for one in Path(__file__).resolve().parents)
    return next((one for one in above if one.is_dir()), None)


FOLDER = bundle()

needs_bundle = pytest.mark.skipif(
    FOLDER is None, reason=f"no folder shared/benchmarks above the project; {VARIABLE} names one"
)


def folder() -> Path:
    """Return the folder, which is there where a test runs."""
    assert FOLDER is not None
    return FOLDER
