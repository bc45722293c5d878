"""Errors as problem details (RFC 9457): one shape for every address, and no word of an unforeseen exception."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Match

from neuralbrain.api.asgi import READING
from neuralbrain.api.parameters import LONGEST_NAME, UNKNOWN, remedy_for
from neuralbrain.errors import (
    AccessError,
    AddressUnknownError,
    FencedError,
    LockFreeError,
    NeuralBrainError,
    NotFoundError,
    ProviderUnfitError,
    QueryError,
    RequestRefusedError,
    RunnerBusyError,
    StoreError,
    TooOftenError,
    UnknownRegionError,
)

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
PAGES = "/docs/errors/"
RETRY_SECONDS = 30  # what a client should wait after 503: a busy store and a first cycle are both over by then
ENDING = (408, 413)  # the rest of such a request is not read, so nothing can follow it on the same connection
CHANGING = ("POST", "PUT", "PATCH", "DELETE")
OF_ACCESS = {
    "token-missing": 401,
    "token-refused": 401,
    "token-scope": 403,
    "cross-site": 403,
    "control-off": 404,  # until an operator makes a token, what changes something is not there at all
    "method-not-allowed": 405,
    "body-too-slow": 408,
    "body-too-large": 413,
    "host-unknown": 421,
    "too-many-requests": 429,
}
"""Statuses of the errors of whoever is not let in, by their code."""


class Problem(BaseModel):
    """Why a request got no answer."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Which kind of problem: the address of its page, or about:blank where it has none.")
    title: str = Field(description="The HTTP status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened, in one sentence.")
    instance: str = Field(description="The path that was asked for.")
    code: str | None = Field(description="The error code, as the reference lists it; null where HTTP says it all.")
    remedy: str = Field(description="What to do, in one sentence.")


def page_of(code: str) -> str:
    """Return where the page of an error code is, as seen from the service itself."""
    return f"{PAGES}{code}"


def problem_response(
    status: int, *, path: str, detail: str, remedy: str, code: str | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return a problem as a response; one of 503 says when to come back."""
    problem = Problem(
        type="about:blank" if code is None else page_of(code),
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        instance=quote(path),
        code=code,
        remedy=remedy,
    )
    added = dict(headers or {})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        added["retry-after"] = str(RETRY_SECONDS)
    return JSONResponse(problem.model_dump(), status_code=status, headers=added, media_type=MEDIA_TYPE)


def status_of(error: NeuralBrainError) -> int:
    """Return the HTTP status of one of our errors.

    >>> status_of(UnknownRegionError("No region is called so.", remedy="Ask for another."))
    404
    """
    match error:
        case AccessError() | QueryError():
            return OF_ACCESS.get(error.error_code, 422)
        case FencedError() | LockFreeError() | RunnerBusyError() | ProviderUnfitError():
            return 409  # as things stand it cannot be done
        case NotFoundError(error_code="edition-none"):
            return 503  # there will be one: the address is right
        case NotFoundError() | UnknownRegionError():
            return 404
        case StoreError():
            return 503
        case _:
            return 503 if error.transient else 500


def unforeseen(path: str, error: BaseException) -> JSONResponse:
    """Return the response to an exception that nobody foresaw: an id that the log has, too, and nothing else of it."""
    name = uuid.uuid4().hex[:12]
    log.error("request-failed", id=name, path=path, error=type(error).__name__, exc_info=error)
    return problem_response(
        500,
        path=path,
        detail="Something went wrong inside.",
        remedy=f"Please report it with what the log of the service says about {name}.",
        code="internal",
    )


def answer_to(path: str, error: NeuralBrainError) -> JSONResponse:
    """Return one of our errors as a response.

    Args:
        path: What was asked for.
        error: What stood in the way.
    """
    status = status_of(error)
    if isinstance(error, StoreError):
        # Its sentence names a place on this machine, which is nobody's business who asks from outside.
        log.warning("request-without-store", path=path, code=error.error_code, message=str(error))
        return problem_response(
            status,
            path=path,
            detail="The service cannot read its database.",
            remedy="Try again later; whoever runs the service finds more in its log.",
            code=error.error_code,
        )
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    if isinstance(error, TooOftenError):
        headers["retry-after"] = str(error.seconds)
    if status in ENDING:
        headers["connection"] = "close"
    return problem_response(
        status, path=path, detail=error.happened, remedy=error.remedy, code=error.error_code, headers=headers
    )


def answer_errors(api: FastAPI) -> None:
    """Make an application answer every error as a problem."""
    api.add_exception_handler(NeuralBrainError, _ours)
    api.add_exception_handler(HTTPException, _of_http)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(Exception, _unforeseen)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path
    return answer_to(path, error) if isinstance(error, NeuralBrainError) else unforeseen(path, error)


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path
    if not isinstance(error, HTTPException):
        return unforeseen(path, error)
    if error.status_code == HTTPStatus.NOT_FOUND:
        unknown = "Nothing is at this address."
        return answer_to(path, AddressUnknownError(unknown, remedy="/docs lists every address."))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = _methods(request)
        refused = RequestRefusedError(
            "This address only reads." if methods == READING else "This address does not do that.",
            remedy=f"Use {' or '.join(methods)}.",
            code="method-not-allowed",
        )
        response = answer_to(path, refused)
        response.headers["allow"] = ", ".join(methods)
        return response
    if error.status_code == HTTPStatus.BAD_REQUEST:  # FastAPI's word for bytes that are no text at all
        said = "The body cannot be used: it is no JSON in UTF-8."
        return answer_to(path, QueryError(said, remedy="/docs says what it may be.", code="parameter-unusable"))
    headers = dict(error.headers or {})
    remedy = "/docs lists every address."
    return problem_response(error.status_code, path=path, detail=str(error.detail), remedy=remedy, headers=headers)


def _methods(request: Request) -> tuple[str, ...]:
    """Return what can be done at the address that was asked for."""

    def can(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in request.app.router.routes)

    return (*(READING if can("GET") else ()), *(one for one in CHANGING if can(one)))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path
    if not isinstance(error, RequestValidationError):
        return unforeseen(path, error)
    first: dict[str, Any] = dict(error.errors()[0])
    where = next((str(one) for one in reversed(first["loc"]) if isinstance(one, str)), "body")
    said, remedy = f"The parameter {where} cannot be used: {first['msg']}.", "/docs says what it may be."
    if first["type"] == UNKNOWN and first["loc"][0] == "query":
        said = f"There is no parameter {where[:LONGEST_NAME]!r} here."
        remedy = remedy_for(where, request.scope.get("route"))
    return answer_to(path, QueryError(said, remedy=remedy, code="parameter-unusable"))


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    return unforeseen(request.url.path, error)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how an address documents the problems that it answers with."""
    said = {
        401: "No token was given, or it is not accepted.",
        403: "The token does not reach so far, or a page of another site had a browser send this.",
        404: "Nothing of that name or number exists.",
        409: "It cannot be done as things stand.",
        408: "The body did not come in time.",
        413: "The body is too long.",
        421: "The request is for another host.",
        422: "A parameter cannot be used.",
        429: "Too many requests within a minute.",
        500: "Something went wrong inside.",
        503: "No edition is up, the store cannot be read, or the service is busy.",
    }
    return {
        status: {"description": said[status], "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
        for status in statuses
    }
