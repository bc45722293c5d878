"""`neuralbrain token`: who may change something over HTTP, or read where reading is not open."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import typer

from neuralbrain.cli.options import AsJson, Reason, print_json
from neuralbrain.cli.plain_text import say
from neuralbrain.domain.token import Scope, require_name

DAYS = 365  # a year: long enough not to be forgotten, short enough to be seen again

app = typer.Typer(no_args_is_help=True, help="Make, list or revoke tokens for the API; they are shown once.")


def name_of_token(typed: str) -> str:
    """Return the name of a token as typed.

    Raises:
        typer.BadParameter: If none can have it.
    """
    try:
        return require_name(typed)
    except ValueError as error:
        raise typer.BadParameter(f"{error}.") from None


Name = Annotated[str, typer.Argument(callback=name_of_token, help="What it is called in lists and the audit trail.")]


@app.command("create")
def create(
    name: Name,
    *,
    scope: Annotated[
        Scope,
        typer.Option("--scope", help="What it allows: to read, also to change something, also to manage tokens."),
    ],
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="After how many days it expires.")] = DAYS,
    no_expiry: Annotated[bool, typer.Option("--no-expiry", help="It never expires.")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a token and show it, once: only its digest is kept.

    Whoever has it is let in, so it belongs into a file or a password store and never into an address. The first one
    of the scope operate or admin also makes the addresses appear at which something can be changed.

    Exit codes: 0 made; 1 a token of that name was made before; 2 that is no name.
    """
    from neuralbrain.publish.token_as_json import token_as_json  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    lasts = None if no_expiry else timedelta(days=days)
    made, record = here.tokens.create(name, scope=scope, lasts=lasts, actor=here.actor)
    shown = token_as_json(record, now=here.clock.now())
    if as_json:
        print_json({"token": made, **shown})
        return
    say(made)
    until = "never expires" if shown["expires_at"] is None else f"is accepted until {shown['expires_at']}"
    say(f"This is the token {name}, of the scope {scope.value}; it {until}. It is not shown again.", error=True)
    say("Send it in the header field `Authorization: Bearer TOKEN`, never in an address.", error=True)


@app.command("list")
def list_tokens(*, as_json: AsJson = False) -> None:
    """List every token that was ever made, oldest first: its name, scope and state, never itself."""
    from neuralbrain.publish.token_as_json import token_as_json  # noqa: PLC0415 - --help should not load anything
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    now = here.clock.now()
    found = [token_as_json(one, now=now) for one in here.tokens.all()]
    if as_json:
        print_json(found)
        return
    if not found:
        say("No token was ever made, so nothing can be changed over HTTP: `neuralbrain token create` makes one.")
    for one in found:
        until = "never" if one["expires_at"] is None else one["expires_at"]
        why = "" if one["revoked_because"] is None else f": {one['revoked_because']}"
        say(
            f"{one['name']:<20} {one['scope']:<8} {one['state']:<8} made {one['created_at']} by {one['created_by']}, "
            f"expires {until}{why}"
        )


@app.command("revoke")
def revoke(name: Name, *, reason: Reason, as_json: AsJson = False) -> None:
    """Refuse a token from now on, for ever; a running service follows within a second.

    Exit codes: 0 revoked, or revoked already; 4 there is no such token.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not load anything

    here = application()
    changed = here.tokens.revoke(name, reason=reason, actor=here.actor)
    if as_json:
        print_json({"changed": changed, "name": name})
        return
    say(f"The token {name} is refused from now on." if changed else f"The token {name} was revoked already.")
