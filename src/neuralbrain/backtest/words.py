"""Providers' own words beside a backtest, by what was asked: the same question is never paid for twice."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from neuralbrain.backtest.atomic import UNFINISHED, write_whole
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.request import Answer

FOLDER = "words"
ROOM = 2**18  # bytes; the answer to one question has some ten thousand


class KeptWords:
    """Answers in a folder, one file a question and version; a damaged file counts as none.

    Args:
        folder: The folder of a backtest.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / FOLDER

    def find(self, request_digest: str, *, provider: str, version: str) -> Answer | None:
        """Return what was said to exactly this question by exactly this version, None where nothing is kept."""
        try:
            head, _, body = self._path(request_digest, provider, version).read_bytes().partition(b"\n")
            said = json.loads(head)
        except (OSError, ValueError):
            return None
        asked = {"request": request_digest, "provider": provider, "version": version}
        if not isinstance(said, dict) or {name: said.get(name) for name in asked} != asked:
            return None
        return _answer(said, body) if said.get("sha256") == hashlib.sha256(body).hexdigest() else None

    def keep(self, request_digest: str, *, provider: str, version: str, answer: Answer) -> None:
        """Keep an answer, durably.

        Raises:
            StoreError: If it cannot be written.
        """
        head = {
            "request": request_digest,
            "provider": provider,
            "version": version,
            "media_type": answer.media_type,
            "model": answer.model,
            "calls": list(answer.calls),
            "notes": [[one.code, one.severity.value, one.message, one.region, one.signal] for one in answer.notes],
            "sha256": hashlib.sha256(answer.body).hexdigest(),
        }
        path = self._path(request_digest, provider, version)
        write_whole(path, json.dumps(head).encode() + b"\n" + answer.body)

    def require_room(self) -> None:
        """Make sure that an answer could be kept, before one is paid for.

        Raises:
            StoreError: If it could not.
        """
        path = self._folder / f"{UNFINISHED}room"
        write_whole(path, bytes(ROOM))
        path.unlink(missing_ok=True)

    def _path(self, request_digest: str, provider: str, version: str) -> Path:
        author = hashlib.sha256(f"{provider}|{version}".encode()).hexdigest()[:8]
        return self._folder / f"{request_digest}-{author}.words"


def _answer(said: dict[str, Any], body: bytes) -> Answer:
    return Answer(
        body=body,
        media_type=said["media_type"],
        model=said["model"],
        calls=tuple(said["calls"]),
        notes=tuple(
            Finding(code=code, severity=Severity(severity), message=message, region=region, signal=signal)
            for code, severity, message, region, signal in said["notes"]
        ),
    )
