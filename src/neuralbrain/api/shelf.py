"""The edition that is up, in memory: swapped as a whole, and never taken away by a fault."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.errors import NeuralBrainError
from neuralbrain.ports import Editions
from neuralbrain.publish.bodies import EditionBodies
from neuralbrain.source_ports import Observations

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An edition that is up: its answers, and the header fields that name it."""

    bodies: EditionBodies
    headers: Headers


class Shelf:
    """Holds the current edition for readers, who never wait and never see half of one.

    Args:
        editions: What was published.
        observations: What was known, for charts.
    """

    def __init__(self, editions: Editions, observations: Observations) -> None:
        self._editions = editions
        self._observations = observations
        self._shown: Shown | None = None
        self._trouble = ""
        self._refreshing = Lock()

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

        To be called about once a second. The large answers are made before the swap, so no reader waits for them.

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
            self._shown, self._trouble = shown, ""
            return True

    def _is_up(self, header: EditionHeader | None) -> bool:
        up = None if self._shown is None else self._shown.bodies.header
        if header is None or up is None:
            return header is up
        # The digest, too: a database that was restored from a copy may give the same number to another edition.
        return (header.number, header.digest) == (up.number, up.digest)

    def _shown_of(self, edition: Edition) -> Shown:
        header = edition.header
        bodies = EditionBodies(edition, lambda source: self._observations.panels(source, cutoff=header.cutoff))
        for make in (bodies.all, bodies.world, bodies.summary):
            make()
        return Shown(bodies=bodies, headers=_headers_of(header))


def _code(error: Exception) -> str:
    return error.error_code if isinstance(error, NeuralBrainError) else NeuralBrainError.code


def _headers_of(header: EditionHeader) -> Headers:
    """Return the header fields that are the same in every answer of an edition."""
    return (
        (b"cache-control", b"no-cache"),  # may be kept, must be asked about: the next edition can come at any moment
        (b"x-content-type-options", b"nosniff"),
        (b"neuralbrain-edition", str(header.number).encode()),
        (b"neuralbrain-provider", header.provider.encode()),
        (b"neuralbrain-lock-number", str(header.lock_number).encode()),
        (b"neuralbrain-cutoff", utc_text(header.cutoff).encode()),
    )
