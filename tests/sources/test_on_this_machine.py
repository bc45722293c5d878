"""Getting what lies on this machine: odd names, odd files, and what changes while it is read."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from neuralbrain.domain.feed import FeedRequest, FetchOutcome, Validators
from neuralbrain.sources.on_this_machine import from_file, from_package
from stand_ins import START


def request_for(path: Path, **how) -> FeedRequest:
    """Return what asks for a file."""
    return FeedRequest(part="p", url=path.as_uri(), **how)


def code(page) -> str:
    """Return why a page failed, empty where it did not."""
    return "" if page.fault is None else page.fault.error_code


@pytest.mark.parametrize(
    "name",
    ["a b.csv", "100%41.csv", "what?.csv", "a#1.csv", "a;b=c.csv", "Côte.csv", "line\nbreak.csv", "a\\b.csv", "~x"],
)
def test_any_name_is_read(tmp_path, name):
    """A file is found by its address whatever stands in its name, and shown in plain letters."""
    path = tmp_path / name
    path.write_bytes(b"7")
    page = from_file(request_for(path), now=START, known=None)
    assert page.payload is not None, page.fault
    assert page.payload.body == b"7"
    assert page.payload.origin.isascii()
    assert page.payload.origin.isprintable()


def test_a_name_that_is_no_utf_8_is_read(tmp_path):
    """Names are bytes, and what cannot be found under such a name can still be said."""
    name = os.fsencode(tmp_path) + b"/caf\xe9.csv"
    request = FeedRequest(part="p", url=f"file:{quote(name)}")
    page = from_file(request, now=START, known=None)
    assert code(page) == "source-missing"
    str(page.fault).encode()
    Path(os.fsdecode(name)).write_bytes(b"7")
    assert from_file(request, now=START, known=None).outcome is FetchOutcome.NEW


@pytest.mark.parametrize("url", ["file:{}", "file://{}"])
def test_both_ways_of_writing_are_read(tmp_path, url):
    """With and without an empty host the same file is meant."""
    (tmp_path / "a.csv").write_bytes(b"7")
    request = FeedRequest(part="p", url=url.format(tmp_path / "a.csv"))
    assert from_file(request, now=START, known=None).outcome is FetchOutcome.NEW


def test_unchanged_is_seen_without_reading(tmp_path):
    """A file that was not written to since is unchanged, unless it must be read whatever it is."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"7")
    first = from_file(request_for(path), now=START, known=None)
    assert first.payload is not None
    known = Validators(at=START, etag=first.payload.etag)
    assert from_file(request_for(path), now=START, known=known).outcome is FetchOutcome.UNCHANGED
    assert from_file(request_for(path, conditional=False), now=START, known=known).outcome is FetchOutcome.NEW
    path.write_bytes(b"8")
    os.utime(path, ns=(1, 1))
    assert from_file(request_for(path), now=START, known=known).outcome is FetchOutcome.NEW


def test_what_is_no_file_is_a_fault(tmp_path):
    """A folder, a pipe that nobody writes to, a device without an end: none is read, and none is waited for."""
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", Path("/dev/zero")):
        assert code(from_file(request_for(path), now=START, known=None)) == "source-missing"


def test_what_is_not_there_is_missing_or_a_fault(tmp_path):
    """A file that may be missing is; below something that is no folder, or with a zero byte, it is a fault."""
    request = request_for(tmp_path / "none.csv")
    assert code(from_file(request, now=START, known=None)) == "source-missing"
    assert from_file(replace(request, may_be_missing=True), now=START, known=None).outcome is FetchOutcome.MISSING
    (tmp_path / "file").write_bytes(b"7")
    assert code(from_file(request_for(tmp_path / "file" / "a.csv"), now=START, known=None)) == "source-missing"
    assert code(from_file(FeedRequest(part="p", url="file:/a%00b"), now=START, known=None)) == "source-missing"
    assert code(from_file(FeedRequest(part="p", url="file:/" + "a" * 5000), now=START, known=None)) == "source-missing"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_what_may_not_be_read_is_a_fault(tmp_path):
    """A file of somebody else is a fault that says so, also where it may be missing."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"7")
    path.chmod(0)
    assert code(from_file(request_for(path, may_be_missing=True), now=START, known=None)) == "source-missing"


@pytest.mark.parametrize(("body", "expected"), [(b"", "source-empty"), (b"\n \n", "source-empty"), (b"12345", "")])
def test_nothing_is_a_fault(tmp_path, body, expected):
    """A file without content, or with nothing but white space, is empty."""
    path = tmp_path / "a.csv"
    path.write_bytes(body)
    assert code(from_file(request_for(path), now=START, known=None)) == expected


def test_what_is_longer_than_allowed_is_a_fault(tmp_path):
    """The limit holds to the byte."""
    path = tmp_path / "a.csv"
    path.write_bytes(b"12345")
    assert code(from_file(request_for(path, most_bytes=4), now=START, known=None)) == "source-too-large"
    assert code(from_file(request_for(path, most_bytes=5), now=START, known=None)) == ""


@pytest.mark.skipif(not Path("/proc/uptime").exists(), reason="this system has no such file")
def test_a_file_that_is_being_written_is_a_fault():
    """Bytes that do not fit the length the file had before are not used; it is worth another look."""
    page = from_file(request_for(Path("/proc/uptime")), now=START, known=None)  # it says that it has no bytes
    assert page.fault is not None
    assert page.fault.transient


def test_a_package_that_is_not_there_is_a_fault():
    """A package that is not installed, a file it does not have and a folder of it are faults that say which."""
    for url in ("package:no-such-package/a", "package:numpy/no/such.file", "package:numpy/numpy"):
        page = from_package(FeedRequest(part="p", url=url), now=START, known=None)
        assert code(page) == "source-missing"
        assert "numpy" in str(page.fault) or "no-such-package" in str(page.fault)


def test_a_package_is_unchanged_while_its_version_is():
    """The same version is not read again, unless it must be."""
    request = FeedRequest(part="p", url="package:numpy/numpy/version.py")
    first = from_package(request, now=START, known=None)
    assert first.payload is not None
    known = Validators(at=START, etag=first.payload.etag)
    assert from_package(request, now=START, known=known).outcome is FetchOutcome.UNCHANGED
    assert from_package(replace(request, conditional=False), now=START, known=known).outcome is FetchOutcome.NEW
