"""What an edition's provider said in words, taken out of its kept replies."""

from __future__ import annotations

from typing import Protocol

import structlog

from neuralbrain.bottleneck.read_explanation import explanation_in
from neuralbrain.domain.edition import EditionHeader
from neuralbrain.errors import StoreError
from neuralbrain.provider_settings import LOCAL
from neuralbrain.publish.explanation import shown

log = structlog.get_logger()


class KeptReplies(Protocol):
    """The providers' own words."""

    def of_edition(self, number: int) -> tuple[bytes, ...]:
        """Return the replies that an edition was made from, in the order of its tables."""
        ...


def words_of(replies: KeptReplies, header: EditionHeader) -> str:
    """Return what an edition's provider said in words, fit to be shown; empty where it said nothing.

    The provider on this machine has numbers alone. A reply that cannot be read keeps no forecast from being served.

    Args:
        replies: What is kept of them.
        header: The edition.
    """
    if header.provider == LOCAL:
        return ""
    try:
        bodies = replies.of_edition(header.number)
    except StoreError as error:
        log.warning("explanation-unread", edition=header.number, code=error.error_code, message=error.happened)
        return ""
    return shown([explanation_in(one) for one in bodies])
