"""Where a release within a file lacks what an earlier one has, its owner says what that means."""

from __future__ import annotations

from pathlib import Path

import pytest
from own_files import releases, written

from neuralbrain.domain.observation import Scope
from neuralbrain.errors import SourceSchemaError

CHANGES = "country,week_end,as_of,cases\nKEN,2026-03-07,2026-03-08,5\nKEN,2026-03-14,2026-03-15,6\n"
MAPPING = 'location = "country"\ndate = "week_end"\ndate_means = "week-end"\nas_of = "as_of"\n{}\n'
MAPPING += '[signals]\ncases = "cases"\n'


@pytest.mark.parametrize("is_mapped", [False, True])
def test_whether_releases_are_whole_is_asked_where_one_lacks_a_value(tmp_path: Path, *, is_mapped: bool) -> None:
    """A file of changes alone looks like one whose values were withdrawn: what it is must be said."""
    mapping = written(tmp_path, MAPPING.format("")) if is_mapped else ""
    with pytest.raises(SourceSchemaError, match=r"has 1 value that a later .* cases of KEN on 2026-03-07") as asked:
        releases(CHANGES, mapping)
    assert "complete = false if a release has only what is new" in asked.value.remedy
    assert "complete = true if it has all of them" in asked.value.remedy
    assert ('date_means = "week-end"' in asked.value.remedy) is not is_mapped  # what was guessed is to be written, too


def test_what_is_said_is_done(tmp_path: Path) -> None:
    """Complete releases speak of the whole signal, so what one lacks was withdrawn; others of their rows alone."""
    for one in releases(CHANGES, written(tmp_path, MAPPING.format("complete = true"))):
        assert one.scope == Scope(signals=frozenset({"cases"}), most_withdrawn=1.0)
    changes = releases(CHANGES, written(tmp_path, MAPPING.format("complete = false")))
    assert [len(one) for one in changes] == [1, 1]
    assert all(one.scope is None or not one.scope.signals for one in changes)


def test_releases_that_only_grow_are_read_without_a_word() -> None:
    """Where each has what those before it had, it makes no difference; one that lacks any is asked about."""
    grown = CHANGES + "KEN,2026-03-07,2026-03-15,5\nNAM,2026-03-07,2026-03-15,1\n"
    assert [len(one) for one in releases(grown)] == [1, 3]
    with pytest.raises(SourceSchemaError, match="has 3 values that a later release lacks"):
        releases(grown + "UGA,2026-03-07,2026-03-22,1\n")


def test_a_file_without_times_of_publication_is_not_asked_about() -> None:
    """It is one release, complete unless its mapping says otherwise."""
    (batch,) = releases("country,week_end,cases\nKEN,2026-03-07,5\nKEN,2026-03-14,6\n")
    assert batch.scope == Scope(signals=frozenset({"cases"}), most_withdrawn=0.2)


def test_over_a_network_a_file_that_was_cut_off_is_refused() -> None:
    """There its last line must end; that of a file of this machine may do without."""
    body = "iso3,week_end,cases\nKEN,2026-03-07,4\nKEN,2026-03-14,27"
    (batch,) = releases(body, path="/tmp/a.csv", base_url="https://example.org/a.csv")
    assert len(batch) == 2
    with pytest.raises(SourceSchemaError, match="stops in the middle of a row"):
        releases(body, base_url="https://example.org/a.csv")
