"""The edition that is up, in memory: swapped as a whole, and never taken away by a fault."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock, Thread
from typing import Protocol

import structlog

from neuralbrain.api.archive import Archive, PastEditions
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.errors import NeuralBrainError
from neuralbrain.publish.bodies import EditionBodies
from neuralbrain.publish.body import Body
from neuralbrain.publish.compression import CODINGS
from neuralbrain.source_ports import Observations

log = structlog.get_logger()

Headers = tuple[tuple[bytes, bytes], ...]

SHOWN = "shown"
"""Name under which a request carries the edition that was up when it came: ``Shown``, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An edition that is up: its answers, and the header fields that name it."""

    bodies: EditionBodies
    headers: Headers


class Published(PastEditions, Protocol):
    """What was published, and which of it is current."""

    def current(self) -> EditionHeader | None:
        """Return the header of the newest edition that was not withdrawn."""
        ...


class Shelf:
    """Holds the current edition for readers, who never wait and never see half of one.

    Attributes:
        earlier: The editions before it, and what was up when.

    Args:
        editions: What was published.
        observations: What was known, for charts.
        words: Gives what an edition's provider said in words, fit to be shown.
    """

    def __init__(
        self, editions: Published, observations: Observations, *, words: Callable[[EditionHeader], str] = lambda _: ""
    ) -> None:
        self._editions = editions
        self._observations = observations
        self._words = words
        self._shown: Shown | None = None
        self._trouble = ""
        self._refreshing = Lock()
        self._shrinking: Thread | None = None
        self.earlier: Archive[Shown] = Archive(editions, make=self._shown_of, up=self._up)

    @property
    def trouble(self) -> str:
        """Return why what is up may be old, in one sentence; empty where it is the current edition."""
        return self._trouble

    def current(self) -> EditionBodies | None:
        """Return the answers of the edition that is up, None where none is; reads nothing but memory."""
        shown = self._shown
        return None if shown is None else shown.bodies

    def shown(self) -> Shown | None:
        """Return the edition that is up with its header fields; to be asked once a request, as body and headers."""
        return self._shown

    def refresh(self) -> bool:
        """Put up the current edition where it is another one, and return whether anything changed.

        To be called about once a second. The large answers are made before the swap, so no reader waits for them; they
        are made smaller after it, in a thread of their own, and until then they are sent as they are.

        Raises:
            StoreError: If the store cannot be read, or the newer edition is damaged: what is up stays up, unless it
                was withdrawn, which is known where the store names an older one as current.
        """
        with self._refreshing:
            try:
                header = self._editions.current()
            except Exception as error:
                self._trouble = f"The store cannot be asked which edition is current ({_code(error)})."
                raise
            if self._is_up(header):
                self._trouble = ""
                return False
            try:
                found = None if header is None else self._editions.get()
                shown = None if found is None else self._shown_of(found)
            except Exception as error:
                number = 0 if header is None else header.number
                self._trouble = f"Edition {number} is current and cannot be loaded ({_code(error)})."
                if self._shown is not None and number < self._shown.bodies.header.number:
                    self._shown = None  # numbers only grow: what was up is withdrawn, so it is wrong, not old
                raise
            if shown is not None:
                for body in _large(shown):
                    body.promise()
            self._shown, self._trouble = shown, ""
            if shown is not None:
                self._shrinking = Thread(target=self._shrink, args=(shown,), name="shrinking", daemon=True)
                self._shrinking.start()
            return True

    def wait_until_small(self, seconds: float) -> bool:
        """Wait until the large answers of what is up are there in every coding, and return whether they are."""
        shrinking = self._shrinking
        if shrinking is not None:
            shrinking.join(seconds)
        return shrinking is None or not shrinking.is_alive()

    def _shrink(self, shown: Shown) -> None:
        """Make the large answers smaller, as long as their edition is up; without it they are sent as they are."""
        try:
            for body in _large(shown):
                for coding in CODINGS:
                    if self._shown is not shown:
                        return
                    if body.shrinks:
                        body.coded(coding)
        except Exception:
            log.exception("answers-not-shrunk", edition=shown.bodies.header.number)
        finally:
            for body in _large(shown):
                body.promise(kept=True)
            with self._refreshing:
                if self._shown is shown:
                    self._shown = replace(shown)  # another value: whoever kept an answer of before asks again

    def _up(self) -> tuple[EditionHeader, Shown] | None:
        shown = self._shown
        return None if shown is None else (shown.bodies.header, shown)

    def _is_up(self, header: EditionHeader | None) -> bool:
        up = None if self._shown is None else self._shown.bodies.header
        if header is None or up is None:
            return header is up
        # The digest, too: a database that was restored from a copy may give the same number to another edition.
        return (header.number, header.digest) == (up.number, up.digest)

    def _shown_of(self, edition: Edition) -> Shown:
        header = edition.header
        bodies = EditionBodies(
            edition,
            lambda source: self._observations.panels(source, cutoff=header.cutoff),
            words=self._words(header),
        )
        shown = Shown(bodies=bodies, headers=_headers_of(header))
        _large(shown)  # before the swap: no reader waits for them
        return shown


def _large(shown: Shown) -> tuple[Body, ...]:
    """Return the answers that are made before anybody asks, the shortest first."""
    bodies = shown.bodies
    return bodies.summary(), bodies.world(), bodies.all()


def _code(error: Exception) -> str:
    return error.error_code if isinstance(error, NeuralBrainError) else NeuralBrainError.code


def _headers_of(header: EditionHeader) -> Headers:
    """Return the header fields that are the same in every answer of an edition."""
    named = (
        (b"neuralbrain-edition", str(header.number).encode()),
        (b"neuralbrain-provider", header.provider.encode()),
        (b"neuralbrain-lock-number", str(header.lock_number).encode()),
        (b"neuralbrain-cutoff", utc_text(header.cutoff).encode()),
    )
    if header.withdrawal is None:
        return named
    return (*named, (b"neuralbrain-withdrawn", utc_text(header.withdrawal.at).encode()))
