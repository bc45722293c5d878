"""Problems: one shape for every error, and never a word of an exception that nobody foresaw."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator

import pytest
import structlog
from served import STARTED, Service, call
from structlog.testing import capture_logs

from neuralbrain import errors
from neuralbrain.api.app import make_api
from neuralbrain.api.metrics import Metrics
from neuralbrain.api.problems import OF_ACCESS, Problem, status_of
from neuralbrain.api.view import ServiceView
from neuralbrain.errors import NeuralBrainError

PATHS = (
    "/api/forecasts/all",
    "/api/forecasts/region/ZMB",
    "/api/lock",
    "/healthz",
    "/metrics",
    "/docs",
    "/openapi.json",
)


@pytest.fixture
def listening() -> Iterator[None]:
    """Let every event through while a test listens."""
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(0))
    yield
    structlog.configure(**before)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(reading: Service, path: str, method: str) -> None:
    """Every other method is refused with 405, which names those that are allowed."""
    got = reading.get(path, method=method, body=None if method == "TRACE" else "{}")
    assert (got.status, got.headers["allow"]) == (405, "GET, HEAD")
    Problem.model_validate_json(got.content, strict=True)


@pytest.mark.parametrize(
    "path", ["/nowhere", "/api", "/api/forecasts", "/docs/../lock", "/docs/x.js", "//", "/api/lock/"]
)
def test_an_unknown_address_is_a_problem(reading: Service, path: str) -> None:
    """What is at no address gives 404 and says where the addresses are listed."""
    got = reading.get(path)
    assert (got.status, got.headers["content-type"]) == (404, "application/problem+json")
    problem = Problem.model_validate_json(got.content, strict=True)
    assert (problem.type, problem.code) == ("/docs/errors/address-unknown", "address-unknown")
    assert problem.remedy == "/docs lists every address."


def test_a_problem_names_the_path_as_a_uri(reading: Service) -> None:
    """The path that was asked for stands in the problem, written as in a URI."""
    assert reading.get("/api/charts/C%C3%B4te").body["instance"] == "/api/charts/C%C3%B4te"


@pytest.mark.parametrize(
    "path",
    [
        "/api/forecasts/region/%FF",
        "/api/forecasts/region/%00",
        "/api/charts/%ED%A0%80",
        "/api/forecasts/region/%2e%2e",
        "/api/forecasts/region/ZMB?signal=%FF",
        "/%FF",
    ],
)
def test_what_is_no_text_is_only_unknown(reading: Service, path: str) -> None:
    """Bytes that are no UTF-8, a zero and dots in a path or parameter give 404, not a fault."""
    got = reading.get(path)
    assert got.status == 404
    Problem.model_validate_json(got.content, strict=True)


def test_no_web_socket_is_opened(reading: Service) -> None:
    """Whoever asks for a web socket is refused, and the service lives on."""
    key = {"Sec_WebSocket_Version": "13", "Sec_WebSocket_Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    got = reading.get("/api/lock", Connection="Upgrade", Upgrade="websocket", **key)
    assert got.status == 403
    assert reading.get("/healthz").status == 200


@pytest.mark.usefixtures("listening")
def test_an_unforeseen_exception_keeps_its_words(service: Service) -> None:
    """The answer is 500 with an id that the log has, too, and nothing that the exception says; the service lives on."""
    service.around.failing = RuntimeError("token=sesame")
    with capture_logs() as events:
        got = service.get("/api/cycles")
    assert (got.status, got.headers["content-type"], got.body["code"]) == (500, "application/problem+json", "internal")
    assert b"sesame" not in got.content
    logged = [one for one in events if one["event"] == "request-failed"]
    assert len(logged) == 1
    assert logged[0]["id"] in got.body["remedy"]
    service.around.failing = None
    assert service.get("/api/cycles").status == 200


@pytest.mark.usefixtures("listening")
def test_a_fault_in_the_short_cut_is_a_problem(service: Service) -> None:
    """An exception before the routes, too, becomes an answer."""

    class Broken:
        def shown(self) -> None:
            raise RuntimeError("sesame")

    api = make_api(
        ServiceView(
            application=service.application,
            shelf=Broken(),  # type: ignore[arg-type]
            metrics=Metrics(service.application),
            health=lambda: None,
            not_ready=lambda: (),
            next_slot=lambda: None,
            started_at=STARTED,
        )
    )
    got = call(api, "/api/forecasts/all")
    assert (got.status, got.body["code"]) == (500, "internal")
    assert b"sesame" not in got.content


def test_a_reader_that_goes_away_ends_nothing(service: Service) -> None:
    """An exception of the server while an answer is sent does not leave the API."""
    sent = []

    async def gone(message) -> None:
        sent.append(message)
        raise OSError("broken pipe")

    async def receive():
        return {"type": "http.disconnect"}

    for path in ("/api/forecasts/all", "/healthz"):
        scope = {
            "type": "http",
            "method": "GET",
            "path": path,
            "query_string": b"",
            "headers": [],
            "http_version": "1.1",
        }
        asyncio.run(service.api(scope, receive, gone))
    assert len(sent) == 2


def every_error() -> list[type[NeuralBrainError]]:
    """Return our errors, all kinds."""
    return [
        one
        for one in vars(errors).values()
        if isinstance(one, type) and issubclass(one, NeuralBrainError) and one is not NeuralBrainError
    ]


@pytest.mark.parametrize("kind", every_error())
def test_every_error_has_a_status(kind: type[NeuralBrainError]) -> None:
    """What is not there is 404, what may be there later 503, what cannot be done now 409, everything else 500."""
    status = status_of(kind("It happened.", remedy="Do this."))
    if issubclass(kind, errors.AccessError):
        assert status == OF_ACCESS[kind.code]
    elif issubclass(kind, errors.QueryError):
        assert status == 422
    elif issubclass(
        kind, errors.FencedError | errors.LockFreeError | errors.RunnerBusyError | errors.ProviderUnfitError
    ):
        assert status == 409
    elif issubclass(kind, errors.NotFoundError | errors.UnknownRegionError):
        assert status == 404
    elif kind.transient or issubclass(kind, errors.StoreError):
        assert status == 503
    else:
        assert status == 500


def test_every_refusal_at_the_door_has_its_status() -> None:
    """Each code that somebody can be refused with at the door has a status of its own."""
    listed = importlib.import_module("docs.written_in_code").error_codes()
    codes = {one.code for one in listed if issubclass(one.raised_as, errors.AccessError)}
    assert codes == set(OF_ACCESS)
    assert all(400 <= one < 500 for one in OF_ACCESS.values())


def test_no_edition_yet_is_not_unknown() -> None:
    """Before the first edition the address is right: 503, not 404."""
    assert status_of(errors.NotFoundError("None.", remedy="Wait.", code="edition-none")) == 503
