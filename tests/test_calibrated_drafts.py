"""Tests of how a provider's own record enters an edition: its draft, its digest, and whether anybody is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.calibration import SCORES, Calibration, no_calibration
from neuralbrain.domain.observation import Panel, Series, Signal
from neuralbrain.domain.quantiles import MEDIAN
from neuralbrain.domain.request import Asked, AskedPart, Reply
from neuralbrain.providers.local.provider import LocalProvider
from neuralbrain.stages import draft_of, inputs_digest, is_unchanged, request_of

NOW = datetime(2026, 3, 25, tzinfo=UTC)
SIGNAL = Signal(name="cases")
REQUEST = request_of(
    Panel(
        series=tuple(Series(source="feed", location=code, signal=SIGNAL) for code in ("AGO", "BEN")),
        dates=np.datetime64("2026-03-22", "D") + 7 * np.arange(-39, 1),
        values=np.random.default_rng(1).poisson(60, (2, 40)).astype(float),
        cadence=Cadence.WEEKLY,
        cutoff=NOW,
        populations=np.full(2, np.nan),
    )
)
LOCAL = LocalProvider()


def asked() -> Asked:
    """Return what the local provider says."""
    reply = Reply(
        identity=1,
        request_digest=REQUEST.digest(),
        provider=LOCAL.name,
        provider_version=LOCAL.version,
        lock_number=3,
        received_at=NOW,
        answer=LOCAL.forecast(REQUEST),
    )
    parts = (AskedPart(request=REQUEST, reply=reply),)
    return Asked(provider=LOCAL.name, version=LOCAL.version, lock_number=3, parts=parts)


def wider(provider: str = "local") -> Calibration:
    """Return a record of twenty weeks that widens the first horizon."""
    key = ("feed", "cases", 1)
    return Calibration(provider=provider, corrections={key: 0.4 * SCORES}, counts={key: 20})


def draft(calibration: Calibration | None):
    """Return the draft of what the local provider says under a calibration."""
    return draft_of([REQUEST], asked(), now=NOW, calibration=calibration)


def test_a_record_that_corrects_nothing_changes_nothing():
    """Without a record, or with one that is too short, draft and digest are those of before."""
    plain = draft(None)
    for told in (
        no_calibration("local"),
        Calibration(provider="local", corrections={}, counts={("feed", "cases", 1): 5}),
    ):
        same = draft(told)
        assert same.inputs_digest == plain.inputs_digest
        assert same.tables[0].quantiles.tobytes() == plain.tables[0].quantiles.tobytes()
        assert same.tables[0].findings == plain.tables[0].findings
    assert plain.inputs_digest == inputs_digest([REQUEST], provider="local", version=LOCAL.version)


def test_an_edition_is_published_as_its_record_corrects_it():
    """The first horizon is wider around the same median, the others are as they were, and each row says so."""
    plain, told = draft(None).tables[0], draft(wider()).tables[0]
    assert (told.quantiles[:, 0, -1] > plain.quantiles[:, 0, -1]).all()
    np.testing.assert_array_equal(told.quantiles[:, 0, MEDIAN], plain.quantiles[:, 0, MEDIAN])
    np.testing.assert_array_equal(told.quantiles[:, 1:], plain.quantiles[:, 1:])
    assert ["calibrated" in {one.code for one in row} for row in told.findings] == [True, True]


def test_deaths_are_corrected_by_their_own_record():
    """What is learnt of deaths moves the deaths alone, says so beside their row and makes another digest."""
    cases, deaths = Signal(name="cases", deaths="deaths"), Signal(name="deaths", primary=False)
    panel = replace(
        REQUEST.panel,
        series=tuple(Series(source="feed", location="AGO", signal=one) for one in (cases, deaths)),
    )
    request = request_of(panel)
    reply = replace(asked().parts[0].reply, request_digest=request.digest(), answer=LOCAL.forecast(request))
    said = replace(asked(), parts=(AskedPart(request=request, reply=reply),))
    key = ("feed", "deaths", 1)
    calibration = Calibration(provider="local", corrections={key: 0.4 * SCORES}, counts={key: 20})
    plain, told = (draft_of([request], said, now=NOW, calibration=one) for one in (None, calibration))
    (before,), (after,) = plain.tables, told.tables
    assert after.quantiles.tobytes() == before.quantiles.tobytes()
    assert (after.deaths_quantiles[:, 0, -1] > before.deaths_quantiles[:, 0, -1]).all()
    np.testing.assert_array_equal(after.deaths_quantiles[:, 1:], before.deaths_quantiles[:, 1:])
    (note,) = [one for one in after.findings[0] if one.code == "calibrated"]
    assert note.signal == "deaths"
    assert told.inputs_digest != plain.inputs_digest
    others = Calibration(
        provider="local", corrections={("feed", "died", 1): 0.4 * SCORES}, counts={("feed", "died", 1): 9}
    )
    assert draft_of([request], said, now=NOW, calibration=others).inputs_digest == plain.inputs_digest


def test_confidence_differs_where_records_differ():
    """Equal answers have another confidence under a record that widens the last horizon, and none changes it."""
    last = REQUEST.horizons[-1]
    widened = Calibration(
        provider="local", corrections={("feed", "cases", last): 0.4 * SCORES}, counts={("feed", "cases", last): 20}
    )
    plain, none, told = (draft(one).tables[0].confidence for one in (None, no_calibration("local"), widened))
    assert plain.tobytes() == none.tobytes()
    assert (told < plain).all()


def test_another_calibration_is_another_edition():
    """The correction enters the digest, so the edition that is up without it is no longer what would be published."""
    plain, told = draft(None), draft(wider())
    assert told.inputs_digest != plain.inputs_digest
    orchestrator = SimpleNamespace(author=lambda: ("local", LOCAL.version), is_settled=lambda: True)

    def unchanged(newest: str, **named) -> bool:
        editions = SimpleNamespace(headers=lambda count: (SimpleNamespace(inputs_digest=newest),) * count)
        return is_unchanged([REQUEST], orchestrator=orchestrator, editions=editions, **named)

    assert unchanged(plain.inputs_digest)
    assert not unchanged(plain.inputs_digest, calibration_of=wider)
    assert unchanged(told.inputs_digest, calibration_of=wider)
    assert not unchanged(told.inputs_digest)


def test_the_record_of_another_provider_is_refused():
    """No draft is made with it."""
    with pytest.raises(ValueError, match="by the record of openai"):
        draft(wider("openai"))


def test_a_draft_alone_says_nothing_of_the_record():
    """What a cutoff of a backtest is drafted with has no record of published forecasts: none is made up."""
    contexts = [draft(wider()).tables[0].row(place).context for place in (0, 1)]
    assert [one.record for one in contexts] == [None, None]
    assert ["record" in dict(one.reasons) for one in contexts] == [False, False]
