"""Files of one's own for tests: a table as text, and what reading it comes to."""

from __future__ import annotations

from pathlib import Path

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.observation import ObservationBatch
from neuralbrain.sources.own_file import OwnFile
from stand_ins import START

LAYOUTS = Path(__file__).parent / "samples" / "file"
"""Three layouts with their mappings, made up."""


def page(body: bytes | str, *, name: str = "mine.csv") -> Payload:
    """Return a file as it is read."""
    raw = body.encode() if isinstance(body, str) else body
    return Payload(body=raw, media_type="", origin=name, retrieved_at=START)


def written(folder: Path, mapping: str) -> str:
    """Return where a mapping was written."""
    path = folder / "mapping.toml"
    path.write_text(mapping, encoding="utf-8")
    return str(path)


def releases(body: bytes | str, mapping: str = "", **settings) -> tuple[ObservationBatch, ...]:
    """Return what a file holds, by a mapping file or by the names of its columns."""
    return OwnFile(name="mine", mapping=mapping, **settings).parse([page(body)])


def values_of(batch: ObservationBatch) -> dict[tuple[str, str, str], float]:
    """Return place, signal and day to value."""
    return {
        (batch.series[number].location, batch.series[number].signal.name, str(day)): value
        for number, day, value in zip(batch.series_index, batch.target_date, batch.value.tolist(), strict=True)
    }
