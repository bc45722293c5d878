"""`neuralbrain forecast REGION`: what the current edition says about one region."""

from __future__ import annotations

from typing import Annotated

import typer

from neuralbrain.cli.options import AsJson, number_of_edition, print_json


def forecast(
    region: Annotated[str, typer.Argument(help="Name or code: Angola, AGO, AO, US-CA, California, 06.")],
    *,
    signal: Annotated[str | None, typer.Option(help="Another signal than the region's primary one.")] = None,
    edition: Annotated[
        int | None, typer.Option(callback=number_of_edition, help="Another edition than the current one.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show a region's forecast: history, intervals, what is claimed, and where it comes from.

    Exit codes: 0 shown; 4 no such region, or no edition yet.
    """
    from neuralbrain.cli import forecast_view  # noqa: PLC0415 - it loads NumPy; --help should not
    from neuralbrain.cli.lookup import edition_or_error, region_or_error  # noqa: PLC0415 - the same
    from neuralbrain.publish.as_json import forecast_as_json  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    published = edition_or_error(here.editions, edition)
    found = region_or_error(published, region, signal)
    if as_json:
        print_json(forecast_as_json(found))
        return
    history = forecast_view.history_of(
        found, here.observations.panels(found.context.source, cutoff=found.context.cutoff)
    )
    forecast_view.print_forecast(found, history, header=published.header, now=here.clock.now())
