"""`neuralbrain ingest`: read feeds now, without a cycle."""

from __future__ import annotations

import signal
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, day_as_typed, print_json

if TYPE_CHECKING:
    from neuralbrain.cli.ingest_view import Reading
    from neuralbrain.cli.progress import Progress
    from neuralbrain.wiring import Application


def ingest(
    feeds: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FEED]...", help="Which; those of the setting sources unless named."),
    ] = None,
    *,
    since: Annotated[
        date | None,
        typer.Option(parser=day_as_typed, metavar="DATE", help="Have older vintages too, from this day on."),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Have what did not change since, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read feeds now, whether they are due or not, and keep what they say; nobody is asked for a forecast.

    A feed that fails does not keep the others from being read. A service that runs meanwhile is not disturbed.

    Exit codes: 0 each feed was read, whatever it brought; 1 one or more failed, in whole or in part; 2 a setting is
    wrong; 4 there is no feed of that name, and none was read.
    """
    from neuralbrain.cli.feed_lookup import known_feeds  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.ingest_view import print_readings, reading_as_json  # noqa: PLC0415 - the same
    from neuralbrain.cli.progress import progress  # noqa: PLC0415 - the same
    from neuralbrain.deadline import interrupt_between_blocks  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    interrupt_between_blocks(signal.SIGINT)
    here = application()
    chosen = known_feeds(here, tuple(feeds or ()))
    with progress("looking what there is to read", silent=as_json) as shown:
        readings = [_read(here, name, since=since, again=again, shown=shown) for name in chosen]
    if as_json:
        print_json({"feeds": [reading_as_json(one) for one in readings]})
    else:
        print_readings(readings)
    if any(one.failed for one in readings):
        raise typer.Exit(ExitCode.FAILED)


def _read(here: Application, name: str, *, since: date | None, again: bool, shown: Progress) -> Reading:
    """Return what reading one feed came to; what it cannot do is a line of it, and no error."""
    from neuralbrain.cli.ingest_view import Reading, fault_lines, part_lines  # noqa: PLC0415 - --help loads nothing
    from neuralbrain.domain.feed import Fetched, FetchOutcome, Intake  # noqa: PLC0415 - the same
    from neuralbrain.errors import NeuralBrainError  # noqa: PLC0415 - the same
    from neuralbrain.reading import read_feed  # noqa: PLC0415 - the same

    reading = Reading(feed=name)
    began = here.clock.uptime_seconds()

    def on_part(fetched: Fetched, intake: Intake) -> None:
        reading.note(fetched, intake)
        if fetched.outcome is FetchOutcome.MISSING:  # of dated copies most were never made: the table counts them
            shown.doing(f"reading {name}: {fetched.part} is missing")
        else:
            shown.ended(*part_lines(name, fetched, intake))

    shown.doing(f"reading {name}")
    try:
        read_feed(
            here.source(name),
            here.observations,
            here.feeds,
            now=here.clock.now(),
            since=since,
            due_only=False,
            again=again,
            on_part=on_part,
        )
    except NeuralBrainError as error:
        # What a part's own line has said already is not said again.
        if reading.note_fault("", error):
            shown.ended(*fault_lines(name, error))
    reading.seconds = here.clock.uptime_seconds() - began
    return reading
