"""`neuralbrain cycles`: what was run when, how each step went, and how each hour ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from neuralbrain.cli import run
from neuralbrain.cli.options import LARGEST_NUMBER, AsJson, Limit, print_json
from neuralbrain.cli.plain_text import say
from neuralbrain.errors import NotFoundError

if TYPE_CHECKING:
    from neuralbrain.domain.journal import CycleRecord
    from neuralbrain.wiring import Application

app = typer.Typer(no_args_is_help=True, help="List, show or run cycles, and list the hours of the schedule.")
app.command("run")(run.run)


def number_of_cycle(value: int) -> int:
    """Return the number of a cycle as typed.

    Raises:
        typer.BadParameter: If no cycle can have it.
    """
    if not 1 <= value <= LARGEST_NUMBER:
        raise typer.BadParameter("cycles are numbered from 1, and none has a number that long.")
    return value


@app.command("list")
def list_cycles(*, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List the last cycles, newest first: what started each, how long it took, and how it ended."""
    from neuralbrain.cli.cycle_view import print_cycles  # noqa: PLC0415 - loads NumPy
    from neuralbrain.operations import cycle_is_running  # noqa: PLC0415 - the same
    from neuralbrain.publish.as_json import cycle_as_json  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    here = application()
    found = [here.journal.find(one.number) or one for one in here.journal.last(limit)]
    if as_json:
        print_json([cycle_as_json(one) for one in found])
    elif found:
        print_cycles(found, now=here.clock.now(), running=cycle_is_running(here))
    else:
        say("No cycle was ever run. Run the first one with `neuralbrain run`.")


@app.command("slots")
def slots(*, limit: Limit = 24, as_json: AsJson = False) -> None:
    """List the last hours of the schedule, newest first, and the one state each ended in, with its reason."""
    from neuralbrain.cli.cycle_view import print_slots  # noqa: PLC0415 - loads NumPy
    from neuralbrain.publish.as_json import slot_as_json  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    found = application().slots.last(limit)
    if as_json:
        print_json([slot_as_json(one) for one in found])
    elif found:
        print_slots(found)
    else:
        say("No hour of the schedule has ended yet: `neuralbrain serve` runs a cycle in each.")


@app.command("show")
def show(
    number: Annotated[int, typer.Argument(callback=number_of_cycle, help="Which one.")], *, as_json: AsJson = False
) -> None:
    """Show one cycle: each step with its start, duration, outcome and message, and what to do where it failed.

    Exit codes: 0 shown, whatever it came to; 4 there is none of that number.
    """
    from neuralbrain.cli.cycle_view import print_cycle  # noqa: PLC0415 - loads NumPy
    from neuralbrain.operations import cycle_is_running  # noqa: PLC0415 - the same
    from neuralbrain.publish.as_json import cycle_as_json  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    here = application()
    found = _cycle_or_error(here, number)
    if as_json:
        print_json(cycle_as_json(found))
    else:
        print_cycle(found, now=here.clock.now(), running=cycle_is_running(here))


def _cycle_or_error(here: Application, number: int) -> CycleRecord:
    found = here.journal.find(number)
    if found is None:
        raise NotFoundError(
            f"There is no cycle {number}.",
            remedy="`neuralbrain cycles list` shows which there are.",
            code="cycle-unknown",
        )
    return found
