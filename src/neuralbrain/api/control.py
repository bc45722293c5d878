"""What requests that change something have in common: who asks, why, and the ways in which they are refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

LONGEST_REASON = 1000  # characters, as on the command line; it is printed whole in every list that has it
LARGEST_NUMBER = 2**63 - 1  # of an SQLite integer
# Something that can be seen, and nothing that a terminal or a database would take for an order.
WORDS = r"^[^\u0000-\u001f\u007f]*[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$"

REFUSALS = (401, 403, 404, 408, 409, 413, 422, 429, 503)
"""How a request that changes something may be refused; 404 also where nothing can be changed at all."""

Reason = Annotated[
    str,
    Field(
        max_length=LONGEST_REASON,
        pattern=WORDS,
        description="Why, in one sentence; the audit trail keeps it.",
        examples=["Its forecasts of last week were far off."],
    ),
]
ExpectedNumber = Annotated[
    int | None,
    Field(
        ge=0,
        le=LARGEST_NUMBER,
        description="The lock number that this decision was made under; refused with 409 where it is another by now. "
        "Null decides under whichever it is.",
        examples=[1],
    ),
]


class Wish(BaseModel):
    """The body of a request that changes something: exactly these fields, of exactly these types."""

    model_config = ConfigDict(extra="forbid", strict=True)
