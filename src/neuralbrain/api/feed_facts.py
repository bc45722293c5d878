"""What is known beforehand of any source that the API can be asked about, also of one that cannot be read now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from neuralbrain.api.plain_words import without_paths
from neuralbrain.domain.feed import FeedFacts
from neuralbrain.errors import SettingsError
from neuralbrain.publish.feed_state import facts_of_stranger
from neuralbrain.wiring import Application

INSTEAD = "its file"
ADDRESS = re.compile(r"""file:/[^\s"'<>]*[^\s"'<>.,;:!?)]""")  # of a file anywhere on this machine


def facts_of(application: Application, name: str) -> FeedFacts:
    """Return what is known of a source beforehand; of one that is only kept, or cannot be used, that it is so."""
    return facts_and_fault(application, name)[0]


def facts_and_fault(application: Application, name: str) -> tuple[FeedFacts, str | None]:
    """Return what is known of a source beforehand, and why it cannot be used as things are set; None where it can."""
    if name not in application.known_feeds().names:
        return facts_of_stranger(name), None
    try:
        return application.source(name).facts, None
    except SettingsError as error:
        why = str(public(application, str(error)))
        return replace(facts_of_stranger(name), note=why), why


def public(application: Application, said: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return plain values without the paths of this machine: those of the data folder and of files of one's own."""
    own = (path for one in application.settings.feeds.values() for path in (one.path, one.mapping) if path)
    ways = {way for path in own for way in _written(path)}
    # The longest first: a way may be the end of another. Whatever else is a file's address was set otherwise once, or
    # is relative to where another process began.
    patterns = (*(re.compile(re.escape(way)) for way in sorted(ways, key=len, reverse=True)), ADDRESS)
    for pattern in patterns:
        said = _without(said, pattern)
    return without_paths(said, home=application.settings.home)


def _written(path: str) -> Iterator[str]:
    """Yield the ways in which a file of one's own stands in sentences: as it was set, whole, and as an address."""
    whole = Path(path).expanduser().absolute()
    address = whole.as_uri()  # file:///; adapters leave the empty host out
    if whole == Path(whole.anchor):
        return  # it tells nothing of this machine, and each slash would be taken for it
    yield from (address, "file:" + address.removeprefix("file://"), address.removeprefix("file://"), str(whole))
    yield from (one for one in (str(Path(path).expanduser()), path) if "/" in one)  # a name alone may be any word


def _without(said: Any, pattern: re.Pattern[str]) -> Any:  # noqa: ANN401 - whatever JSON can hold
    match said:
        case str():
            return pattern.sub(INSTEAD, said)
        case dict():
            return {key: _without(value, pattern) for key, value in said.items()}
        case list():
            return [_without(value, pattern) for value in said]
        case _:
            return said
