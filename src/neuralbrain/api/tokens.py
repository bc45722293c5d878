"""The tokens there are, for whoever may manage them; made are they on the command line alone."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path
from pydantic import Field

from neuralbrain.api.control import REFUSALS, Reason, Wish
from neuralbrain.api.operator import Operator, operating
from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.domain.token import Scope
from neuralbrain.publish.token_as_json import token_as_json

Name = Annotated[str, Path(max_length=64, description="Its name.")]


class TokenShape(Shape):
    """A token, without itself: that was shown once, when it was made."""

    name: str
    scope: Literal["read", "operate", "admin"]
    state: Literal["valid", "expired", "revoked"]
    created_at: str
    created_by: str
    expires_at: str | None = Field(description="Null where it never does.")
    revoked_at: str | None
    revoked_because: str | None


class TokensShape(Shape):
    """Every token that was ever made."""

    tokens: list[TokenShape] = Field(description="Oldest first.")


class RevokeWish(Wish):
    """Why a token is to be refused from now on."""

    reason: Reason


class RevokedShape(Shape):
    """What came of it."""

    changed: bool = Field(description="False where it was revoked already.")
    name: str


def tokens(view: ServiceView) -> APIRouter:
    """Return the addresses of the tokens; each needs one of the scope admin, also where reading is open."""
    router = APIRouter(tags=["tokens"])
    here = view.application
    who = Depends(operating(view, Scope.ADMIN))

    @router.get("/api/tokens", responses=problems(401, 403, 404, 429, 503))
    def list_tokens(_operator: Operator = who) -> TokensShape:
        """Every token that was ever made, without itself."""
        now = here.clock.now()
        return TokensShape(tokens=[TokenShape(**token_as_json(one, now=now)) for one in here.tokens.all()])

    @router.post("/api/tokens/{name}/revoke", responses=problems(*REFUSALS))
    def revoke(name: Name, wish: RevokeWish, operator: Operator = who) -> RevokedShape:
        """Refuse a token from now on, for ever."""
        changed = here.tokens.revoke(name, reason=wish.reason, actor=operator.actor)
        view.admission.forget()
        return RevokedShape(changed=changed, name=name)

    return router
