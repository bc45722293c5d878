"""The table of providers."""

from __future__ import annotations

import pytest

from neuralbrain.domain.lock import PRIORITY
from neuralbrain.providers.catalogue import CATALOGUE, make


def test_catalogue_and_priority_are_one_list():
    """Every provider of the order stands in the table, in the same order, and no other."""
    assert tuple(CATALOGUE) == PRIORITY
    assert all(row.name == name for name, row in CATALOGUE.items())


@pytest.mark.parametrize("name", PRIORITY[:-1])
def test_a_missing_key_is_named(name):
    """What a provider lacks is said in one line that names every missing variable."""
    lacks = CATALOGUE[name].lacks({})
    assert all(key in lacks for key in CATALOGUE[name].keys)
    assert CATALOGUE[name].lacks(dict.fromkeys(CATALOGUE[name].keys, "")) == lacks, "an empty key is none"


def test_a_key_without_a_client_is_said():
    """With its key set, a provider that this version cannot ask still lacks something, and says what."""
    assert "no client" in CATALOGUE["openai"].lacks({"OPENAI_API_KEY": "x"})


def test_local_lacks_nothing():
    """The local provider can always be asked and made."""
    assert CATALOGUE["local"].lacks({}) == ""
    assert make("local").name == "local"


def test_what_cannot_be_made_is_an_error():
    """Making a provider without a client, or an unknown one, is an error of the caller."""
    for name in ("openai", "nobody"):
        with pytest.raises(KeyError):
            make(name)
