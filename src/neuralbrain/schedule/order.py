"""What the loop asks for, and what it gets back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from neuralbrain.domain.cycle_end import CycleEnd


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkOrder:
    """One cycle to be run.

    Args:
        trigger: ``schedule``, ``extra`` where its hour has a state already, or ``manual`` where somebody asked for it.
        slot: The slot it is for, None for an extra one.
        resumed: The number of a cycle whose process died, to be taken up again.
        again: Whether it asks although nothing has changed.
    """

    trigger: str
    slot: datetime | None = None
    resumed: int | None = None
    again: bool = False


class CycleRunner(Protocol):
    """Runs cycles, one at a time."""

    async def run(self, order: WorkOrder) -> CycleEnd | None:
        """Run one cycle to its end, whatever happens to it; None where another process runs one."""
        ...
