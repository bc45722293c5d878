"""Tests of what counts as a JSON document."""

from __future__ import annotations

import math

import pytest

from neuralbrain.bottleneck.read_text import document_of, shown
from neuralbrain.errors import AnswerError


@pytest.mark.parametrize(
    "body",
    [
        b'{"cases": [1, 2]}',
        '{"cases": [1, 2]}',
        b'\xef\xbb\xbf{"cases": [1, 2]}',
        '```json\n{"cases": [1, 2]}\n```',
        'As asked [see below], the forecast is {"cases": [1, 2]}. Stay safe [1].',
        '"{\\"cases\\": [1, 2]}"',
        {"cases": [1, 2]},
    ],
)
def test_json_is_found_wherever_it_stands(body):
    """The document is the same whether it stands alone, in a fence, in prose, in a text, or is one already."""
    assert document_of(body) == {"cases": [1, 2]}


def test_several_objects_are_a_list():
    """One object a line is a list of them."""
    assert document_of('{"region": "AGO"}\n{"region": "BEN"}') == [{"region": "AGO"}, {"region": "BEN"}]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "no JSON"),
        (b"I cannot help with that.", "no JSON"),
        (b"<html><body>502</body></html>", "no JSON"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b'{"region": "AGO", "cases": [1, 2], "deaths": [1', "cut off"),
        (b'{"region": "AGO", "note": "abc', "cut off"),
        (b'{"AGO": 1, "AGO": 2}', "twice"),
        (b'prose {"AGO": 1, "AGO": 2}', "twice"),
        (b"[" * 100_000, "nested"),
        (b'{"a":' * 100_000, "nested"),
    ],
)
def test_what_is_no_document_is_an_answer_error(body, says):
    """Text without JSON, cut off, with a repeated key or nested without end is an answer error with a remedy."""
    with pytest.raises(AnswerError, match=says) as caught:
        document_of(body)
    assert caught.value.remedy


def test_a_cut_answer_is_not_read_from_within():
    """A complete region inside an answer that breaks off is not taken for the whole answer."""
    with pytest.raises(AnswerError):
        document_of('{"forecasts": [{"region": "AGO", "cases": [1, 2]}, {"region": "BEN", "cases": [1, nul')


def test_numbers_beyond_json_are_kept_for_the_checks():
    """NaN, infinity and an integer of 5,000 digits are read as such, so that a check can name them."""
    nan, infinite, long = document_of(f"[NaN, -Infinity, {'9' * 5000}]")
    assert math.isnan(nan)
    assert infinite == -math.inf
    assert long == math.inf


def test_foreign_text_is_shown_short_and_plain():
    """What stands in a message of foreign text is short, ASCII and cannot be markup of any kind beyond ASCII."""
    assert shown("\u202eevil\ud800" + "x" * 100).isascii()
    assert len(shown("x" * 100)) == 42
    assert shown(10**5000) == "a int too long to show"
