"""Metadata as YAML: what is read otherwise than the library would, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hub_folders import METADATA
from hypothesis import given
from hypothesis import strategies as st

from neuralbrain.hub.yaml_text import LONGEST, NotReadError, NotYamlError, yaml_value

READ: dict[str, Any] = {
    "": None,
    "# nothing\n": None,
    "\ufeff---\na: 1.5\n...\n": {"a": 1.5},
    "a: true\nb: no\nc: ~\nd:": {"a": True, "b": False, "c": None, "d": None},
    "a: 2025-11-22\nb: 2025-11-22 10:00:00": {"a": "2025-11-22", "b": "2025-11-22 10:00:00"},
    "a: =\nb: <<": {"a": "=", "b": "<<"},
    "1: x\nyes: y\n2025-11-22: z": {"1": "x", "yes": "y", "2025-11-22": "z"},
    "[1, {a: b}]": [1, {"a": "b"}],
    "a: Zürich, 東京": {"a": "Zürich, 東京"},
    "just words": "just words",
    "[" * 50 + "]" * 50: eval("[" * 50 + "]" * 50),
}


@pytest.mark.parametrize("text", READ)
def test_what_is_read(text: str) -> None:
    """Text is read as JSON could say it: names and days are text."""
    assert yaml_value(text) == READ[text]


def test_metadata_are_read() -> None:
    """A metadata file as hubs ask for it is read with its folded and its quoted text."""
    said = yaml_value(METADATA)
    assert said["model_name"] == "The local model: 'statistical'"
    assert said["methods"] == "Pooled over places, with calibrated intervals."
    assert said["data_inputs"] == "Target data's own releases"
    assert said["model_contributors"][0]["email"] == "a.person@example.org"


BROKEN = {
    "a: 1\na: 2": "line 2: a is there twice",
    "a: 1\n'a': 2": "line 2: a is there twice",
    "a: 1\nb: {c: 1, d: 2, c: 3}": "line 2: c is there twice",
    "a: 1\n  b: 2": "line 2",
    "a: 1\nb\nc: 3": "line 2",
    "a:\n\t- 1": "line 2",
    "a: [1, 2": "line 1",
    "a: 'x\n\n\n": "line 1",
    "a: 'x' y": "line 1",
    "a: 1\nb: \0": "line 2",
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_is_no_yaml_is_refused_with_its_line(text: str) -> None:
    """Text that is no YAML or says something twice is refused, and its line is named."""
    with pytest.raises(NotYamlError, match=BROKEN[text]):
        yaml_value(text)


BEYOND = {
    "a: 1\nb: &x 1": "line 2: anchors, tags and aliases",
    "a: 1\nb: *x": "line 2: anchors, tags and aliases",
    "<<: *x": "line 1: anchors, tags and aliases",
    "a: !!int 1": "line 1: anchors, tags and aliases",
    "a: !!bool maybe": "line 1: anchors, tags and aliases",
    "a: !!python/object/apply:os.getcwd []": "line 1: anchors, tags and aliases",
    "a: 1\n---\nb: 2": "line 2: a second document",
    "? [a]\n: 1": "line 1: a name that is no text",
    "a: .nan": "line 1: .nan is a number that is not read",
    "a: 1.0e+999": "line 1: 1.0e[+]999 is a number that is not read",
    "a: 0x_": "line 1: 0x_ is a number that is not read",
    "a: " + "9" * 5000: "line 1: 9+ is a number that is not read",
    "a: " + "1:" * 40_000 + "1": "line 1: [1:]+ is a number that is not read",
    "[" * 51 + "]" * 51: "line 1: it is nested too deeply",
    "a: [\n" + "[" * 90_000: "line 2: it is nested too deeply",
    "? " * 40_000: "line 1: it is nested too deeply",
    "x" * (LONGEST + 1): "more than 100,000 characters",
}


@pytest.mark.parametrize("text", BEYOND, ids=range(len(BEYOND)))
def test_what_is_beyond_is_refused_as_not_read(text: str) -> None:
    """What JSON cannot say, what would grow and what is too deep or too long is refused rather than guessed at."""
    with pytest.raises(NotReadError, match=BEYOND[text]):
        yaml_value(text)


@given(st.text(alphabet="ab:-#'\"[]{}|>,&*!?%~_.<=@x \n\t0", max_size=60) | st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    """Whatever stands in a file, it is read or refused with a line, and nothing else happens."""
    said = ""
    try:
        yaml_value(text)
    except (NotReadError, NotYamlError) as refused:
        said = str(refused)
    assert not said or said.startswith("line ")
