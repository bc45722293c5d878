"""`neuralbrain hub`: files of forecast hubs, written, checked and scored."""

from __future__ import annotations

import functools
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, day_as_typed, moment_as_typed, number_of_edition, print_json
from neuralbrain.errors import HubError

if TYPE_CHECKING:
    from collections.abc import Callable

    from neuralbrain.hub.hubs import HubProfile

Value = TypeVar("Value")
TeamModel = Annotated[str, typer.Option(metavar="TEAM-MODEL", help="Under which names the hub knows the model.")]
Output = Annotated[
    Path, typer.Option(metavar="DIR", help="The hub's model-output folder, or one like it; a folder a model in it.")
]
app = typer.Typer(no_args_is_help=True, help="Write, check or score files of forecast hubs.")


def hub_as_typed(typed: str) -> str:
    """Return the name of a hub as it was typed.

    Raises:
        typer.BadParameter: If there is none of that name.
    """
    from neuralbrain.hub.hubs import hub_of  # noqa: PLC0415 - --help should not load anything

    return str(_typed(lambda: hub_of(typed).name))


def format_as_typed(typed: str) -> str:
    """Return the format of a file as it was typed.

    Raises:
        typer.BadParameter: If it is neither csv nor parquet.
    """
    if typed.lower() not in {"csv", "parquet"}:
        raise typer.BadParameter(f"{typed[:40]!r} is neither csv nor parquet.")
    return typed.lower()


Hub = Annotated[
    str, typer.Argument(callback=hub_as_typed, help="flusight, covid, rsv, respicast or respicast-covid19.")
]


@app.command("export")
def export(
    hub: Hub,
    *,
    team_model: TeamModel,
    output: Output,
    edition: Annotated[
        int | None,
        typer.Option(callback=number_of_edition, help="Forecasts of which edition; the current one if left out."),
    ] = None,
    backtest: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Forecasts of a backtest instead: a file a round.")
    ] = None,
    round_date: Annotated[
        str | None,
        typer.Option("--round", metavar="DATE", help="Which round; the one that forecasts of that cutoff are for."),
    ] = None,
    file_format: Annotated[
        str, typer.Option("--format", callback=format_as_typed, help="csv, or parquet where the hub takes it.")
    ] = "csv",
    as_json: AsJson = False,
) -> None:
    """Write a model's file of a round from an edition, or of every round of a backtest.

    It holds what is forecast and nothing else, and says which places and weeks are missing and why. Check it with
    `neuralbrain hub validate` before it is handed in.

    Exit codes: 0 written; 1 nothing of what the hub asks for is forecast; 2 the call is wrong; 4 there is no such
    edition.
    """
    from neuralbrain.cli.hub_export import exported  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.hub_view import print_exported  # noqa: PLC0415 - the same
    from neuralbrain.hub.export import require_model_id  # noqa: PLC0415 - the same
    from neuralbrain.hub.hubs import FileFormat, hub_of  # noqa: PLC0415 - the same
    from neuralbrain.hub.rounds import require_round  # noqa: PLC0415 - the same

    if edition is not None and backtest is not None:
        raise typer.BadParameter("an edition and a backtest cannot both be written.", param_hint="--backtest")
    profile: HubProfile = hub_of(hub)
    _typed(lambda: require_model_id(team_model, profile), option="--team-model")
    wanted = None if round_date is None else day_as_typed(round_date)
    if wanted is not None:
        _typed(functools.partial(require_round, profile, wanted), option="--round")
    if file_format not in profile.formats:
        raise typer.BadParameter(f"{hub} takes {' or '.join(profile.formats)}.", param_hint="--format")
    told = exported(
        profile,
        model_id=team_model,
        output=output,
        edition=edition,
        backtest=backtest,
        round_date=wanted,
        file_format=FileFormat(file_format),
    )
    if as_json:
        print_json(told)
    else:
        print_exported(told)


@app.command("validate")
def validate(
    file: Annotated[Path, typer.Argument(help="A file of model output, or of a model's metadata.")],
    *,
    hub_folder: Annotated[
        Path, typer.Option(metavar="DIR", help="The hub's folder, or a copy: the one that holds hub-config.")
    ],
    checks: Annotated[
        list[str] | None,
        typer.Option(help="Only this check or group and what it needs: file, content, samples, optional, metadata."),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="As if it were handed in then: a day (its end, UTC) or a time with its zone."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a file against what its hub asks for, with the identifiers that hubs' own validator has.

    Exit codes: 0 valid; 1 not valid; 2 the call is wrong.
    """
    from neuralbrain.cli.hub_view import checked_as_json, print_checked  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.hub.validation import is_valid  # noqa: PLC0415 - the same
    from neuralbrain.hub.validation import validate as look  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    now: datetime = application().clock.now() if at is None else _moment(at)
    results = _typed(lambda: look(file, hub_folder=hub_folder, now=now, checks=checks or ()), option="--checks")
    if as_json:
        print_json(checked_as_json(file, results))
    else:
        print_checked(file, results)
    if not is_valid(results):
        raise typer.Exit(ExitCode.FAILED)


@app.command("score")
def score(
    forecasts: Annotated[Path, typer.Argument(help="A file of model output, or a folder of them.")],
    *,
    truth: Annotated[
        Path,
        typer.Option(metavar="FILE", help="The hub's target data, or a table of location, target_end_date and value."),
    ],
    baseline: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Model output of the one that the others are compared with.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score forecasts in hub files against what came true, by target; scores relative to a baseline where one is given.

    Only forecasts by all 23 quantiles of values that are known are scored; others are counted.

    Exit codes: 0 scored; 1 a file cannot be read, or nothing can be scored.
    """
    from neuralbrain.cli.hub_scores import scores_of_files  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.hub_view import print_scores  # noqa: PLC0415 - the same

    told = scores_of_files(forecasts, truth=truth, baseline=baseline)
    if as_json:
        print_json(told)
    else:
        print_scores(told)


def _moment(typed: str) -> datetime:
    try:
        return moment_as_typed(typed)
    except typer.BadParameter as error:
        raise typer.BadParameter(error.message, param_hint="--at") from None


def _typed(read: Callable[[], Value], *, option: str | None = None) -> Value:
    """Return what reading gives; what a hub does not know was typed wrongly.

    Raises:
        typer.BadParameter: If it is not known.
    """
    try:
        return read()
    except HubError as error:
        raise typer.BadParameter(f"{error.happened} {error.remedy}", param_hint=option) from None
