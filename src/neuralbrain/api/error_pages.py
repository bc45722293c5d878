"""The page of each error code, to which the ``type`` of a problem leads; nothing on it comes from elsewhere."""

from __future__ import annotations

import json
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any

from fastapi import APIRouter
from starlette.responses import HTMLResponse, Response

from neuralbrain.api.problems import PAGES, page_of
from neuralbrain.errors import AddressUnknownError

PAGES_FILE = "error_pages.json"
"""Written from the tree of errors by ``make docs``."""
STYLE_NAME = "errors.css"
STYLE = """\
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
code { font-family: ui-monospace, monospace; }
dt { font-weight: 600; }
dd { margin: 0 0 .6rem; }
:root { color-scheme: light dark; }
"""
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def error_pages(_view: object) -> APIRouter:
    """Return the addresses of the pages of errors, and of the list of them."""
    router = APIRouter(include_in_schema=False)

    @router.get(PAGES.rstrip("/"))
    def every_error() -> HTMLResponse:
        rows = "\n".join(
            f'<dt><a href="{page_of(escape(code))}"><code>{escape(code)}</code></a></dt>'
            f"<dd>{escape(page['happened'])}</dd>"
            for code, page in pages().items()
        )
        return HTMLResponse(_page("Errors", f"<dl>\n{rows}\n</dl>"), headers=HEADERS)

    @router.get(f"/docs/{STYLE_NAME}")
    def style() -> Response:
        return Response(STYLE, media_type="text/css", headers=HEADERS)

    @router.get(page_of("{code}"))
    def one_error(code: str) -> HTMLResponse:
        page = pages().get(code)
        if page is None:
            raise AddressUnknownError("There is no such error.", remedy=f"{PAGES.rstrip('/')} lists all there are.")
        return HTMLResponse(_page(code, _told(page)), headers=HEADERS)

    return router


@cache
def pages() -> dict[str, dict[str, Any]]:
    """Return what is to be known of each error code, in the order of the tree."""
    text = (files(__package__) / PAGES_FILE).read_text(encoding="utf-8")
    return {page["code"]: page for page in json.loads(text)}


def _told(page: dict[str, Any]) -> str:
    remedies = "".join(f"<li>{escape(one)}</li>" for one in page["remedies"])
    status = "none: the service never answers with it" if page["status"] is None else str(page["status"])
    lasts = "it may end by itself: try again" if page["passing"] else "it stays until something is done"
    return (
        f"<p>{escape(page['happened'])}</p>\n<h2>What to do</h2>\n<ul>{remedies}</ul>\n"
        f"<dl><dt>HTTP status</dt><dd>{status}</dd><dt>Exit code of a command</dt><dd>{page['exit_code']}</dd>"
        f"<dt>How long</dt><dd>{lasts}</dd></dl>\n"
        '<p><small>“…” stands for what the moment fills in. <a href="/docs/errors">All errors</a>, '
        '<a href="/docs">all addresses</a>.</small></p>'
    )


def _page(title: str, content: str) -> str:
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)} - NeuralBrain</title>\n"
        f'<link rel="stylesheet" href="/docs/{STYLE_NAME}">\n'
        f"</head>\n<body>\n<h1><code>{escape(title)}</code></h1>\n{content}\n</body>\n</html>\n"
    )
