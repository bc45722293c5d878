"""`neuralbrain alerts`: what was raised, what became of it, and whether the channels work."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import LARGEST_NUMBER, AsJson, Limit, print_json, reason_in_words
from neuralbrain.cli.plain_text import say
from neuralbrain.domain.alert import AlertRule
from neuralbrain.errors import SettingsError

if TYPE_CHECKING:
    from neuralbrain.alert_ports import Delivered
    from neuralbrain.wiring import Application

app = typer.Typer(no_args_is_help=True, help="List, show or acknowledge alerts, try the channels, see what came true.")


class State(StrEnum):
    """Which alerts are listed."""

    OPEN = "open"
    ENDED = "ended"
    ALL = "all"


def number_of_alert(value: int) -> int:
    """Return the number of an alert as typed.

    Raises:
        typer.BadParameter: If no alert can have it.
    """
    if not 1 <= value <= LARGEST_NUMBER:
        raise typer.BadParameter("alerts are numbered from 1, and none has a number that long.")
    return value


Number = Annotated[int, typer.Argument(callback=number_of_alert, help="Which one.")]


@app.command("list")
def list_alerts(
    *,
    state: Annotated[State, typer.Option(help="Which.")] = State.OPEN,
    rule: Annotated[AlertRule | None, typer.Option(help="Only of this rule.")] = None,
    region: Annotated[str | None, typer.Option(help="Only about this region, by any name or code.")] = None,
    limit: Limit = 50,
    as_json: AsJson = False,
) -> None:
    """List alerts, newest first, each with its reason and the numbers; open ones unless told otherwise.

    Exit codes: 0 listed, also where there is none; 4 no region is called so.
    """
    from neuralbrain.alerts.as_json import alert_as_json  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.api.alerts import AlertQuery, choice_of  # noqa: PLC0415 - the same
    from neuralbrain.cli.alert_view import print_alerts  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    found = here.alert_log.list(choice_of(AlertQuery(state=state.value, rule=rule, region=region)), limit)
    if as_json:
        print_json([alert_as_json(one) for one in found])
    elif found:
        print_alerts(found, now=here.clock.now())
    else:
        say("No alert is open." if state is State.OPEN else "There is no such alert.")


@app.command("show")
def show(number: Number, *, as_json: AsJson = False) -> None:
    """Show one alert with everything that happened to it.

    Exit codes: 0 shown; 4 there is none of that number.
    """
    from neuralbrain.alerts.as_json import whole_alert_as_json  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.api.alerts import alert_or_error  # noqa: PLC0415 - the same
    from neuralbrain.cli.alert_view import print_alert  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    found = alert_or_error(application(), number)
    if as_json:
        print_json(whole_alert_as_json(found))
    else:
        print_alert(found)


@app.command("acknowledge")
def acknowledge(
    number: Number,
    *,
    note: Annotated[
        str, typer.Option("--note", callback=reason_in_words, help="In one sentence; it stays with the alert.")
    ],
    as_json: AsJson = False,
) -> None:
    """Say that you have seen an alert; it stays open until its rule ends it.

    Exit codes: 0 acknowledged; 4 there is none of that number.
    """
    from neuralbrain.alerts.as_json import whole_alert_as_json  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.api.alerts import acknowledged  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    came_to = acknowledged(here, number, actor=here.actor, note=note)
    if as_json:
        print_json(whole_alert_as_json(came_to))
    else:
        say(f"Alert {number} is acknowledged by {here.actor}.")


@app.command("test")
def try_channels(
    *,
    channel: Annotated[str | None, typer.Option(help="Only this channel; all of the settings if left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Send one test message over each channel, now, and say what came back. Nothing is tried again.

    Exit codes: 0 every channel took it; 1 one did not; 2 no channel is set, or none of that name.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not load anything

    here = application()
    names = _channels(here, channel)
    results = {name: here.alerting.try_channel(name, key=str(uuid.uuid4())) for name in names}
    if as_json:
        print_json([{"channel": name, "arrived": one.well, "said": one.said} for name, one in results.items()])
    else:
        for name, one in results.items():
            say(f"{name}: {_said(one)}")
    if not all(one.well for one in results.values()):
        raise typer.Exit(ExitCode.FAILED)


@app.command("record")
def record(*, as_json: AsJson = False) -> None:
    """Show how often alerts about regions came true, by the first truth of the forecast that each rests on.

    Exit codes: 0 shown, also where nothing is judged yet.
    """
    from neuralbrain.alerts.as_json import record_as_json  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.cli.alert_view import print_rules  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    rules = application().alert_log.record()
    if as_json:
        print_json(record_as_json(rules))
    else:
        print_rules(rules)


def _channels(here: Application, channel: str | None) -> tuple[str, ...]:
    """Return the channels that are meant.

    Raises:
        SettingsError: If none is set, or none of that name.
    """
    names = here.alerting.names
    if channel is None and names:
        return names
    if channel in names:
        return (str(channel),)
    known = f"Known are: {', '.join(names)}." if names else "Set one as a table `[alerts.channels.NAME]`."
    called = "" if channel is None else f" called {channel[:40]!r}"
    raise SettingsError(f"No channel{called} is in the settings.", remedy=f"{known} docs/reference.md has the fields.")


def _said(delivered: Delivered) -> str:
    return delivered.said if delivered.well else f"failed. {delivered.said}"
