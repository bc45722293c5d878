"""`neuralbrain cost`: what the providers were paid for, day by day."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from neuralbrain.cli.options import AsJson, print_json
from neuralbrain.cli.plain_text import say

Days = Annotated[int, typer.Option("--days", min=1, max=3660, help="How many days (UTC), today among them.")]


def cost(*, days: Days = 7, as_json: AsJson = False) -> None:
    """Show tokens and money by day and provider, newest first, as far as prices are known.

    A call that may have been paid for without anybody telling what it used counts with its upper bound. The bill of a
    provider is what it says, not this.

    Exit codes: 0 shown.
    """
    from neuralbrain.cli.cost_view import print_cost  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.health.provider_report import cost_as_json, since_when  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    since = since_when(here.clock.now(), days=days)
    rows = cost_as_json(here.calls.by_day(since=since))
    total: dict[str, Any] = {
        name: sum(row[name] for row in rows) for name in ("calls", "failed", "tokens", "cost_usd", "possibly_billed")
    }
    if as_json:
        print_json({"days": days, "rows": rows, "total": total})
    elif rows:
        print_cost(rows, total)
    else:
        say(f"No provider over the network was asked in {'the last day' if days == 1 else f'the last {days} days'}.")
