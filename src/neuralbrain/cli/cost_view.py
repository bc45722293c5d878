"""What providers were paid for, as a table for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from neuralbrain.cli.fitting import Column, print_table
from neuralbrain.cli.plain_text import plain
from neuralbrain.cli.screen import screen


def print_cost(rows: Sequence[Mapping[str, Any]], total: Mapping[str, Any]) -> None:
    """Print a row a day and provider, their sum, and what the numbers leave open."""
    lines = [*rows, {"day": "Sum", "provider": "", **total}]
    print_table(
        [
            Column(name="Day (UTC)", cells=[one["day"] for one in lines], justify="left"),
            Column(name="Provider", cells=[plain(one["provider"]) for one in lines], justify="left", wraps=True),
            Column(name="Calls", cells=[f"{one['calls']:,}" for one in lines]),
            Column(name="Failed", cells=[f"{one['failed']:,}" for one in lines], leaves=2),
            Column(name="Tokens", cells=[f"{one['tokens']:,}" for one in lines]),
            Column(name="USD", cells=[f"{one['cost_usd']:.4f}" for one in lines]),
            Column(name="Possibly billed", cells=[f"{one['possibly_billed']:,}" for one in lines], leaves=1),
        ]
    )
    if total["possibly_billed"]:
        screen().print("Possibly billed calls told nobody what they used; they count with their upper bound.")
    unpriced = sum(one["without_price"] for one in rows)
    if unpriced:
        screen().print(f"Calls of a model without a known price: {unpriced:,}; the settings can name it.")
