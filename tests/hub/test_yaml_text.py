"""The plain part of YAML: what is read, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hub_folders import METADATA
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.hub.yaml_text import NotReadError, NotYamlError, yaml_value

READ: dict[str, Any] = {
    "": None,
    "# nothing\n": None,
    "a: 1": {"a": 1},
    "---\na: 1.5\n...\n": {"a": 1.5},
    "a: true\nb: no\nc: ~\nd:\ne: null": {"a": True, "b": False, "c": None, "d": None, "e": None},
    "a: x # why\nb: 'x # y'": {"a": "x", "b": "x # y"},
    "a: http://x.org/y#z": {"a": "http://x.org/y#z"},
    'a: "tab\\tline\\nend"': {"a": "tab\tline\nend"},
    "a: 'it''s'": {"a": "it's"},
    "a: one\n  two\n  three\nb: 1": {"a": "one two three", "b": 1},
    "a: 'one\n  two'\nb: 1": {"a": "one two", "b": 1},
    "a: |\n  one\n    two\n\n  three\nb: 1": {"a": "one\n  two\n\nthree\n", "b": 1},
    "a: >\n  one\n  two\n\n  three\nb: 1": {"a": "one two\nthree\n", "b": 1},
    "a: >-\n  one\n  two\n": {"a": "one two"},
    "- 1\n- x\n-\n  a: 1": [1, "x", {"a": 1}],
    "a:\n- 1\n- 2\nb: 3": {"a": [1, 2], "b": 3},
    "a:\n  - name: x\n    mail: y\n  - name: z\n": {"a": [{"name": "x", "mail": "y"}, {"name": "z"}]},
    "a: [1, x, 'y, z', [2]]": {"a": [1, "x", "y, z", [2]]},
    "a: {b: 1, c: [x, y]}": {"a": {"b": 1, "c": ["x", "y"]}},
    "a: [1,\n  2]\nb: 3": {"a": [1, 2], "b": 3},
    "a: []\nb: {}": {"a": [], "b": {}},
    "'quoted key': 1": {"quoted key": 1},
    "a: 2025-11-22 x": {"a": "2025-11-22 x"},
    "a: 007\nb: -3\nc: 1e3": {"a": "007", "b": -3, "c": 1000.0},
    "a: Zürich, 東京": {"a": "Zürich, 東京"},
    "just words": "just words",
}


@pytest.mark.parametrize("text", READ)
def test_what_is_read(text: str) -> None:
    """Text in the plain part of YAML is read as it is meant."""
    assert yaml_value(text) == READ[text]


BROKEN = {
    "a: 1\na: 2": "line 2",
    "a: 1\n  b: 2": "line 2",
    "a: 1\nb": "line 2",
    "a:\n\t- 1": "line 2",
    "a: [1, 2": "line 1",
    "a: 'x": "line 1",
    "a: 'x' y": "line 1",
    "a: {b}": "line 1",
    "a: one\n  b: two": "line 2",
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_yaml_is_refused_with_its_line(text: str) -> None:
    """Text that is no YAML is refused, and its line is named."""
    with pytest.raises(NotYamlError, match=BROKEN[text]):
        yaml_value(text)


@pytest.mark.parametrize("text", ["a: &x 1", "a: *x", "a: !!int 1", "<<: *x", "a: 1\n---\nb: 2", 'a: "\\x41"'])
def test_what_is_beyond_is_refused_as_not_read(text: str) -> None:
    """Anchors, aliases, tags, a second document and rare escapes are refused rather than guessed at."""
    with pytest.raises((NotReadError, NotYamlError)):
        yaml_value(text)


def test_the_reader_agrees_with_the_usual_library() -> None:
    """Wherever the usual library is installed, it reads the same out of the same texts."""
    library = pytest.importorskip("yaml", reason="PyYAML is not installed")
    for text in (METADATA, *(one for one in READ if one not in {"a: 007\nb: -3\nc: 1e3", "a: 2025-11-22 x"})):
        assert yaml_value(text) == library.safe_load(text), text


@given(st.text(alphabet="ab:-#'\"[]{}|>,&*! \n\t0", max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands in a file, it is read or refused, and nothing else happens."""
    said = ""
    try:
        yaml_value(text)
    except (NotReadError, NotYamlError) as refused:
        said = str(refused)
    assert not said or said.startswith("line ")
