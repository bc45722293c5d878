"""What a person sees while a cycle works."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from neuralbrain.cli.plain_text import carries, plain
from neuralbrain.cli.screen import line, screen
from neuralbrain.domain.journal import Outcome, StepRecord

if TYPE_CHECKING:
    from neuralbrain.steps import OnStep

STYLE_OF = {Outcome.DONE: "green", Outcome.UNCHANGED: "green", Outcome.SKIPPED: "dim", Outcome.FAILED: "bold red"}


@contextlib.contextmanager
def reporter(*, silent: bool) -> Iterator[OnStep]:
    """Yield what the cycle tells its steps to: a moving line while one works, a line when it has ended.

    Where nothing can be written any more it goes silent: the cycle does not depend on who watches it.
    """
    if silent:
        yield lambda _name, _record: None
        return
    console = screen()
    # Text, not str: Rich reads markup into the words beside a moving sign.
    with console.status(Text("starting"), spinner="dots" if carries("⠋") else "line") as status:

        def on_step(name: str, record: StepRecord | None) -> None:
            if console.quiet:
                return
            try:
                if record is None:
                    status.update(Text(plain(name)))
                else:
                    console.print(_ended(record))
                    if record.remedy:
                        console.print(f"        what to do: {record.remedy} ({record.code})", style="yellow")
            except OSError:
                console.quiet = True

        yield on_step


def _ended(record: StepRecord) -> Text:
    seconds = (record.ended_at - record.started_at).total_seconds()
    return line(
        (f"{record.outcome.value:<8}", STYLE_OF[record.outcome]),
        f"{record.name:<24}{record.message} ",
        (f"{seconds:.1f} s", "dim"),
    )


@contextlib.contextmanager
def working(said: str, *, silent: bool) -> Iterator[None]:
    """Show a moving line while the block works."""
    if silent:
        yield
        return
    # Text, not str: Rich reads markup into the words beside a moving sign.
    with screen().status(Text(plain(said)), spinner="dots" if carries("⠋") else "line"):
        yield
