"""The whole story, from a feed to an edition, with scripted outsiders."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, text

from neuralbrain.domain.calibration import SCORES, Calibration
from neuralbrain.domain.journal import CycleStart, Outcome
from neuralbrain.domain.observation import Measure, Signal
from neuralbrain.errors import ProviderError, SourceMissingError, StoreDamagedError
from neuralbrain.store.schema import cycle_end, cycle_step
from stand_ins import ScriptedSource


def outcomes(report):
    """Return each step's name and outcome."""
    return {step.name: step.outcome.value for step in report.steps}


def test_the_first_cycle_publishes(world):
    """Read, remember, ask, normalise, publish: edition 1 is by one provider, on all that is known."""
    report = world.run()
    assert report.outcome is Outcome.DONE
    assert outcomes(report) == dict.fromkeys(
        ["read scripted", "remember", "score", "compare", "ask", "normalise", "publish"], "done"
    )
    edition = world.editions.get()
    assert (edition.header.number, edition.header.provider, edition.header.lock_number) == (1, "openai", 1)
    assert [row.region for row in edition.rows()] == ["AGO", "BDI"]
    assert edition.find("AGO").actual_cases == 84.0
    assert edition.header.cutoff == world.clock.now()


def test_nothing_changed_asks_nobody(world):
    """A second cycle on unchanged data asks no provider and publishes nothing."""
    world.run()
    world.clock.forward(hours=1)
    report = world.run()
    assert report.outcome is Outcome.UNCHANGED
    assert outcomes(report) == {"read scripted": "done", "remember": "done", "score": "done", "compare": "done"}
    assert report.edition.number == 1
    assert world.providers["openai"].calls == 1


@pytest.mark.parametrize("change", ["data", "version", "provider"])
def test_every_changed_input_is_asked_again(world, change):
    """New data, another model version or another holder of the lock makes a new edition."""
    world.run()
    if change == "data":
        world.revise(90.0)
    elif change == "version":
        world.providers["openai"].version = "scripted-2"
    else:
        world.lock.acquire_lock("gemini")
    assert world.run().outcome is Outcome.DONE
    assert world.editions.current().number == 2
    assert world.run().outcome is Outcome.UNCHANGED


def test_a_feed_that_fails_stops_only_itself(world):
    """A broken feed is recorded with its code and remedy; the cycle goes on with what it has."""
    world.run()
    world.source.broken = SourceMissingError("The feed is away.", remedy="Wait.")
    other = ScriptedSource({"COD": [5.0] * 12})
    other.name = "second"
    object.__setattr__(world.cycle, "sources", (world.source, other))
    report = world.run()
    failed = report.steps[0]
    assert (failed.outcome.value, failed.code, failed.remedy) == ("failed", "source-missing", "Wait.")
    assert report.outcome is Outcome.DONE
    assert {row.region for row in world.editions.get().rows()} == {"AGO", "BDI", "COD"}


def test_a_fault_of_our_own_is_recorded_and_survived(world):
    """An exception that nobody foresaw ends its step with the code internal, not the cycle."""
    world.source.broken = ZeroDivisionError("a bug")
    report = world.run()
    assert (report.steps[0].code, report.outcome) == ("internal", Outcome.FAILED)
    assert "report it" in report.steps[0].remedy
    assert "a bug" not in report.steps[0].message, "what an exception says may hold secrets; it goes to the log"


def test_last_good(world):
    """When every provider fails, nothing is published and the last good edition stays up, with the reason."""
    world.run()
    world.revise(90.0)
    for provider in world.providers.values():
        provider.script = [ProviderError("It is down.", remedy="Wait.")] * 3
    report = world.run()
    assert report.outcome is Outcome.FAILED
    assert outcomes(report) == {
        "read scripted": "done", "remember": "done", "score": "done", "compare": "done", "ask": "failed",
        "normalise": "skipped", "publish": "skipped",
    }  # fmt: skip
    assert report.edition.number == 1
    assert world.editions.get().header.number == 1
    assert next(step for step in report.steps if step.name == "ask").code == "provider-none-left"
    world.clock.forward(hours=1)
    assert world.run().outcome is Outcome.DONE, "and the next cycle succeeds"


def test_an_answer_that_is_no_forecast_is_refused(world):
    """Garbage from a provider publishes nothing, never zeros; the words are kept."""
    world.run()
    world.revise(90.0)
    answer = world.providers["openai"].forecast

    def garbage(request):
        good = answer(request)
        return type(good)(body=b"I cannot forecast this.", media_type="text/plain", model=good.model)

    world.providers["openai"].forecast = garbage
    report = world.run()
    failed = next(step for step in report.steps if step.name == "normalise")
    assert (report.outcome, failed.outcome, failed.code) == (Outcome.FAILED, Outcome.FAILED, "answer-unreadable")
    assert world.editions.current().number == 1
    with world.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM reply")).scalar_one() == 2


def test_a_refused_region_leaves_the_others(world):
    """A region whose numbers are impossible is refused with its finding; the others are published."""
    answer = world.providers["openai"].forecast

    def negative(request):
        good = answer(request)
        content = json.loads(good.body)
        content["quantiles"][0][0][0] = -5.0
        return type(good)(body=json.dumps(content).encode(), media_type=good.media_type, model=good.model)

    world.providers["openai"].forecast = negative
    assert world.run().outcome is Outcome.DONE
    edition = world.editions.get()
    assert [row.region for row in edition.rows()] == ["BDI"]
    assert edition.header.refused == 1
    assert edition.refused[0].region == "AGO"
    assert "-5" in edition.refused[0].message


def test_one_author(world):
    """A failover in the middle of a cycle starts the draft again: no edition mixes providers or lock numbers."""
    other = ScriptedSource({"COD": [5.0] * 12})
    other.name = "second"
    object.__setattr__(world.cycle, "sources", (world.source, other))
    world.providers["openai"].script = [None, *[ProviderError("It is down.", remedy="Wait.")] * 3]
    assert world.run().outcome is Outcome.DONE
    edition = world.editions.get()
    assert {table.provider for table in edition.tables} == {"gemini"}
    assert {table.lock_number for table in edition.tables} == {edition.header.lock_number}
    assert len(edition.tables) == 2
    assert world.providers["gemini"].calls == 2


def test_the_record_of_a_cycle(world):
    """Each cycle is recorded with its steps, in order, and its end."""
    world.run()
    world.run()
    with world.database.read() as connection:
        steps = connection.execute(select(cycle_step).order_by(cycle_step.c.cycle_number, cycle_step.c.position)).all()
        ends = connection.execute(select(cycle_end)).all()
    assert [step.name for step in steps] == [
        "read scripted", "remember", "score", "compare", "ask", "normalise", "publish",
        "read scripted", "remember", "score", "compare",
    ]  # fmt: skip
    assert [(end.outcome, end.edition_number) for end in ends] == [("done", 1), ("unchanged", 1)]


def test_a_withdrawn_edition_gives_way_and_stays(world):
    """After a withdrawal the one before is current; the same inputs do not bring the wrong one back."""
    world.run()
    world.revise(90.0)
    world.run()
    world.editions.withdraw(2, reason="the feed was wrong", actor="test")
    assert world.editions.get().header.number == 1
    assert world.editions.get(2).header.withdrawal.reason == "the feed was wrong"
    assert world.run().outcome is Outcome.UNCHANGED
    assert world.row.trail(1)[0].event.event_type == "edition_withdrawn"


def test_asked_again_on_purpose(world):
    """Told to ask again, a cycle publishes the same inputs once more: the way back after a withdrawal."""
    world.run()
    world.editions.withdraw(1, reason="by mistake", actor="test")
    assert world.run().edition is None
    with world.lease() as lease:
        report = world.cycle.run(CycleStart(trigger="manual", holder=lease.holder, again=True))
    assert (report.outcome, report.edition.number) == (Outcome.DONE, 2)


def test_what_the_record_teaches_makes_a_new_edition(world):
    """Once its record says that a provider is too narrow, its kept words make a wider edition, and nobody is asked."""
    world.run()
    narrow = world.editions.get().find("AGO").context
    key = (narrow.source, narrow.signal, 1)
    world.calibrations["openai"] = Calibration(provider="openai", corrections={key: 0.4 * SCORES}, counts={key: 20})
    assert world.run().outcome is Outcome.DONE
    wide = world.editions.get().find("AGO").context
    assert (wide.edition, world.providers["openai"].calls) == (2, 1)
    assert wide.quantiles[0, 0] < narrow.quantiles[0, 0]
    assert wide.quantiles[0, -1] > narrow.quantiles[0, -1]
    assert (wide.quantiles[1] == narrow.quantiles[1]).all()
    assert "calibrated" in [one.code for one in wide.findings]
    assert world.run().outcome is Outcome.UNCHANGED


def test_a_record_that_cannot_be_read_stops_no_forecast(world):
    """With a damaged record forecasts are published as they were given, and each says that it was not calibrated."""
    world.calibrations.broken = StoreDamagedError("A score is not as it was written.", remedy="Bring back a copy.")
    assert world.run().outcome is Outcome.DONE
    assert all("uncalibrated" in {one.code for one in row.context.findings} for row in world.editions.get().rows())
    assert world.run().outcome is Outcome.UNCHANGED


def test_the_record_of_what_is_not_asked_for_makes_no_edition(world):
    """What is learnt about another source changes nothing here."""
    world.run()
    world.calibrations["openai"] = Calibration(
        provider="openai", corrections={("gone", "cases", 1): 0.4 * SCORES}, counts={("gone", "cases", 1): 20}
    )
    assert world.run().outcome is Outcome.UNCHANGED


def test_totals_that_are_used_as_given_are_read_back_as_published(world):
    """An edition about totals that never rise is served as it was published: its digest holds."""
    world.source.signal = Signal(name="cases", measure=Measure.CUMULATIVE)
    world.source.values["BDI"] = [5.0] * 12
    assert world.run().outcome is Outcome.DONE
    rows = {row.region: row for row in world.editions.get().rows()}
    assert {region: row.context.measure for region, row in rows.items()} == {"AGO": "cumulative", "BDI": "incident"}
    assert "levels-as-given" in [one.code for one in rows["BDI"].context.findings]


def test_a_release_alone_asks_nobody(world):
    """After a release nothing is asked again either: the next author is the same, and so are the inputs."""
    world.run()
    world.lacking.update(set(world.providers) - {"openai"})
    world.lock.release_lock("an operator says so")
    assert world.run().outcome is Outcome.UNCHANGED
    assert world.providers["openai"].calls == 1


def test_unusable_answers_hand_the_lock_on(world):
    """A provider that answers rubbish is asked again each cycle, and after the third time the next one answers."""
    world.run()
    world.revise(90.0)
    good = world.providers["openai"].forecast

    def rubbish(request):
        return type(good(request))(body=b"sorry", media_type="text/plain", model="x")

    world.providers["openai"].forecast = rubbish
    assert [world.run().outcome for _ in range(3)] == [Outcome.FAILED] * 3
    assert world.providers["openai"].calls == 4
    assert world.run().outcome is Outcome.DONE
    assert world.editions.current().provider == "gemini"


@pytest.mark.parametrize("fault", [OSError("no screen"), ValueError("closed"), KeyError("x")])
def test_a_watcher_that_fails_ends_nothing(world, fault):
    """Whoever watches the steps may fail; the cycle publishes all the same."""

    def watch(_name, _record):
        raise fault

    object.__setattr__(world.cycle, "on_step", watch)
    assert world.run().outcome is Outcome.DONE


def test_a_broken_off_cycle_is_recorded(world):
    """A cycle that is interrupted has an end in the record: failed."""

    def interrupt(**_how):
        raise KeyboardInterrupt

    world.source.fetch = interrupt
    with pytest.raises(KeyboardInterrupt):
        world.run()
    with world.database.read() as connection:
        assert [row.outcome for row in connection.execute(select(cycle_end))] == ["failed"]


def test_a_client_that_cannot_be_made_fails_its_steps(world):
    """A provider whose client cannot even be made fails the steps that need it, and the cycle has its end."""
    world.lock.acquire_lock("groq")
    del world.providers["groq"]
    report = world.run()
    assert report.outcome is Outcome.FAILED
    assert outcomes(report)["compare"] == "failed"
