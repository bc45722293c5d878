"""The page that shows every address, made of files from this machine alone."""

from __future__ import annotations

from importlib.resources import files
from threading import Lock
from typing import Any

from fastapi import APIRouter, FastAPI
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from neuralbrain.api.examples import with_examples
from neuralbrain.api.refusals import with_refusals

OPENAPI = "/openapi.json"
CARRIER = "fastapi_offline"  # carries the files of Swagger UI; nothing else of it is used

SCRIPT, STYLE, ICON, START = "swagger-ui-bundle.js", "swagger-ui.css", "favicon.png", "start.js"
MEDIA_TYPES = {SCRIPT: "text/javascript", STYLE: "text/css", ICON: "image/png"}

# Swagger UI sets styles from its script and has pictures inside its style sheet; everything else is ours.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}

PAGE = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>NeuralBrain API</title>
<link rel="icon" href="/docs/{ICON}">
<link rel="stylesheet" href="/docs/{STYLE}">
</head>
<body>
<noscript>This page needs JavaScript; <a href="{OPENAPI}">the same as a document</a> does not.</noscript>
<div id="addresses"></div>
<script src="/docs/{SCRIPT}"></script>
<script src="/docs/{START}"></script>
</body>
</html>
"""

# Without validatorUrl the page would show the document to a service outside.
START_SCRIPT = f"""SwaggerUIBundle({{
  url: "{OPENAPI}",
  dom_id: "#addresses",
  validatorUrl: null,
  supportedSubmitMethods: ["get", "head"],
}});
"""


def documentation(api: FastAPI) -> APIRouter:
    """Return the addresses of the documentation page, its files, and the OpenAPI document of an application."""
    router = APIRouter(include_in_schema=False)

    made: list[dict[str, Any]] = []
    making = Lock()  # two that ask at first would change one document at one time

    @router.get(OPENAPI)
    def document() -> JSONResponse:
        with making:
            if not made:
                made.append(with_examples(with_refusals(api.openapi())))
        return JSONResponse(made[0])

    @router.get("/docs")
    async def page() -> HTMLResponse:
        return HTMLResponse(PAGE, headers=HEADERS)

    @router.get(f"/docs/{START}")
    async def start() -> Response:
        return Response(START_SCRIPT, media_type="text/javascript", headers=HEADERS)

    @router.get("/docs/{name}")
    def part(name: str) -> Response:
        if name not in MEDIA_TYPES:
            raise HTTPException(status_code=404)
        content = (files(CARRIER) / "static" / name).read_bytes()
        return Response(content, media_type=MEDIA_TYPES[name], headers=HEADERS)

    return router
