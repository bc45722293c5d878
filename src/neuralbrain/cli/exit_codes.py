"""What the exit code of a command says."""

from __future__ import annotations

from enum import IntEnum

from neuralbrain.errors import NeuralBrainError, NotFoundError, RunnerBusyError, SettingsError, UnknownRegionError


class ExitCode(IntEnum):
    """0 is success; the others tell a script what to do next."""

    DONE = 0
    FAILED = 1  # look at the message
    USAGE = 2  # the call or a setting is wrong: trying again cannot help
    BUSY = 3  # another process runs the cycle: try again later
    NOT_FOUND = 4  # no such region or edition
    UNREAD = 141  # whoever read the output went away, as with `| head`; what the command does is done


def exit_code_of(error: NeuralBrainError) -> ExitCode:
    """Return the exit code that an error ends a command with.

    >>> exit_code_of(RunnerBusyError("It runs.", remedy="Wait."))
    <ExitCode.BUSY: 3>
    """
    match error:
        case SettingsError():
            return ExitCode.USAGE
        case RunnerBusyError():
            return ExitCode.BUSY
        case NotFoundError() | UnknownRegionError():
            return ExitCode.NOT_FOUND
        case _:
            return ExitCode.FAILED
