"""Writes what a feed really answers into a folder of samples."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from neuralbrain.cli.screen import line, screen
from neuralbrain.domain.calendar import utc_text
from neuralbrain.domain.feed import Payload
from neuralbrain.domain.feed_sample import RecordedAnswer
from neuralbrain.errors import SourceError
from neuralbrain.publish.feed_sample import MANIFEST, expectation_of, kept_drift, manifest_text, sample_files

if TYPE_CHECKING:
    from neuralbrain.domain.observation import ObservationBatch
    from neuralbrain.wiring import Application

ELSEWHERE = frozenset({"adapter", "base_url", "path", "private"})  # settings that say where it is, not what is read


def record_sample(here: Application, name: str, *, folder: Path, since: date | None) -> dict[str, Any]:
    """Ask a feed, write what it answers, and return what became of it as plain values.

    Nothing is written unless every answer could be had. Answers that cannot be read are written all the same: they are
    what is to be looked at.

    Raises:
        typer.BadParameter: If the folder holds something else, or the feed is read from this machine.
        SettingsError: If the feed cannot be built.
        SourceError: If it cannot say what to ask for.
    """
    known, now = here.known_feeds(), here.clock.now()
    adapter = known.adapter(name)
    if not any(one.url.startswith("http") for one in here.source(name).requests(now=now)):
        raise typer.BadParameter(f"{name} is read from this machine: there is nothing to record.", param_hint="NAME")
    before = _manifest_before(folder, adapter)
    answers = tuple(known.answers(name, now=now, since=since))
    told: dict[str, Any] = {"feed": name, "folder": str(folder), "read_at": utc_text(now), "files": []}
    failed = next((one.fault for one in answers if one.fault is not None), None)
    if failed is not None:
        return told | {"expect": None, "drift": None, "fault": _as_json(failed)}
    batches, fault = _read(here, name, [one for one in answers if not one.older])
    files, expect = sample_files(answers), expectation_of(batches)
    drift = kept_drift(files, before)
    manifest = manifest_text(
        files,
        adapter=adapter,
        read_at=now,
        settings={field: value for field, value in known.said(name).items() if field not in ELSEWHERE},
        expect=expect,
        drift=drift,
    )
    bodies = {file.name: file.answer.payload.body for file in files if file.answer.payload is not None}
    _write(folder, {**bodies, MANIFEST: manifest.encode()}, before=before)
    return told | {
        "files": [{"file": name, "n_bytes": len(body)} for name, body in bodies.items()],
        "expect": expect,
        "drift": drift,
        "fault": None if fault is None else _as_json(fault),
    }


def print_recording(told: Mapping[str, Any]) -> None:
    """Print what became of a recording."""
    console, fault = screen(), told["fault"]
    for file in told["files"]:
        console.print(line(f"{file['n_bytes']:>12,} bytes  {file['file']}"))
    if told["files"]:
        expect = told["expect"]
        console.print(
            line(
                f"{told['folder']}: {len(told['files'])} answers; read, they are {expect['rows']:,} values of "
                f"{expect['places']:,} places in {expect['releases']:,} releases, {expect['rejected']:,} rows rejected."
            )
        )
        if told["drift"] is None:
            console.print("Name a change that must be refused: drift in [expect] of the manifest.", style="yellow")
    else:
        console.print("Nothing was written.")
    if fault is not None:
        console.print(line((fault["message"], "yellow")))
        console.print(line((f"  what to do: {fault['remedy']} ({fault['code']})", "yellow")))


def _manifest_before(folder: Path, adapter: str) -> dict[str, Any]:
    """Return the manifest that is in a folder, empty where it is new.

    Raises:
        typer.BadParameter: If the folder holds anything but a sample of the same feed.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return {}
    try:
        before = tomllib.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise typer.BadParameter(f"{folder} is not empty and holds no sample.", param_hint="--to") from None
    if before.get("name") != adapter:
        raise typer.BadParameter(f"{folder} holds a sample of another feed.", param_hint="--to")
    return before


def _read(
    here: Application, name: str, answers: Sequence[RecordedAnswer]
) -> tuple[list[ObservationBatch], SourceError | None]:
    pages: dict[str, list[Payload]] = {}
    for one in answers:
        if one.payload is not None:
            pages.setdefault(one.part, []).append(one.payload)
    batches: list[ObservationBatch] = []
    fault: SourceError | None = None
    for part in pages.values():
        try:
            batches += here.source(name).parse(part)
        except SourceError as error:
            fault = fault or error
    return batches, fault


def _write(folder: Path, contents: Mapping[str, bytes], *, before: Mapping[str, Any]) -> None:
    """Write files, and remove those that the manifest before named and this one does not."""
    old = {str(one.get("file", "")) for one in before.get("answer", ())} - set(contents)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            (folder / name).write_bytes(content)
        for name in old:
            if name and Path(name).name == name:  # a manifest may not have files outside its folder removed
                (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be written: {error.strerror}.", param_hint="--to") from None


def _as_json(error: SourceError) -> dict[str, str]:
    return {"code": error.error_code, "message": error.happened, "remedy": error.remedy}
