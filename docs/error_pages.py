"""Makes the page of every error code: what happened, what to do, and what programs see of it."""

from __future__ import annotations

import ast
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import neuralbrain
from docs.written_in_code import PLACEHOLDER, ErrorCode, called, calls, error_classes, error_codes, template
from neuralbrain.api.problems import status_of
from neuralbrain.cli.exit_codes import exit_code_of
from neuralbrain.errors import NeuralBrainError

ERRORS = Path(__file__).parent / "errors.md"
SERVED = Path(neuralbrain.__file__).parent / "api" / "error_pages.json"

HEAD = """# Errors

Written from the code by `make docs`; the service shows the same at `/docs/errors/CODE`, and the `type` of each problem
leads there. A passing error may end by itself: try again. `…` stands for what the moment fills in.
"""
WRONG_CALL = "usage"
"""What only the command line says: no error class has it."""
IN_WORDS = {
    "internal": "Please report it, with what the log says about that moment.",
    "source-moved": "Look where the feed has gone, and set its new base_url in [feeds.NAME] of neuralbrain.toml.",
    "source-empty": "What was read before stays. If the feed is well, look at its page: it may be published elsewhere.",
    "source-unreachable": "It is tried again at the next cycle; see whether its page opens from this machine.",
    "source-timeout": "It is tried again at the next cycle. If it stays so, raise read_seconds.",
    "source-broken-off": "It is tried again at the next cycle; what was read before stays.",
    "source-server-error": "It is tried again at the next cycle; what was read before stays.",
    "source-rate-limited": "It is tried again at the next cycle. A key of the feed, where it has one, allows more.",
    "source-unknown": "`neuralbrain sources list` and /api/sources show which there are.",
    "alert-unknown": "/api/alerts and `neuralbrain alerts list` show which there are.",
    "parameter-unusable": "/docs lists every parameter and what it may be.",
    "region-unknown": "Try one of the names that the error suggests; /api/regions lists all that are forecast.",
    "method-not-allowed": "Use one of the methods that the field Allow of the answer names.",
    "provider-unknown": "`neuralbrain providers list` and /api/providers show which there are.",
    "provider-disabled": "Take it into enabled_providers in the settings, or name another provider.",
}
"""What to do about codes whose sentence the moment makes up altogether."""
OF_KINDS = {
    "lock": "Look at `neuralbrain lock status` and `neuralbrain lock audit`.",
    "source": "Look at `neuralbrain sources show NAME`.",
}
"""About codes under which nothing is raised, but which stand in the tree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPage:
    """What is to be known of one error code.

    Args:
        code: The stable name.
        happened: What happened, in one sentence.
        remedies: What to do, one sentence a case.
        status: HTTP status of an answer with it; None where the service never answers with it.
        passing: Whether it may end by itself.
        exit_code: Of a command that ends with it.
    """

    code: str
    happened: str
    remedies: tuple[str, ...]
    status: int | None
    passing: bool
    exit_code: int


def error_pages() -> tuple[ErrorPage, ...]:
    """Return the page of every code, in the order of the tree.

    Raises:
        ValueError: If nothing is known of what to do about one.
    """
    said = _remedies()
    wrong_call = ErrorPage(
        code=WRONG_CALL,
        happened="A command was called in a way that it cannot be.",
        remedies=("`neuralbrain COMMAND --help` shows how it is called.",),
        status=None,
        passing=False,
        exit_code=2,
    )
    return (*(_page(one, said.get(one.code, ())) for one in error_codes()), wrong_call)


def _page(one: ErrorCode, remedies: tuple[str, ...]) -> ErrorPage:
    written = (IN_WORDS | OF_KINDS).get(one.code)
    if not remedies and written is None:
        raise ValueError(f"nothing is known of what to do about {one.code}: write it into docs/error_pages.py")
    error: NeuralBrainError = one.raised_as("", remedy="", code=one.code)
    return ErrorPage(
        code=one.code,
        happened=one.meaning.removesuffix(f" {PLACEHOLDER}"),
        remedies=remedies or (written or "",),
        status=status_of(error),
        passing=error.transient,
        exit_code=int(exit_code_of(error)),
    )


def _remedies() -> dict[str, tuple[str, ...]]:
    """Return what is said to do about each code, wherever it is raised; what says nothing by itself is left out."""
    classes = {one.__name__: one for one in error_classes()}
    found: dict[str, dict[str, None]] = {}
    for _, call in calls():
        words = {one.arg: one.value for one in call.keywords}
        if called(call) not in classes or "remedy" not in words:
            continue
        given = words.get("code", ast.Constant(classes[called(call)].code))
        sentence = template(words["remedy"])
        if len(re.findall(r"[A-Za-z]{2,}", sentence)) > 2 and sentence.strip(f"{PLACEHOLDER} ") == sentence:
            whole = sentence if sentence.endswith(".") else f"{sentence}."
            found.setdefault(template(given), {})[whole] = None
    return {code: tuple(sentences) for code, sentences in found.items()}


def errors_in_markdown() -> str:
    """Return docs/errors.md."""
    return "\n".join([HEAD, *(_in_markdown(one) for one in error_pages())])


def errors_in_json() -> str:
    """Return what the service serves its pages from."""
    return json.dumps([_plain(one) for one in error_pages()], ensure_ascii=False, indent=1) + "\n"


def _plain(one: ErrorPage) -> dict[str, Any]:
    return {**asdict(one), "remedies": list(one.remedies)}


def _in_markdown(one: ErrorPage) -> str:
    status = "none" if one.status is None else str(one.status)
    lasts = "passing" if one.passing else "lasting"
    return "\n".join(
        [
            f"## `{one.code}`\n",
            f"{one.happened}\n",
            *(f"- {sentence}" for sentence in one.remedies),
            f"\nHTTP status {status}, exit code {one.exit_code}, {lasts}.\n",
        ]
    )
