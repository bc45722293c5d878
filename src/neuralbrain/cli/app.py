"""The commands in one place, and what becomes of an error."""

from __future__ import annotations

import json
import os
import signal
import sys
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.exceptions import TyperException
from typer.main import get_command

from neuralbrain.cli import (
    alerts,
    backtest,
    cost,
    cycles,
    doctor,
    editions,
    evaluate,
    forecast,
    health,
    hub,
    ingest,
    lock,
    providers,
    quality,
    run,
    schedule,
    series,
    serve,
    sources,
    status,
    token,
    verify,
)
from neuralbrain.cli.exit_codes import ExitCode, exit_code_of
from neuralbrain.cli.interruption import INTERRUPTED, end_interrupted
from neuralbrain.cli.plain_text import plain, say
from neuralbrain.cli.standard_output import guarded_output
from neuralbrain.errors import NeuralBrainError, SettingsError
from neuralbrain.log import configure_logging
from neuralbrain.settings import Settings, load_settings

ERROR_PAGES = "/docs/errors/"  # where a service shows the page of a code; docs/errors.md holds the same

app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False)
app.command("run")(run.run)
app.command("serve")(serve.serve)
app.command("forecast")(forecast.forecast)
app.command("ingest")(ingest.ingest)
app.command("series")(series.series)
app.command("quality")(quality.quality)
app.command("evaluate")(evaluate.evaluate)
app.command("backtest")(backtest.backtest)
app.command("status")(status.status)
app.command("health")(health.health)
app.command("doctor")(doctor.doctor)
app.command("cost")(cost.cost)
app.command("verify")(verify.verify)
app.add_typer(editions.app, name="editions")
app.add_typer(lock.app, name="lock")
app.add_typer(providers.app, name="providers")
app.add_typer(sources.app, name="sources")
app.add_typer(cycles.app, name="cycles")
app.add_typer(alerts.app, name="alerts")
app.add_typer(hub.app, name="hub")
app.add_typer(schedule.app, name="schedule")
app.add_typer(token.app, name="token")


def _show_version(wanted: bool) -> None:
    if wanted:
        say(f"neuralbrain {version('neuralbrain')}")
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


def main() -> None:
    """Run the command line; every error becomes a sentence, a remedy and an exit code."""
    with guarded_output() as output:
        code = _run()
        output.flush()
    if output.failure is not None and code == ExitCode.DONE:
        code = _unwritten(output.failure)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # all is done and said: there is nothing left to stop
    sys.exit(code)


def _run() -> int:
    """Run the command that was typed, and return its exit code."""
    try:
        settings = load_settings()
    except SettingsError as error:
        configure_logging("warning")
        where = _epilog(f"Settings: {error.happened} {error.remedy}")  # help works all the same; a command says it too
    else:
        configure_logging(settings.log_level)
        where = _where_things_are(settings)
    command = get_command(app)
    _say_under_every_help(command, where)
    try:
        # Not in Typer's own mode, which ends the process with words of its own.
        ended = command.main(standalone_mode=False)
    except NeuralBrainError as error:
        _say_error(error.error_code, error.happened, remedy=error.remedy)
        return exit_code_of(error)
    except TyperException as error:
        return _wrong_call(error)
    except typer.Abort:
        return end_interrupted()
    code = ended if isinstance(ended, int) else ExitCode.DONE
    return end_interrupted() if code == INTERRUPTED else code


def _where_things_are(settings: Settings) -> str:
    """Return what stands under every --help: the first thing anybody looks for."""
    return _epilog(f"Data: {settings.home} (NEURALBRAIN_HOME names another folder)", f"Settings: {settings.file_path}")


def _epilog(*lines: str) -> str:
    """Return lines that are not wrapped: a path is to be copied."""
    return "\n".join(("\b", *map(plain, lines)))


def _say_under_every_help(command: Any, words: str) -> None:  # noqa: ANN401 - Typer names no type for it
    command.epilog = words
    for inner in getattr(command, "commands", {}).values():
        _say_under_every_help(inner, words)


def _wrong_call(error: TyperException) -> int:
    """Say that a command was called wrongly: as JSON where that is asked for, else with how to call it."""
    context = getattr(error, "ctx", None)
    if "--json" in sys.argv:
        called = "neuralbrain" if context is None else context.command_path
        _say_error("usage", error.format_message(), remedy=f"`{called} --help` shows how it is called.")
        return error.exit_code
    show: Any = getattr(error, "show", None)
    if show is None:
        say(f"Error: {error.format_message()}", error=True)
    else:
        show()
    return error.exit_code


def _say_error(code: str, happened: str, *, remedy: str) -> None:
    if "--json" in sys.argv:
        said = {"code": code, "message": happened, "remedy": remedy, "type": f"{ERROR_PAGES}{code}"}
        say(json.dumps({"error": said}), error=True)
        return
    say(f"error ({code}): {happened}", error=True)
    say(f"  what to do: {remedy}", error=True)


def _unwritten(failure: OSError) -> ExitCode:
    """Return the exit code of a command that could not say everything, and say why unless nobody reads any more."""
    if isinstance(failure, BrokenPipeError):
        return ExitCode.UNREAD
    why = os.strerror(failure.errno) if failure.errno else type(failure).__name__
    say(f"The output could not be written: {why}. What the command does is done.", error=True)
    return ExitCode.FAILED
