"""The client whose answers are awaited."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar

from neuralbrain.client.asking import Asking
from neuralbrain.client.call import Call, next_page
from neuralbrain.client.calls import Calls
from neuralbrain.client.connection import http_options, lost, offer_zstd, reply_of, request_of
from neuralbrain.client.events import OK, SILENT_SECONDS, Event, EventStream
from neuralbrain.client.exchange import Reply, Send, Told, Wait

if TYPE_CHECKING:
    import httpx2

T = TypeVar("T")


class AsyncClient(Asking, Calls):
    """Asks a service, one method an address. To be used in one event loop, and closed, or in an ``async with`` block.

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

    _http: httpx2.AsyncClient

    def _open(self) -> None:
        self._http = self._library.AsyncClient(**http_options(self._connection, self._library))
        self._unpacks = offer_zstd(self._http.headers)

    async def ask(self, call: Call[T]) -> T:
        """Return the answer to a call.

        Raises:
            UnreachableError: If no answer came.
            UnreadableError: If the answer is not of this API.
            ProblemError: If the service says why it does not answer.
        """
        steps = self._exchange(call)
        told: Told = None
        while True:
            try:
                step = steps.send(told)
            except StopIteration as ended:
                answer: T = ended.value
                return answer
            told = await self._done(step)

    async def _done(self, step: Send | Wait) -> Told:
        if isinstance(step, Wait):
            await _sleep(step.seconds)
            return None
        try:
            response = await self._http.request(**request_of(step, self._connection))
        except self._library.RequestError as error:
            return lost(error)
        return reply_of(response, unpacks=self._unpacks)

    async def pages(self, call: Call[T]) -> AsyncIterator[T]:
        """Yield a long list page by page, such as ``pages(AsyncClient.forecasts.call(limit=100))``.

        Args:
            call: What gives the first page.

        Raises:
            ClientError: As ``ask`` does.
        """
        following: Call[T] | None = call
        while following is not None:
            answer = await self.ask(following)
            yield answer
            following = next_page(following, answer)

    async def events(
        self, types: Iterable[str] = (), *, last: str = "", seconds: int | None = None
    ) -> AsyncIterator[Event]:
        """Yield what happens in the service, until the iterator is closed; a lost connection is made again.

        Where the service does not keep what was missed it says ``reset``: everything is to be read anew.

        Args:
            types: Only these, such as ``edition-published``; all where none is named.
            last: The last event that is known already, to get those after it; empty for those to come.
            seconds: After how long it ends; 0 gives what was missed, None never ends.

        Raises:
            UnreachableError: If there is no service.
            ProblemError: If the service refuses.
        """
        stream = EventStream(last, types=types, seconds=seconds, retries=self._retries)
        url = f"{self._connection.url}{stream.target}"
        while True:
            try:
                async with self._http.stream("GET", url, headers=stream.headers, timeout=SILENT_SECONDS) as response:
                    head = Reply(status=response.status_code, headers=dict(response.headers), content=b"")
                    if head.status != OK:
                        await response.aread()
                        head = reply_of(response, unpacks=self._unpacks)
                    if stream.opened(head):
                        async for sent in self._library.EventSource(response):
                            event = stream.taken(sent)
                            if event is not None:
                                yield event
                if stream.is_over(head):
                    return
            except self._library.RequestError as error:
                stream.broke_off(lost(error))
            await _sleep(stream.wait_seconds())

    async def close(self) -> None:
        """Close the connections; a closed client cannot be asked."""
        await self._http.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()


async def _sleep(seconds: float) -> None:
    import asyncio  # noqa: PLC0415 - whoever uses the other client does not need it

    await asyncio.sleep(seconds)
