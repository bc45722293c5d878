"""`neuralbrain health`: how the service and its providers are, once or again and again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, print_json

if TYPE_CHECKING:
    from neuralbrain.wiring import Application

EVERY_SECONDS = 2.0  # what the service sees is at most seconds old anyway

Watch = Annotated[bool, typer.Option("--watch", help="Show it again every two seconds, until Ctrl-C.")]


def health(*, watch: Watch = False, as_json: AsJson = False) -> None:
    """Show the last verdict on the service, how every provider is doing, and who holds the lock.

    Nobody is asked anything: `neuralbrain providers check` does that.

    Exit codes: 0 healthy or degraded, or never checked; 1 the last check of the service found it failing; 2 --watch
    goes with no --json.
    """
    from neuralbrain.cli.health_view import print_health, watch_health  # noqa: PLC0415 - --help loads nothing
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    if watch and as_json:
        raise typer.BadParameter("it goes with no --json; ask again instead.", param_hint="--watch")
    here = application()
    if watch:
        watch_health(lambda: state_of(here), now=here.clock.now, wait=lambda: here.clock.wait(EVERY_SECONDS))
        return
    state = state_of(here)
    if as_json:
        print_json(state)
    else:
        print_health(state, now=here.clock.now())
    if state["service"] is not None and state["service"]["verdict"] == "failing":
        raise typer.Exit(ExitCode.FAILED)


def state_of(here: Application) -> dict[str, Any]:
    """Return how things are now, as plain values."""
    from neuralbrain.domain.calendar import utc_text  # noqa: PLC0415 - --help should not load anything

    check = next(iter(here.services.health(1)), None)
    state = here.lock.state()
    return {
        "service": None
        if check is None
        else {
            "verdict": check.verdict.value,
            "at": utc_text(check.at),
            "findings": [
                {"code": one.code, "verdict": one.verdict.value, "message": one.message, "remedy": one.remedy}
                for one in check.findings
            ],
        },
        "running": bool(here.services.running()),
        "lock": {"provider": state.provider, "number": state.number, "reason": state.reason},
        "providers": list(here.health_monitor.get_providers().values()),
    }
