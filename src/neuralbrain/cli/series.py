"""`neuralbrain series`: what is known of a region, or was known on any day."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from neuralbrain.cli.options import AsJson, AsOf, moment_as_typed, print_json

if TYPE_CHECKING:
    from neuralbrain.cli.series_shown import Shown
    from neuralbrain.domain.quality import Mark
    from neuralbrain.wiring import Application


class Format(StrEnum):
    """What a series is written as."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"


PICTURES = (".svg", ".png")
FORMAT_OF = {".csv": Format.CSV, ".json": Format.JSON, ".parquet": Format.PARQUET}


def series(
    region: Annotated[str, typer.Argument(help="Name or code: Angola, AGO, AO, US-CA, California, 06.")],
    signal: Annotated[
        str | None, typer.Argument(help="Name of a signal; the region's primary one if left out.")
    ] = None,
    *,
    source: Annotated[str | None, typer.Option(help="Another feed than the first that reports it.")] = None,
    as_of: AsOf = None,
    revisions: Annotated[bool, typer.Option("--revisions", help="Each value that was known, with when.")] = False,
    weeks: Annotated[int | None, typer.Option(min=1, max=100_000, help="Only the last so many weeks.")] = None,
    format: Annotated[  # noqa: A002 - so it is called where it is typed
        Format | None, typer.Option(help="What it is written as; by the ending of --out, else a table.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to, instead of standard output.")] = None,
    plot: Annotated[Path | None, typer.Option(metavar="FILE", help="Draw it, too, as .svg or .png.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show the values of one series as they are known, or were known on any day, with whose they are.

    A period that is not there was not reported; one without a value was withdrawn. With --as-of nothing is shown that
    became known later.

    Exit codes: 0 shown; 2 the file cannot be written, or is of no known kind; 4 no such region, signal or feed, or
    nothing is kept of it.
    """
    chosen = _format_of(format, out, as_json=as_json)
    if plot is not None and plot.suffix.lower() not in PICTURES:
        raise typer.BadParameter(f"{plot.name!r} ends neither in .svg nor in .png.", param_hint="--plot")
    from neuralbrain.cli import series_files  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.series_view import print_series  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    shown = _look_up(application(), region, signal=signal, source=source, as_of=as_of, revised=revisions, weeks=weeks)
    if plot is not None:
        _draw(shown, plot)
    if chosen is Format.TABLE:
        print_series(shown, plot=plot)
    elif chosen is Format.JSON and out is None:
        print_json(series_files.as_plain(shown))
    else:
        series_files.write(shown, kind=chosen.value, out=out)


def _format_of(said: Format | None, out: Path | None, *, as_json: bool) -> Format:
    """Return what to write.

    Raises:
        typer.BadParameter: If it does not go together.
    """
    if as_json and said not in {None, Format.JSON}:
        raise typer.BadParameter(f"it goes with no --format {said}.", param_hint="--json")
    said = Format.JSON if as_json else said
    if out is None:
        if said is Format.PARQUET and sys.stdout is not None and sys.stdout.isatty():
            raise typer.BadParameter(
                "Parquet is nothing for a terminal; name a file with --out.", param_hint="--format"
            )
        return said or Format.TABLE
    if said is None and out.suffix.lower() not in FORMAT_OF:
        raise typer.BadParameter(f"{out.name!r} ends in no known kind; say --format.", param_hint="--out")
    if said is Format.TABLE:
        raise typer.BadParameter("a table is for a screen; name csv, json or parquet.", param_hint="--format")
    return said or FORMAT_OF[out.suffix.lower()]


def _look_up(
    here: Application,
    region: str,
    *,
    signal: str | None,
    source: str | None,
    as_of: str | None,
    revised: bool,
    weeks: int | None,
) -> Shown:
    """Return the series that is meant, as it was known.

    Raises:
        typer.BadParameter: If ``as_of`` is no moment.
        UnknownRegionError: If no region or signal is called so, or nobody reports it.
        NotFoundError: If no source is called so.
    """
    from neuralbrain.api.derived_series import derived_table  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.api.series_quality import with_quality  # noqa: PLC0415 - the same
    from neuralbrain.cli.feed_lookup import facts_of  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.series_choice import find_series  # noqa: PLC0415 - the same
    from neuralbrain.cli.series_shown import Shown, reported  # noqa: PLC0415 - the same

    cutoff = None if as_of is None else moment_as_typed(as_of)
    choice = find_series(here, region, signal=signal, source=source)
    chosen, now, statement = choice.series, here.clock.now(), None
    marks: tuple[Mark, ...] = ()
    facts = facts_of(here, chosen.source)
    if choice.derived:
        if revised:
            raise typer.BadParameter("nobody reports it, so it has none; ask for its parts.", param_hint="--revisions")
        values, statement = derived_table(here.observations, chosen, cutoff=cutoff or now)
        revisions = values
    else:
        # Every region: a value is judged beside those of the others.
        known = here.observations.revisions(chosen.source, signal=chosen.signal.name, cutoff=cutoff)
        values, revisions = reported(known, chosen)
        values, marks = with_quality(values, known, facts=facts, cutoff=cutoff or now)
    return Shown(
        values=values,
        revisions=revisions,
        statement=statement,
        weeks=weeks,
        revised=revised,
        facts=facts,
        marks=marks,
        others=choice.others,
        as_of=cutoff,
        now=now,
    )


def _draw(shown: Shown, plot: Path) -> None:
    from neuralbrain.cli.file_output import write_file  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.publish.series_plot import FONTS, first_known_of, series_svg  # noqa: PLC0415 - the same

    drawing = series_svg(
        shown.since_weeks(shown.values, shown.weeks),
        shown.facts,
        known_until=shown.as_of or shown.now,
        derived="" if shown.statement is None else shown.statement.text,
        first_known=shown.since_weeks(first_known_of(shown.revisions), shown.weeks) if shown.revised else None,
    )
    if plot.suffix.lower() == ".svg":
        write_file(plot, drawing.encode(), option="--plot")
        return
    from neuralbrain.cli.png import png_of  # noqa: PLC0415 - only whoever draws one loads the renderer

    write_file(plot, png_of(drawing, fonts=FONTS), option="--plot")
