"""How a client is connected: address, token, timeouts, and the HTTP library, loaded when the first client is made."""

from __future__ import annotations

import importlib.util
import ipaddress
import os
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from importlib.metadata import version
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from neuralbrain.client.errors import MisuseError, UnreadableError
from neuralbrain.client.exchange import Lost, Reply, Send

if TYPE_CHECKING:
    import httpx2

HERE = "http://127.0.0.1:8642"  # where `neuralbrain serve` listens unless told otherwise
URL_VARIABLE = "NEURALBRAIN_URL"
TOKEN_VARIABLE = "NEURALBRAIN_TOKEN"  # noqa: S105 - the name of a variable
# One connection is free again soon; an answer over every region may take the service some seconds.
CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 30.0
ZSTD = "zstd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Where a client asks, and as whom.

    Args:
        url: Scheme, host and port, and a path in front of all addresses where there is one.
        token: What is sent as bearer; empty for none. No representation shows it.
        timeout_seconds: How long the service may be silent.
        proxy: Whether a proxy of the environment is used; never on this machine itself.
    """

    url: str
    token: str = field(repr=False)
    timeout_seconds: float
    proxy: bool


def connection_to(url: str | None, *, token: str | None, timeout_seconds: float, insecure: bool = False) -> Connection:
    """Return how to connect; what is None comes from the environment.

    Args:
        url: The service's address; else ``NEURALBRAIN_URL``, else this machine's usual one.
        token: An operator's token; else ``NEURALBRAIN_TOKEN``, else none.
        timeout_seconds: How long the service may be silent.
        insecure: Whether a token may go to another machine without TLS, where whoever is between can read it.

    Raises:
        MisuseError: If the address is none of HTTP, or holds a password, or the token cannot be sent, or not safely.
    """
    found = (url or os.environ.get(URL_VARIABLE) or HERE).rstrip("/")
    parts = _parts_of(found)
    if parts.username is not None or parts.password is not None:
        raise MisuseError("The address of the service holds a name or password.", remedy="Give the token as `token`.")
    secret = (os.environ.get(TOKEN_VARIABLE, "") if token is None else token).strip()
    if not (secret.isascii() and secret.isprintable()) or " " in secret:
        raise MisuseError("The token has characters that no token has.", remedy="Copy it again, in one line.")
    away = not _is_here(parts.hostname or "")
    if secret and away and parts.scheme == "http" and not insecure:
        raise MisuseError(
            "The token would go to another machine without TLS.",
            remedy="Write the address with https, or say insecure=True where nobody is between.",
        )
    return Connection(url=found, token=secret, timeout_seconds=timeout_seconds, proxy=away)


def _parts_of(url: str) -> SplitResult:
    """Return the parts of a service's address.

    Raises:
        MisuseError: If it is none.
    """
    wrong = MisuseError(f"{url[:200]!r} is no address of a service.", remedy=f"Write it as {HERE}.")
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError as error:  # brackets that do not close, a port beyond 65535
        raise wrong from error
    if not usable or parts.query or parts.fragment:
        raise wrong
    return parts


def _is_here(host: str) -> bool:
    """Return whether a host is this machine itself, so that neither proxy nor listener stands between."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def required(library: str, *, extra: str = "") -> ModuleType:
    """Return a library that not everybody has.

    Args:
        library: Its name.
        extra: The extra of NeuralBrain that brings it; empty where it is installed by its own name.

    Raises:
        MisuseError: If it is not installed.
    """
    try:
        return importlib.import_module(library)
    except ModuleNotFoundError as error:
        if error.name != library:
            raise
        wanted = f"'neuralbrain[{extra}]'" if extra else library
        raise MisuseError(f"{library} is not installed.", remedy=f"Install it: pip install {wanted}.") from error


def http_options(connection: Connection, library: ModuleType) -> dict[str, Any]:
    """Return the arguments of the HTTP library's client, sync or async."""
    headers = {"user-agent": f"neuralbrain-client/{version('neuralbrain')}"}
    if connection.token:
        headers["authorization"] = f"Bearer {connection.token}"
    seconds = connection.timeout_seconds
    return {
        "headers": headers,
        "timeout": library.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)),
        "follow_redirects": False,  # the service has none, and a token goes nowhere else
        "trust_env": connection.proxy,
    }


def offer_zstd(headers: MutableMapping[str, str]) -> bool:
    """Offer zstd beside what the HTTP library can unpack, and return whether it is to be unpacked here.

    Args:
        headers: The header fields that every request has; they are changed.
    """
    offered = headers["accept-encoding"]
    if ZSTD in offered or importlib.util.find_spec("zstandard") is None:
        return False
    headers["accept-encoding"] = f"{offered}, {ZSTD}"
    return True


def request_of(send: Send, connection: Connection) -> dict[str, Any]:
    """Return the arguments of the HTTP library's ``request``."""
    return {
        "method": send.verb,
        "url": f"{connection.url}{send.target}",
        "headers": dict(send.headers),
        "content": send.content,
    }


def reply_of(response: httpx2.Response, *, unpacks: bool) -> Reply:
    """Return a response as the exchange reads it.

    Args:
        response: What came.
        unpacks: Whether zstd is to be unpacked here.

    Raises:
        UnreadableError: If it cannot be unpacked.
    """
    content = response.content
    if unpacks and response.headers.get("content-encoding") == ZSTD:
        zstandard = required("zstandard")
        try:
            content = zstandard.ZstdDecompressor().decompressobj().decompress(content)
        except zstandard.ZstdError as error:
            raise UnreadableError("The answer cannot be unpacked.", remedy="Ask again.") from error
    return Reply(status=response.status_code, headers=dict(response.headers), content=content)


def lost(error: Exception) -> Lost:
    """Return why nothing came."""
    return Lost(reason=f"{type(error).__name__}: {error}".rstrip(": "))
