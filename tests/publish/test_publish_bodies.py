"""Bodies: each is made once, names its edition, and is the same JSON that the command line prints."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from made_editions import CASES, edition, panel, refusal, table

from neuralbrain.domain.observation import Signal
from neuralbrain.errors import StoreUnavailableError, UnknownRegionError
from neuralbrain.publish import bodies as bodies_module
from neuralbrain.publish.as_json import forecast_as_json, header_as_json
from neuralbrain.publish.bodies import EditionBodies

ADMISSIONS = Signal(name="admissions", primary=False)
KNOWN = panel({("AGO", CASES): [1, 2, 10], ("BDI", CASES): [1, 2, 20]})


def made(**changes):
    """Return an edition of two regions, one of which has a second signal."""
    return edition(
        table(["AGO", "BDI"], risk=[10, 20]), table(["AGO"], signal=ADMISSIONS), refused=[refusal("COD")], **changes
    )


def bodies_of(one=None, asked=None) -> EditionBodies:
    """Return the bodies of an edition; which history was asked for is written down."""

    def history(source: str):
        if asked is not None:
            asked.append(source)
        return (KNOWN,)

    return EditionBodies(made() if one is None else one, history)


def every(bodies: EditionBodies):
    """Return one body of each kind."""
    return [bodies.all(), bodies.world(), bodies.summary(), bodies.region("AGO"), bodies.chart("AGO")]


def test_every_body_names_its_edition() -> None:
    """Each body holds the header of its edition as the list of editions shows it."""
    header = json.loads(json.dumps(header_as_json(made().header)))
    assert [json.loads(one.content)["edition"] for one in every(bodies_of())] == [header] * 5


def test_a_region_is_its_forecast_as_everywhere() -> None:
    """A region's body is the twelve fields, the context, the same for people and the edition, in that order."""
    one = made()
    row = one.find("AGO")
    assert row is not None
    said = json.loads(bodies_of(one).region("Angola").content)
    assert list(said)[-3:] == ["context", "readable", "edition"]
    del said["edition"], said["readable"]
    assert said == json.loads(json.dumps(forecast_as_json(row)))


def test_all_holds_every_row_and_every_refusal() -> None:
    """The rows of ``all`` are those of the edition in its order, other signals too, then what was refused."""
    one = made()
    said = json.loads(bodies_of(one).all().content)
    for region in said["regions"]:
        assert region.pop("readable")["actual_cases"] is not None
    assert said["regions"] == json.loads(json.dumps([forecast_as_json(row) for row in one.rows()]))
    assert [refused["region"] for refused in said["refusals"]] == ["COD"]


def test_a_region_is_found_by_any_name_and_signal() -> None:
    """Names and codes give one body; another signal gives another; the primary one by name gives the same."""
    bodies = bodies_of()
    assert bodies.region("Angola") is bodies.region("AGO") is bodies.region("ao") is bodies.region("AGO", "cases")
    other = json.loads(bodies.region("AGO", "admissions").content)
    assert other["context"]["signal"] == "admissions"


@pytest.mark.parametrize(
    ("typed", "signal", "code"),
    [
        ("Gremany", None, "region-unknown"),
        ("Germany", None, "region-not-covered"),
        ("Angola", "flu", "signal-unknown"),
        ("", None, "region-unknown"),
    ],
)
def test_what_is_not_there_is_an_error_that_helps(typed: str, signal: str | None, code: str) -> None:
    """An unknown region, one that is not covered and an unknown signal have their own codes and remedies."""
    for ask in (bodies_of().region, bodies_of().chart):
        with pytest.raises(UnknownRegionError) as caught:
            ask(typed, signal)
        assert caught.value.error_code == code


def test_a_region_without_a_primary_signal_names_what_it_has() -> None:
    """Asked without a signal, the remedy says how to name one here."""
    with pytest.raises(UnknownRegionError) as caught:
        bodies_of(edition(table(["AGO"], signal=ADMISSIONS))).region("AGO")
    assert caught.value.remedy == "Name one with ?signal=: admissions."


def test_ready_hands_out_and_makes_nothing() -> None:
    """Before a body was asked for it is not ready; afterwards it is, by any name, and the very same."""
    bodies = bodies_of()
    assert bodies.ready("all") is None
    assert bodies.ready("region", "AGO") is None
    whole, region = bodies.all(), bodies.region("AGO")
    assert bodies.ready("all") is whole
    assert bodies.ready("region", "Angola") is bodies.ready("region", "AGO") is region
    assert bodies.ready("region", "BDI") is None
    assert bodies.ready("region", "nowhere") is None
    assert bodies.ready("chart", "AGO") is None


def test_etags_are_strong_and_of_the_content() -> None:
    """A tag is quoted, begins with the edition's number, and differs where the content differs."""
    tags = [one.etag for one in every(bodies_of())]
    assert len(set(tags)) == 5
    assert all(tag.startswith('"7-') and tag.endswith('"') and len(tag) == 20 for tag in tags)
    assert [one.etag for one in every(bodies_of())] == tags
    assert bodies_of(made(number=8)).all().etag.startswith('"8-')


def test_each_body_is_serialised_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many threads that ask at once get one object each kind, and no row is made into JSON twice."""
    counted: list[str] = []
    guard = threading.Lock()

    def counting(row):
        with guard:
            counted.append(f"{row.region} {row.context.signal}")
        return forecast_as_json(row)

    monkeypatch.setattr(bodies_module, "forecast_as_json", counting)
    bodies = bodies_of()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: tuple(map(id, every(bodies))), range(40)))
    assert len(set(found)) == 1
    assert sorted(counted) == ["AGO admissions", "AGO cases", "BDI cases"]


def test_history_is_asked_once_a_source() -> None:
    """The first chart of a source reads its past, the others use it."""
    asked: list[str] = []
    bodies = bodies_of(asked=asked)
    for typed in ("AGO", "BDI", "Angola"):
        bodies.chart(typed)
    assert asked == ["made"]


def test_a_history_that_cannot_be_read_is_asked_again() -> None:
    """A store that fails once costs one answer, not the chart for as long as the edition is up."""
    failing = [StoreUnavailableError("Locked.", remedy="Try again.")]

    def history(_source: str):
        if failing:
            raise failing.pop()
        return (KNOWN,)

    bodies = EditionBodies(made(), history)
    with pytest.raises(StoreUnavailableError):
        bodies.chart("AGO")
    assert json.loads(bodies.chart("AGO").content)["region"] == "AGO"


def test_who_waits_for_the_past_keeps_nobody_waiting() -> None:
    """While a chart reads what was known, every other answer is made."""
    reading, may_go_on = threading.Event(), threading.Event()

    def history(_source: str):
        reading.set()
        assert may_go_on.wait(20)
        return (KNOWN,)

    bodies = EditionBodies(made(), history)
    with ThreadPoolExecutor(2) as pool:
        chart = pool.submit(bodies.chart, "AGO")
        try:
            assert reading.wait(20)
            assert pool.submit(bodies.region, "BDI").result(20) is bodies.ready("region", "BDI")
        finally:
            may_go_on.set()
        assert chart.result(20) is bodies.ready("chart", "AGO")


def test_bodies_are_compact_utf8() -> None:
    """No space stands between tokens, and a name is written as it is, not in escapes."""
    content = bodies_of(edition(table(["CIV"], risk=[10]))).summary().content
    assert b'": ' not in content
    assert "Côte d'Ivoire".encode() in content


def test_what_json_cannot_say_is_never_sent() -> None:
    """A number without end is a fault that is noticed, not a word that no reader of JSON understands."""
    bodies = bodies_of(edition(table(["AGO"], medians=[float("inf")])))
    with pytest.raises(ValueError, match="JSON compliant"):
        bodies.region("AGO")
    assert bodies.ready("region", "AGO") is None
