"""The files of the dashboard as they are served: what may run, what may be kept, and what is not there."""

from __future__ import annotations

import asyncio
import gzip
import re
from importlib.resources import files
from pathlib import Path
from typing import Any

import brotli
import pytest
from fastapi import FastAPI

from neuralbrain.api.web import web

CODE_LIMIT, GEOMETRY_LIMIT = 150_000, 100_000  # bytes as they are sent
MADE = Path(str(files("neuralbrain") / "web"))
built = pytest.mark.skipif(not (MADE / "index.html").is_file(), reason="not built; `make dashboard` builds it")
ADDRESS = re.compile(rb"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
NAMESPACE = re.compile(rb"https?://www\.w3\.org/")  # names in XML that nobody asks for


def get(folder: Path, path: str, *, query: str = "", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Return what is answered by the dashboard in a folder."""
    api, sent = FastAPI(openapi_url=None, docs_url=None, redoc_url=None), list[Any]()
    api.include_router(web(folder))

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    fields = [(key.replace("_", "-").encode(), value.encode()) for key, value in headers.items()]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": fields}
    asyncio.run(api({**scope, "http_version": "1.1", "scheme": "http", "root_path": ""}, receive, send))
    given = {key.decode(): value.decode() for key, value in sent[0]["headers"]}
    return sent[0]["status"], given, b"".join(one.get("body", b"") for one in sent[1:])


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """Return a folder as the build leaves it."""
    folder = tmp_path / "web"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html>page")
    (folder / "assets" / "code-1a.js").write_text("code")
    (folder / "assets" / "code-1a.js.br").write_bytes(brotli.compress(b"code"))
    (folder / "assets" / "code-1a.js.gz").write_bytes(gzip.compress(b"code"))
    (folder / "notes.md").write_text("not served")
    (tmp_path / "secret.html").write_text("secret")
    return folder


def test_a_page_that_is_not_built_says_how_to_build_it(tmp_path: Path) -> None:
    """Without the build the first page says so and names the command; nothing of it can run anything."""
    status, headers, content = get(tmp_path / "nowhere", "/")
    assert status == 503
    assert b"make dashboard" in content
    assert b"<script" not in content
    assert headers["cache-control"] == "no-store"


def test_the_page_runs_nothing_from_elsewhere(made: Path) -> None:
    """The policy names no other host, allows nothing inline, and lets nobody frame the page."""
    status, headers, content = get(made, "/")
    policy = headers["content-security-policy"]
    assert (status, content) == (200, b"<!doctype html>page")
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert headers["cache-control"] == "no-cache"


def test_only_a_view_made_for_it_may_be_framed(made: Path) -> None:
    """The policy lets pages frame what is asked for with embed=1, and nothing else."""
    assert get(made, "/", query="embed=1")[1]["content-security-policy"].endswith("frame-ancestors *")
    assert get(made, "/", query="embed=0")[1]["content-security-policy"].endswith("frame-ancestors 'none'")


@pytest.mark.parametrize(
    ("accepted", "coding", "unpack"),
    [
        ("br, gzip", "br", brotli.decompress),
        ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("identity", None, bytes),
        ("", None, bytes),
    ],
)
def test_a_part_is_sent_as_small_as_the_client_takes_it(
    made: Path, accepted: str, coding: str | None, unpack: Any
) -> None:
    """A part comes in the best coding that the client names, is the same unpacked, and may be kept for ever."""
    status, headers, content = get(made, "/assets/code-1a.js", accept_encoding=accepted)
    assert status == 200
    assert headers.get("content-encoding") == coding
    assert unpack(content) == b"code"
    assert "immutable" in headers["cache-control"]
    assert headers["vary"] == "accept-encoding"


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/assets/../../secret.html",
        "/assets/%2e%2e/secret.html",
        "/notes.md",
        "/assets/",
        "//etc/passwd",
    ],
)
def test_nothing_else_is_served(made: Path, path: str) -> None:
    """What is not one of the files that the build makes is not found, whatever the path says."""
    assert get(made, path)[0] == 404


@built
def test_the_bundle_names_no_other_host() -> None:
    """In no file that a browser is given is there an address elsewhere."""
    for path in MADE.rglob("*"):
        if path.suffix in {".html", ".js", ".css", ".json", ".svg"}:
            assert ADDRESS.search(NAMESPACE.sub(b"", path.read_bytes())) is None, path.name


@built
def test_it_is_small() -> None:
    """Code and styles stay under 150 kB, the maps under 100 kB, as a browser without Brotli gets them."""
    sizes = {path.name: path.stat().st_size for path in MADE.rglob("*.gz")}
    geometry = sum(size for name, size in sizes.items() if name.endswith(".json.gz"))
    assert 0 < sum(sizes.values()) - geometry <= CODE_LIMIT
    assert 0 < geometry <= GEOMETRY_LIMIT


@built
def test_every_part_of_the_bundle_is_reached() -> None:
    """The page names its script and its style sheet, and both are served."""
    page = get(MADE, "/")[2].decode()
    parts = re.findall(r'(?:src|href)="(/assets/[^"]+)"', page)
    assert {part.rsplit(".", 1)[-1] for part in parts} == {"js", "css"}
    assert [get(MADE, part)[0] for part in parts] == [200] * len(parts)
