"""The track record over the API, over weeks of the sample's past."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import numpy as np
import pytest
from served import Service, application_over, serving

from neuralbrain.api.evaluation_shapes import CoverageShape, RecordShape, ReliabilityShape, ScoresShape
from neuralbrain.api.record_answers import ANSWERS, RecordAnswers
from neuralbrain.domain.record import RecordChoice
from neuralbrain.evaluate.record_as_json import scores_as_json
from neuralbrain.evaluate.track_record import By
from replayed import FIRST, replay

WEEKS = 6
SHAPES = {"record": RecordShape, "scores": ScoresShape, "coverage": CoverageShape, "reliability": ReliabilityShape}


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service over a home in which six weeks went by."""
    home = tmp_path_factory.mktemp("scored") / "home"
    replay(home, weeks=WEEKS)
    application = application_over(home, sample_until=FIRST + timedelta(days=7 * (WEEKS - 1)))
    with serving(application) as made:
        yield made
    application.close()


@pytest.mark.parametrize("name", SHAPES)
def test_each_address_has_its_shape(scored, name):
    """Each answers with exactly the documented fields, whole and split by anything."""
    for by in ("", "?by=region", "?by=provider", "?by=week", "?by=horizon", "?by=signal", "?by=source"):
        got = scored.get(f"/api/evaluation/{name}{by}")
        assert got.status == 200, got.body
        SHAPES[name].model_validate(got.body)


def test_the_record_counts_each_claim_once(scored):
    """Five editions of six have targets in the past that is known: 5 + 4 + 3 + 2 weeks ahead, of each region."""
    body = scored.get("/api/evaluation/scores?by=horizon&signal=cholera_cases").body
    regions = len(scored.get("/api/evaluation/scores?by=region&signal=cholera_cases").body["groups"])
    values = {one["key"]: one["values"] for one in body["groups"]}
    assert sum(values.values()) == body["scored"] == body["overall"]["values"]
    assert list(values) == ["1", "2", "3", "4"]
    assert values["1"] <= 5 * regions
    assert list(values.values()) == sorted(values.values(), reverse=True)
    assert 0 < body["overall"]["relative_wis"] < 2
    assert body["reason"] is None


def test_deaths_have_a_record_of_their_own(scored):
    """The sample's deaths are scored by what the feed says of them; no claim is about them, and both add up to all."""
    groups = {one["key"]: one for one in scored.get("/api/evaluation/scores?by=signal").body["groups"]}
    assert set(groups) == {"cholera_cases", "cholera_deaths"}
    body = scored.get("/api/evaluation/record?signal=cholera_deaths").body
    assert body["overall"]["means"] == groups["cholera_deaths"]["means"]
    assert 0 < body["overall"]["relative_wis"] < 2
    whole = scored.get("/api/evaluation/record").body
    assert whole["scored"] == sum(one["values"] for one in groups.values())
    claims = scored.get("/api/evaluation/reliability?signal=cholera_deaths").body["overall"]["claims"]
    assert {one["pairs"] for one in claims.values()} == {0}
    application = scored.application
    (panel,) = application.observations.panels("cholera-africa", cutoff=application.clock.now())
    known = {
        (one.location, day): value
        for one, row in zip(panel.series, panel.values.tolist(), strict=True)
        if one.signal.name == "cholera_deaths"
        for day, value in zip(panel.dates.astype("datetime64[D]").tolist(), row, strict=True)
    }
    rows = application.record.values(RecordChoice(signal="cholera_deaths")).select("region", "target_date", "observed")
    assert rows["observed"].to_list() == [known[region, day] for region, day, _ in rows.iter_rows()]
    assert len(rows) >= body["scored"] > 0


def test_filters_and_errors(scored):
    """A region is called by any name; what is not known is named, and what is no split is refused."""
    only = scored.get("/api/evaluation/scores?region=Zambia&by=region").body
    assert [one["key"] for one in only["groups"]] in ([["ZMB"], []])
    assert only["region"] == "ZMB"
    for query, status, code in (
        ("provider=nobody", 404, "provider-unknown"),
        ("source=nowhere", 404, "source-unknown"),
        ("signal=nothing", 404, "signal-unknown"),
        ("region=Atlantis", 404, "region-unknown"),
        ("by=colour", 422, "parameter-unusable"),
        ("colour=red", 422, "parameter-unusable"),
    ):
        got = scored.get(f"/api/evaluation/record?{query}")
        assert (got.status, got.body["code"]) == (status, code), query


def test_entity_tags(scored):
    """Who names the tag gets 304, and the head alone is to be had."""
    first = scored.get("/api/evaluation/scores")
    again = scored.get("/api/evaluation/scores", if_none_match=first.headers["etag"])
    assert (again.status, again.content) == (304, b"")
    assert scored.get("/api/evaluation/scores", method="HEAD").headers["etag"] == first.headers["etag"]
    assert scored.get("/api/evaluation/scores?by=region").headers["etag"] != first.headers["etag"]


def test_a_region_without_forecasts_is_not_said_to_wait(scored):
    """The reason names no count of other regions: nothing of it was forecast."""
    body = scored.get("/api/evaluation/record?region=Japan").body
    assert body["scored"] == 0
    assert body["reason"].startswith("Nothing is scored of that region or signal")


def test_an_answer_is_kept_for_as_long_as_the_record_is_the_same(scored):
    """The same question finds the same record, another one another, and only the last few are kept."""
    answers, choice = RecordAnswers(scored.application), RecordChoice()
    first = answers.of(choice, by=By.REGION)
    assert first.told(scores_as_json) is answers.of(choice, by=By.REGION).told(scores_as_json)
    assert answers.of(choice, by=None) is not first
    for place in range(ANSWERS):
        answers.of(RecordChoice(region=f"R{place}"), by=None)
    assert answers.of(choice, by=By.REGION) is not first


def test_what_is_scored_or_withdrawn_makes_a_new_answer(tmp_path):
    """A withdrawal changes the record and what is learnt from it; until then both are kept."""
    replay(tmp_path / "home", weeks=3)
    application = application_over(tmp_path / "home")
    answers = RecordAnswers(application)
    first, learnt = answers.of(RecordChoice(), by=None), application.calibration_of("local")
    assert answers.of(RecordChoice(), by=None) is first
    assert application.calibration_of("local") is learnt
    application.editions.withdraw(1, reason="It was wrong.", actor="test")
    again = answers.of(RecordChoice(), by=None)
    assert again.record.overall.scores.values < first.record.overall.scores.values
    assert application.calibration_of("local").counts != learnt.counts
    application.close()


def test_another_provider_has_a_record_of_its_own(scored):
    """Of a provider that made no forecast nothing is scored, and a sentence says so: no zero stands for it."""
    body = scored.get("/api/evaluation/record?provider=openai").body
    assert body["scored"] == 0
    assert body["overall"]["means"]["wis"] is None
    assert "no such forecast waits" in body["reason"]


def test_before_anything_matured(reading):
    """After the first edition nothing is scored: the answer says what waits, with its count and its day."""
    body = reading.get("/api/evaluation/record").body
    assert body["scored"] == 0
    waiting = sum(one["values"] for one in body["waiting"])
    tables = reading.application.editions.get().tables
    with_deaths = sum(int(np.isfinite(table.deaths_quantiles).all(axis=(1, 2)).sum()) for table in tables)
    assert waiting == 4 * (sum(map(len, tables)) + with_deaths)
    assert {one["source"] for one in body["waiting"]} == {"cholera-africa", "pertussis-us"}
    assert body["reason"].startswith(f"Nothing is scored yet: {waiting:,} values wait until 35 days")


def test_before_the_first_edition(empty):
    """Where nothing was published the record is empty, and says so."""
    got = empty.get("/api/evaluation/record")
    assert (got.status, got.body["scored"], got.body["waiting"]) == (200, 0, [])
    assert got.body["reason"]


def test_metrics(scored):
    """Scores are counted by provider, and what waits by provider and source."""
    lines = scored.get("/metrics").content.decode().splitlines()
    count = scored.application.scores.counts()["local"]
    assert f'neuralbrain_scores_total{{provider="local"}} {float(count)}' in lines
    assert any(
        line.startswith('neuralbrain_scores_waiting{provider="local",source="cholera-africa"}') for line in lines
    )
