"""The rules of the house about names, sizes and docstrings, held over every file."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = sorted((ROOT / "src").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
EVERYWHERE = [*SOURCE, *TESTS, *sorted((ROOT / "benchmarks").rglob("*.py")), *sorted((ROOT / "docs").rglob("*.py"))]

SAYS_NOTHING = {"util", "helper", "common", "misc", "base", "handler", "processor"}
LINES_OF_A_FILE = 400
LINES_OF_A_FUNCTION = 60
WORDS_OF_A_DOCSTRING = 3

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name(path: Path) -> str:
    """Return a file as it is named in a message."""
    return str(path.relative_to(ROOT))


def functions(path: Path) -> Iterator[Function]:
    """Yield every function of a file, methods and inner ones too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return (node for node in ast.walk(tree) if isinstance(node, Function))


def says_nothing(path: Path) -> bool:
    """Return whether a file or a folder above it is called what anything could be called."""
    names = path.relative_to(ROOT).with_suffix("").parts
    return any(re.sub(r"^tests?_", "", one).removesuffix("s") in SAYS_NOTHING for one in names)


def called_by_typer(tree: ast.Module) -> set[str]:
    """Return the functions of a module that Typer calls for an option: their signature is Typer's."""
    words = [word for node in ast.walk(tree) if isinstance(node, ast.Call) for word in node.keywords]
    return {word.value.id for word in words if word.arg == "callback" and isinstance(word.value, ast.Name)}


def is_boolean(annotation: ast.expr | None) -> bool:
    """Return whether an annotation allows a boolean: alone, in a union, or with what Typer adds to it."""
    if isinstance(annotation, ast.BinOp):
        return is_boolean(annotation.left) or is_boolean(annotation.right)
    if isinstance(annotation, ast.Subscript) and isinstance(annotation.slice, ast.Tuple):
        return ast.unparse(annotation.value) == "Annotated" and is_boolean(annotation.slice.elts[0])
    return isinstance(annotation, ast.Name) and annotation.id == "bool"


def positional_booleans(text: str) -> list[str]:
    """Return the parameters of a module that are booleans and may be given by position."""
    tree = ast.parse(text)
    exempt = called_by_typer(tree)
    return [
        f"{one.name}({parameter.arg}), line {one.lineno}"
        for one in ast.walk(tree)
        if isinstance(one, Function) and one.name not in exempt
        for parameter in (*one.args.posonlyargs, *one.args.args)
        if is_boolean(parameter.annotation)
    ]


def trivial(path: Path) -> bool:
    """Return whether a module says nothing first: no line of its own, too few words, or its file's name again."""
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    first, *rest = (said or "").splitlines() or [""]
    words = re.findall(r"[\w'-]+", first.lower())
    again = set(words) <= {"the", "a", "module", "package", *re.findall(r"[a-z]+", path.stem)}
    return len(words) < WORDS_OF_A_DOCSTRING or again or not first.endswith(".") or bool(rest and rest[0])


def sentences(text: str) -> int:
    """Return how many sentences a docstring has, told by full stops before a capital and at the end."""
    return len(re.findall(r"[.?!](?=\s+[A-Z]|\s*$)", text))


def test_there_is_something_to_look_at() -> None:
    """The files of the package and of the tests are found, so that the rules below are not held over nothing."""
    assert len(SOURCE) > 50
    assert len(TESTS) > 20


def test_every_file_has_a_name_of_its_own() -> None:
    """No file or folder is called by a word that fits anything."""
    assert [name(path) for path in EVERYWHERE if says_nothing(path)] == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        ("src/neuralbrain/utils.py", True),
        ("src/neuralbrain/helper/lock.py", True),
        ("tests/test_base.py", True),
        ("benchmarks/processors.py", True),
        ("src/neuralbrain/store/database.py", False),
        ("tests/domain/test_claims.py", False),
    ],
)
def test_names_that_say_nothing_are_known(path: str, wrong: bool) -> None:
    """Singular and plural, file and folder, with and without ``test_``: each is seen, and no other name."""
    assert says_nothing(ROOT / path) is wrong


def test_no_file_is_too_long() -> None:
    """No file of the package has more than 400 lines."""
    lengths = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCE}
    assert {path: lines for path, lines in lengths.items() if lines > LINES_OF_A_FILE} == {}


def test_no_function_is_too_long() -> None:
    """No function of the package has more than 60 lines, from its first decorator to its end."""
    lengths = {
        f"{name(path)}:{one.lineno} {one.name}": (one.end_lineno or 0)
        - min([one.lineno, *(mark.lineno for mark in one.decorator_list)])
        + 1
        for path in SOURCE
        for one in functions(path)
    }
    assert {place: lines for place, lines in lengths.items() if lines > LINES_OF_A_FUNCTION} == {}


def test_every_module_says_why_it_exists() -> None:
    """Each module begins with one line that says more than its name."""
    assert [name(path) for path in SOURCE if trivial(path)] == []


def test_no_boolean_is_given_by_position() -> None:
    """A boolean parameter is named where it is given; only what Typer calls for an option is as Typer wants it."""
    found = {name(path): positional_booleans(path.read_text(encoding="utf-8")) for path in SOURCE}
    assert {path: wrong for path, wrong in found.items() if wrong} == {}


@pytest.mark.parametrize(
    ("signature", "wrong"),
    [
        ("wanted: bool", 1),
        ("wanted: bool | None = None", 1),
        ("wanted: Annotated[bool, 'said']", 1),
        ("*, wanted: bool", 0),
        ("wanted: int", 0),
    ],
)
def test_positional_booleans_are_seen(signature: str, wrong: int) -> None:
    """A boolean before the star is seen, alone, in a union and annotated; behind the star it is not."""
    assert len(positional_booleans(f"def act({signature}): ...\n")) == wrong


def test_no_exit_handler() -> None:
    """Nothing runs at the interpreter's exit: what must be done is done before, or at the next start."""
    assert [name(path) for path in SOURCE if "atexit" in path.read_text(encoding="utf-8")] == []


def test_every_test_says_what_must_hold() -> None:
    """Each test has a docstring of one sentence."""
    silent = [
        f"{name(path)}:{one.lineno} {one.name}"
        for path in TESTS
        for one in functions(path)
        if one.name.startswith("test_") and sentences(ast.get_docstring(one) or "") != 1
    ]
    assert silent == []
