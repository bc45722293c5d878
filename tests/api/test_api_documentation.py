"""The documentation: complete, and made of files from this machine alone."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from served import Service


class Page(HTMLParser):
    """What a page loads, and what stands in it that a policy would refuse."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self._script = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag loads, and styles and events that stand in it."""
        named = dict(attrs)
        self._script = tag in {"script", "style"}
        if tag in {"script", "link", "img", "iframe"}:
            self.loaded += [one for one in (named.get("src"), named.get("href")) if one]
        self.inline += [name for name in named if name == "style" or name.startswith("on")]

    def handle_data(self, data: str) -> None:
        """Note words inside a script."""
        if self._script and data.strip():
            self.inline.append(data)


def test_the_page_loads_only_what_we_serve(reading: Service) -> None:
    """Every script, style and picture of the page is an address of ours, is there, and has its own media type."""
    page = Page(reading.get("/docs").content.decode())
    assert len(page.loaded) == 4
    assert page.inline == []
    for path in page.loaded:
        assert path.startswith("/docs/")
        got = reading.get(path)
        assert got.status == 200
        assert got.headers["content-type"].split(";")[0] in {"text/javascript", "text/css", "image/png"}


def test_the_style_sheet_loads_nothing_from_elsewhere(reading: Service) -> None:
    """Everything that the style sheet refers to stands in it."""
    style = reading.get("/docs/swagger-ui.css").content.decode()
    referred = re.findall(r"url\(\s*['\"]?([^)'\"]+)", style)
    assert all(one.startswith(("data:", "#")) for one in referred)
    assert "@import" not in style


def test_the_page_forbids_everything_else(reading: Service) -> None:
    """The policy allows scripts and connections to ourselves only, and no framing."""
    policy = reading.get("/docs").headers["content-security-policy"]
    directives = dict(one.strip().split(" ", 1) for one in policy.split(";"))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["connect-src"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"


def test_the_page_asks_nobody_to_validate(reading: Service) -> None:
    """The start script reads our document and shows it to no service outside."""
    script = reading.get("/docs/start.js").content.decode()
    assert 'url: "/openapi.json"' in script
    assert "validatorUrl: null" in script
    assert "http" not in script


def test_every_operation_is_described(reading: Service) -> None:
    """Each operation of the OpenAPI document has a sentence, and JSON that it answers with has a shape of a name."""
    document = reading.get("/openapi.json").body
    assert "/api/forecasts/all" in document["paths"]
    for operations in document["paths"].values():
        for said in operations.values():
            assert said["description"].endswith(".")
            content = next(said["responses"][one] for one in ("200", "202") if one in said["responses"])["content"]
            for schema in (one["schema"] for media_type, one in content.items() if media_type == "application/json"):
                assert "$ref" in schema or all("$ref" in one for one in schema["anyOf"])


@pytest.mark.parametrize("path", ["/api/forecasts/all", "/api/charts/{region}"])
def test_short_cuts_document_headers_and_problems(reading: Service, path: str) -> None:
    """An address that is answered from memory documents its header fields, 304 and its problems all the same."""
    responses = reading.get("/openapi.json").body["paths"][path]["get"]["responses"]
    assert {"200", "304", "503"} <= set(responses)
    assert {"ETag", "NeuralBrain-Edition", "NeuralBrain-Edition-Age"} <= set(responses["200"]["headers"])
    assert "application/problem+json" in responses["503"]["content"]
