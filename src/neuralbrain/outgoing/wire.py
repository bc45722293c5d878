"""The sockets below the HTTP library: they connect only to addresses that were checked, and all share one deadline."""

from __future__ import annotations

import errno
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import httpcore2

from neuralbrain.outgoing.host_rules import HostRules, check_addresses

Resolve = Callable[[str, int], Sequence[str]]
"""Returns the addresses of a name, best first; raises ``OSError`` where there are none."""

SOMEBODY_ANSWERED = frozenset({errno.ECONNREFUSED, errno.ECONNRESET})  # the other failures to connect are silence
CANCELLED_WITHIN_SECONDS = 0.5  # a call that nobody wants any more ends so soon; looking costs a few microseconds
CHUNK_BYTES = 65_536  # what is handed to the system at once: small enough that the deadline is looked at often


class CancelledCallError(Exception):
    """Nobody wants the answer any more: caught by the transport, which says so as a value."""


def system_addresses(host: str, port: int) -> Sequence[str]:
    """Return the addresses that the system knows of a name, best first.

    Raises:
        OSError: If the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[4][0]) for address in found))


class Wire(httpcore2.NetworkBackend):
    """Makes the one connection of one call.

    Args:
        rules: Where requests may go.
        resolve: How a name becomes addresses.
        until: The end of the whole call, in ``time.monotonic`` seconds.
        connect_seconds: How long the name, the connection and TLS may take of that.
        proxy_host: The host of the proxy in between; it was set by hand and may be anywhere.
        cancelled: Whether nobody wants the answer any more; asked while it is waited for.
    """

    def __init__(
        self,
        *,
        rules: HostRules,
        resolve: Resolve,
        until: float,
        connect_seconds: float,
        proxy_host: str = "",
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.cancelled = cancelled
        self._rules = rules
        self._resolve = resolve
        self._until = until
        self._connect_until = min(until, time.monotonic() + connect_seconds)
        self._proxy_host = proxy_host
        self.sent = False  # whether anything of the request was handed to the system
        self.status: int | None = None  # of the answer, once its headers have come
        self.reached = False  # whether the host answered at all, be it by refusing the connection

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the library's own limit, for one operation; ours is for all
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        """Return a connection to one of the host's addresses, all of which were checked.

        The checked address itself is connected to: a name that is answered differently the next time leads nowhere
        else.

        Raises:
            AddressRefusedError: If one of the addresses may not be asked.
            httpcore2.ConnectError: If none of them answers.
            httpcore2.ConnectTimeout: If that takes too long.
        """
        addresses = self._addresses(host, port)
        failure: Exception = httpcore2.ConnectError("the name has no address")
        for tried, address in enumerate(addresses):
            # An address that swallows every packet must not use up the time of those behind it.
            seconds = self.seconds_to_connect() / (len(addresses) - tried)
            try:
                connected = socket.create_connection((address, port), timeout=seconds)
            except TimeoutError as error:
                failure = httpcore2.ConnectTimeout(error)
            except OSError as error:
                self.reached = self.reached or (error.errno in SOMEBODY_ANSWERED and not self._proxy_host)
                failure = httpcore2.ConnectError(error)
            else:
                # Through a proxy the host itself is reached once the proxy leads to it.
                self.reached = not self._proxy_host
                connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return _Stream(connected, wire=self, carries_request=not self._proxy_host)
        raise failure

    def seconds_left(self, ended: type[Exception]) -> float:
        """Return what is left of the call's time.

        Raises:
            Exception: Of the given class, if nothing is left.
        """
        left = self._until - time.monotonic()
        if left <= 0:
            raise ended
        return left

    def seconds_to_connect(self) -> float:
        """Return what is left of the time to connect.

        Raises:
            httpcore2.ConnectTimeout: If nothing is left.
        """
        left = self._connect_until - time.monotonic()
        if left <= 0:
            raise httpcore2.ConnectTimeout
        return left

    def _addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the checked addresses of a host; the system's own resolver has no limit, so it runs in a thread."""
        answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                answers.put(self._resolve(host, port))
            except OSError as error:
                answers.put(error)
            except UnicodeError as error:
                answers.put(OSError(str(error)))

        threading.Thread(target=look_up, name="name-lookup", daemon=True).start()
        try:
            found = answers.get(timeout=self.seconds_to_connect())
        except queue.Empty:
            raise httpcore2.ConnectTimeout from None
        if isinstance(found, OSError):
            raise httpcore2.ConnectError(found)
        return found if host == self._proxy_host else check_addresses(host, found, self._rules)


class _Stream(httpcore2.NetworkStream):
    """One connection; each operation may take what is left of the call, so that a drip cannot prolong it."""

    def __init__(self, connected: socket.socket, *, wire: Wire, carries_request: bool) -> None:
        self._socket = connected
        self._wire = wire
        self._carries_request = carries_request  # else only a proxy is spoken to, in words of our own

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        while True:
            left = self._wire.seconds_left(httpcore2.ReadTimeout)
            try:
                self._socket.settimeout(min(left, CANCELLED_WITHIN_SECONDS))
                return self._socket.recv(max_bytes)
            except TimeoutError as error:
                if self._wire.cancelled():
                    raise CancelledCallError from error
            except OSError as error:
                raise httpcore2.ReadError(error) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        view = memoryview(buffer)
        while view:
            try:
                self._socket.settimeout(self._wire.seconds_left(httpcore2.WriteTimeout))
                self._wire.sent = self._carries_request  # before the call: what is cut short may have left
                view = view[self._socket.send(view[:CHUNK_BYTES]) :]
            except TimeoutError as error:
                raise httpcore2.WriteTimeout(error) from error
            except OSError as error:
                raise httpcore2.WriteError(error) from error

    def close(self) -> None:
        self._socket.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        self._wire.reached = True
        try:
            self._socket.settimeout(self._wire.seconds_to_connect())
            # The limit of a socket holds for the whole handshake, not for each of its packets.
            secured = ssl_context.wrap_socket(self._socket, server_hostname=server_hostname)
        except TimeoutError as error:
            self.close()
            raise httpcore2.ConnectTimeout(error) from error
        except (OSError, ValueError) as error:  # ValueError: a host name that TLS cannot carry
            self.close()
            raise httpcore2.ConnectError(error) from error
        return _Stream(secured, wire=self._wire, carries_request=True)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - the library's signature
        if info == "ssl_object":
            return self._socket if isinstance(self._socket, ssl.SSLSocket) else None
        return None
