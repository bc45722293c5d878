"""The page of each error: every code has one, a problem leads there, and nothing on it comes from elsewhere."""

from __future__ import annotations

import importlib
import json
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from same_process import command
from served import Service, call
from test_api_documentation import Page

from neuralbrain.api.error_pages import pages

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    """Return what writes the pages; it stands beside the package, not in it."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module("docs.error_pages")


def test_the_pages_are_what_the_code_says(generator: ModuleType) -> None:
    """docs/errors.md and what the service serves are word for word what the code gives today: ``make docs``."""
    assert generator.ERRORS.read_text(encoding="utf-8") == generator.errors_in_markdown()
    assert generator.SERVED.read_text(encoding="utf-8") == generator.errors_in_json()


def test_every_code_says_what_happened_and_what_to_do(generator: ModuleType) -> None:
    """Each code of the tree has its page, with whole sentences, a status and an exit code that programs can use."""
    assert {one.code for one in generator.error_codes()} | {"usage"} == set(pages())
    for code, page in pages().items():
        assert page["happened"].endswith("."), code
        assert page["remedies"], code
        assert all(one.endswith(".") for one in page["remedies"]), code
        assert page["status"] in {None, *range(400, 600)}, code
        assert page["exit_code"] in {1, 2, 3, 4}, code
    assert (pages()["edition-none"]["status"], pages()["edition-none"]["exit_code"]) == (503, 4)
    assert (pages()["store-full"]["passing"], pages()["store-damaged"]["passing"]) == (True, False)


@pytest.mark.parametrize("path", ["/api/editions/99", "/nowhere", "/api/lock/audit?limit=0"])
def test_a_problem_leads_to_its_page(reading: Service, path: str) -> None:
    """The type of a problem is an address of the service, and what is there names the code and what to do."""
    problem = reading.get(path).body
    got = reading.get(problem["type"])
    assert (got.status, got.headers["content-type"]) == (200, "text/html; charset=utf-8")
    page = got.content.decode()
    assert f"<h1><code>{problem['code']}</code></h1>" in page
    assert f"<dd>{problem['status']}</dd>" in page
    assert "<h2>What to do</h2>" in page


def test_a_page_loads_nothing_from_elsewhere(reading: Service) -> None:
    """Pages load one style sheet of ours, run nothing, and forbid everything else."""
    for path in ("/docs/errors", "/docs/errors/store-too-new"):
        got = call(reading.api, path)
        page = Page(got.content.decode())
        assert (page.loaded, page.inline) == (["/docs/errors.css"], [])
        policy = got.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; style-src 'self';")
        assert "script" not in policy
    style = call(reading.api, "/docs/errors.css")
    assert style.headers["content-type"].startswith("text/css")
    assert b"url(" not in style.content


def test_the_list_leads_to_every_page(reading: Service) -> None:
    """The list of errors has a link to each page, and each answers."""
    links = re.findall(r'href="(/docs/errors/[^"]+)"', call(reading.api, "/docs/errors").content.decode())
    assert links == [f"/docs/errors/{code}" for code in pages()]
    assert {call(reading.api, one).status for one in links[::10]} == {200}


@pytest.mark.parametrize("code", ["nothing", "%3Cscript%3E", "internal/x"])
def test_a_code_that_is_none_is_a_problem(reading: Service, code: str) -> None:
    """What is no code has no page: 404 as a problem, and nothing of the address in a page."""
    got = reading.get(f"/docs/errors/{code}")
    assert (got.status, got.headers["content-type"]) == (404, "application/problem+json")


def test_the_command_line_names_the_page(tmp_path: Path) -> None:
    """An error that a command prints as JSON has the same type as the problem of the service."""
    said = json.loads(command("editions", "show", "9", "--json", home=tmp_path).stderr)["error"]
    assert (said["code"], said["type"]) == ("edition-unknown", "/docs/errors/edition-unknown")
