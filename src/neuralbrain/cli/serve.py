"""`neuralbrain serve`: API, schedule and health loop, until it is told to stop."""

from __future__ import annotations

import asyncio
import os
from typing import Annotated

import typer

from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.cli.plain_text import say


def serve(
    *,
    host: Annotated[str | None, typer.Option(help="Address of this machine to listen on; else the setting.")] = None,
    port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Port to listen on, 0 for any free one; else the setting.")
    ] = None,
) -> None:
    """Serve the API and run the cycle every hour, until Ctrl-C.

    The first line says where. A cycle is run at once if its hour has none yet, then with every hour; nothing that
    happens in one ends the service. Ctrl-C or SIGTERM ends it in order within ten seconds.

    On another address than loopback it starts only where a token was made, or where the setting public_read is set.

    Exit codes: 0 it was told to stop; 2 nothing can listen there, others could read there unasked, or a setting is
    wrong.
    """
    from neuralbrain.domain.loopback import address_of  # noqa: PLC0415 - the same
    from neuralbrain.service import serve as serve_until_stopped  # noqa: PLC0415 - --help should not load a server
    from neuralbrain.wiring import application  # noqa: PLC0415 - the same

    here = application()
    try:
        chosen = here.settings.host if host is None else address_of(host)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--host") from None

    def first_lines(address: str) -> None:
        say(f"NeuralBrain serves at {address}")
        say(f"  API        {address}/docs")
        say(f"  Data       {here.settings.home}")
        say("  Schedule   `neuralbrain status` shows what is due; Ctrl-C stops the service")

    async def until_stopped() -> None:
        await serve_until_stopped(here, host=chosen, port=here.settings.port if port is None else port, say=first_lines)
        say("Stopped. Nothing half-done was published.")
        # All is written. A thread that hangs on a dead disk would keep Python's own end waiting as long as the disk.
        os._exit(ExitCode.DONE)

    asyncio.run(until_stopped())
