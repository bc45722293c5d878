"""Answers prompts as a careful model would: for each region of the message its last value, with a wide spread."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

BLOCK = re.compile(r"(?m)^([A-Z]{3}(?:-[A-Z0-9]{1,3})?) [^\n]*, population ")
ROW = re.compile(r"(?m)^(cases|deaths) to [^:\n]*: ([^\n]+)$")
SPREAD = {
    "median": 1.0, "lower_50": 0.7, "upper_50": 1.4, "lower_80": 0.5, "upper_80": 2.0, "lower_95": 0.3, "upper_95": 3.0,
}  # fmt: skip


def steady(body: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to a request's messages: as last time, within a factor of three."""
    message = next(one["content"] for one in body["messages"] if one["role"] == "user")
    horizons = len(re.search(r"(?m)^horizons: ([\d, ]+) ", message)[1].split(","))
    starts = [found.start() for found in BLOCK.finditer(message)] + [len(message)]
    blocks = [message[start:end] for start, end in pairwise(starts)]
    return {"forecasts": [_entry(block, horizons, deaths="deaths: " in message) for block in blocks]}


def _entry(block: str, horizons: int, *, deaths: bool) -> dict[str, Any]:
    rows = {found[1]: found[2] for found in ROW.finditer(block)}
    entry: dict[str, Any] = {"region": BLOCK.match(block)[1], "cases": _signal(rows["cases"], horizons)}
    if deaths:
        entry["deaths"] = _signal(rows["deaths"], horizons) if "deaths" in rows else None
    return entry


def _signal(row: str, horizons: int) -> dict[str, list[float]]:
    last = next((float(value) for value in reversed(row.split(",")) if value != "null"), 0.0)
    return {name: [round(last * factor, 4)] * horizons for name, factor in SPREAD.items()}
