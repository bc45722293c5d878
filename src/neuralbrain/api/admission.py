"""Who is let in: knows the tokens of the store, a moment old at most, and lets nobody in where it cannot know."""

from __future__ import annotations

import asyncio
from typing import Protocol

from neuralbrain.api.asgi import Scope as Request
from neuralbrain.api.asgi import values_of
from neuralbrain.api.client_address import ClientAddresses, counted_as
from neuralbrain.api.operator import Operator
from neuralbrain.api.rate_limits import RateLimits
from neuralbrain.domain.token import Scope, TokenRecord, matching
from neuralbrain.errors import AccessError, StoreUnavailableError
from neuralbrain.ports import Clock
from neuralbrain.threads import in_daemon_thread

FRESH_SECONDS = 1.0  # how long a token that was revoked may still be accepted
READ_SECONDS = 5.0  # for the list of tokens; a few rows
SCHEME = "bearer"


class Tokens(Protocol):
    """The tokens that were made."""

    def all(self) -> tuple[TokenRecord, ...]:
        """Return what is kept of every token that was ever made."""
        ...


class Admission:
    """Tells who asks.

    Args:
        tokens: Those that were made.
        limits: How many wrong ones may be tried.
        clients: Tells who tries.
        clock: Tells whether a token has expired.
    """

    def __init__(self, tokens: Tokens, *, limits: RateLimits, clients: ClientAddresses, clock: Clock) -> None:
        self._tokens = tokens
        self._limits = limits
        self._clients = clients
        self._clock = clock
        self._known: tuple[float, tuple[TokenRecord, ...]] | None = None
        self._reading: asyncio.Task[tuple[TokenRecord, ...]] | None = None

    async def operator(self, request: Request) -> Operator:
        """Return who wants to change something; nothing can be changed until a token that reaches so far was made.

        Raises:
            AccessError: If there is no such token, none was given, or the given one is not accepted.
            StoreError: If the tokens cannot be read: then nobody is accepted.
        """
        records, now = await self._records(), self._clock.now()
        if not any(one.is_valid(now) and one.scope.allows(Scope.OPERATE) for one in records):
            raise AccessError(
                "Nothing can be changed over HTTP: nobody has made a token for it.",
                remedy="On the machine of the service, `neuralbrain token create NAME --scope operate` makes one.",
                code="control-off",
            )
        return self._identified(records, request)

    async def reader(self, request: Request) -> Operator:
        """Return who wants to read where reading is not open to all.

        Raises:
            AccessError: If no token was given, or the given one is not accepted.
            StoreError: If the tokens cannot be read: then nobody is accepted.
        """
        return self._identified(await self._records(), request)

    def forget(self) -> None:
        """Read the tokens anew before the next request: one was changed by this process."""
        self._known = None

    def _identified(self, records: tuple[TokenRecord, ...], request: Request) -> Operator:
        token = _token_of(request)
        if token is None:
            raise AccessError(
                "This needs a token, and none was given.",
                remedy="Send it in the field Authorization, as `Bearer TOKEN`; never in an address.",
            )
        client = counted_as(self._clients.of(request))
        self._limits.require_token_allowed(client)
        found = matching(records, token)
        if found is None or not found.is_valid(self._clock.now()):
            self._limits.note_failed_token(client)
            raise AccessError(
                "The token that was given is not accepted"
                + ("." if found is None else f": {found.name} is {found.state(self._clock.now())}."),
                remedy="`neuralbrain token list` shows which are, `neuralbrain token create` makes one.",
                code="token-refused",
            )
        return Operator(name=found.name, scope=found.scope)

    async def _records(self) -> tuple[TokenRecord, ...]:
        """Return the tokens as they were within the last second; many who ask at once wait for one reading."""
        known = self._known
        if known is not None and 0 <= self._clock.uptime_seconds() - known[0] < FRESH_SECONDS:
            return known[1]
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        return await asyncio.shield(self._reading)

    async def _read(self) -> tuple[TokenRecord, ...]:
        began = self._clock.uptime_seconds()
        try:
            found = await asyncio.wait_for(in_daemon_thread(self._tokens.all), READ_SECONDS)
        except TimeoutError as error:
            raise StoreUnavailableError(
                "The list of tokens could not be read in time.", remedy="Try again; the log says more."
            ) from error
        self._known = (began, found)
        return found


def _token_of(request: Request) -> str | None:
    """Return the token of a request, None where none was given; two are none."""
    given = values_of(request, b"authorization")
    if len(given) != 1:
        return None
    scheme, _, token = given[0].decode("latin-1").partition(" ")
    return token.strip() or None if scheme.lower() == SCHEME else None
