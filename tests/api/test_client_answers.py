"""The client against a real service: each address has its method, and each answer fits its type."""

from __future__ import annotations

import asyncio
import doctest
import importlib
import inspect
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import polars
import pytest
from fitting import unfit
from served import Service, application_over, serving

from neuralbrain.client import AsyncClient, Client, MisuseError, to_pandas, to_polars
from neuralbrain.client.call import Method

ROOT = Path(__file__).parents[2]
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))  # the documents' own program stands beside the package
documented = importlib.import_module("docs.openapi_document")
client_calls = importlib.import_module("docs.client_calls")
client_code = importlib.import_module("docs.client_code")
api_page = importlib.import_module("docs.api_page")

STREAMS = {"/api/events"}
FORMATS = ("csv", "parquet", "geojson")
# What each parameter of a path is filled with; a test that meets another one fails and says so.
SAMPLES = {"number": 1, "region": "Nigeria", "signal": "cholera_cases", "name": "local", "provider": "local"}
SOURCE = "cholera-africa"
# Nobody has been alerted in this service: the address says so in a problem.
NOTHING_THERE = {"/api/alerts/{number}"}


@pytest.fixture(scope="module")
def twice(ran_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service with two editions, so that they can be compared; for tests that only read."""
    application = application_over(shutil.copytree(ran_once, tmp_path_factory.mktemp("twice") / "home"))
    with serving(application) as made, application.lease() as lease:
        made.publish_again(lease.holder)
        made.shelf.refresh()
        yield made
    application.close()


@pytest.fixture(scope="module")
def document(twice: Service) -> Any:
    """Return the OpenAPI document of the service."""
    got = twice.get("/openapi.json")
    assert got.status == 200, got.content
    return got.body


@pytest.fixture(scope="module")
def url(twice: Service) -> str:
    """Return where the service is."""
    return f"http://127.0.0.1:{twice.port}"


@pytest.fixture(scope="module", autouse=True)
def pandas_alone() -> Iterator[None]:
    """Load pandas without a library that it may use, for which it would take the folder tests/bottleneck."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "bottleneck", None)
        importlib.import_module("pandas")
        yield


def answer_type(method: Method[..., Any]) -> Any:
    """Return what a method says that it answers."""
    return get_args(get_type_hints(method._make)["return"])[0]


def given(operation: Any) -> list[Any]:
    """Return something for each parameter of a path."""
    names = [one.name for one in operation.parameters if one.place == "path"]
    if operation.resource == "sources":
        return [SOURCE for _ in names]
    return [SAMPLES[name] for name in names]


def asked_for(operation: Any) -> dict[str, Any]:
    """Return something for each parameter of a query that cannot be left out."""
    return {client_calls._python(one.name): 1 for one in operation.parameters if one.place == "query" and one.required}


def test_a_misfit_is_seen() -> None:
    """A field that is missing, unknown or of another type is found, so that the tests below can fail."""
    from neuralbrain.client.shapes import Alive, CallNumbers

    assert unfit({"status": "alive"}, Alive) == []
    assert unfit({"status": "dead", "more": 1}, Alive) == [".more: unknown", ".status: 'dead' is none of ('alive',)"]
    assert ".count: missing" in " ".join(unfit({}, CallNumbers))
    assert unfit(True, int)
    assert unfit([None], list[float])
    assert unfit({"a": 1}, dict[str, str | None])


def test_every_address_has_its_method(document: Any) -> None:
    """Each operation of the document has one method of both clients, which asks at that address with that verb."""
    seen = set()
    for one in documented.operations(document):
        name = client_calls.called(one)
        if one.path in STREAMS:
            assert inspect.isgeneratorfunction(Client.events)
            assert inspect.isasyncgenfunction(AsyncClient.events)
            continue
        method = getattr(Client, name)
        assert method is getattr(AsyncClient, name)
        call = method.call(*given(one), **asked_for(one), **bodied(one))
        address = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(one.path))
        assert (call.verb, bool(re.fullmatch(address, call.target.partition("?")[0]))) == (one.verb, True), name
        taken = set(inspect.signature(method._make).parameters)
        others = {client_calls._python(it.name) for it in one.parameters if it.place != "header"} - {
            "format",
            "format_",
        }
        assert others <= taken, name
        seen.add(name)
    methods = {name for name, value in inspect.getmembers(Client) if isinstance(value, Method)}
    assert {name for name in methods - seen if not name.endswith("_as")} == set()


def bodied(operation: Any) -> dict[str, Any]:
    """Return something for each field of a body that cannot be left out."""
    schema = operation.body or {}
    return dict.fromkeys(schema.get("required", ()), "something")


def test_the_generated_half_of_the_client_is_up_to_date(document: Any) -> None:
    """Shapes and calls lie there word for word as the document gives them: ``python -m docs.api`` writes them."""
    files = client_code.client_files(document)
    assert client_code.generated_files() == set(files)
    assert [path.name for path, text in files.items() if path.read_text(encoding="utf-8") != text] == []


def test_the_examples_of_what_writes_them_hold() -> None:
    """The examples in the docstrings of the programs that write client and page give what they say."""
    modules = (documented, client_calls, importlib.import_module("docs.client_shapes"), api_page)
    tried = [doctest.testmod(one) for one in modules]
    assert [one.failed for one in tried] == [0, 0, 0, 0]
    assert sum(one.attempted for one in tried) > 2


def test_the_page_of_the_api_is_up_to_date(document: Any) -> None:
    """docs/api.md is word for word what the document and the template give: ``python -m docs.api`` writes it."""
    assert api_page.PAGE.read_text(encoding="utf-8") == api_page.api_page(document)


@pytest.mark.parametrize("kind", [Client, AsyncClient])
def test_every_answer_fits_its_type(document: Any, url: str, kind: type[Any]) -> None:
    """What a real service with an edition answers to each reading address has exactly the fields of its type."""
    reads = [one for one in documented.operations(document) if one.verb == "GET" and not one.needs_token]
    reads = [one for one in reads if one.path not in STREAMS | NOTHING_THERE]

    async def awaited() -> list[Any]:
        async with AsyncClient(url) as client:
            return [await getattr(client, client_calls.called(one))(*given(one), **asked_for(one)) for one in reads]

    if kind is Client:
        with Client(url) as client:
            answers = [getattr(client, client_calls.called(one))(*given(one), **asked_for(one)) for one in reads]
    else:
        answers = asyncio.run(awaited())
    wrong = [
        f"{one.path}{bad}"
        for one, answer in zip(reads, answers, strict=True)
        for bad in unfit(answer, answer_type(getattr(Client, client_calls.called(one))))
    ]
    assert sorted({re.sub(r"\[[^]]*\]", "[]", one) for one in wrong}) == []
    assert len(answers) > 30


def test_files_are_to_be_had(document: Any, url: str) -> None:
    """Each method for other formats gives, for each format it names, a file that is of it."""
    told = {(one.verb, one.path): one for one in documented.operations(document)}
    begins = {"csv": re.compile(rb"[\w\"]+,"), "parquet": re.compile(rb"PAR1"), "geojson": re.compile(rb"\{")}
    tried = set()
    with Client(url) as client:
        for one in told.values():
            formats = client_calls._other_formats(one)
            if one.needs_token or not formats:
                continue
            for form in formats:
                if form == "geojson" and one.path not in {"/api/forecasts/all", "/api/forecasts/global"}:
                    continue
                content = getattr(client, f"{client_calls.called(one)}_as")(*given(one), form)
                assert begins[form].match(content), (one.path, form, content[:80])
                tried.add(form)
    assert tried <= set(FORMATS)
    assert "csv" in tried


def test_frames_have_every_quantile(url: str) -> None:
    """Both frames of all forecasts have a row for each region, outcome, horizon and level, with the number of JSON."""
    with Client(url) as client:
        answer = client.forecasts()
        one = client.forecast("Nigeria")
    frame, panda = to_polars(answer), to_pandas(answer)
    expected = {
        (each["region"], outcome, target, level): value
        for each in answer["regions"]
        for outcome, table in (("cases", each["context"]["quantiles"]), ("deaths", each["context"]["deaths_quantiles"]))
        for target, quantiles in zip(each["context"]["target_dates"], table or [], strict=False)
        for level, value in zip(each["context"]["quantile_levels"], quantiles, strict=True)
    }
    got = {
        (row["region"], row["outcome"], str(row["target_date"]), row["quantile_level"]): row["value"]
        for row in frame.iter_rows(named=True)
    }
    assert got == expected
    assert frame.schema["target_date"] == polars.Date
    assert len(frame) == len(expected) == len(panda)
    assert list(panda.columns) == frame.columns
    assert panda["value"].tolist() == pytest.approx(frame["value"].to_list(), nan_ok=True)
    assert to_polars(one).equals(frame.filter(region=one["region"]))


def test_frames_of_series_and_scores(url: str) -> None:
    """A series is a row a date, known when it was known, a score is a row a group, and other answers are refused."""
    with Client(url) as client:
        series = client.series("Nigeria", "cholera_cases")
        frames = to_polars(series), to_pandas(series)
        revisions = to_polars(client.revisions("Nigeria", "cholera_cases"))
        scores = to_polars(client.scores(by="horizon"))
        with pytest.raises(MisuseError, match="no table"):
            to_polars(client.lock())  # type: ignore[arg-type]
        with pytest.raises(MisuseError, match="has no context"):
            to_polars(client.forecast("Nigeria", fields=["region", "forecasted_cases"]))
    assert frames[0]["value"].to_list() == [one["value"] for one in series["values"]]
    assert [str(one) for one in frames[0]["target_date"]] == [one["target_date"] for one in series["values"]]
    assert frames[0].schema["as_of"] == polars.Datetime("us", "UTC")
    assert frames[1]["value"].tolist() == pytest.approx(frames[0]["value"].to_list(), nan_ok=True)
    assert str(frames[1]["as_of"].dtype).endswith("UTC]")
    assert len(revisions) >= len(frames[0])
    assert scores["key"].to_list() == [""]  # nothing is scored yet
    assert "wis" in scores.columns


def test_a_long_list_comes_in_pages(url: str) -> None:
    """Pages of a few entries are together what one answer has, in the same order."""

    async def awaited() -> list[Any]:
        async with AsyncClient(url) as client:
            return [one async for one in client.pages(AsyncClient.forecasts.call(limit=5))]

    with Client(url) as client:
        whole = client.forecasts()
        pages = list(client.pages(Client.forecasts.call(limit=5)))
    assert [one["region"] for page in pages for one in page["regions"]] == [one["region"] for one in whole["regions"]]
    assert len(pages) > 1
    assert asyncio.run(awaited()) == pages


def test_what_has_not_changed_is_not_sent_again(twice: Service, url: str) -> None:
    """The second call for the same forecasts is answered 304, and gives the same."""
    with Client(url) as client:
        first, second = client.forecasts(), client.forecasts()
        tag = client._memory.find("/api/forecasts/all")
    assert first == second
    assert tag is not None
    assert twice.get("/api/forecasts/all", if_none_match=tag.etag).status == 304
