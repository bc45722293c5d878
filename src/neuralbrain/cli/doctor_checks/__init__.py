"""The checks of `neuralbrain doctor`: each a pure function from facts to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from neuralbrain.cli.doctor_checks.access import access
from neuralbrain.cli.doctor_checks.clock import clock
from neuralbrain.cli.doctor_checks.cycle import last_cycle
from neuralbrain.cli.doctor_checks.database import database
from neuralbrain.cli.doctor_checks.edition import edition
from neuralbrain.cli.doctor_checks.facts import Facts
from neuralbrain.cli.doctor_checks.feeds import feeds
from neuralbrain.cli.doctor_checks.finding import Finding
from neuralbrain.cli.doctor_checks.folder import folder
from neuralbrain.cli.doctor_checks.lock import lock
from neuralbrain.cli.doctor_checks.providers import providers
from neuralbrain.cli.doctor_checks.schedule import schedule
from neuralbrain.cli.doctor_checks.service import service
from neuralbrain.cli.doctor_checks.settings import settings
from neuralbrain.cli.doctor_checks.slots import slots
from neuralbrain.cli.doctor_checks.unreadable import unreadable

Check = Callable[[Facts], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    unreadable,
    folder,
    database,
    settings,
    access,
    feeds,
    providers,
    lock,
    edition,
    service,
    schedule,
    slots,
    last_cycle,
    clock,
)


def findings_of(facts: Facts) -> tuple[Finding, ...]:
    """Return what every check says, in the order of the checks."""
    return tuple(one for check in CHECKS for one in check(facts))
