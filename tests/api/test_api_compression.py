"""Codings: made once, after the edition is up, chosen by what a client takes, each under a strong tag of its own."""

from __future__ import annotations

import gzip
import threading

import brotli
import pytest
import zstandard
from served import Service

from neuralbrain.api.acceptance import codings_wanted, format_wanted, known_tag
from neuralbrain.api.shelf import Shelf
from neuralbrain.domain.edition import Edition
from neuralbrain.publish import body as body_module
from neuralbrain.publish.body import Body
from neuralbrain.publish.compression import CODINGS, compressed
from neuralbrain.publish.variants import Format

ALL, REGION, PAGE = "/api/forecasts/all", "/api/forecasts/region/ZMB", "/api/forecasts/all?limit=5"
READ_BY = {
    "br": brotli.decompress,
    "zstd": lambda content: zstandard.ZstdDecompressor().decompress(content),
    "gzip": gzip.decompress,
}


@pytest.fixture(scope="module")
def small(reading: Service) -> Service:
    """Return a service whose large answers are there in every coding."""
    assert reading.shelf.wait_until_small(60)
    return reading


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("path", [ALL, REGION, PAGE, "/api/editions/1/charts/ZMB", "/api/regions"])
def test_every_coding_is_the_same_content(small: Service, path: str, coding: str) -> None:
    """What comes back is smaller, says its coding, and read by another program is the answer as it is."""
    whole = small.get(path, accept_encoding="identity")
    got = small.get(path, accept_encoding=coding)
    assert "content-encoding" not in whole.headers
    assert got.headers["content-encoding"] == coding
    assert got.headers["content-length"] == str(len(got.content))
    assert len(got.content) < len(whole.content) / 2
    assert READ_BY[coding](got.content) == whole.content
    assert "accept-encoding" in got.headers["vary"]


@pytest.mark.parametrize("path", [ALL, REGION, f"{REGION}?format=json", PAGE])
def test_each_coding_has_a_strong_tag_and_any_is_known(small: Service, path: str) -> None:
    """Tags of codings differ, and each of them gives 304 with itself, whatever coding is taken now."""
    tags = {one: small.get(path, accept_encoding=one).headers["etag"] for one in ("identity", *CODINGS)}
    assert len(set(tags.values())) == 4
    assert not any(tag.startswith("W/") for tag in tags.values())
    for tag in tags.values():
        for taken in ("identity", "br"):
            got = small.get(path, if_none_match=tag, accept_encoding=taken)
            assert (got.status, got.content, got.headers["etag"]) == (304, b"", tag)


def test_head_tells_of_the_coding(small: Service) -> None:
    """HEAD has the length and the coding of GET."""
    got = small.get(ALL, accept_encoding="br")
    head = small.get(ALL, method="HEAD", accept_encoding="br")
    fields = ("content-length", "content-encoding", "etag")
    assert [head.headers[one] for one in fields] == [got.headers[one] for one in fields]
    assert head.content == b""


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("", ("",)),
        ("gzip, deflate, br, zstd", ("br", "zstd", "gzip", "")),
        ("GZIP;q=1.0, br;q=0.9", ("gzip", "br", "")),
        ("br;q=0", ("",)),
        ("*", ("br", "zstd", "gzip", "")),
        ("*;q=0", ("",)),
        ("identity;q=0, zstd;q=0.001", ("zstd", "")),
        ("identity;q=1, br;q=0.5", ("",)),
        ("x-gzip", ("gzip", "")),
        ("br;q=2, gzip;q=nonsense, zstd;q=0.1", ("zstd", "")),
        ("deflate", ("",)),
    ],
)
def test_what_a_client_likes_best_comes_first(field: str, wanted: tuple[str, ...]) -> None:
    """Qualities order the codings, equals go by size, nothing unacceptable is sent, and nonsense is not liked."""
    assert codings_wanted(field) == wanted


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("", Format.JSON),
        ("*/*", Format.JSON),
        ("text/csv", Format.CSV),
        ("text/csv;q=0.1, application/json;q=0.2", Format.JSON),
        ("application/vnd.apache.parquet, */*;q=0.1", Format.PARQUET),
        ("application/geo+json", Format.GEOJSON),
        ("text/html, image/webp", Format.JSON),
        ("text/csv;q=0", Format.JSON),
    ],
)
def test_accept_chooses_the_format(field: str, wanted: Format) -> None:
    """The best of what there is, JSON where a client has no wish that can be met."""
    assert format_wanted(field) is wanted


def test_tags_in_a_list_are_compared_whole() -> None:
    """A tag that only begins like ours is another."""
    assert known_tag('"1-ab.br.gz", "1-a"', '"1-ab"') is None
    assert known_tag('"0-x",W/"1-ab.gzip"', '"1-ab"') == '"1-ab.gzip"'


def test_a_coding_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight threads that ask for one coding at once have it made by one of them."""
    made: list[str] = []

    def counting(content: bytes, coding: str) -> bytes:
        made.append(coding)
        return compressed(content, coding)

    monkeypatch.setattr(body_module, "compressed", counting)
    answer = Body(content=b"x" * 5000, etag='"1-a"')
    threads = [threading.Thread(target=answer.coded, args=("br",)) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert made == ["br"]


def test_an_edition_is_up_before_it_is_small(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """While codings are being made the new edition is answered with, as it is; afterwards in the coding."""
    may_go_on = threading.Event()

    def slow(content: bytes, coding: str) -> bytes:
        assert may_go_on.wait(60)
        return compressed(content, coding)

    assert service.shelf.wait_until_small(60)
    monkeypatch.setattr(body_module, "compressed", slow)
    with service.application.lease() as lease:
        service.publish_again(lease.holder)
    try:
        assert service.shelf.refresh() is True
        got = service.get("/api/forecasts/all", accept_encoding="br")
        assert (got.headers["neuralbrain-edition"], got.headers.get("content-encoding")) == ("2", None)
        assert not service.shelf.wait_until_small(0)
    finally:
        may_go_on.set()
    assert service.shelf.wait_until_small(60)
    assert service.get("/api/forecasts/all", accept_encoding="br").headers["content-encoding"] == "br"


def test_an_edition_that_went_down_is_not_made_smaller(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another edition took the place of is left as it is: the time belongs to the one that is up."""
    begun, may_go_on, made = threading.Event(), threading.Event(), list[bytes]()

    def slow(content: bytes, coding: str) -> bytes:
        begun.set()
        assert may_go_on.wait(60)
        made.append(content)
        return content

    editions = Two(service)
    monkeypatch.setattr(body_module, "compressed", slow)
    shelf = Shelf(editions, None)  # type: ignore[arg-type]
    shelf.refresh()
    assert begun.wait(60)
    first = shelf._shrinking
    editions.number = 2
    shelf.refresh()
    may_go_on.set()
    assert first is not None
    first.join(60)
    assert shelf.wait_until_small(60)
    assert sum(b'"number":1,' in content for content in made) <= 1
    assert any(b'"number":2,' in content for content in made)


class Two:
    """Two editions, one of which is current."""

    def __init__(self, service: Service) -> None:
        with service.application.lease() as lease:
            service.publish_again(lease.holder)
        self.number = 1
        self._editions = service.application.editions

    def current(self):
        """Return the header of the current one."""
        return self._editions.header(self.number)

    def get(self) -> Edition | None:
        """Return the current one."""
        return self._editions.get(self.number)
