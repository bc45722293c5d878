"""What a person sees while a command works."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from rich.status import Status
from rich.text import Text

from neuralbrain.cli.plain_text import carries, plain
from neuralbrain.cli.screen import line, screen
from neuralbrain.domain.journal import Outcome, StepRecord

if TYPE_CHECKING:
    from neuralbrain.steps import OnStep

STYLE_OF = {Outcome.DONE: "green", Outcome.UNCHANGED: "green", Outcome.SKIPPED: "dim", Outcome.FAILED: "bold red"}


class Progress:
    """A moving line that says what is worked on, and lines above it for what has ended.

    Where nothing can be written any more it goes silent: the work does not depend on who watches it.

    Args:
        status: The moving line, None to show nothing at all.
    """

    def __init__(self, status: Status | None) -> None:
        self._status = status

    def doing(self, said: str) -> None:
        """Say what is worked on."""
        self._show(lambda status: status.update(Text(plain(said))))

    def ended(self, *lines: Text) -> None:
        """Leave lines above the moving one."""
        self._show(lambda _status: screen().print(Text("\n").join(lines)))

    def _show(self, show: Callable[[Status], object]) -> None:
        if self._status is None or screen().quiet:
            return
        try:
            show(self._status)
        except OSError:
            screen().quiet = True


@contextlib.contextmanager
def progress(said: str, *, silent: bool) -> Iterator[Progress]:
    """Yield what shows how work goes on; nothing where it is to be silent."""
    if silent:
        yield Progress(None)
        return
    # Text, not str: Rich reads markup into the words beside a moving sign.
    with screen().status(Text(plain(said)), spinner="dots" if carries("⠋") else "line") as status:
        yield Progress(status)


@contextlib.contextmanager
def reporter(*, silent: bool) -> Iterator[OnStep]:
    """Yield what the cycle tells its steps to: a moving line while one works, a line when it has ended."""
    with progress("starting", silent=silent) as shown:

        def on_step(name: str, record: StepRecord | None) -> None:
            if record is None:
                shown.doing(name)
                return
            advice = f"        what to do: {record.remedy} ({record.code})"
            shown.ended(_ended(record), *([line((advice, "yellow"))] if record.remedy else []))

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
    with progress(said, silent=silent):
        yield
