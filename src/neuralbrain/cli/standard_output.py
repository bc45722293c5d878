"""Standard output that may be closed, full or poor in letters: what is written to it never ends a command."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO, cast


class GuardedOutput:
    """Passes on what is written until the first failure, which it keeps; then it swallows the rest.

    A cycle must not end because nobody reads its progress any more.

    Args:
        stream: Where to write.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.failure: OSError | None = None

    def write(self, said: str) -> int:
        """Write, and return how many characters were taken."""
        if self.failure is None:
            try:
                return self._stream.write(said)
            except OSError as error:
                self._give_up(error)
        return len(said)

    def write_bytes(self, content: bytes) -> None:
        """Write what is no text, behind the text that was written before."""
        if self.failure is None:
            try:
                self._stream.flush()
                self._stream.buffer.write(content)
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def flush(self) -> None:
        """Write out what is held back."""
        if self.failure is None:
            try:
                self._stream.flush()
            except OSError as error:
                self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """Keep the failure, and lead what is still held back to nowhere: Python writes it out when it ends."""
        self.failure = error
        with contextlib.suppress(OSError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the stream has
        if name == "buffer":  # who writes bytes past this guard is not guarded
            raise AttributeError(name)
        return getattr(self._stream, name)


def write_bytes(content: bytes) -> None:
    """Write what is no text to standard output; one that is closed is left alone."""
    stream: Any = sys.stdout
    if isinstance(stream, GuardedOutput):
        stream.write_bytes(content)
    elif stream is not None:
        stream.flush()
        stream.buffer.write(content)


@contextlib.contextmanager
def guarded_output() -> Iterator[GuardedOutput]:
    """Put a guard before standard output; letters that its encoding lacks become ``?``.

    A stream that the shell closed is replaced by one to nowhere, which also keeps its number from the next file that
    is opened: the database must never be what a stray word is written to.
    """
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - until the end
    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="replace")
    guard = GuardedOutput(stream)
    sys.stdout = cast(TextIO, guard)
    try:
        yield guard
    finally:
        guard.flush()
        sys.stdout = stream
