"""A message of somebody else is fit to be shown: without keys, short, one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.providers.redaction import HIDDEN, LONGEST_MESSAGE, redacted

SECRETS = [
    "sk-proj-abcDEF123_456-789",
    "sk-abc***********wxyz",
    "gsk_abcdef0123456789",
    "hf_abcdefghijklmnop",
    "AIzaSyA-0123456789abcdef",
    "AQ.Ab8RN6I1234567890",
    "xoxb-1234-abcd",
    "0123456789abcdef0123456789abcdef",
]


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize(
    "sentence", ["Incorrect API key provided: {}.", "Bearer {}", "bad ({}) key", '{{"key": "{}"}}']
)
def test_what_looks_like_a_key_is_hidden(secret: str, sentence: str) -> None:
    """Keys are known by their beginning or by their look, wherever they stand."""
    said = redacted(sentence.format(secret))
    assert secret not in said
    assert secret[6:-1] not in said
    assert HIDDEN in said


@pytest.mark.parametrize(
    "message",
    [
        "The model `meta-llama/llama-4-scout-17b-16e-instruct` does not exist.",
        "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
        "Limit 200000, Used 199900, Requested 4000. Please try again in 47m12s.",
        "you have used up your daily free allocation of 10,000 neurons",
        "This skipped asking; a hf model, risk-free.",
    ],
)
def test_words_stay(message: str) -> None:
    """Names of models and allowances, and numbers, are not taken for keys."""
    assert redacted(message) == message


def test_what_is_known_is_hidden() -> None:
    """A secret that looks like a word is hidden where it is named, the longer one first."""
    assert redacted("account blue-house-7 and blue-house", known=("blue-house", "blue-house-7", "")) == (
        f"account {HIDDEN} and {HIDDEN}"
    )


@given(st.text(max_size=2000))
def test_any_text_becomes_one_short_printable_line(text: str) -> None:
    """No control character, no direction mark and no line break stays, and no more than 500 characters."""
    said = redacted(text)
    assert len(said) <= LONGEST_MESSAGE
    assert said.isprintable()
