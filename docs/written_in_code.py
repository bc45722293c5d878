"""Finds in the source text what no running program would tell: error codes and audit events given as words."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache
from pathlib import Path

import neuralbrain
from neuralbrain import errors
from neuralbrain.errors import NeuralBrainError

SOURCE = Path(neuralbrain.__file__).parent
PLACEHOLDER = "…"  # stands for a value that only the moment of the error knows
UNEXPECTED = "A fault of NeuralBrain itself: please report it, with the log of that moment."
"""What the root's own code says; its docstring is about the class."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCode:
    """One error code.

    Args:
        code: The stable name.
        raised_as: The class that carries it.
        meaning: What happened, in one sentence.
    """

    code: str
    raised_as: type[NeuralBrainError]
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One type of audit event: its name, the module that writes it and the keys of its details."""

    name: str
    module: str
    details: tuple[str, ...]


def error_classes() -> tuple[type[NeuralBrainError], ...]:
    """Return every error class, in the order of ``errors.py``."""
    return tuple(one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, NeuralBrainError))


def error_codes() -> tuple[ErrorCode, ...]:
    """Return every error code, a class's own before those that are given where it is raised.

    A class whose code is that of one of its subclasses is never raised under it; the subclass has it.

    Raises:
        ValueError: If a code is given as anything but a word, or one code to two classes.
    """
    found: dict[str, ErrorCode] = {}
    given = list(_given_codes())
    for one in error_classes():
        meaning = UNEXPECTED if one is NeuralBrainError else first_line(one)
        own = () if one.code in {sub.code for sub in one.__subclasses__()} else ((one.code, meaning),)
        for code, said in (*own, *((code, said) for name, code, said in given if name == one.__name__)):
            known = found.setdefault(code, ErrorCode(code=code, raised_as=one, meaning=said or meaning))
            if known.raised_as is not one:
                raise ValueError(f"{code} is given to {known.raised_as.__name__} and to {one.__name__}")
    return tuple(found.values())


def event_types() -> tuple[EventType, ...]:
    """Return every type of audit event, by name; its details are those of all places that write it."""
    details: dict[str, dict[str, None]] = {}
    modules: dict[str, str] = {}
    for module, call in calls():
        words = {one.arg: one.value for one in call.keywords}
        name = words.get("event_type")
        if called(call) != "AuditEvent" or not isinstance(name, ast.Constant):
            continue
        keys = words["details"].keys if isinstance(words.get("details"), ast.Dict) else []
        modules[name.value] = module
        details.setdefault(name.value, {}).update(
            dict.fromkeys(key.value for key in keys if isinstance(key, ast.Constant))
        )
    return tuple(EventType(name=name, module=modules[name], details=tuple(details[name])) for name in sorted(details))


@cache
def calls() -> tuple[tuple[str, ast.Call], ...]:
    """Return every call in the source with the dotted name of its module, in the order of files and lines."""
    return tuple(_calls())


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(SOURCE.rglob("*.py")):
        module = ".".join(("neuralbrain", *path.relative_to(SOURCE).with_suffix("").parts)).removesuffix(".__init__")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield module, node


def called(call: ast.Call) -> str:
    """Return the name that is called, without what stands before a dot; empty where it has none."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def first_line(documented: object) -> str:
    """Return the first line of a docstring.

    Raises:
        ValueError: If there is none.
    """
    said = inspect.getdoc(documented)
    if not said:
        raise ValueError(f"{documented!r} has no docstring")
    return said.splitlines()[0]


def reasons_of(enumeration: type[Enum]) -> dict[str, str]:
    """Return the comment beside each member of an enumeration, as a sentence; empty where there is none."""
    source = inspect.getsource(enumeration)
    said = {
        name: re.search(rf"^    {name} = [^#\n]*(?:#\s*(.*))?$", source, re.MULTILINE)
        for name in enumeration.__members__
    }
    return {name: sentence(found[1] or "") if found else "" for name, found in said.items()}


def sentence(words: str) -> str:
    """Return words with a capital and a full stop."""
    return f"{words[:1].upper()}{words[1:].rstrip('.')}." if words else ""


def _given_codes() -> Iterator[tuple[str, str, str]]:
    """Yield (class, code, sentence) of every code that is given where an error is raised."""
    names = {one.__name__ for one in error_classes()}
    for module, call in calls():
        code = next((one.value for one in call.keywords if one.arg == "code"), None)
        if called(call) not in names or code is None:
            continue
        word = template(code)
        if not word or PLACEHOLDER in word:
            raise ValueError(f"{module}, line {call.lineno}: the code of an error is a word, so that it can be listed")
        yield called(call), word, template(call.args[0]) if call.args else ""


def template(node: ast.expr) -> str:
    """Return what a text says, with a placeholder for each value; empty where it is no literal."""
    match node:
        case ast.Constant(value=str(said)):
            return said
        case ast.JoinedStr(values=parts):
            return "".join(part.value if isinstance(part, ast.Constant) else PLACEHOLDER for part in parts)
        case _:
            return ""
