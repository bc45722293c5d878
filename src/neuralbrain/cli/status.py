"""`neuralbrain status`: the whole picture on one screen."""

from __future__ import annotations

from neuralbrain.cli.options import AsJson, print_json


def status(*, as_json: AsJson = False) -> None:
    """Show how things stand: the edition, the lock, the schedule, the service and the last health check.

    Exit codes: 0 shown, whatever it says; 1 it could not be read. `neuralbrain doctor` says what to do about it.
    """
    from neuralbrain.cli.picture import picture_as_json, picture_of  # noqa: PLC0415 - loads NumPy
    from neuralbrain.cli.picture_view import print_picture  # noqa: PLC0415 - the same
    from neuralbrain.wiring import application  # noqa: PLC0415 - --help should not open anything

    picture = picture_of(application())
    if as_json:
        print_json(picture_as_json(picture))
    else:
        print_picture(picture)
