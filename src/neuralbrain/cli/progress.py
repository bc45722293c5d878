"""What a person sees while a cycle works."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from neuralbrain.cli.screen import screen
from neuralbrain.domain.journal import Outcome, StepRecord

if TYPE_CHECKING:
    from neuralbrain.steps import OnStep

STYLE_OF = {Outcome.DONE: "green", Outcome.UNCHANGED: "green", Outcome.SKIPPED: "dim", Outcome.FAILED: "bold red"}


@contextlib.contextmanager
def reporter(*, silent: bool) -> Iterator[OnStep]:
    """Yield what the cycle tells its steps to: a moving line while one works, a line when it has ended."""
    if silent:
        yield lambda _name, _record: None
        return
    console = screen()
    with console.status("starting") as status:

        def on_step(name: str, record: StepRecord | None) -> None:
            if record is None:
                status.update(name)
                return
            seconds = (record.ended_at - record.started_at).total_seconds()
            line = Text.assemble(
                (f"{record.outcome.value:<8}", STYLE_OF[record.outcome]),
                f"{record.name:<24}{record.message} ",
                (f"{seconds:.1f} s", "dim"),
            )
            console.print(line)
            if record.remedy:
                console.print(Text(f"        what to do: {record.remedy} ({record.code})", style="yellow"))

        yield on_step
