"""An operator decides over HTTP who forecasts."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import Field

from neuralbrain.api.control import REFUSALS, ExpectedNumber, Reason, Wish
from neuralbrain.api.operator import Operator, operating
from neuralbrain.api.problems import problems
from neuralbrain.api.shapes import Shape
from neuralbrain.api.view import ServiceView
from neuralbrain.errors import NotFoundError
from neuralbrain.operations import LockChange, release_lock, switch_lock

LONGEST_SHOWN = 60  # characters of a name that is no provider's


class SwitchWish(Wish):
    """Who is to forecast from now on."""

    provider: str = Field(max_length=64, description="Its name, as in the order of priority.", examples=["local"])
    reason: Reason
    expected_number: ExpectedNumber = None


class ReleaseWish(Wish):
    """Why nobody is to hold the lock."""

    reason: Reason
    expected_number: ExpectedNumber = None


class LockChangeShape(Shape):
    """What came of it."""

    changed: bool = Field(description="False where it was so already.")
    locked_provider: str | None
    number: int = Field(description="The lock number now.")
    previous_provider: str | None
    reason: str
    next_provider: str | None = Field(description="Who gets a free lock from the next cycle; null where nobody can.")
    cycle_running: bool = Field(description="A cycle that runs now publishes nothing under an older number.")


def lock_change(view: ServiceView) -> APIRouter:
    """Return the addresses at which the lock is changed."""
    router = APIRouter(tags=["lock"])
    here = view.application
    who = Depends(operating(view))

    @router.post("/api/lock/switch", responses=problems(*REFUSALS))
    def switch(wish: SwitchWish, operator: Operator = who) -> LockChangeShape:
        """Give the lock to another provider: it forecasts from the next cycle on."""
        known = here.settings.known_providers
        if wish.provider not in known:
            raise NotFoundError(
                f"There is no provider {wish.provider[:LONGEST_SHOWN]!r}.",
                remedy=f"Known are: {', '.join(known)}.",
                code="provider-unknown",
            )
        came_to = switch_lock(
            here, wish.provider, reason=wish.reason, actor=operator.actor, expected_number=wish.expected_number
        )
        return _shape(came_to)

    @router.post("/api/lock/release", responses=problems(*REFUSALS))
    def release(wish: ReleaseWish, operator: Operator = who) -> LockChangeShape:
        """Take the lock from its holder: the next cycle gives it to the next provider that can be asked."""
        came_to = release_lock(here, reason=wish.reason, actor=operator.actor, expected_number=wish.expected_number)
        return _shape(came_to)

    return router


def _shape(came_to: LockChange) -> LockChangeShape:
    return LockChangeShape(
        changed=came_to.changed,
        locked_provider=came_to.provider,
        number=came_to.number,
        previous_provider=came_to.previous,
        reason=came_to.reason,
        next_provider=came_to.following,
        cycle_running=came_to.cycle_running,
    )
