"""Reads the YAML that model metadata are written in, by a library, and refuses what would be read otherwise than meant.

Loaded where there are metadata to read, and nowhere else.
"""

from __future__ import annotations

import math
from typing import Any

import yaml

LONGEST = 100_000  # characters; a metadata file has a few thousand
LONGEST_NUMBER = 400  # characters: more digits are no finite number, and slow to read
DEEPEST = 50  # lists and mappings within each other; a metadata file has three
_AS_TEXT = frozenset({"tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:merge", "tag:yaml.org,2002:value"})
"""What plain text could mean in YAML 1.1 and JSON cannot: a day, ``<<`` and ``=``."""


class NotReadError(ValueError):
    """The text is YAML perhaps, but more than is read here."""


class NotYamlError(ValueError):
    """The text is no YAML."""


class _Loader(yaml.SafeLoader):  # type: ignore[misc]  # the library has no types
    """The library's safe loader, for what JSON can hold: text as names, no name twice, no aliases, not too deep."""

    yaml_implicit_resolvers = {  # noqa: RUF012 - the library's own name
        first: [one for one in kinds if one[0] not in _AS_TEXT]
        for first, kinds in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:  # noqa: ANN401 - the library's
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or event.anchor or event.tag:
            raise NotReadError(f"{_line(event.start_mark)}: anchors, tags and aliases are not read")
        if self.depth >= DEEPEST:
            raise NotReadError(f"{_line(event.start_mark)}: it is nested too deeply")
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def construct_mapping(self, node: Any, *, deep: bool = False) -> dict[str, Any]:  # noqa: ANN401 - the library's
        values: dict[str, Any] = {}
        for name, value in node.value:
            if not isinstance(name, yaml.ScalarNode):
                raise NotReadError(f"{_line(name.start_mark)}: a name that is no text is not read")
            if name.value in values:
                raise NotYamlError(f"{_line(name.start_mark)}: {name.value[:60]} is there twice")
            values[name.value] = self.construct_object(value, deep=deep)
        return values

    def number(self, node: Any) -> int | float:  # noqa: ANN401 - the library's
        """Return a number; the library's own pattern takes some that are none, as 0x_, and some that JSON has not."""
        made = self.construct_yaml_int if node.tag.endswith(":int") else self.construct_yaml_float
        try:
            value: int | float = made(node) if len(node.value) <= LONGEST_NUMBER else math.inf
            is_finite = math.isfinite(value)
        except (ValueError, OverflowError):
            is_finite = False
        if not is_finite:
            raise NotReadError(f"{_line(node.start_mark)}: {node.value[:60]} is a number that is not read")
        return value


_Loader.add_constructor("tag:yaml.org,2002:int", _Loader.number)
_Loader.add_constructor("tag:yaml.org,2002:float", _Loader.number)


def yaml_value(text: str) -> Any:  # noqa: ANN401 - whatever the text says
    r"""Return what a text says, as JSON could say it: names and days are text.

    Raises:
        NotYamlError: With the line, if it is no YAML or says something twice.
        NotReadError: With the line, if it is more than is read here.

    >>> yaml_value("team_name: Ours\nsince: 2025-11-22\nmodel_contributors:\n  - {name: A, email: a@b.org}\n")
    {'team_name': 'Ours', 'since': '2025-11-22', 'model_contributors': [{'name': 'A', 'email': 'a@b.org'}]}
    """
    if len(text) > LONGEST:
        raise NotReadError(f"line 1: more than {LONGEST:,} characters are not read")
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - it is a safe one
    except yaml.composer.ComposerError as error:
        raise NotReadError(f"{_line(error.problem_mark)}: a second document is not read") from error
    except yaml.MarkedYAMLError as error:
        at = error.context_mark if isinstance(error, yaml.scanner.ScannerError) else None
        said = " ".join(filter(None, (error.problem, error.context)))
        raise NotYamlError(f"{_line(at or error.problem_mark)}: {said}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise NotYamlError(f"line {line}: a character that cannot be printed") from error


def _line(mark: Any) -> str:  # noqa: ANN401 - the library's
    return f"line {mark.line + 1}"
