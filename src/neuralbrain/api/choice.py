"""Which edition a request means: the current one, one by its number, or the one that was up at a moment."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from neuralbrain.api.moments import Moment
from neuralbrain.api.shelf import Shelf, Shown
from neuralbrain.domain.calendar import utc_text
from neuralbrain.errors import NotFoundError, QueryError

LARGEST_NUMBER = 2**63 - 1  # of an SQLite integer


class EditionQuery(BaseModel):
    """Which edition is meant; the current one where nothing is said."""

    model_config = ConfigDict(extra="forbid")

    edition: int | None = Field(
        default=None,
        ge=1,
        le=LARGEST_NUMBER,
        description="Of the edition with this number, also of one that was withdrawn.",
        examples=[1],
    )
    as_of: Moment = Field(
        default=None,
        description="Of the edition that was up at that moment: a day means its end, UTC; a time has its zone.",
    )


def chosen(shelf: Shelf, asked: EditionQuery) -> Shown:
    """Return the edition that a request means.

    Raises:
        QueryError: If it names an edition and a moment.
        NotFoundError: If there is no such edition, none was up at that moment, or none is up now.
        StoreError: If an earlier one cannot be read.
    """
    if asked.edition is not None and asked.as_of is not None:
        raise QueryError(
            "An edition is named by its number and by a moment.",
            remedy="Ask with edition or with as_of, not with both.",
            code="query-contradiction",
        )
    if asked.edition is not None:
        return numbered(shelf, asked.edition)
    return current(shelf) if asked.as_of is None else up_at(shelf, asked.as_of)


def current(shelf: Shelf) -> Shown:
    """Return the edition that is up.

    Raises:
        NotFoundError: If none is, with what stands in its way.
    """
    shown = shelf.shown()
    if shown is None:
        raise NotFoundError(
            shelf.trouble or "No edition is up: none was published yet, or all are withdrawn.",
            remedy="/api/cycles shows how the last cycles ended, /api/health/status what is wrong.",
            code="edition-none",
        )
    return shown


def numbered(shelf: Shelf, number: int) -> Shown:
    """Return one edition by its number, also a withdrawn one.

    Raises:
        NotFoundError: If there is none of that number.
        StoreError: If it cannot be read.
    """
    shown = shelf.earlier.numbered(number)
    if shown is None:
        raise NotFoundError(f"There is no edition {number}.", remedy="/api/editions lists the last ones.")
    return shown


def up_at(shelf: Shelf, moment: datetime) -> Shown:
    """Return the edition that was up at a moment.

    Raises:
        NotFoundError: If none was.
        StoreError: If it cannot be read.
    """
    shown = shelf.earlier.up_at(moment)
    if shown is None:
        raise NotFoundError(
            f"No edition was up at {utc_text(moment)}.", remedy="/api/editions says when each was published."
        )
    return shown
