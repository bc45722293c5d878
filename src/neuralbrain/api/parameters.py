"""Which parameters an address has, for whoever misspelt one: a filter that is not noticed gives a wrong answer."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

LONGEST_NAME = 40  # characters; the longest of ours has half as many
UNKNOWN = "extra_forbidden"  # what Pydantic calls a name that a model does not have


def remedy_for(name: str, route: Any) -> str:  # noqa: ANN401 - whatever stands in the scope of a request
    """Return what to do about a parameter of the query that an address does not have.

    Args:
        name: As it came.
        route: The route that was asked.
    """
    known = sorted(parameters_of(route))
    near = get_close_matches(name[:LONGEST_NAME].lower(), known, n=2, cutoff=0.5)
    if near:
        return f"Did you mean {' or '.join(near)}?"
    return f"There are: {', '.join(known)}." if known else "This address takes none."


def parameters_of(route: Any) -> set[str]:  # noqa: ANN401 - as above
    """Return the names of a route's parameters in the query; those of a model, too."""
    dependant = getattr(route, "dependant", None)
    found: set[str] = set()
    for one in () if dependant is None else dependant.query_params:
        fields = getattr(one.field_info.annotation, "model_fields", None)
        if fields is None:
            found.add(one.alias)
        else:
            found |= {field.alias or name for name, field in fields.items()}
    return found
