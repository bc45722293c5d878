"""A server on loopback that answers what a test wrote down, and remembers what it was asked."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Says:
    """One answer of the script; the connection is closed behind it."""

    status: int = 200
    content: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    """One request as it came; names of header fields in small letters."""

    verb: str
    target: str
    headers: dict[str, str]
    content: bytes


@dataclass
class Scripted:
    """The server: where it is, what it still has to say, and what it was asked."""

    url: str
    script: list[Says]
    asked: list[Asked] = field(default_factory=list)


@contextlib.contextmanager
def scripted(*script: Says) -> Iterator[Scripted]:
    """Serve a script until the block ends; the last answer is given again and again."""
    left = list(script)

    class Replies(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("content-length", 0)))
            fields = {name.lower(): value for name, value in self.headers.items()}
            service.asked.append(Asked(self.command, self.path, fields, content))
            says = left.pop(0) if len(left) > 1 else left[0]
            self.send_response(says.status)
            for name, value in {"connection": "close", **says.headers}.items():
                self.send_header(name, value)
            if says.status not in {204, 304}:
                self.send_header("content-length", str(len(says.content)))
            self.end_headers()
            self.wfile.write(says.content)

        do_GET = do_POST = answer  # noqa: N815 - so the library calls them

        def log_message(self, *_said: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Replies)
    server.daemon_threads = True
    service = Scripted(url=f"http://127.0.0.1:{server.server_port}", script=left)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
