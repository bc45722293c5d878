"""Where the hub bundle with its scoring script lies, and what the script says of it; tests skip where it is missing."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import numpy as np
import polars as pl

from hub_bundle import folder
from neuralbrain.domain.observation import Floats

SEASONS = (("flusight", "2023-24"), ("flusight", "2024-25"), ("covid", "2024-25"))


def script() -> ModuleType:
    """Return the scoring script of the bundle as a module."""
    name = "hub_scoring_script"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, folder() / "score.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module  # its data classes look themselves up there
        spec.loader.exec_module(module)
    return sys.modules[name]


def truth_of(hub: str) -> pl.DataFrame:
    """Return the settled values: location, target_end_date, value."""
    values = pl.read_parquet(folder() / f"{hub}_truth.parquet")
    return values.select("location", "target_end_date", pl.col("value").cast(pl.Float64))


def forecasts_of(hub: str, season: str) -> pl.DataFrame:
    """Return what was forecast, one row a model and task, with the quantiles in ``q0`` to ``q22``."""
    hubs = script()
    found: pl.DataFrame = hubs.load_bundle_forecasts(folder() / f"{hub}_forecasts.parquet", hubs.HUBS[hub], season)
    return found


def quantiles_of(wide: pl.DataFrame) -> Floats:
    """Return shape (n, 23)."""
    return np.column_stack([wide[f"q{place}"].to_numpy() for place in range(23)])
