"""Fuzzing of the reader: whatever comes, only an AnswerError or findings come out."""

from __future__ import annotations

import json
from contextlib import suppress

import numpy as np
from bottleneck_examples import NOW, request_for
from hypothesis import given, settings
from hypothesis import strategies as st

from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.errors import AnswerError

REQUEST = request_for("AGO", "BEN", deaths=(0.0, 1.0) * 5)
WORDS = st.sampled_from(
    ["AGO", "BEN", "region", "forecasts", "cases", "deaths", "forecasted_cases", "forecast", "values", "value", "day",
     "week", "date", "horizon", "horizons", "levels", "quantiles", "series", "lower", "upper", "level", "0.1", "q0.9",
     "interval_80", "intervals", "median", "1", "2", "data", "signal", "2026-03-29"]
)  # fmt: skip
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.integers(0, 3) | st.floats() | st.text(max_size=5) | WORDS
    | st.sampled_from([10**400, 0.5, 0.1, 0.9])
)  # fmt: skip
TREES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=3), inner, max_size=4),
    max_leaves=25,
)


def check(body, request=REQUEST):
    """Normalise an answer, and check that what is accepted is sound."""
    with suppress(AnswerError):
        table = normalise_reply(request, body, provider="openai", lock_number=1, now=NOW).table
        assert np.isfinite(table.quantiles).all()
        assert (table.quantiles >= 0).all()
        assert (np.diff(table.quantiles, axis=2) >= 0).all()
        for position in range(len(table)):
            table.row(position).to_dict()


@settings(max_examples=300)
@given(TREES)
def test_any_document_is_an_error_or_findings(document):
    """Any tree of JSON values, for one region and for two, ends in a table, findings or an AnswerError."""
    check(document)
    check(document, request_for("AGO"))


@settings(max_examples=200)
@given(TREES, st.text(max_size=20), st.integers(0, 200))
def test_any_text_is_an_error_or_findings(document, prose, cut):
    """The same as text, with prose around it and cut anywhere, ends likewise."""
    text = json.dumps(document)
    check((prose + text + prose).encode("utf-8", "surrogatepass"))
    check(text[:cut])


@settings(max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_an_error_or_findings(body):
    """Any bytes end likewise."""
    check(body)


@settings(max_examples=200)
@given(
    st.lists(st.lists(st.sampled_from(["AGO", "BEN", "XXX", "cases", "deaths", 1]), max_size=3), max_size=4),
    st.lists(st.integers(-1, 4) | SCALARS, max_size=3),
    st.lists(st.sampled_from([0.1, 0.5, 0.9]) | SCALARS, max_size=3),
    st.lists(st.none() | st.lists(st.lists(st.floats(0, 50) | SCALARS, max_size=3), max_size=3), max_size=4),
)
def test_any_columns_are_an_error_or_findings(series, horizons, levels, quantiles):
    """Any columns end likewise."""
    check({"series": series, "horizons": horizons, "levels": levels, "quantiles": quantiles})


def test_a_tree_nested_without_end_is_an_error():
    """A document nested 100,000 deep, as text or as objects, is an AnswerError."""
    tree = []
    for _ in range(100_000):
        tree = [tree]
    check(tree)
    check({"AGO": {"cases": tree}, "BEN": {"cases": tree}})
    check(b'{"AGO":' * 100_000)
    while tree:  # taken apart by hand: freeing it at once would itself recurse
        tree = tree[0]
