"""Takes the machine's paths out of sentences that leave it: who reads over the network has no use for them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

INSTEAD = "the data folder"


def without_paths(said: Any, *, home: Path) -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return plain values with the data folder's path replaced by words, wherever it stands in them.

    >>> without_paths({"reason": "The disk of /srv/nb/x.sqlite3 is full."}, home=Path("/srv/nb"))
    {'reason': 'The disk of the data folder/x.sqlite3 is full.'}
    """
    match said:
        case str():
            return said.replace(str(home), INSTEAD)
        case dict():
            return {key: without_paths(value, home=home) for key, value in said.items()}
        case list():
            return [without_paths(value, home=home) for value in said]
        case _:
            return said
