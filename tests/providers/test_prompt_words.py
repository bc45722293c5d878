"""Signals are spoken of in our own words or not at all."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.domain.observation import Unit
from neuralbrain.providers.prompt_words import LONGEST_NAME, UNITS, WORDS, words_of
from neuralbrain.sources.catalogue import FACTS


def test_every_signal_of_the_catalogue_has_words():
    """No feed of the catalogue reports a signal that a language model could not be asked about."""
    signals = [signal.name for feed in FACTS for signal in feed.signals if signal.asked]
    assert {name for name in signals if words_of(name) is None} == set()


def test_every_unit_has_words():
    """Each unit can be said."""
    assert set(UNITS) == set(Unit)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cholera_cases", "cholera cases"),
        ("covid_ed_visits", "COVID-19 emergency department visits"),
        ("rsv_admissions", "RSV admissions"),
        ("ili_rate", "influenza-like illness rate"),
        ("brainworm_cases", None),
        ("Cholera_cases", None),
        ("cholera cases", None),
        ("cholera_cases\n", None),
        ("cholera__cases", None),
        ("_cases", None),
        ("", None),
        ("cases_" * 20 + "cases", None),
    ],
)
def test_names_become_words(name, words):
    """A name of known parts becomes words; one unknown part, or any other form, gives none."""
    assert words_of(name) == words


@given(st.text() | st.from_regex(r"[a-z_0-9]{1,30}", fullmatch=True))
def test_what_is_said_is_ours(name):
    """Whatever the name, every word that is said stands in our table, and the name was short and of its parts."""
    said = words_of(name)
    if said is not None:
        assert said == " ".join(WORDS[part] for part in name.split("_"))
        assert len(name) <= LONGEST_NAME


def test_the_table_is_plain():
    """Keys are parts of names, and words are plain letters, digits and hyphens."""
    assert all(re.fullmatch(r"[a-z][a-z0-9]*", key) for key in WORDS)
    assert all(re.fullmatch(r"[A-Za-z0-9() -]+", word) for word in WORDS.values())
