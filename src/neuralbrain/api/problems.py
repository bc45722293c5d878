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

from neuralbrain.errors import NeuralBrainError, NotFoundError, StoreError, UnknownRegionError

log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = 30  # what a client should wait after 503: a busy store and a first cycle are both over by then


class Problem(BaseModel):
    """Why a request got no answer."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Which kind of problem: its code as a URN, or about:blank where it has none.")
    title: str = Field(description="The HTTP status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What happened, in one sentence.")
    instance: str = Field(description="The path that was asked for.")
    code: str | None = Field(description="The error code, as the reference lists it; null where HTTP says it all.")
    remedy: str = Field(description="What to do, in one sentence.")


def problem_response(
    status: int, *, path: str, detail: str, remedy: str, code: str | None = None, headers: dict[str, str] | None = None
) -> JSONResponse:
    """Return a problem as a response; one of 503 says when to come back."""
    problem = Problem(
        type="about:blank" if code is None else f"urn:neuralbrain:problem:{code}",
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


def misdirected(path: str) -> JSONResponse:
    """Return the problem of a request that names another host: 421."""
    return problem_response(
        HTTPStatus.MISDIRECTED_REQUEST,
        path=path,
        detail="This service does not answer to the name in the Host field.",
        remedy="Ask by 127.0.0.1 or localhost, or list the name in the setting allowed_hosts.",
    )


def answer_errors(api: FastAPI) -> None:
    """Make an application answer every error as a problem."""
    api.add_exception_handler(NeuralBrainError, _ours)
    api.add_exception_handler(HTTPException, _of_http)
    api.add_exception_handler(RequestValidationError, _invalid)
    api.add_exception_handler(Exception, _unforeseen)


async def _ours(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path
    if not isinstance(error, NeuralBrainError):
        return unforeseen(path, error)
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
    return problem_response(status, path=path, detail=error.happened, remedy=error.remedy, code=error.error_code)


async def _of_http(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path
    if not isinstance(error, HTTPException):
        return unforeseen(path, error)
    headers = dict(error.headers or {})
    detail, remedy = str(error.detail), "/docs lists every address."
    if error.status_code == HTTPStatus.NOT_FOUND:
        detail = "Nothing is at this address."
    elif error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        detail = "This address only reads."
        remedy = "Use GET or HEAD."
        headers = {"allow": "GET, HEAD"}
    return problem_response(error.status_code, path=path, detail=detail, remedy=remedy, headers=headers)


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    path = request.url.path
    if not isinstance(error, RequestValidationError):
        return unforeseen(path, error)
    first: dict[str, Any] = dict(error.errors()[0])
    where = str(first["loc"][-1])
    return problem_response(
        422,
        path=path,
        detail=f"The parameter {where} cannot be used: {first['msg']}.",
        remedy="/docs says what it may be.",
    )


async def _unforeseen(request: Request, error: Exception) -> JSONResponse:
    return unforeseen(request.url.path, error)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return how an address documents the problems that it answers with."""
    said = {
        404: "Nothing of that name or number exists.",
        422: "A parameter cannot be used.",
        503: "No edition is up, or the store cannot be read.",
    }
    return {
        status: {"description": said[status], "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}}}
        for status in statuses
    }
