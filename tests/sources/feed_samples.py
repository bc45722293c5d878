"""Samples of feeds as they lie in ``samples``: what a server answers, and what reading that must come to."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SAMPLES = Path(__file__).parent / "samples"
READ_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
"""When a sample is read unless it says otherwise: after everything that stands in it was published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedFile:
    """What a server answers to some requests.

    Args:
        path: Below the base URL, without query; a query in the manifest's path is taken apart.
        query: Parameters that must have these values; others may be there.
        file: Name of the file in the sample's folder.
        media_type: As the server says.
    """

    path: str
    query: Mapping[str, str]
    file: str
    media_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A folder with a feed's answers.

    Args:
        folder: Where it is.
        name: The feed's name in the catalogue.
        settings: What is set for the run, but for the address.
        answers: First match wins.
        expect: What the first reading must come to.
        read_at: When it is read.
    """

    folder: Path
    name: str
    settings: Mapping[str, Any]
    answers: tuple[RecordedFile, ...]
    expect: Mapping[str, Any]
    read_at: datetime = READ_AT

    @property
    def bodies(self) -> dict[str, bytes]:
        """Return the bytes of each file that is answered, by its name."""
        return {one.file: (self.folder / one.file).read_bytes() for one in self.answers}


def load(folder: Path) -> Sample:
    """Return the sample of a folder, by its manifest."""
    manifest = tomllib.loads((folder / "manifest.toml").read_text(encoding="utf-8"))
    return Sample(
        folder=folder,
        name=manifest.get("name", folder.name),
        settings=manifest.get("settings", {}),
        answers=tuple(
            RecordedFile(
                path=urlsplit(one["path"]).path,
                query={name: str(value) for name, value in one.get("query", {}).items()},
                file=one["file"],
                media_type=one.get("media_type", "application/octet-stream"),
            )
            for one in manifest.get("answer", [])
        ),
        expect=manifest["expect"],
        read_at=manifest.get("read_at", READ_AT),
    )


def folders() -> tuple[Path, ...]:
    """Return the folders with a manifest, by name."""
    return tuple(sorted(one.parent for one in SAMPLES.glob("*/manifest.toml")))
