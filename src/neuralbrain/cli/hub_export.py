"""Writes the files of hubs from an edition or from the result of a backtest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import typer

from neuralbrain.cli.file_output import write_file
from neuralbrain.cli.lookup import edition_or_error
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.errors import HubError
from neuralbrain.evaluate.forecast_frame import KEYS, tables_of
from neuralbrain.hub.export import RoundFile, round_file
from neuralbrain.hub.hubs import FileFormat, HubProfile
from neuralbrain.hub.rounds import round_of
from neuralbrain.wiring import application

OPTION = "--output"


def exported(
    hub: HubProfile,
    *,
    model_id: str,
    output: Path,
    edition: int | None,
    backtest: Path | None,
    round_date: date | None,
    file_format: FileFormat,
) -> dict[str, Any]:
    """Write a file a round, and return what was written and what is missing, as plain values.

    Args:
        hub: Which hub.
        model_id: ``team-model``.
        output: The folder that model folders stand in.
        edition: Whose forecasts; the current one's where there is neither number nor backtest.
        backtest: The folder of a backtest's result.
        round_date: The only round that is written; each cutoff's own where there is none.
        file_format: As what.

    Raises:
        HubError: If nothing of what the hub asks for is forecast.
        NotFoundError: If there is no such edition.
        typer.BadParameter: If the folder of the result is none, or a file cannot be written.
    """
    files, left_out = [], []
    for day, tables in _by_round(hub, edition=edition, backtest=backtest, round_date=round_date).items():
        try:
            made = round_file(tables, hub=hub, model_id=model_id, round_date=day, file_format=file_format)
        except HubError as error:
            if backtest is None:
                raise
            left_out.append({"round": str(day), "message": error.happened})
            continue
        files.append(_written(made, output))
    if not files:
        why = left_out[0]["message"] if left_out else "It has no forecasts of that round."
        raise HubError(f"Nothing is written. {why}", remedy="Name another backtest, hub or round.", code="hub-nothing")
    return {
        "hub": hub.name,
        "model_id": model_id,
        "files": files,
        "rounds_left_out": left_out,
        "targets_not_made": hub.not_made or None,
    }


def _by_round(
    hub: HubProfile, *, edition: int | None, backtest: Path | None, round_date: date | None
) -> Mapping[date, Sequence[ForecastTable]]:
    """Return the forecasts of each round, oldest first; of several cutoffs of one round those of the last."""
    if backtest is None:
        found = edition_or_error(application().editions, edition)
        return {round_date or round_of(hub, found.header.cutoff): found.tables}
    rounds: dict[date, list[ForecastTable]] = {}
    for tables in _tables_of_backtest(backtest):
        if tables:
            rounds[round_of(hub, tables[0].cutoff)] = list(tables)
    return {day: tables for day, tables in sorted(rounds.items()) if round_date in {None, day}}


def _tables_of_backtest(folder: Path) -> Iterator[tuple[ForecastTable, ...]]:
    """Yield the forecasts of each cutoff, oldest first."""
    files = sorted(folder.glob("*.parquet"))  # a file is named by its cutoff
    if not files:
        raise typer.BadParameter(f"{folder} holds no forecasts of a backtest.", param_hint="--backtest")
    for file in files:
        try:
            frame = pl.read_parquet(file, memory_map=False)
        except (OSError, pl.exceptions.PolarsError):
            raise typer.BadParameter(
                f"{file.name} cannot be read; run the backtest again.", param_hint="--backtest"
            ) from None
        if not set(KEYS) <= set(frame.columns):
            raise typer.BadParameter(f"{file.name} is not of a backtest.", param_hint="--backtest")
        yield tables_of(frame)


def _written(made: RoundFile, output: Path) -> dict[str, Any]:
    path = output / made.folder / made.name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"{path.parent} cannot be made: {error.strerror}.", param_hint=OPTION) from None
    write_file(path, made.content, option=OPTION)
    return {
        "file": str(path),
        "round": str(made.said.round_date),
        "rows": len(made.said.rows),
        "feeds": dict(made.said.feeds),
        "values_capped": made.said.capped,
        "missing": [
            {"location": one.location, "target": one.target, "horizons": list(one.horizons), "why": one.why}
            for one in made.said.missing
        ],
    }
