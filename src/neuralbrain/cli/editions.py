"""`neuralbrain editions`: what was published."""

from __future__ import annotations

from typing import Annotated

import typer

from neuralbrain.cli.options import AsJson, Limit, print_json

app = typer.Typer(no_args_is_help=True, help="List, show or withdraw editions.")


@app.command("list")
def list_editions(*, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List the last editions, newest first, withdrawn ones included."""
    from neuralbrain.cli.edition_view import header_as_json, headers_table  # noqa: PLC0415 - loads NumPy
    from neuralbrain.cli.screen import screen  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    headers = application().editions.headers(limit)
    if as_json:
        print_json([header_as_json(one) for one in headers])
    elif headers:
        screen().print(headers_table(headers))
    else:
        screen().print("There is no edition yet. Make the first one with `neuralbrain run`.")


@app.command("show")
def show(
    number: Annotated[int | None, typer.Argument(min=1, help="Which one; the current one if left out.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show one edition as a table.

    Exit codes: 0 shown; 4 there is none of that number.
    """
    from neuralbrain.cli.edition_view import edition_as_json, print_edition  # noqa: PLC0415 - loads NumPy
    from neuralbrain.cli.lookup import edition_or_error  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    found = edition_or_error(here.editions, number)
    if as_json:
        print_json(edition_as_json(found))
    else:
        print_edition(found, now=here.clock.now(), sources=here.sources)


@app.command("withdraw")
def withdraw(
    number: Annotated[int, typer.Argument(min=1, help="Which one.")],
    *,
    reason: Annotated[str, typer.Option(help="Why, in one sentence; it is shown with the edition for ever.")],
) -> None:
    """Withdraw a wrong edition: the one before it is current again, and it stays readable with the reason.

    Exit codes: 0 withdrawn; 4 there is none of that number, or it is withdrawn already.
    """
    from neuralbrain.cli.screen import screen  # noqa: PLC0415 - --help should not open anything
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    here.editions.withdraw(number, reason=reason, actor=here.actor)
    current = here.editions.current()
    up = "No edition is up now." if current is None else f"Edition {current.number} is up now."
    screen().print(f"Edition {number} is withdrawn. {up}")
