"""Days and moments as they are typed into an address; a refusal is said in the words of whoever reads them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from neuralbrain.publish.series_choice import cutoff_of, day_of


def _typed(read: Callable[[str], object]) -> BeforeValidator:
    """Return what reads a parameter as it is typed."""

    def said(typed: object) -> object:
        try:
            return read(typed) if isinstance(typed, str) else typed
        except ValueError as error:
            raise PydanticCustomError("not_read", "{why}", {"why": str(error)}) from error

    return BeforeValidator(said)


# Said here what they look like: to Pydantic a day could be a number, too, and a moment could not be a day.
Day = Annotated[
    date | None,
    _typed(day_of),
    WithJsonSchema({"type": "string", "format": "date", "examples": ["2026-01-03"]}),
]
Moment = Annotated[
    datetime | None,
    _typed(cutoff_of),
    WithJsonSchema({"type": "string", "examples": ["2026-02-09", "2026-02-09T12:00:00Z"]}),
]
