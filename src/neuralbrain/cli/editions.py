"""`neuralbrain editions`: what was published."""

from __future__ import annotations

from typing import Annotated

import typer

from neuralbrain.cli.options import AsJson, Limit, number_of_edition, print_json, reason_in_words
from neuralbrain.cli.plain_text import say

app = typer.Typer(no_args_is_help=True, help="List, show, compare or withdraw editions.")


@app.command("list")
def list_editions(*, limit: Limit = 20, as_json: AsJson = False) -> None:
    """List the last editions, newest first, withdrawn ones included."""
    from neuralbrain.cli.edition_view import print_headers  # noqa: PLC0415 - loads NumPy
    from neuralbrain.publish.as_json import header_as_json  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    headers = application().editions.headers(limit)
    if as_json:
        print_json([header_as_json(one) for one in headers])
    elif headers:
        print_headers(headers)
    else:
        say("There is no edition yet. Make the first one with `neuralbrain run`.")


@app.command("show")
def show(
    number: Annotated[
        int | None, typer.Argument(callback=number_of_edition, help="Which one; the current one if left out.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Show one edition as a table, with what its provider said in words.

    Exit codes: 0 shown; 4 there is none of that number.
    """
    from neuralbrain.api.words import words_of  # noqa: PLC0415 - loads NumPy
    from neuralbrain.cli.edition_view import print_edition  # noqa: PLC0415 - the same
    from neuralbrain.cli.lookup import edition_or_error  # noqa: PLC0415 - the same
    from neuralbrain.publish.as_json import edition_as_json  # noqa: PLC0415 - the same
    from neuralbrain.publish.summary import explanation_as_json  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    found = edition_or_error(here.editions, number)
    words = words_of(here.replies, found.header)
    if as_json:
        print_json({**edition_as_json(found), **explanation_as_json(found, words=words)})
        return
    print_edition(found, now=here.clock.now(), sources=here.sources)
    if words:
        say(f"In the words of {found.header.provider}: {words}")


@app.command("diff")
def diff(
    before: Annotated[
        int | None,
        typer.Argument(callback=number_of_edition, help="The first; the one before the current if left out."),
    ] = None,
    after: Annotated[
        int | None, typer.Argument(callback=number_of_edition, help="The second; the current one if left out.")
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Compare two editions: the largest changes first, those of the risk level before all others.

    Exit codes: 0 compared, whatever differs; 4 one of them does not exist.
    """
    from neuralbrain.cli.diff_view import print_diff  # noqa: PLC0415 - loads NumPy
    from neuralbrain.cli.lookup import edition_before, edition_or_error  # noqa: PLC0415 - the same
    from neuralbrain.publish.diff import diff as compare  # noqa: PLC0415 - the same
    from neuralbrain.publish.diff import diff_as_json  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    editions = application().editions
    second = edition_or_error(editions, after)
    first = edition_before(editions, second.header) if before is None else edition_or_error(editions, before)
    compared = compare(first, second)
    if as_json:
        print_json(diff_as_json(compared))
    else:
        print_diff(compared)


@app.command("withdraw")
def withdraw(
    number: Annotated[int, typer.Argument(callback=number_of_edition, help="Which one.")],
    *,
    reason: Annotated[
        str, typer.Option(callback=reason_in_words, help="Why, in one sentence; it is shown with the edition for ever.")
    ],
    as_json: AsJson = False,
) -> None:
    """Withdraw a wrong edition: the one before it is current again, and it stays readable with the reason.

    Exit codes: 0 withdrawn; 4 there is none of that number, or it is withdrawn already.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    here = application()
    here.editions.withdraw(number, reason=reason, actor=here.actor)
    current = here.editions.current()
    if as_json:
        print_json({"withdrawn": number, "reason": reason, "current": None if current is None else current.number})
        return
    up = "No edition is up now." if current is None else f"Edition {current.number} is up now."
    say(f"Edition {number} is withdrawn. {up}")
