"""The one way out of the process: every call has a total deadline, a cap on bytes and rules for its host."""

from __future__ import annotations

import errno
import logging
import re
import ssl
import time
from collections.abc import Callable
from contextlib import closing

import httpcore2

from neuralbrain.outgoing.host_rules import (
    STANDARD_PORTS,
    AddressRefusedError,
    HostRules,
    Target,
    is_loopback_by_name,
    read_url,
)
from neuralbrain.outgoing.message import (
    Headers,
    NotReceived,
    NotReceivedKind,
    Outcome,
    OutgoingRequest,
    Received,
    first_header,
    request_number,
)
from neuralbrain.outgoing.unpacking import Body, TooLargeError, UnpackingError
from neuralbrain.outgoing.wire import CancelledCallError, Resolve, Wire, system_addresses

CONNECT_SECONDS = 10.0  # three lost first packets are sent again after 1, 3 and 7 seconds; later ones hardly ever help
OUR_OWN_HEADERS = frozenset(
    {"host", "connection", "content-length", "transfer-encoding", "accept-encoding", "user-agent", "expect", "upgrade"}
)
WITHOUT_BODY = frozenset({204, 304})  # their length, if told, is that of a body that does not come
HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
HEADER_VALUE = re.compile(r"[!-~]+(?:[ \t]+[!-~]+)*|")
METHOD = re.compile(r"[A-Z]{3,10}")


class Transport:
    """Sends requests, each over a connection of its own, from any thread.

    A connection is not kept: calls are seconds to minutes apart, and one that the other side has closed meanwhile
    would leave open whether the request was worked on.

    Args:
        agent: The header ``user-agent``, naming the project.
        rules: Where requests may go.
        connect_seconds: How long finding and connecting to the host may take of a call's time.
        tls: Whom to trust; the system's own list by default.
        proxy: URL of an ``http`` proxy that every request but those to this machine goes through, still behind TLS.
            The environment is not looked at. With one, names are looked up by the proxy, so only the way they are
            written is checked.
        resolve: How a name becomes addresses.
        cancelled: Whether nobody wants answers any more; a call that waits for one is then broken off.

    Raises:
        ValueError: If the proxy is of another kind, or asks for a password.
    """

    def __init__(
        self,
        *,
        agent: str,
        rules: HostRules | None = None,
        connect_seconds: float = CONNECT_SECONDS,
        tls: ssl.SSLContext | None = None,
        proxy: str = "",
        resolve: Resolve = system_addresses,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        if proxy and not re.fullmatch(r"http://[A-Za-z0-9.-]+(?::[0-9]{1,5})?/?", proxy):
            raise ValueError("a proxy is written as http://host:port, without a password")
        # At its lowest level the library prints the headers of answers, in which some servers say keys back.
        logging.getLogger("httpcore2").setLevel(logging.WARNING)
        self._agent = agent
        self._rules = rules or HostRules()
        self._connect_seconds = connect_seconds
        self._tls = tls or httpcore2.default_ssl_context()
        self._proxy = proxy
        self._resolve = resolve
        self._cancelled = cancelled

    @property
    def tls(self) -> ssl.SSLContext:
        """Return whom it trusts, for another transport: to read the system's list takes as long as a call."""
        return self._tls

    def send(self, request: OutgoingRequest) -> Outcome:
        """Return the answer to a request, or why there is none; never raises for what the network does.

        It returns within ``total_seconds`` of the request, except for what the system itself takes to hand a packet
        over. Nothing is sent twice and no redirect is followed.
        """
        started = time.monotonic()
        wire: Wire | None = None
        try:
            target = read_url(request.url, self._rules)
            headers = self._headers(request, target)
            direct = not self._proxy or is_loopback_by_name(target.host)
            wire = Wire(
                rules=self._rules,
                resolve=self._resolve,
                until=started + request.total_seconds,
                connect_seconds=self._connect_seconds,
                proxy_host="" if direct else httpcore2.URL(self._proxy).host.decode("ascii"),
                cancelled=self._cancelled,
            )
            return self._exchange(request, target, headers, wire=wire, started=started)
        except Exception as error:  # noqa: BLE001 - a foreign library's edge; its text may quote the request
            sent = wire is not None and wire.sent
            kind, why = _kind_and_why(error, sent=sent)
        return NotReceived(
            kind=kind,
            why=why,
            sent=sent,
            seconds=time.monotonic() - started,
            status=None if wire is None else wire.status,
            # What our own rules refuse says nothing about the network.
            reached=kind is not NotReceivedKind.UNREACHABLE or wire is None or wire.reached,
        )

    def _exchange(
        self,
        request: OutgoingRequest,
        target: Target,
        headers: list[tuple[bytes, bytes]],
        *,
        wire: Wire,
        started: float,
    ) -> Received:
        url = httpcore2.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.resource.encode()
        )
        outgoing = httpcore2.Request(request.method, url, headers=headers, content=request.body)
        with self._pool(target, wire) as pool, closing(pool.handle_request(outgoing)) as response:
            came = tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in response.headers)
            wire.status = response.status
            body = _read_body(response, came, request=request)
            return Received(
                status=response.status,
                headers=came,
                body=body,
                seconds=time.monotonic() - started,
                request_id=request_number(came),
            )

    def _pool(self, target: Target, wire: Wire) -> httpcore2.ConnectionPool:
        if not self._proxy or is_loopback_by_name(target.host):
            return httpcore2.ConnectionPool(ssl_context=self._tls, network_backend=wire)
        return httpcore2.HTTPProxy(self._proxy, ssl_context=self._tls, network_backend=wire)

    def _headers(self, request: OutgoingRequest, target: Target) -> list[tuple[bytes, bytes]]:
        """Return every header that is sent, the caller's last.

        Raises:
            AddressRefusedError: If one of them, or the method, could be read as something else.
        """
        if not METHOD.fullmatch(request.method):
            raise AddressRefusedError("the method is not one word in capitals")
        for name, value in request.headers:
            if not HEADER_NAME.fullmatch(name) or name.lower() in OUR_OWN_HEADERS:
                raise AddressRefusedError("a header has a name that the caller may not set")
            if not HEADER_VALUE.fullmatch(value):
                raise AddressRefusedError(
                    f"the header {name} begins or ends in a space, or holds a line break or a character outside ASCII"
                )
        host = f"[{target.host}]" if ":" in target.host else target.host
        standard = target.port == STANDARD_PORTS[target.scheme]
        given = [
            ("Host", host if standard else f"{host}:{target.port}"),
            ("User-Agent", self._agent),
            ("Accept-Encoding", "gzip" if request.packed else "identity"),
            ("Connection", "close"),
        ]
        if request.body or request.method in {"POST", "PUT", "PATCH"}:
            given.append(("Content-Length", str(len(request.body))))
        return [(name.encode("ascii"), value.encode("ascii")) for name, value in (*given, *request.headers)]


def _read_body(response: httpcore2.Response, headers: Headers, *, request: OutgoingRequest) -> bytes:
    told = first_header(headers, "content-length") or ""
    follows = request.method != "HEAD" and response.status not in WITHOUT_BODY
    if follows and told.isdecimal() and int(told[:20]) > request.most_bytes:
        raise TooLargeError
    coding = ", ".join(value for name, value in headers if name == "content-encoding")
    body = Body(coding, most_bytes=request.most_bytes)
    for chunk in response.iter_stream():
        body.add(chunk)
    return body.whole()


def _kind_and_why(error: Exception, *, sent: bool) -> tuple[NotReceivedKind, str]:
    """Return the kind of a failure and one phrase about it; nothing of a foreign text is quoted."""
    broken = NotReceivedKind.BROKEN_OFF if sent else NotReceivedKind.UNREACHABLE
    match error:
        case AddressRefusedError():
            return NotReceivedKind.REFUSED, str(error)
        case TooLargeError():
            return NotReceivedKind.TOO_LARGE, "the answer is longer than allowed"
        case httpcore2.ConnectTimeout():
            return NotReceivedKind.UNREACHABLE, "no connection in time"
        case httpcore2.TimeoutException():
            return NotReceivedKind.TIMEOUT, "no whole answer in time"
        case UnpackingError():
            why = str(error)
        case CancelledCallError():
            why = "this process is not to make calls any more"
        case httpcore2.RemoteProtocolError():
            why = "the connection ended early, or what came is not HTTP"
        case httpcore2.NetworkError() | httpcore2.ProxyError():
            why = f"the connection failed: {_cause(error)}"
        case _:
            why = f"an unforeseen {type(error).__name__}"
    return broken, why


def _cause(error: Exception) -> str:
    """Return what the system says of a failure, by its own short name."""
    below = error.args[0] if error.args else error.__cause__
    if isinstance(below, ssl.SSLCertVerificationError):
        return f"the certificate is not accepted ({below.verify_message})"
    if isinstance(below, ssl.SSLError):
        return f"TLS failed ({below.reason})"
    if isinstance(below, OSError) and below.errno is not None:
        # Failures of a name look-up have numbers of their own, below zero.
        return errno.errorcode.get(below.errno, "the name is not known" if below.errno < 0 else "the system refused")
    return type(error).__name__
