"""The files and the manifest of a recorded sample of a feed, in the form that the feeds' contract suite reads."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.feed_sample import RecordedAnswer
from neuralbrain.domain.observation import ObservationBatch

MANIFEST = "manifest.toml"
UNFIT = re.compile(r"[^A-Za-z0-9._-]+")
LONGEST_STEM = 60  # characters of a file's name; parts may be called after whole paths
ENDINGS = {"json": "json", "csv": "csv", "parquet": "parquet", "xml": "xml", "zip": "zip", "gzip": "gz"}
ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}(?:\.gz)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class SampleFile:
    """One recorded answer and what its file is called.

    Args:
        name: Of the file.
        answer: What came, with a payload.
        query: The part of what was asked that tells it from other answers at the same path.
    """

    name: str
    answer: RecordedAnswer
    query: tuple[tuple[str, str], ...]


def sample_files(answers: Iterable[RecordedAnswer]) -> tuple[SampleFile, ...]:
    """Return what is to be written of answers, each under a name of its own; those that were missing are left out.

    The first that fits a request is its answer, so one that is asked for more exactly comes before the others.
    """
    had = [one for one in answers if one.payload is not None]
    by_path: defaultdict[str, list[RecordedAnswer]] = defaultdict(list)
    for one in had:
        by_path[one.path].append(one)
    taken: set[str] = set()
    files = [
        SampleFile(name=_file_name(one, taken), answer=one, query=_telling(one, among=by_path[one.path])) for one in had
    ]
    return tuple(sorted(files, key=lambda file: -len(file.query)))


def manifest_text(
    files: Sequence[SampleFile],
    *,
    adapter: str,
    read_at: datetime,
    settings: Mapping[str, Any],
    expect: Mapping[str, Any],
    drift: Mapping[str, str] | None,
) -> str:
    """Return the manifest of a recorded sample.

    Args:
        files: What was recorded, in the order in which a request is compared with them.
        adapter: What reads them, by the name of a feed of the catalogue.
        read_at: When; what is asked for may depend on it.
        settings: What the settings say of the feed, without where it is.
        expect: What reading them gives, as ``expectation_of`` says.
        drift: A change that makes them unreadable: file, old and new words; None where nobody named one.
    """
    origin = files[0].answer.payload.origin if files and files[0].answer.payload else ""
    lines = [
        "synthetic = false",
        f"read_at = {utc_text(read_at.replace(microsecond=0))}",
        f"says = {_word(f'Recorded on {read_at.date()} from {origin}.')}",
        f"name = {_word(adapter)}",
    ]
    if settings:
        lines += ["", "[settings]", *(f"{name} = {_value(value)}" for name, value in settings.items())]
    for file in files:
        lines += ["", "[[answer]]", f"path = {_word(file.answer.path)}"]
        if file.query:
            lines.append(f"query = {_value(dict(file.query))}")
        lines.append(f"file = {_word(file.name)}")
        media_type = file.answer.payload.media_type if file.answer.payload else ""
        if media_type:
            lines.append(f"media_type = {_word(media_type)}")
    lines += ["", "[expect]", *(f"{name} = {_value(value)}" for name, value in expect.items())]
    if drift is not None:
        lines.append(f"drift = {_value(drift)}")
    return "\n".join(lines) + "\n"


def expectation_of(batches: Iterable[ObservationBatch]) -> dict[str, Any]:
    """Return what reading a sample gives: how much, and one value of it to compare with."""
    rows = releases = rejected = 0
    places: set[str] = set()
    value: dict[str, Any] = {}
    for batch in batches:
        rows, releases, rejected = rows + len(batch), releases + 1, rejected + len(batch.rejected)
        places |= {one.location for one in batch.series}
        value = _newest_value(batch) or value
    return {"rows": rows, "releases": releases, "rejected": rejected, "places": len(places), "value": value}


def kept_drift(files: Sequence[SampleFile], before: Mapping[str, Any]) -> dict[str, str] | None:
    """Return the change that an earlier manifest named, where its old words are in one of these files, too."""
    drift = before.get("expect", {}).get("drift") or {}
    old, new = str(drift.get("old", "")), str(drift.get("new", ""))
    for file in files:
        if old and file.answer.payload is not None and old.encode() in file.answer.payload.body:
            return {"file": file.name, "old": old, "new": new}
    return None


def _newest_value(batch: ObservationBatch) -> dict[str, Any]:
    known = np.flatnonzero(np.isfinite(batch.value))
    if not len(known):
        return {}
    newest = int(known[np.argmax(batch.target_date[known].astype(np.int64))])
    series = batch.series[int(batch.series_index[newest])]
    return {
        "location": series.location,
        "signal": series.signal.name,
        "target_date": str(batch.target_date[newest].astype("datetime64[D]")),
        "value": float(batch.value[newest]),
    }


def _telling(answer: RecordedAnswer, *, among: Sequence[RecordedAnswer]) -> tuple[tuple[str, str], ...]:
    """Return the parameters whose values are not the same in all answers at a path."""
    asked = [dict(one.query) for one in among]
    return tuple((name, value) for name, value in answer.query if any(other.get(name) != value for other in asked))


def _file_name(answer: RecordedAnswer, taken: set[str]) -> str:
    """Return a name that says part and page, not used before."""
    media_type = answer.payload.media_type if answer.payload else ""
    found = ENDING.search(answer.path)
    kind = next((ending for word, ending in ENDINGS.items() if word in media_type), "txt")
    ending = found[0] if found else f".{kind}"
    stem = UNFIT.sub("-", answer.part.removesuffix(ending)).strip("-.")[-LONGEST_STEM:] or "part"
    stem += f"-{answer.page}" if answer.page else ""
    name, number = f"{stem}{ending}", 1
    while name.lower() in taken:
        number += 1
        name = f"{stem}-{number}{ending}"
    taken.add(name.lower())
    return name


def _word(text: str) -> str:
    """Return a text as TOML writes it: as JSON does, but for DEL, which JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:  # noqa: ANN401 - whatever a manifest holds
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_word(str(name))} = {_value(one)}" for name, one in value.items()) + " }"
    return _word(value) if isinstance(value, str) else json.dumps(value)
