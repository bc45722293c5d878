"""Sockets that take one kind of call and remember it: plain, behind TLS, or as a proxy in between."""

from __future__ import annotations

import contextlib
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

Serve = Callable[[socket.socket], None]


@contextlib.contextmanager
def listening(serve: Serve, *, host: str = "127.0.0.1") -> Iterator[int]:
    """Yield the port on which each connection is served in a thread of its own."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.bind((host, 0))
        listener.listen(32)
        closing = threading.Event()

        def serve_one(connected: socket.socket) -> None:
            with contextlib.suppress(OSError), connected:
                serve(connected)

        def accept() -> None:
            listener.settimeout(0.05)
            while not closing.is_set():
                with contextlib.suppress(TimeoutError):
                    connected, _ = listener.accept()
                    connected.settimeout(10)
                    threading.Thread(target=serve_one, args=(connected,), daemon=True).start()

        accepting = threading.Thread(target=accept, daemon=True)
        accepting.start()
        try:
            yield listener.getsockname()[1]
        finally:
            closing.set()
            accepting.join()


def read_request(connected: socket.socket) -> bytes:
    """Return one request with its body."""
    came = b""
    while b"\r\n\r\n" not in came:
        piece = connected.recv(65_536)
        if not piece:
            return came
        came += piece
    head, _, body = came.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    expected = int(lengths[0].split(b":")[1]) if lengths else 0
    while len(body) < expected:
        piece = connected.recv(65_536)
        if not piece:
            break
        body += piece
    return head + b"\r\n\r\n" + body


def answering(answer: bytes, *, requests: list[bytes]) -> Serve:
    """Return what gives every call the same answer, and remembers what was asked."""

    def serve(connected: socket.socket) -> None:
        requests.append(read_request(connected))
        connected.sendall(answer)

    return serve


def secured(serve: Serve, *, certificate: Path) -> Serve:
    """Return the same behind TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_suffix(".key"))

    def serve_secured(connected: socket.socket) -> None:
        with context.wrap_socket(connected, server_side=True) as inner:
            serve(inner)

    return serve_secured


def proxying(*, to: int, asked: list[bytes]) -> Serve:
    """Return a proxy that connects every call to one port of this machine, and remembers where it was to lead."""

    def pump(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)

    def serve(connected: socket.socket) -> None:
        asked.append(read_request(connected).split(b"\r\n")[0])
        with socket.create_connection(("127.0.0.1", to), timeout=10) as onward:
            connected.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
            back = threading.Thread(target=pump, args=(onward, connected), daemon=True)
            back.start()
            pump(connected, onward)
            back.join()

    return serve


AUTHORITY = """
[ca]
default_ca = here
[here]
new_certs_dir = {folder}
database = {folder}/index.txt
rand_serial = yes
default_md = sha256
policy = anything
x509_extensions = names
[anything]
commonName = supplied
[names]
subjectAltName = DNS:{name}
"""


def make_certificate(folder: Path, name: str, *, first_day: str, last_day: str) -> Path:
    """Return the file of a certificate that signs itself; its key lies beside it.

    Days are written as 20260131.
    """
    path, key = folder / f"{name}.pem", folder / f"{name}.key"
    (folder / "index.txt").write_text("", encoding="utf-8")
    (folder / "authority.conf").write_text(AUTHORITY.format(folder=folder, name=name), encoding="utf-8")
    request = folder / f"{name}.csr"
    curve = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=neuralbrain")
    days = ("-startdate", f"{first_day}000000Z", "-enddate", f"{last_day}000000Z")
    asked = ("openssl", "req", "-new", *curve, "-keyout", key, "-out", request)
    signed = ("openssl", "ca", "-batch", "-selfsign", "-notext", "-config", folder / "authority.conf", *days)
    for command in (asked, (*signed, "-keyfile", key, "-in", request, "-out", path)):
        subprocess.run(command, check=True, capture_output=True, timeout=60)
    return path
