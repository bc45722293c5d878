"""What both clients are made of: where to ask, what was kept, how patient to be."""

from __future__ import annotations

import random
from typing import TypeVar

from neuralbrain.client.call import Call
from neuralbrain.client.connection import ANSWER_SECONDS, connection_to, required
from neuralbrain.client.exchange import Exchange, exchange
from neuralbrain.client.memory import Memory
from neuralbrain.client.retries import Retries

ANSWERS_KEPT = 128  # every address of a dashboard, for some regions
BYTES_KEPT = 64 * 2**20  # an edition of 10,000 regions is about a quarter of that

T = TypeVar("T")


class Asking:
    """A client without its socket.

    Args:
        url: The service's address; else ``NEURALBRAIN_URL``, else this machine's usual one.
        token: An operator's token; else ``NEURALBRAIN_TOKEN``, else none.
        timeout_seconds: How long the service may be silent.
        retries: How patient to be with what reads.
        answers_kept: How many answers are kept, to ask only whether they have changed; 0 for none.
    insecure: Whether a token may go to another machine without TLS, where whoever is between can read it.

    Raises:
        MisuseError: If the HTTP library is not installed, or address or token cannot be used.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        token: str | None = None,
        timeout_seconds: float = ANSWER_SECONDS,
        retries: Retries | None = None,
        answers_kept: int = ANSWERS_KEPT,
        insecure: bool = False,
    ) -> None:
        self._library = required("httpx2", extra="client")
        self._connection = connection_to(url, token=token, timeout_seconds=timeout_seconds, insecure=insecure)
        self._memory = Memory(entries=answers_kept, most_bytes=BYTES_KEPT)
        self._retries = retries or Retries()
        self._open()

    def _open(self) -> None:
        """Make the HTTP library's client."""
        raise NotImplementedError

    def _exchange(self, call: Call[T]) -> Exchange[T]:
        return exchange(call, memory=self._memory, retries=self._retries, luck=random.random)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._connection.url!r})"
