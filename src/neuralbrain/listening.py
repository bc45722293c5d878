"""Where the service listens: an address that nobody else may reach unasked, and a port that nobody has."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from typing import TYPE_CHECKING

from neuralbrain.domain.loopback import is_loopback
from neuralbrain.errors import SettingsError

if TYPE_CHECKING:
    from neuralbrain.wiring import Application

ANSWER_TRIES = 1000  # ten seconds


def require_guarded(here: Application, host: str) -> None:
    """Refuse to listen where other machines can read, unless they need a token for it or the settings let them.

    Args:
        here: Whose settings and tokens count.
        host: The address to listen on.

    Raises:
        SettingsError: If anybody could read, or nobody.
        StoreError: If the tokens cannot be read.
    """
    if is_loopback(host) or here.settings.public_read:
        return
    now = here.clock.now()
    if any(one.is_valid(now) for one in here.tokens.all()):
        return
    raise SettingsError(
        f"{host} can be reached from other machines, and there is no token that reading would need there.",
        remedy="Make one with `neuralbrain token create`, set public_read to let everybody read, or use 127.0.0.1.",
        code="address-unguarded",
    )


def free_port(host: str, port: int) -> int:
    """Return a port on which nobody listens yet: the wanted one, or any for 0.

    The server itself would share a port with another server on the same machine; so this is asked first.

    Raises:
        SettingsError: If somebody does, or nobody may.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port whose last server has just ended is free
        try:
            probe.bind((host, port))
        except OSError as error:
            why = {
                errno.EADDRINUSE: "something serves there already",
                errno.EACCES: "this user may not listen there",
                errno.EADDRNOTAVAIL: "this machine has no such address",
            }.get(error.errno or 0, error.strerror or type(error).__name__)
            raise SettingsError(
                f"Nothing can be served at {host}, port {port}: {why}.",
                remedy="Name another port with --port; `neuralbrain status` shows whether a service runs already.",
                code="address-taken",
            ) from error
        found: int = probe.getsockname()[1]
        return found


async def until_it_answers(host: str, port: int) -> None:
    """Wait until the server takes connections.

    Raises:
        SettingsError: If it never does.
    """
    for _ in range(ANSWER_TRIES):
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            await asyncio.sleep(0.01)
            continue
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return
    raise SettingsError(
        f"The server at {host}, port {port} does not take connections.", remedy="Name another port with --port."
    )
