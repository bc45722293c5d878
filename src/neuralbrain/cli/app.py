"""The commands in one place, and what becomes of an error."""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from neuralbrain.cli import editions, forecast, lock, run, verify
from neuralbrain.cli.exit_codes import exit_code_of
from neuralbrain.cli.log import configure_logging
from neuralbrain.errors import NeuralBrainError
from neuralbrain.settings import load_settings

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
app.command("run")(run.run)
app.command("forecast")(forecast.forecast)
app.command("verify")(verify.verify)
app.add_typer(editions.app, name="editions")
app.add_typer(lock.app, name="lock")


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"neuralbrain {version('neuralbrain')}")
        raise typer.Exit


@app.callback()
def neuralbrain(
    *,
    show_version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and end.")
    ] = False,
) -> None:
    """Watch infectious-disease feeds and forecast the near future with one AI provider at a time."""
    del show_version
    configure_logging(load_settings().log_level)


def main() -> None:
    """Run the command line; every error becomes a sentence, a remedy and an exit code."""
    try:
        _add_where_things_are()
        app()
    except NeuralBrainError as error:
        _say(error)
        sys.exit(exit_code_of(error))
    except KeyboardInterrupt:
        typer.echo("Stopped. Nothing half-done was published.", err=True)
        sys.exit(130)  # 128 + SIGINT, as shells have it


def _add_where_things_are() -> None:
    """Say under every --help where data and settings are: the first thing anybody looks for."""
    settings = load_settings()
    app.info.epilog = f"Data: {settings.home} (NEURALBRAIN_HOME names another folder). Settings: {settings.file_path}."


def _say(error: NeuralBrainError) -> None:
    if "--json" in sys.argv:
        said = {"code": error.error_code, "message": error.happened, "remedy": error.remedy}
        typer.echo(json.dumps({"error": said}), err=True)
        return
    typer.echo(f"error ({error.error_code}): {error.happened}\n  what to do: {error.remedy}", err=True)
