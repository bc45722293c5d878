"""docs/requirements.md is kept true: what it says is here is here, and what it says comes later is not."""

from __future__ import annotations

import ast
import functools
import importlib
import re
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
from pydantic import BaseModel

import neuralbrain
from neuralbrain.domain.forecast import ForecastContext, ForecastData

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "requirements.md"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One requirement: what, where it lives, the tests that hold it, and whether it is here."""

    line: int
    what: str
    where: tuple[str, ...]
    tests: tuple[str, ...]
    state: str

    @property
    def here(self) -> bool:
        """Return whether it is built."""
        return self.state == "here" or self.state.startswith("here; ")


def rows() -> list[Row]:
    """Return every row of every table of the page, without their heads."""
    found = []
    for number, line in enumerate(PAGE.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("|") or line.startswith(("| ---", "| What |")):
            continue
        what, where, tests, state = (cell.strip() for cell in line.strip("|").split("|"))
        coded = re.compile(r"`([^`]+)`")
        found.append(
            Row(
                line=number,
                what=what,
                where=tuple(coded.findall(where)),
                tests=tuple(coded.findall(tests)),
                state=state,
            )
        )
    return found


ROWS = rows()
HERE = [row for row in ROWS if row.here]
LATER = [row for row in ROWS if not row.here]


def line_of(row: Row) -> str:
    """Return a row's line, to name its test."""
    return f"line {row.line}"


def resolves(place: str) -> bool:
    """Return whether a dotted path can be imported, or a file exists."""
    is_file = "/" in place or place.endswith(".md") or place == "Makefile"
    return (ROOT / place).exists() if is_file else imports(place)


def imports(path: str) -> bool:
    """Return whether a dotted path leads to a module, or to something that a module holds."""
    parts = path.split(".")
    for count in range(len(parts), 0, -1):
        name = ".".join(parts[:count])
        try:
            found: object = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if not (error.name or "").startswith(parts[0]):
                raise
            continue
        for part in parts[count:]:
            known = found.model_fields if isinstance(found, type) and issubclass(found, BaseModel) else {}
            found = known[part] if part in known else getattr(found, part, None)
            if found is None:
                return False
        return True
    return False


@functools.cache
def named_tests(path: str) -> frozenset[str]:
    """Return the names of the tests of a file; none where there is no such file."""
    if not (ROOT / path).is_file():
        return frozenset()
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    found = (one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef))
    return frozenset(name for name in found if name.startswith("test_"))


def test_every_row_is_whole() -> None:
    """Each row says what, where and in which state, and no place of a row is left as an empty word."""
    assert len(ROWS) > 100
    assert [row.line for row in ROWS if not (row.what and row.where)] == []
    assert [row.line for row in LATER if not re.fullmatch(r"later: \S.*", row.state)] == []


@pytest.mark.parametrize("row", HERE, ids=line_of)
def test_what_is_here_is_here(row: Row) -> None:
    """What is said to be here can be imported or opened, and the tests that hold it exist."""
    assert [place for place in row.where if not resolves(place)] == [], row.what
    assert row.tests, row.what
    assert [one for one in row.tests if one.partition("::")[2] not in named_tests(one.partition("::")[0])] == [], (
        row.what
    )


@pytest.mark.parametrize("row", LATER, ids=line_of)
def test_what_comes_later_is_not_here(row: Row) -> None:
    """What is said to come later is not here yet; once it is, its row has to say so."""
    assert [place for place in row.where if resolves(place)] == [], row.what
    assert row.tests == (), row.what


def test_no_public_name_is_left_out() -> None:
    """Each public name, each public method of the two classes, and each field of a forecast has its row."""
    said = {place for row in HERE for place in row.where}
    wanted = {f"neuralbrain.{name}" for name in neuralbrain.__all__}
    for owner in ("lock.provider_lock.ProviderLockManager", "bottleneck.engine.BottleneckForecastingEngine"):
        module, _, name = f"neuralbrain.{owner}".rpartition(".")
        methods = [one for one in vars(getattr(importlib.import_module(module), name)) if not one.startswith("_")]
        wanted |= {f"{module}.{name}.{method}" for method in methods if method != "state"}
    for kind in (ForecastData, ForecastContext):
        wanted |= {f"neuralbrain.domain.forecast.{kind.__name__}.{one.name}" for one in fields(kind)}
    assert wanted - said == set()


def test_there_are_more_than_240_tests() -> None:
    """There are more than 240 test functions, each of which may run over many cases."""
    assert sum(len(named_tests(str(path.relative_to(ROOT)))) for path in (ROOT / "tests").rglob("test_*.py")) > 240


def test_a_bare_run_leaves_the_slow_tests_out(pytestconfig: pytest.Config) -> None:
    """Without a choice of its own a run takes the tests that are not slow, and fails where there is a warning."""
    assert "not slow" in pytestconfig.getini("addopts")
    assert pytestconfig.getini("filterwarnings") == ["error"]


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("neuralbrain.lock.provider_lock.ProviderLockManager.acquire_lock", True),
        ("neuralbrain.domain.forecast.ForecastData.region", True),
        ("neuralbrain.settings.Settings.log_level", True),
        ("docs/requirements.md", True),
        ("neuralbrain.lock.provider_lock.ProviderLockManager.no_such_method", False),
        ("neuralbrain.no_such_module.name", False),
        ("neuralbrain.settings.Settings.no_such_setting", False),
        ("docs/no-such-page.md", False),
    ],
)
def test_places_are_looked_up(place: str, found: bool) -> None:
    """Modules, classes, methods, fields, settings and files are found; what does not exist is not."""
    assert resolves(place) is found
