"""The files and the manifest of a recorded sample: names, the order of answers, and what TOML can carry."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime

import numpy as np

from neuralbrain.domain.feed import Payload
from neuralbrain.domain.feed_sample import RecordedAnswer
from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Series, Signal
from neuralbrain.publish.feed_sample import expectation_of, kept_drift, manifest_text, sample_files

AT = datetime(2026, 11, 22, 12, 30, 15, 999, tzinfo=UTC)


def answer(part, *, path="/data", page=0, body=b"x", media_type="text/csv", **query):
    """Return an answer that came."""
    payload = Payload(body=body, media_type=media_type, origin=f"https://example.org{path}", retrieved_at=AT, part=part)
    return RecordedAnswer(part=part, page=page, path=path, query=tuple(query.items()), payload=payload)


def manifest_of(files, **changes):
    """Return a manifest as it is read back."""
    said = {"adapter": "x", "read_at": AT, "settings": {}, "expect": {"rows": 1}, "drift": None} | changes
    return tomllib.loads(manifest_text(files, **said))


def test_pages_of_one_address_are_told_apart_by_what_differs():
    """Only parameters that differ are compared; an answer that is asked for more exactly comes first."""
    files = sample_files(
        [
            answer("set", key="secret", limit="5"),
            answer("set", page=1, key="secret", limit="5", offset="5"),
            answer("set", page=2, key="secret", limit="5", offset="10"),
        ]
    )
    assert [(one.name, dict(one.query)) for one in files] == [
        ("set-1.csv", {"offset": "5"}),
        ("set-2.csv", {"offset": "10"}),
        ("set.csv", {}),
    ]
    assert "secret" not in repr([one.query for one in files])


def test_no_two_files_have_one_name_and_none_leaves_the_folder():
    """Parts named after paths, alike but for capitals, or like the manifest, get names of their own in the folder."""
    parts = ("../../etc/passwd", "a/b c.csv", "a-b-c.csv", "A-B-C.csv", "...", "x" * 300)
    names = [one.name for one in sample_files([answer(part) for part in parts])]
    assert len({name.lower() for name in names}) == len(parts)
    assert not any("/" in name or name.startswith(".") for name in names)
    assert max(map(len, names)) < 100


def test_what_was_missing_is_no_file():
    """An answer that may be missing and was leaves nothing behind."""
    assert sample_files([RecordedAnswer(part="gone", page=0, path="/gone")]) == ()


def test_the_manifest_carries_any_words():
    """Quotes, line ends, DEL, other scripts and pictures of parts and media types are read back as they were."""
    odd = 'a"b\\c\nd\x7fe\x00 ÄΩ漢 \U0001f980'
    files = sample_files([answer("one", path=f"/{odd}", media_type=odd, q="1"), answer("two", path=f"/{odd}", q=odd)])
    told = manifest_of(files, settings={"since": "2026-01-01", "most_withdrawn": 0.5, "private": True})
    assert [(one["path"], one["query"], one.get("media_type")) for one in told["answer"]] == [
        (f"/{odd}", {"q": "1"}, odd),
        (f"/{odd}", {"q": odd}, "text/csv"),
    ]
    assert told["settings"] == {"since": "2026-01-01", "most_withdrawn": 0.5, "private": True}
    assert (told["synthetic"], told["read_at"]) == (False, AT.replace(microsecond=0))


def test_what_is_expected_is_counted():
    """Rows, releases, rejected rows and places are those of all releases; the value is the newest that is known."""
    signal = Signal(name="cases")
    places = tuple(Series(source="x", location=code, signal=signal) for code in ("AGO", "NAM"))
    batch = ObservationBatch(
        series=places,
        series_index=np.array([0, 0, 1]),
        target_date=np.array(["2026-03-01", "2026-03-15", "2026-03-08"], dtype="datetime64[D]"),
        value=np.array([1.0, np.nan, 2.5]),
        as_of=AT,
        rejected=(RejectedRow(location="?", signal="", target_date="", value="", code="x", message="X."),),
    )
    assert expectation_of([batch, batch]) == {
        "rows": 6,
        "releases": 2,
        "rejected": 2,
        "places": 2,
        "value": {"location": "NAM", "signal": "cases", "target_date": "2026-03-08", "value": 2.5},
    }
    assert expectation_of([]) == {"rows": 0, "releases": 0, "rejected": 0, "places": 0, "value": {}}


def test_a_change_is_kept_where_its_words_still_stand():
    """The change that must be refused moves to the file that holds its old words, and is dropped where none does."""
    files = sample_files([answer("one", body=b"a,b"), answer("two", path="/two", body=b"day,value")])
    before = {"expect": {"drift": {"file": "old", "old": "day", "new": "date"}}}
    assert kept_drift(files, before) == {"file": files[1].name, "old": "day", "new": "date"}
    assert kept_drift(files[:1], before) is None
    assert kept_drift(files, {}) is None
    assert manifest_of(files, drift=kept_drift(files, before))["expect"]["drift"]["new"] == "date"
