"""Writes the files of hubs from an edition or from the result of a backtest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import typer

from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.cli.file_output import write_file
from neuralbrain.cli.lookup import edition_or_error
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.errors import HubError, SettingsError
from neuralbrain.evaluate.forecast_frame import tables_of
from neuralbrain.hub.export import RoundFile, round_file
from neuralbrain.hub.hubs import FileFormat, HubProfile
from neuralbrain.hub.rounds import replay_ends, replayed_round_of, round_of
from neuralbrain.wiring import application

OPTION = "--output"
TOO_LATE = "It was made after the deadline."
OLDER = "A later one of the same round is written."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rounds:
    """The forecasts of rounds, oldest first, and what of a backtest is not among them.

    Args:
        tables: Round to forecasts of one cutoff.
        left_out: Cutoffs that are not written, each with its round and why.
        unfinished: Cutoffs of the backtest that have no forecasts.
    """

    tables: Mapping[date, Sequence[ForecastTable]]
    left_out: Sequence[Mapping[str, str]] = ()
    unfinished: Sequence[datetime] = ()


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
    rounds = _by_round(hub, edition=edition, backtest=backtest, round_date=round_date)
    for day, tables in rounds.tables.items():
        try:
            made = round_file(tables, hub=hub, model_id=model_id, round_date=day, file_format=file_format)
        except HubError as error:
            if backtest is None:
                raise
            left_out.append({"round": str(day), "message": error.happened})
            continue
        files.append(_written(made, output))
    if not files:
        raise HubError(
            f"Nothing is written. {_why_nothing(left_out, rounds)}",
            remedy="Name another backtest, hub or round.",
            code="hub-nothing",
        )
    return {
        "hub": hub.name,
        "model_id": model_id,
        "files": files,
        "rounds_left_out": left_out,
        "cutoffs_left_out": list(rounds.left_out),
        "cutoffs_unfinished": [utc_text(one) for one in rounds.unfinished],
        "targets_not_made": hub.not_made or None,
    }


def _why_nothing(left_out: Sequence[Mapping[str, str]], rounds: _Rounds) -> str:
    if left_out:
        return left_out[0]["message"]
    if any(one["message"] == TOO_LATE for one in rounds.left_out):
        return f"Each cutoff is after the deadline of its round, such as {rounds.left_out[0]['cutoff']}."
    return "It has no forecasts of that round."


def _by_round(hub: HubProfile, *, edition: int | None, backtest: Path | None, round_date: date | None) -> _Rounds:
    """Return the forecasts of each round; of several cutoffs of one round those of the last in time."""
    if backtest is not None:
        return _of_backtest(backtest, hub, round_date)
    found = edition_or_error(application().editions, edition)
    return _Rounds(tables={round_date or round_of(hub, found.header.cutoff): found.tables})


@dataclass(slots=True, kw_only=True)
class _Sorting:
    """Cutoffs of a backtest on their way to rounds."""

    chosen: dict[date, tuple[datetime, tuple[ForecastTable, ...]]] = field(default_factory=dict)
    left_out: list[dict[str, str]] = field(default_factory=list)
    unfinished: list[datetime] = field(default_factory=list)

    def leave_out(self, cutoff: datetime, day: date, *, why: str) -> None:
        """Note that a cutoff is not written."""
        self.left_out.append({"cutoff": utc_text(cutoff), "round": str(day), "message": why})


def _of_backtest(folder: Path, hub: HubProfile, round_date: date | None) -> _Rounds:
    """Return what a backtest has for the rounds of a hub, or for one of them.

    Raises:
        typer.BadParameter: If the folder is none of a backtest, or no cutoff has forecasts.
    """
    kept, sorting = ResultFolder(folder), _Sorting()
    try:
        cutoffs = kept.cutoffs()
    except SettingsError as error:
        raise typer.BadParameter(error.happened, param_hint="--backtest") from None
    for cutoff in cutoffs:
        day, frame = replayed_round_of(hub, cutoff), kept.read(cutoff)
        if frame is None:
            sorting.unfinished.append(cutoff)
        elif round_date not in {None, day}:
            continue
        elif cutoff > replay_ends(hub, day):
            sorting.leave_out(cutoff, day, why=TOO_LATE)
        else:
            if day in sorting.chosen:
                sorting.leave_out(sorting.chosen[day][0], day, why=OLDER)
            sorting.chosen[day] = cutoff, tables_of(frame)
    if len(sorting.unfinished) == len(cutoffs):
        raise typer.BadParameter(f"{folder} holds no forecasts of a backtest.", param_hint="--backtest")
    return _Rounds(
        tables={day: tables for day, (_, tables) in sorted(sorting.chosen.items())},
        left_out=sorting.left_out,
        unfinished=sorting.unfinished,
    )


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
