"""The documents: generated ones say what the code says, links lead somewhere, decisions have their form."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from typer.main import get_command

from neuralbrain import errors
from neuralbrain.bottleneck.checks import CHECKS
from neuralbrain.cli.app import app
from neuralbrain.cli.exit_codes import ExitCode
from neuralbrain.domain.failure import FailureKind
from neuralbrain.providers.catalogue import CATALOGUE
from neuralbrain.settings import Settings
from neuralbrain.sources.catalogue import FACTS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
REQUIRED = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "LICENSE",
    "docs/architecture.md",
    "docs/glossary.md",
    "docs/index.md",
    "docs/reference.md",
    "docs/requirements.md",
)
HEADINGS = ["Context", "Aims", "Anti-aims", "Decision", "Consequences"]
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
DRAWN = re.compile(r"^(?P<branch>[│├└─ ]*)(?P<name>\w+Error)\s*(?P<codes>[a-z, -]*?)\s*(?P<transient>\(transient\))?$")


def pages() -> list[Path]:
    """Return every page that people read, the decisions too."""
    return [*sorted(ROOT.glob("*.md")), *sorted(DOCS.rglob("*.md"))]


def from_docs(name: str) -> ModuleType:
    """Return a module of the documents' own program; they stand beside the package, not in it."""
    if str(ROOT) not in sys.path:
        sys.path.insert(0, str(ROOT))
    return importlib.import_module(f"docs.{name}")


@pytest.fixture(scope="module")
def reference() -> str:
    """Return the reference as it lies in the folder."""
    return (DOCS / "reference.md").read_text(encoding="utf-8")


def has_row(page: str, *cells: str) -> bool:
    """Return whether a page has a row of a table that begins with these cells."""
    return f"| {' | '.join(cells)} |" in page


def anchors(page: Path) -> set[str]:
    """Return what the headings of a page can be linked by."""
    heads = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", one.lower()).strip().replace(" ", "-") for one in heads}


def commands(command: Any, path: str = "neuralbrain") -> dict[str, list[str]]:
    """Return every command with its options, by what one types."""
    found = {path: [word for one in command.params for word in one.opts if word.startswith("-")]}
    for name, inner in getattr(command, "commands", {}).items():
        found |= commands(inner, f"{path} {name}")
    return found


def drawn_errors() -> dict[str, tuple[str, set[str], bool]]:
    """Return the drawing at the top of errors.py: name to parent, codes, and whether it is transient."""
    drawn: dict[str, tuple[str, set[str], bool]] = {}
    above: list[str] = []
    for line in (errors.__doc__ or "").splitlines():
        found = DRAWN.match(line)
        if found is None:
            continue
        depth = len(found["branch"]) // 4
        above[depth:] = [found["name"]]
        codes = {code for code in found["codes"].split(", ") if code}
        drawn[found["name"]] = (above[depth - 1] if depth else "", codes, found["transient"] is not None)
    return drawn


@pytest.mark.parametrize("name", REQUIRED)
def test_the_documents_are_there(name: str) -> None:
    """Each document that the project promises exists and is not empty."""
    assert (ROOT / name).is_file()
    assert len((ROOT / name).read_text(encoding="utf-8").split()) > 20


def test_the_reference_is_what_the_code_says(reference: str) -> None:
    """docs/reference.md is word for word what the code gives today: ``make docs`` writes it."""
    assert reference == from_docs("generate").reference()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_has_its_row(reference: str, name: str) -> None:
    """Each setting has a row with its environment variable, and a description in the code."""
    assert has_row(reference, f"`{name}`", f"`NEURALBRAIN_{name.upper()}`")
    assert Settings.model_fields[name].description


def test_every_error_code_has_its_row(reference: str) -> None:
    """Each code has a row: those of the classes, and those given as a word where an error is raised."""
    classes = [one for one in vars(errors).values() if inspect.isclass(one) and issubclass(one, Exception)]
    codes = {one.code for one in classes}
    for path in (ROOT / "src").rglob("*.py"):
        # Words that stand between the name of an error class and the end of its call.
        for call in re.findall(r"\w+Error\((?:[^()]|\([^()]*\))*\)", path.read_text(encoding="utf-8")):
            codes |= set(re.findall(r"\bcode=\"([^\"]+)\"", call))
    assert {"settings-invalid", "store-too-new", "edition-none"} <= codes
    assert {code for code in codes if not has_row(reference, f"`{code}`", *class_cell(reference, code))} == set()


def class_cell(page: str, code: str) -> tuple[str, ...]:
    """Return the second cell of a code's row, so that a row of another table does not count."""
    found = re.search(rf"^\| `{code}` \| (`\w+Error`) \|", page, re.MULTILINE)
    return (found[1],) if found else ("no row",)


def test_the_drawing_of_errors_is_true() -> None:
    """The tree at the top of errors.py has every class under its parent, with every code and its transience."""
    listed = from_docs("written_in_code")
    codes: dict[str, set[str]] = {one.__name__: set() for one in listed.error_classes()}
    for one in listed.error_codes():
        codes[one.raised_as.__name__].add(one.code)
    expected = {
        one.__name__: ("" if one.__base__ is Exception else one.__base__.__name__, codes[one.__name__], one.transient)
        for one in listed.error_classes()
    }
    assert drawn_errors() == expected


def test_every_exit_code_has_its_row(reference: str) -> None:
    """Each exit code has a row."""
    section = reference.split("## Exit codes")[1].split("\n## ", maxsplit=1)[0]
    assert [one for one in ExitCode if f"\n| `{one.value}` |" not in section] == []


def test_every_source_has_its_row(reference: str) -> None:
    """Each feed has a row with its title, licence and attribution."""
    for feed in FACTS:
        row = next(line for line in reference.splitlines() if line.startswith(f"| `{feed.name}` |"))
        assert all(said in row for said in (feed.title, feed.licence, feed.attribution))


def test_every_provider_has_its_row(reference: str) -> None:
    """Each provider has a row with the keys that it needs."""
    for name, one in CATALOGUE.items():
        row = next(line for line in reference.splitlines() if line.startswith(f"| `{name}` | {one.title} |"))
        assert all(f"`{key}`" in row for key in one.keys)


def test_every_command_has_its_paragraph(reference: str) -> None:
    """Each command has a section that has a row for each of its options."""
    for typed, options in commands(get_command(app)).items():
        found = re.search(rf"^### `{typed}(?: [A-Z]+)*`\n(.*?)(?=^##)", reference, re.MULTILINE | re.DOTALL)
        assert found, typed
        assert [one for one in options if f"`{one}`" not in found[1]] == []


def test_every_kind_of_failure_and_check_has_its_row(reference: str) -> None:
    """Each kind of failure has a row with its strikes, and each check a row with what it returns."""
    assert [kind for kind in FailureKind if f"\n| `{kind.value}` |" not in reference] == []
    assert [check.__name__ for check in CHECKS if f"\n| `{check.__name__}` |" not in reference] == []


def test_every_link_leads_somewhere() -> None:
    """Each link of a page to a file, or to a heading of a page, leads to one that exists."""
    broken = []
    for page in pages():
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if re.match(r"[a-z]+:", target):
                continue
            path, _, anchor = target.partition("#")
            aimed = (page.parent / path).resolve() if path else page
            if not aimed.exists() or (anchor and anchor not in anchors(aimed)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_the_index_names_every_document() -> None:
    """docs/index.md links every page of the project but the single decisions."""
    linked = {(DOCS / one).resolve() for one in LINK.findall((DOCS / "index.md").read_text(encoding="utf-8"))}
    own = [page for page in pages() if page.parent != DECISIONS and page.name != "index.md"]
    assert [page.name for page in own if page.resolve() not in linked] == []


def test_decisions_have_their_form() -> None:
    """Each decision is named by day and title, and has the five headings in their order."""
    files = sorted(DECISIONS.glob("*"))
    assert files, "no decision is recorded"
    for page in files:
        assert re.fullmatch(r"20\d\d-[01]\d-[0-3]\d-[a-z0-9]+(-[a-z0-9]+)*\.md", page.name), page.name
        heads = re.findall(r"^## (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
        assert heads == HEADINGS, page.name


def test_pages_name_no_place_outside() -> None:
    """No page leads out of the project, and none names a folder of the machine it was written on."""
    outside = re.compile(r"(?<![\w.])(?:\.\./){1,}shared|/(?:work|home|root|Users)/\w")
    assert [page.name for page in pages() if outside.search(page.read_text(encoding="utf-8"))] == []
