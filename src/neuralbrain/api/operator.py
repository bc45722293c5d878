"""Who changes something: what a route that does so asks for, and what it gets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import Request

from neuralbrain.domain.token import Scope
from neuralbrain.errors import AccessError

if TYPE_CHECKING:  # the view holds what this module names
    from neuralbrain.api.view import ServiceView

# For the OpenAPI document alone: who asks is found out by the gate, before anything of the request is read.
_BEARER = HTTPBearer(auto_error=False, scheme_name="token", description="Made by `neuralbrain token create`.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Whoever holds a token.

    Args:
        name: Of the token.
        scope: How far it reaches.
    """

    name: str
    scope: Scope

    @property
    def actor(self) -> str:
        """Return what the audit trail calls them."""
        return f"token:{self.name}"


def operating(view: ServiceView, scope: Scope = Scope.OPERATE) -> Callable[..., Awaitable[Operator]]:
    """Return what a route that changes something depends on: it gives who asks, or refuses.

    Used as ``who = Depends(operating(view))`` before a route, and ``operator: Operator = who`` in it: what stands in
    the annotation of a route inside a function is not found there.

    Args:
        view: The service.
        scope: How far the token must reach.
    """

    async def require(
        request: Request, _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]
    ) -> Operator:
        return require_scope(await view.admission.operator(request.scope), scope)

    return require


def require_scope(operator: Operator, scope: Scope) -> Operator:
    """Return an operator whose token reaches far enough.

    Raises:
        AccessError: If it does not.
    """
    if operator.scope.allows(scope):
        return operator
    raise AccessError(
        f"The token {operator.name} has the scope {operator.scope.value}, and this needs {scope.value}.",
        remedy=f"Use a token of that scope: `neuralbrain token create NAME --scope {scope.value}` makes one.",
        code="token-scope",
    )
