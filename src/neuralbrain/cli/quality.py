"""`neuralbrain quality`: what the checks find in the values of feeds."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuralbrain.cli.options import AsJson, AsOf, Limit, moment_as_typed, print_json

if TYPE_CHECKING:
    from neuralbrain.wiring import Application


def quality(
    feeds: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FEED]...", help="Which; those of the setting sources unless named."),
    ] = None,
    *,
    region: Annotated[str | None, typer.Option(help="Only marks on this region, by any name or code.")] = None,
    as_of: AsOf = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """Show what the checks find in the values of feeds, the worst first, and how many rows could not be used.

    No value is changed by it, and nobody is asked anything. With --as-of rejected rows are not counted: a feed's rows
    are rejected when they are read, whatever day they are about.

    Exit codes: 0 looked at, whatever was found; 2 --as-of is no day; 4 there is no such feed or region.
    """
    from neuralbrain.cli.feed_lookup import known_feeds  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.progress import progress  # noqa: PLC0415 - the same
    from neuralbrain.cli.quality_view import print_quality  # noqa: PLC0415 - the same
    from neuralbrain.publish.lookup import place_or_error  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    code = None if region is None else place_or_error(region).code
    cutoff = None if as_of is None else moment_as_typed(as_of)
    told = []
    with progress("looking", silent=as_json) as shown:
        for name in known_feeds(here, tuple(feeds or ())):
            shown.doing(f"looking at {name}")
            told.append(marks_of(here, name, code=code, cutoff=cutoff))
    if as_json:
        print_json({"as_of": as_of, "region": code, "feeds": told})
    else:
        print_quality(told, limit=limit)


def marks_of(here: Application, name: str, *, code: str | None, cutoff: datetime | None) -> dict[str, Any]:
    """Return what the checks find in a feed, as plain values.

    Args:
        here: Everything.
        name: Which feed.
        code: Only marks on this region; None for all.
        cutoff: The last moment of knowledge; None for now.
    """
    from neuralbrain.cli.feed_lookup import facts_of  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.publish.series_table import mark_as_json  # noqa: PLC0415 - the same
    from neuralbrain.quality.assess import assess  # noqa: PLC0415 - the same
    from neuralbrain.quality.completeness import completeness_of  # noqa: PLC0415 - the same

    facts, now = facts_of(here, name), cutoff or here.clock.now()
    panels = here.observations.panels(name, cutoff=now, every_signal=True)
    revisions = here.observations.revisions(name, cutoff=now)
    rejected = {} if cutoff is not None else dict(here.feeds.count_rejected(name))
    marks = assess(
        panels,
        now=now,
        stale_after_days=None if facts.archive else facts.stale_after_days,
        completeness=[completeness_of(revisions, series=panel.series, cutoff=now) for panel in panels],
        rejected=rejected,
    )
    chosen = [mark for mark in marks if code is None or mark.location == code]
    return {
        "feed": name,
        "series": sum(len(panel.series) for panel in panels),
        "rejected_by_code": rejected,
        "marks": [
            {"region": mark.location or None, "signal": mark.signal or None, **mark_as_json(mark)} for mark in chosen
        ],
    }
