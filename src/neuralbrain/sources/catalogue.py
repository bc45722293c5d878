"""The table of feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from neuralbrain.ports import Source
from neuralbrain.sources.cholera_africa import CholeraAfrica

SOURCES: Mapping[str, Callable[[date | None], Source]] = {
    CholeraAfrica.name: lambda until: CholeraAfrica(until=until),
}
"""Name to how it is made; the argument is the setting ``sample_until``."""
