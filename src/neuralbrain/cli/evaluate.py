"""`neuralbrain evaluate`: what published forecasts were worth once the truth was known."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from neuralbrain.cli.options import AsJson, print_json

PICTURES = (".svg", ".png")


class Split(StrEnum):
    """What the record may be split by."""

    PROVIDER = "provider"
    SOURCE = "source"
    SIGNAL = "signal"
    REGION = "region"
    HORIZON = "horizon"
    WEEK = "week"


def evaluate(
    *,
    provider: Annotated[str | None, typer.Option(help="Only forecasts by this provider.")] = None,
    source: Annotated[str | None, typer.Option(help="Only forecasts from this source.")] = None,
    signal: Annotated[str | None, typer.Option(help="Only forecasts of this signal.")] = None,
    region: Annotated[str | None, typer.Option(help="Only forecasts of this region, by any name or code.")] = None,
    by: Annotated[Split, typer.Option(help="What to split by.")] = Split.PROVIDER,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Draw coverage and reliability, too, as .svg or .png.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show the track record: scores of published forecasts against the truth five weeks after each target date.

    A relative WIS below 1 is better than the hub baseline, which says the last value again. Of several editions by one
    provider that start from the same day the newest counts. Nobody is asked anything.

    Exit codes: 0 shown, also where nothing is scored yet; 2 --plot ends in no kind of picture; 4 there is no such
    provider, source, signal or region.
    """
    if plot is not None and plot.suffix.lower() not in PICTURES:
        raise typer.BadParameter(f"{plot.name!r} ends neither in .svg nor in .png.", param_hint="--plot")
    from neuralbrain.api.evaluation import RecordQuery, record_of  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.evaluate_view import print_record  # noqa: PLC0415 - the same
    from neuralbrain.evaluate.record_as_json import (  # noqa: PLC0415 - the same
        coverage_as_json,
        reliability_as_json,
        scores_as_json,
    )
    from neuralbrain.evaluate.track_record import By, Summary  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    def told(summary: Summary) -> dict[str, Any]:
        return scores_as_json(summary) | coverage_as_json(summary) | reliability_as_json(summary)

    asked = RecordQuery(provider=provider, source=source, signal=signal, region=region, by=By(by.value))
    here = application()
    found, head = record_of(here, asked)
    record = {**head, "overall": told(found.overall), "groups": [told(one) for one in found.groups]}
    if plot is not None:
        _draw(record, plot)
    if as_json:
        print_json(record)
    else:
        print_record(record, now=here.clock.now(), plot=plot)


def _draw(record: dict[str, Any], plot: Path) -> None:
    from neuralbrain.cli.file_output import write_file  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.publish.record_plot import record_svg  # noqa: PLC0415 - the same
    from neuralbrain.publish.series_plot import FONTS  # noqa: PLC0415 - the same

    drawing = record_svg(record)
    if plot.suffix.lower() == ".svg":
        write_file(plot, drawing.encode(), option="--plot")
        return
    from neuralbrain.cli.png import png_of  # noqa: PLC0415 - only whoever draws one loads the renderer

    write_file(plot, png_of(drawing, fonts=FONTS), option="--plot")
