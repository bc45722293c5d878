"""Sources over HTTP: what each is, how fresh, what went wrong, and no secret or path."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families
from served import Service, application_over, serving
from vintage_feed import CLINICS, NEWEST, fail, take_clinics_in

from neuralbrain.api.feed_shapes import OneSourceShape, SourceShape, SourcesShape
from neuralbrain.domain.feed import Fetched, FetchOutcome
from neuralbrain.feed_settings import FeedSettings

KEY = "sk-made-up-0123456789"
FILE = "/srv/made-up/admissions.csv"
SPACED = Path("/srv/made-up/ward 7/admissions.csv")
RELATED = Path("ward 8/admissions.csv")


@pytest.fixture
def feeding(ran_once: Path, tmp_path: Path) -> Iterator[Service]:
    """Yield a service over the sample and the made-up clinics, with settings that spoil one feed."""
    feeds = {
        "spoilt": FeedSettings(adapter="no-such-adapter"),
        "elsewhere": FeedSettings(adapter="who-covid", base_url=f"https://user:{KEY}@feeds.example/"),
        "own": FeedSettings(adapter="no-such-adapter", path=FILE, mapping=str(RELATED)),
        "spaced": FeedSettings(adapter="no-such-adapter", path=str(SPACED)),
    }
    application = application_over(shutil.copytree(ran_once, tmp_path / "sources"), feeds=feeds)
    take_clinics_in(application)
    with serving(application) as made:
        yield made
    application.close()


def listed(service: Service) -> dict[str, SourceShape]:
    """Return every source by name, in the order of the list."""
    got = service.get("/api/sources")
    found = SourcesShape.model_validate_json(got.content, strict=True)
    return {one.name: one for one in found.sources}


def test_those_that_are_read_come_first(feeding: Service) -> None:
    """The sources of the settings come first, then the others of the catalogue, one's own, and what is only kept."""
    found = listed(feeding)
    read = feeding.application.settings.sources
    assert tuple(found)[: len(read)] == read
    assert [name for name, one in found.items() if one.read] == list(read)
    assert {*feeding.application.known_feeds().names, CLINICS} == set(found)
    assert tuple(found)[-1] == CLINICS


def test_what_is_known_of_a_source_is_told(feeding: Service) -> None:
    """Licence, attribution, signals, freshness and counts are those of the feed and of the store."""
    sample, facts = listed(feeding)["cholera-africa"], feeding.application.source("cholera-africa").facts
    assert (sample.title, sample.licence, sample.attribution) == (facts.title, facts.licence, facts.attribution)
    assert (sample.archive, sample.redistribute, sample.network) == (facts.archive, facts.redistribute, False)
    assert [one.signal for one in sample.signals] == [one.name for one in facts.signals]
    assert (sample.freshness.outcome, sample.freshness.newest_target_date) == ("new", "2023-10-01")
    assert sample.freshness.stale is False
    assert sample.unusable is None
    (release,) = feeding.application.feeds.releases("cholera-africa", 2)
    assert (sample.counts.releases, sample.counts.values) == (1, release.intake.changed)


def test_one_source_with_what_happened_lately(feeding: Service) -> None:
    """A source has its last fetches, releases and rejected rows, newest first, and its counts by code."""
    got = feeding.get(f"/api/sources/{CLINICS}")
    found = OneSourceShape.model_validate_json(got.content, strict=True)
    assert [(one.as_of[:10], one.rows, one.changed) for one in found.releases] == [
        ("2026-01-21", 5, 5),
        ("2026-01-14", 3, 2),
        ("2026-01-07", 2, 2),
    ]
    assert (found.counts.releases, found.counts.values, found.counts.withdrawn) == (3, 9, 1)
    assert found.counts.rejected_by_code == {"value-negative": 1, "value-not-a-number": 1}
    assert [(one.value, one.location) for one in found.rejected] == [("many", "Kalifornien"), ("-3", "Kalifornien")]
    assert [one.outcome for one in found.fetches] == ["new"]
    assert (found.freshness.newest_target_date, found.freshness.newest_as_of) == (NEWEST, "2026-01-21T00:00:00Z")
    assert (found.read, found.licence, found.redistribute) == (False, "unknown", False)


def test_a_fault_is_told_with_its_code_and_remedy(feeding: Service) -> None:
    """A part that failed makes the source failed until that part is had; the last fault stays told."""
    fail(feeding.application, source=CLINICS, part="b.csv")
    found = listed(feeding)[CLINICS]
    assert (found.freshness.outcome, found.failing_parts) == ("failed", ["b.csv"])
    assert found.last_fault is not None
    assert found.last_fault.code == "source-server-error"
    assert found.last_fault.message == "The server is busy. Nothing to do: the next cycle asks again."
    fail(feeding.application, source=CLINICS, part="a.csv")
    take_clinics_in(feeding.application)
    assert listed(feeding)[CLINICS].failing_parts == ["b.csv"]


def test_a_fault_is_over_once_the_settings_were_mended(feeding: Service) -> None:
    """A part that was asked for under earlier settings keeps nothing failed, neither here nor for Prometheus."""
    sample = "cholera-africa"
    (good,) = feeding.application.feeds.fetches(sample, 1)
    fail(feeding.application, source=sample, part="parameters, mapping 78fc80bc292e")
    assert listed(feeding)[sample].failing_parts == ["parameters, mapping 78fc80bc292e"]
    had = Fetched(part=good.part, origin="", outcome=FetchOutcome.UNCHANGED)
    feeding.application.feeds.note(sample, had)
    found = listed(feeding)[sample]
    assert (found.freshness.outcome, found.failing_parts) == ("unchanged", [])
    said = feeding.get("/metrics").content.decode()
    assert f'neuralbrain_feed_last_outcome{{outcome="failed",source="{sample}"}} 0.0' in said


def test_a_source_that_was_never_read_has_nothing_to_tell(feeding: Service) -> None:
    """Of a feed of the catalogue that nobody reads freshness is null and counts are 0."""
    found = next(one for one in listed(feeding).values() if not one.read and one.unusable is None and one.signals)
    fresh = found.freshness
    assert (fresh.last_fetch, fresh.outcome, fresh.last_success_at, fresh.newest_target_date) == (None,) * 4
    assert (found.counts.releases, found.counts.values, found.counts.rejected_by_code) == (0, 0, {})


def test_a_source_that_the_settings_spoil_says_why(feeding: Service) -> None:
    """A feed that cannot be built is listed all the same, with the reason; the others are not touched by it."""
    found = listed(feeding)["spoilt"]
    assert found.unusable is not None
    assert "spoilt" in found.unusable
    assert feeding.get("/api/sources/spoilt").status == 200


def test_no_secret_and_no_path_is_shown(feeding: Service) -> None:
    """No answer has a key, an address that is read, the data folder, or the path of a file of one's own."""
    home = feeding.application.settings.home
    fail(feeding.application, source="own", part="c.csv", said=f"Neither {home}/x nor {FILE} can be read.")
    said = feeding.get("/api/sources").content.decode() + feeding.get("/api/sources/own").content.decode()
    assert "Neither the data folder/x nor its file can be read." in said
    for hidden in (KEY, str(home), FILE, "feeds.example", "clinics.example"):
        assert hidden not in said


@pytest.mark.parametrize(
    "said",
    [
        SPACED.as_uri(),
        f"file:{quote(str(SPACED))}",
        str(SPACED),
        RELATED.absolute().as_uri(),
        f"file:{quote(str(RELATED.absolute()))}",
        str(RELATED),
        "file:///srv/elsewhere/ward%209/made%20up.csv",
    ],
    ids=["address", "short address", "path", "relative", "relative, short", "as set", "set otherwise once"],
)
def test_no_way_to_write_a_path_is_shown(feeding: Service, said: str) -> None:
    """A file's place is taken out as it was set, whole, or as an address: with a space, relative, or of another day."""
    fail(feeding.application, source="own", part="c.csv", said=f"{said} has no column n, nor has {said}.")
    told = OneSourceShape.model_validate_json(feeding.get("/api/sources/own").content, strict=True)
    assert told.last_fault is not None
    assert told.last_fault.message is not None
    assert told.last_fault.message.startswith("its file has no column n, nor has its file. Nothing to do")
    assert [one.message for one in told.fetches] == [told.last_fault.message]


@pytest.mark.parametrize(("name", "near"), [("cholera-afrika", "cholera-africa"), ("clinic", CLINICS)])
def test_an_unknown_source_is_a_problem_with_the_nearest(feeding: Service, name: str, near: str) -> None:
    """A misspelt source is 404 and names the nearest, also one that is only kept."""
    got = feeding.get(f"/api/sources/{name}")
    assert (got.status, got.body["code"]) == (404, "source-unknown")
    assert near in got.body["remedy"]


def test_before_anything_was_read(empty: Service) -> None:
    """Sources are told before the first reading."""
    found = listed(empty)["cholera-africa"]
    assert (found.read, found.freshness.outcome, found.counts.values) == (True, None, 0)


def test_what_prometheus_reads(feeding: Service) -> None:
    """Each source that is read has an age, one outcome that is 1, and a count of rows that could not be used."""
    read = feeding.application.settings.sources
    fail(feeding.application, source=read[-1], part="b.csv")
    samples: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(feeding.get("/metrics").content.decode()):
        for one in family.samples:
            samples.setdefault(one.name, {})[tuple(one.labels[name] for name in sorted(one.labels))] = one.value
    outcome = samples["neuralbrain_feed_last_outcome"]
    assert outcome["new", "cholera-africa"] == outcome["failed", read[-1]] == 1
    assert sum(outcome.values()) == len(read)
    assert 0 <= samples["neuralbrain_feed_last_success_age_seconds"]["cholera-africa",] < 3600
    assert samples["neuralbrain_feed_rejected_rows_total"] == {(name,): 0 for name in read}


def test_prometheus_before_anything_was_read(empty: Service) -> None:
    """Of a source that was never read there is no age, and no outcome is 1."""
    said = empty.get("/metrics").content.decode()
    assert "neuralbrain_feed_last_success_age_seconds{" not in said
    assert 'neuralbrain_feed_last_outcome{outcome="new",source="cholera-africa"} 0.0' in said
