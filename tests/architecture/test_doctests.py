"""The examples in the docstrings are run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import neuralbrain

PROGRAMS = (".__main__", ".migrations.env")
"""Modules that act when they are imported: the command itself, and what the migration tool runs."""


def modules() -> list[str]:
    """Return every module of the package but the ones that are programs."""
    found = pkgutil.walk_packages(neuralbrain.__path__, "neuralbrain.")
    return ["neuralbrain", *(one.name for one in found if not one.name.endswith(PROGRAMS))]


def test_every_example_gives_what_it_says() -> None:
    """Each example in a docstring gives what is written below it, and there are examples in the shared words."""
    report: list[str] = []
    finder, runner = doctest.DocTestFinder(exclude_empty=True), doctest.DocTestRunner(verbose=False)
    tried: dict[str, int] = {}
    for name in modules():
        for example in finder.find(importlib.import_module(name), name):
            tried[name] = tried.get(name, 0) + runner.run(example, out=report.append).attempted
    assert not report, "".join(report)
    assert tried["neuralbrain.domain.calendar"] > 0
