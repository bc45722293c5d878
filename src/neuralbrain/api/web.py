"""The dashboard: files that the build made, served from memory; where there are none, a page that says how to build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from neuralbrain.api.acceptance import LONGEST_FIELD

START = "index.html"
HASHED = "assets/"  # names in there change with what is in the file
CODINGS = (("br", ".br"), ("gzip", ".gz"))  # the first that a client takes is sent
MEDIA_TYPES: Mapping[str, str] = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}

# Styles and scripts come from files of this service alone; a picture may be one that the page has drawn itself.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "worker-src 'self'; base-uri 'none'; form-action 'none'; "
)
ALONE, IN_FRAMES = "frame-ancestors 'none'", "frame-ancestors *"
FOR_A_YEAR = "public, max-age=31536000, immutable"

NOT_BUILT = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NeuralBrain: the dashboard is not built</title>
</head>
<body>
<main>
<h1>The dashboard is not built</h1>
<p>This copy of NeuralBrain runs from its source, and its pages have not been made yet.</p>
<p>In the folder of the source run <code>make dashboard</code>, then start the service again.
Nothing but Python is needed for that; installed packages have the dashboard already.</p>
<p>Everything else works without it: <a href="/docs">the API</a>,
<a href="/api/predictions/summary">the summary of the current edition</a>, and the command
<code>neuralbrain</code>.</p>
</main>
</body>
</html>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebFile:
    """One file of the dashboard.

    Args:
        media_type: What it is.
        codings: Its content by content coding; ``identity`` is always there.
        cache: How long it may be kept.
    """

    media_type: str
    codings: Mapping[str, bytes]
    cache: str


def web(folder: Traversable | None = None) -> APIRouter:
    """Return the addresses of the dashboard; what is not among its files is not found, whatever the path says.

    Args:
        folder: What the build made; None for that of this package.
    """
    router = APIRouter(include_in_schema=False)
    made = _read(files("neuralbrain") / "web" if folder is None else folder)

    @router.get("/")
    async def start(request: Request) -> Response:
        found = made.get(START)
        if found is None:
            return Response(NOT_BUILT, status_code=503, headers=_headers(MEDIA_TYPES[".html"], ALONE, "no-store"))
        embedded = request.query_params.get("embed") == "1"
        return _answer(found, request, frames=IN_FRAMES if embedded else ALONE)

    def add(name: str, found: WebFile) -> None:
        async def part(request: Request) -> Response:
            return _answer(found, request, frames=ALONE)

        router.add_api_route(f"/{name}", part, methods=["GET"], include_in_schema=False)

    for name, found in made.items():
        if name != START:
            add(name, found)
    return router


def _answer(found: WebFile, request: Request, *, frames: str) -> Response:
    coding = _coding(request.headers.get("accept-encoding", ""), found.codings)
    headers = _headers(found.media_type, frames, found.cache)
    headers["vary"] = "accept-encoding"
    if coding != "identity":
        headers["content-encoding"] = coding
    return Response(found.codings[coding], headers=headers)


def _headers(media_type: str, frames: str, cache: str) -> dict[str, str]:
    return {
        "content-type": media_type,
        "content-security-policy": POLICY + frames,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cache-control": cache,
    }


def _coding(accepted: str, codings: Mapping[str, bytes]) -> str:
    """Return the content coding to send: one that the client names without refusing it, else none.

    >>> _coding("gzip, br;q=0.5", {"identity": b"", "br": b"", "gzip": b""})
    'br'
    >>> _coding("br;q=0, gzip", {"identity": b"", "br": b"", "gzip": b""})
    'gzip'
    """
    if len(accepted) > LONGEST_FIELD:
        return "identity"
    named = (one.replace(" ", "").lower().partition(";q=") for one in accepted.split(","))
    taken = {name for name, _, weight in named if weight.strip("0.") or not weight}
    return next((coding for coding, _ in CODINGS if coding in taken and coding in codings), "identity")


def _read(folder: Traversable) -> dict[str, WebFile]:
    """Return the files of the dashboard by their path, each with its compressed twins; none where it is not built."""
    if not (folder / START).is_file():
        return {}
    contents = dict(_walk(folder, ""))
    made: dict[str, WebFile] = {}
    for name, content in contents.items():
        media_type = next((kind for ending, kind in MEDIA_TYPES.items() if name.endswith(ending)), None)
        if media_type is None:
            continue  # a compressed twin, or nothing that the build makes
        twins = {coding: contents[name + ending] for coding, ending in CODINGS if name + ending in contents}
        cache = FOR_A_YEAR if name.startswith(HASHED) else "no-cache"
        made[name] = WebFile(media_type=media_type, codings={"identity": content, **twins}, cache=cache)
    return made


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        elif entry.is_file():
            yield f"{prefix}{entry.name}", entry.read_bytes()
