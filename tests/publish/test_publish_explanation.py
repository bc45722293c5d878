"""What a provider said may be shown to anybody: one short line, and nothing in it does anything."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st
from made_editions import edition, table

from neuralbrain.publish.explanation import LEAST_CHARACTERS, MOST_CHARACTERS, UNSEEN, plain, shown
from neuralbrain.publish.summary import summary_as_json

SENTENCE = "Cases rise in most of the regions because the last four weeks were each above the one before them. "


@given(st.lists(st.text(alphabet=st.characters(), max_size=900), max_size=12))
def test_whatever_was_said_is_one_short_line(parts: list[str]) -> None:
    """At most 500 characters, none of which is unseen, on one line without spaces at its ends."""
    said = shown(parts)
    assert len(said) <= MOST_CHARACTERS
    assert not {unicodedata.category(one) for one in said} & UNSEEN
    assert len(said.splitlines()) <= 1
    assert said == " ".join(said.split())


def test_what_turns_hides_or_rings_is_taken_out() -> None:
    """Direction marks, zero widths, a byte order mark, escapes and lone surrogates go; letters and markup stay."""
    assert plain("a\u202eb\u2066c\u200bd\ufeffe\x1b[31mf\x07\ud800g\U000e0041") == "abcde[31mfg"
    assert plain("Côte d'Ivoire: 上昇 <b>&amp;") == "Côte d'Ivoire: 上昇 <b>&amp;"


def test_parts_share_the_room() -> None:
    """A short part is shown whole, and long ones share what it leaves, each up to the end of a sentence."""
    long, other = SENTENCE * 6, SENTENCE.replace("Cases", "Deaths") * 6
    said = shown([long, "Deaths fall.", other])
    assert said.count("Cases rise") == said.count("Deaths rise") == 2
    assert said.split("them. ")[2].startswith("Deaths fall. Deaths rise")
    assert said.endswith("before them.")


def test_a_part_that_was_said_twice_is_shown_once() -> None:
    """Regions that were asked about in two parts are not explained twice in the same words."""
    assert shown(["It rises.", " It  rises.", "It falls."]) == "It rises. It falls."


def test_many_parts_are_still_sentences() -> None:
    """Of twenty long parts as many are shown as have room for a sentence."""
    said = shown([f"{number} {SENTENCE}" for number in range(20)])
    assert said.startswith("0 Cases rise")
    assert said.count("Cases rise") == MOST_CHARACTERS // LEAST_CHARACTERS


def test_a_sentence_without_end_is_cut_behind_a_word() -> None:
    """What has no end of a sentence ends with a whole word and an ellipsis, one word alone within it."""
    assert shown(["rising " * 200]) == f"{('rising ' * 71).strip()}…"
    assert shown(["x" * 600]) == f"{'x' * 499}…"


def test_the_summary_says_whose_words_they_are() -> None:
    """A provider's words stand in the summary under its name; without them they are built from the numbers."""
    one = edition(table(["AGO"]))
    said, built = summary_as_json(one, words="It rises."), summary_as_json(one)
    assert (said["explanation"], said["explanation_by"]) == ("It rises.", one.header.provider)
    assert built["explanation_by"] == "numbers"
    assert built["explanation"].startswith("Edition 7 is by local")
    assert {name for name in said if said[name] != built[name]} == {"explanation", "explanation_by"}
