"""From what a person typed to an edition and a region, or to an error that helps."""

from __future__ import annotations

from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.errors import NotFoundError
from neuralbrain.ports import Editions
from neuralbrain.publish.lookup import forecast_or_error

LOOKED_THROUGH = 1000  # editions; so many withdrawn ones in a row are nobody's


def edition_or_error(editions: Editions, number: int | None) -> Edition:
    """Return an edition, the current one without a number.

    Raises:
        NotFoundError: If there is none.
    """
    found = editions.get(number)
    if found is not None:
        return found
    if number is None and not editions.headers(1):
        raise NotFoundError(
            "There is no edition yet.", remedy="Make the first one with `neuralbrain run`.", code="edition-none"
        )
    if number is None:
        raise NotFoundError(
            "Every edition is withdrawn.", remedy="Make a new one with `neuralbrain run --again`.", code="edition-none"
        )
    raise NotFoundError(f"There is no edition {number}.", remedy="`neuralbrain editions list` shows which there are.")


def edition_before(editions: Editions, header: EditionHeader) -> Edition:
    """Return the newest edition before another that is not withdrawn.

    Raises:
        NotFoundError: If there is none.
    """
    earlier = (one.number for one in editions.headers(LOOKED_THROUGH) if one.withdrawal is None)
    number = next((one for one in earlier if one < header.number), None)
    if number is None:
        raise NotFoundError(
            f"There is no edition before edition {header.number} to compare it with.",
            remedy="Name two with `neuralbrain editions diff BEFORE AFTER`; `neuralbrain editions list` shows them.",
        )
    return edition_or_error(editions, number)


def region_or_error(edition: Edition, typed: str, signal: str | None) -> ForecastData:
    """Return the forecast of a region, by any of its names or codes.

    Raises:
        UnknownRegionError: If no region is called so, or the edition has no forecast of it or of that signal.
    """
    return forecast_or_error(edition, typed, signal=signal, named_with="--signal")
