"""`neuralbrain verify`: whether what is stored is what was written."""

from __future__ import annotations

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.options import AsJson, print_json
from neuralbrain.cli.plain_text import say


def verify(*, as_json: AsJson = False) -> None:
    """Check the database, the digest of every edition and the chain of the audit trail.

    Exit codes: 0 all is as it was written; 1 something is not, and it is named.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    damages = application().damages()
    if as_json:
        print_json({"intact": not damages, "damages": damages})
    for damage in [] if as_json else damages:
        say(damage)
    if damages:
        raise typer.Exit(ExitCode.FAILED)
    if not as_json:
        say("Everything is as it was written.")
