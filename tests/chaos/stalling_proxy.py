"""A TCP proxy on loopback, before a server on a socket of its own, that stalls, cuts, and leads elsewhere when told."""

from __future__ import annotations

import contextlib
import socket
import threading
from types import TracebackType
from typing import Self

CHUNK_BYTES = 65536
ALWAYS = threading.Event()
ALWAYS.set()


class StallingProxy:
    """Carries bytes both ways until it is told otherwise.

    Args:
        target: Path of the socket that it leads to.
    """

    def __init__(self, target: str) -> None:
        self._target = target
        self._flowing = threading.Event()
        self._flowing.set()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._start(self._accept)

    def stall(self) -> None:
        """Let no byte of the server through from now on; what is said to it arrives, and connections stay open."""
        self._flowing.clear()

    def cut(self) -> None:
        """End all connections; what was stalled in them is lost."""
        with self._lock:
            for one in self._open:
                _shut(one)
        self._flowing.set()

    def lead_to(self, target: str) -> None:
        """Lead to another server, and end the connections to the one before."""
        self._target = target
        self.cut()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End everything."""
        _shut(self._listener)  # wakes who waits for the next connection
        self.cut()
        for one in self._threads:
            one.join(10)
        self._listener.close()

    def _start(self, what, *with_what: socket.socket) -> None:
        thread = threading.Thread(target=what, args=with_what, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return  # it was shut
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(self._target)
            except OSError:
                near.close()  # nobody is there: the caller sees a connection that ends at once
                far.close()
                continue
            with self._lock:
                self._open |= {near, far}
            self._start(self._carry, near, far)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        """Carry one connection's bytes both ways until either end is shut."""
        back = threading.Thread(target=self._pump, args=(far, near, self._flowing), daemon=True)
        back.start()
        self._pump(near, far, ALWAYS)
        back.join()
        with self._lock:
            self._open -= {near, far}
            near.close()
            far.close()

    def _pump(self, source: socket.socket, sink: socket.socket, flowing: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(CHUNK_BYTES):
                flowing.wait()
                sink.sendall(chunk)
        _shut(source)
        _shut(sink)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side may have ended it already
        one.shutdown(socket.SHUT_RDWR)
