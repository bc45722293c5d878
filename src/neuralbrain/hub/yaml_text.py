"""Reads the plain part of YAML that model metadata is written in, without a library.

Mappings, lists, plain, quoted and folded text, flow lists and mappings of scalars, comments. Anchors, tags, aliases,
several documents and keys that are no plain words are not read; text that needs them is refused, not guessed at.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

KEY = re.compile(
    r"""(?P<key>"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#&*!|>%@`"'{}\[\],?:-][^#]*?|-[^\s#][^#]*?)\s*:(?:\s+|$)"""
)
BLOCK = re.compile(r"(?P<style>[|>])(?P<indent>[1-9])?(?P<chomp>[+-])?(?P<late>[1-9])?\s*(?:#.*)?$")
NUMBERS = (
    (re.compile(r"[-+]?(0|[1-9]\d*)"), int),
    (re.compile(r"[-+]?(\d+\.\d*|\.\d+|\d+(?=[eE]))([eE][-+]?\d+)?"), float),
)
WORDS = {
    "true": True,
    "false": False,
    "null": None,
    "~": None,
    "": None,
    "yes": True,
    "no": False,
    "on": True,
    "off": False,
}
BEYOND = re.compile(r"[&*!]\S|%|@|`|\?\s")
ESCAPES = {"n": "\n", "t": "\t", '"': '"', "\\": "\\", "/": "/", "0": "\0", "r": "\r", " ": " "}
DEEPEST = 50


class NotReadError(ValueError):
    """The text is YAML perhaps, but more than is read here."""


class NotYamlError(ValueError):
    """The text is no YAML."""


@dataclass(slots=True)
class _Line:
    number: int
    indent: int
    text: str  # without the indent, with its comment

    @property
    def is_blank(self) -> bool:
        return not self.text or self.text.startswith("#")


@dataclass(slots=True)
class _Reader:
    lines: list[_Line]
    place: int = 0

    def peek(self) -> _Line | None:
        while self.place < len(self.lines) and self.lines[self.place].is_blank:
            self.place += 1
        return self.lines[self.place] if self.place < len(self.lines) else None


def yaml_value(text: str) -> Any:  # noqa: ANN401 - whatever the text says
    r"""Return what a text says, as plain values.

    Raises:
        NotYamlError: With the line, if it is no YAML.
        NotReadError: With the line, if it is more than is read here.

    >>> yaml_value("team_name: Ours\nmodel_contributors:\n  - {name: A, email: a@b.org}\n")
    {'team_name': 'Ours', 'model_contributors': [{'name': 'A', 'email': 'a@b.org'}]}
    """
    lines = [_line(number, one) for number, one in enumerate(text.removeprefix("\ufeff").splitlines(), start=1)]
    starts = [one for one in lines if one.indent == 0 and one.text.rstrip() in {"---", "..."}]
    if starts and lines.index(starts[0]) <= next((i for i, one in enumerate(lines) if not one.is_blank), 0):
        starts[0].text = ""
        starts = starts[1:]
    if starts and any(not one.is_blank for one in lines[lines.index(starts[0]) + 1 :]):
        raise NotReadError(f"line {starts[0].number}: a second document is not read")
    for one in starts:
        one.text = ""
    reader = _Reader(lines)
    first = reader.peek()
    if first is None:
        return None
    value = _node(reader, first.indent, depth=0)
    rest = reader.peek()
    if rest is not None:
        raise NotYamlError(f"line {rest.number}: it is not indented as the lines before it")
    return value


def _line(number: int, text: str) -> _Line:
    stripped = text.lstrip(" ")
    if stripped.startswith("\t") and stripped.strip():
        raise NotYamlError(f"line {number}: a tab indents it")
    return _Line(number=number, indent=len(text) - len(stripped), text=stripped.rstrip())


def _node(reader: _Reader, indent: int, *, depth: int) -> Any:  # noqa: ANN401
    line = reader.peek()
    if line is None or line.indent < indent:
        return None
    if depth > DEEPEST:
        raise NotReadError(f"line {line.number}: it is nested too deeply")
    if line.text == "-" or line.text.startswith("- "):
        return _sequence(reader, line.indent, depth=depth)
    if KEY.match(line.text):
        return _mapping(reader, line.indent, depth=depth)
    reader.place += 1
    return _value(reader, line, line.text, line.indent - 1, depth=depth)


def _sequence(reader: _Reader, indent: int, *, depth: int) -> list[Any]:
    values: list[Any] = []
    while (line := reader.peek()) is not None and line.indent == indent and re.match(r"-(\s|$)", line.text):
        rest = line.text[1:].lstrip()
        if not rest or rest.startswith("#"):
            reader.place += 1
            values.append(_inner(reader, indent, depth=depth))
            continue
        if KEY.match(rest) or rest == "-" or rest.startswith("- "):
            line.indent, line.text = (
                indent + len(line.text) - len(rest),
                rest,
            )  # what follows the dash is a block itself
            values.append(_node(reader, line.indent, depth=depth + 1))
            continue
        reader.place += 1
        values.append(_value(reader, line, rest, indent, depth=depth))
    return values


def _mapping(reader: _Reader, indent: int, *, depth: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    while (line := reader.peek()) is not None and line.indent == indent:
        found = KEY.match(line.text)
        if found is None:
            if BEYOND.match(line.text):
                raise NotReadError(f"line {line.number}: anchors, tags and aliases are not read")
            raise NotYamlError(f"line {line.number}: it is no 'name: value'")
        key = str(_scalar(found["key"], line.number)) if found["key"][0] in "\"'" else found["key"]
        if key in values:
            raise NotYamlError(f"line {line.number}: {key[:60]} is there twice")
        reader.place += 1
        rest = line.text[found.end() :].strip()
        if not rest or rest.startswith("#"):
            values[key] = _inner(reader, indent, depth=depth, of_mapping=True)
        else:
            values[key] = _value(reader, line, rest, indent, depth=depth)
    return values


def _inner(reader: _Reader, indent: int, *, depth: int, of_mapping: bool = False) -> Any:  # noqa: ANN401
    """Return the block below a key or a dash, None where there is none; a list may stand as far left as its key."""
    below = reader.peek()
    if below is None:
        return None
    is_list = of_mapping and below.indent == indent and re.match(r"-(\s|$)", below.text)
    return _node(reader, below.indent, depth=depth + 1) if below.indent > indent or is_list else None


def _value(reader: _Reader, line: _Line, rest: str, indent: int, *, depth: int) -> Any:  # noqa: ANN401
    """Return a value that begins on a line, with the lines that go on with it."""
    if BEYOND.match(rest):
        raise NotReadError(f"line {line.number}: anchors, tags and aliases are not read")
    if found := BLOCK.match(rest):
        return _block(reader, found, indent)
    text = rest
    while not _is_whole(text):
        if reader.place >= len(reader.lines):
            raise NotYamlError(f"line {line.number}: what begins there does not end")
        following = reader.lines[reader.place]
        text = f"{text}\n" if following.is_blank and text[0] in "\"'" else f"{text} {following.text}"
        reader.place += 1
    if text[0] in "\"'[{":
        return _flow(text, line.number, depth=depth)
    words = [_uncommented(text)]
    while (below := reader.peek()) is not None and below.indent > indent:
        if KEY.match(below.text):
            raise NotYamlError(f"line {below.number}: 'name: value' within a text; put the text in quotes")
        words.append(_uncommented(below.text))
        reader.place += 1
    return _scalar(" ".join(words), line.number) if len(words) == 1 else " ".join(words)


def _block(reader: _Reader, found: re.Match[str], indent: int) -> str:
    """Return a block of text: kept line by line, or folded."""
    lines: list[_Line] = []
    while reader.place < len(reader.lines):
        line = reader.lines[reader.place]
        if line.text and line.indent <= indent:
            break
        lines.append(line)
        reader.place += 1
    while lines and not lines[-1].text:
        lines.pop()
    own = min((one.indent for one in lines if one.text), default=0)
    said = [" " * (one.indent - own) + one.text if one.text else "" for one in lines]
    end = "" if found["chomp"] == "-" or not said else "\n"
    if found["style"] == "|":
        return "\n".join(said) + end
    paragraphs: list[str] = [""]
    for one in said:
        if not one:
            paragraphs.append("")
        else:
            paragraphs[-1] = f"{paragraphs[-1]} {one}" if paragraphs[-1] else one
    return "\n".join(paragraphs) + end


def _is_whole(text: str) -> bool:
    """Return whether quotes and brackets that were opened are closed again."""
    if text[0] == '"':
        return re.match(r'"(?:[^"\\]|\\.)*"', text, re.DOTALL) is not None
    if text[0] == "'":
        return re.match(r"'(?:[^']|'')*'", text, re.DOTALL) is not None
    if text[0] in "[{":
        bare = re.sub(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'", "", text)
        return sum(bare.count(one) for one in "[{") <= sum(bare.count(one) for one in "]}")
    return True


def _flow(text: str, number: int, *, depth: int) -> Any:  # noqa: ANN401
    value, end = _flow_value(text, 0, number, depth=depth)
    rest = text[end:].strip()
    if rest and not rest.startswith("#"):
        raise NotYamlError(f"line {number}: nothing may follow what is closed there")
    return value


def _flow_value(text: str, at: int, number: int, *, depth: int) -> tuple[Any, int]:
    if depth > DEEPEST:
        raise NotReadError(f"line {number}: it is nested too deeply")
    at = _skip(text, at)
    if at < len(text) and text[at] in "[{":
        return _flow_many(text, at, number, depth=depth)
    found = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^']|'')*'|[^,\[\]{}\"'#]*?(?=\s*(?:[,\]}]|:\s|$))", re.DOTALL).match(
        text, at
    )
    if found is None:
        raise NotYamlError(f"line {number}: it is no list or mapping in brackets")
    return _scalar(found[0].strip(), number), found.end()


def _flow_many(text: str, at: int, number: int, *, depth: int) -> tuple[Any, int]:
    closing = "]" if text[at] == "[" else "}"
    values: list[Any] = []
    named: dict[str, Any] = {}
    at = _skip(text, at + 1)
    while at < len(text) and text[at] != closing:
        value, at = _flow_value(text, at, number, depth=depth + 1)
        at = _skip(text, at)
        if closing == "}":
            if at >= len(text) or text[at] != ":":
                raise NotYamlError(f"line {number}: it is no 'name: value' in braces")
            inner, at = _flow_value(text, at + 1, number, depth=depth + 1)
            named[str(value)] = inner
            at = _skip(text, at)
        else:
            values.append(value)
        if at < len(text) and text[at] == ",":
            at = _skip(text, at + 1)
        elif at >= len(text) or text[at] != closing:
            raise NotYamlError(f"line {number}: a comma lacks in the brackets")
    if at >= len(text):
        raise NotYamlError(f"line {number}: the brackets are not closed")
    return (values if closing == "]" else named), at + 1


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _uncommented(text: str) -> str:
    return re.split(r"\s#", text, maxsplit=1)[0].rstrip()


def _scalar(text: str, number: int) -> Any:  # noqa: ANN401
    if text[:1] == '"':
        folded = re.sub(r"\s*\n\s*", "\n", text[1:-1])
        return re.sub(r"\\(.)", lambda found: _unescaped(found[1], number), folded, flags=re.DOTALL)
    if text[:1] == "'":
        return text[1:-1].replace("''", "'")
    if text.lower() in WORDS:
        return WORDS[text.lower()]
    return next((kind(text) for pattern, kind in NUMBERS if pattern.fullmatch(text)), text)


def _unescaped(letter: str, number: int) -> str:
    if letter not in ESCAPES:
        raise NotReadError(f"line {number}: the escape \\{letter} is not read")
    return ESCAPES[letter]
