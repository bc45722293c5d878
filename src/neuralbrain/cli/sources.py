"""`neuralbrain sources`: which feeds there are, how fresh each is, and whether it can be read."""

from __future__ import annotations

from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, day_as_typed, print_json

if TYPE_CHECKING:
    from neuralbrain.wiring import Application

app = typer.Typer(no_args_is_help=True, help="List, show, check or record the feeds.")
FETCHES_SHOWN = RELEASES_SHOWN = 10
Name = Annotated[str, typer.Argument(help="Its name, as `sources list` has it.")]


@app.command("list")
def list_sources(*, as_json: AsJson = False) -> None:
    """List every feed of the catalogue and of the settings: whether it is read, how fresh it is, and its licence.

    Nothing is asked for: it says what is remembered.

    Exit codes: 0 listed, whatever it says.
    """
    from neuralbrain.cli.feed_lookup import feed_names  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.source_view import print_sources  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    told = [told_of(here, name) for name in feed_names(here)]
    if as_json:
        print_json(told)
    else:
        print_sources(told, now=here.clock.now())


@app.command("show")
def show(name: Name, *, as_json: AsJson = False) -> None:
    """Show one feed: whose it is, how fresh, its settings and key, its last readings and what could not be used.

    Exit codes: 0 shown; 4 there is no feed of that name.
    """
    from neuralbrain.cli.feed_lookup import feed_names  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.source_view import print_source  # noqa: PLC0415 - the same
    from neuralbrain.publish.feed_state import fetch_as_json, release_as_json  # noqa: PLC0415 - the same
    from neuralbrain.publish.series_choice import source_or_error  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    name = source_or_error(name, feed_names(here))
    told = told_of(here, name)
    told |= {
        "last_fetches": [fetch_as_json(one) for one in here.feeds.fetches(name, FETCHES_SHOWN)],
        "last_releases": [release_as_json(one) for one in here.feeds.releases(name, RELEASES_SHOWN)],
    }
    if as_json:
        print_json(told)
    else:
        print_source(told, now=here.clock.now())


@app.command("check")
def check(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Which; those that are read unless named.")
    ] = None,
    *,
    no_network: Annotated[
        bool, typer.Option("--no-network", help="Only say what would be asked for; connect to nobody.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Say what each feed would be asked for, ask it, and see whether what it sends can be read; nothing is kept.

    It loads what a first reading loads. Where nobody can be connected to, it says so and what would be asked for.

    Exit codes: 0 each that was asked can be read, or --no-network and each can say what it asks for; 1 one cannot, or
    nobody could be connected to; 4 there is no feed of that name.
    """
    from neuralbrain.cli.feed_lookup import known_feeds  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.progress import progress  # noqa: PLC0415 - the same
    from neuralbrain.cli.source_check import check_feeds  # noqa: PLC0415 - the same
    from neuralbrain.cli.source_check_view import check_as_json, print_checks  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    chosen = known_feeds(here, tuple(names or ()))
    with progress("looking what would be asked for", silent=as_json) as shown:
        checks = check_feeds(here, chosen, network=not no_network, shown=shown)
    if as_json:
        print_json({"feeds": [check_as_json(one) for one in checks]})
    else:
        print_checks(checks)
    if any(one.failed for one in checks):
        raise typer.Exit(ExitCode.FAILED)


@app.command("record")
def record(
    name: Name,
    *,
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Where; a sample of the same feed is replaced.")],
    since: Annotated[
        date | None,
        typer.Option(parser=day_as_typed, metavar="DATE", help="Older vintages too, from this day on."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep what one feed really answers, as a sample that tests are run on; nothing of it is taken in.

    The folder gets one file an answer and a manifest that says what was asked for and what reading it gives. Whether
    the answers may be handed on is a question of the feed's licence: `neuralbrain sources show NAME`.

    Exit codes: 0 recorded and readable; 1 a part could not be had, and nothing was written, or what came cannot be
    read; 2 the folder holds something else, or the feed is read from this machine; 4 there is no feed of that name.
    """
    from neuralbrain.cli.progress import working  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.source_recording import print_recording, record_sample  # noqa: PLC0415 - the same
    from neuralbrain.publish.series_choice import source_or_error  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    name = source_or_error(name, here.known_feeds().names)
    with working(f"asking {name}", silent=as_json):
        recording = record_sample(here, name, folder=to, since=since)
    if as_json:
        print_json(recording)
    else:
        print_recording(recording)
    if recording["fault"] is not None:
        raise typer.Exit(ExitCode.FAILED)


def told_of(here: Application, name: str) -> dict[str, Any]:
    """Return what a feed is and how it is doing, as plain values; one that the settings spoil says why."""
    from neuralbrain.cli.feed_lookup import facts_and_fault  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.publish.feed_state import state_as_json, state_of  # noqa: PLC0415 - the same

    known = here.known_feeds()
    facts, unusable = facts_and_fault(here, name)
    now = here.clock.now()
    asked = partial(known.parts, name, now=now)
    state = state_of(facts, here.feeds, is_read=name in here.settings.sources, now=now, asked=asked)
    return {
        **state_as_json(state),
        "adapter": known.adapter(name),
        "settings": known.said(name),
        "key_is_set": known.has_key(name),
        "unusable": unusable,
    }
