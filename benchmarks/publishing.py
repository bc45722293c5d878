"""Homes in which an edition is published, and the same edition again and again, without asking anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from benchmarks import synthetic
from benchmarks.synthetic import WEEKS, SyntheticSource
from neuralbrain.domain.edition import Draft, EditionHeader
from neuralbrain.domain.journal import CycleStart, Outcome
from neuralbrain.domain.location import LOCATIONS
from neuralbrain.wiring import Application


def run_once(application: Application, *, regions: int | None = None, weeks: int = WEEKS) -> tuple[str, ...]:
    """Run one real cycle and return the codes of the regions of its edition.

    It reads the embedded sample unless a number of made-up regions is given; weeks are how long their past is.

    Raises:
        RuntimeError: If it publishes nothing.
    """
    cycle = application.cycle(lambda _name, _record: None)
    if regions is not None:
        cycle = replace(cycle, sources=(SyntheticSource(codes(regions), weeks=weeks),))
    with application.lease() as lease:
        report = cycle.run(CycleStart(trigger="benchmark", holder=lease.holder))
    published = application.editions.get()
    if report.outcome is not Outcome.DONE or published is None:
        raise RuntimeError(f"the cycle ended {report.outcome}: {report.steps[-1].message}")
    return tuple(dict.fromkeys(region for table in published.tables for region in table.regions))


def codes(regions: int) -> tuple[str, ...]:
    """Return so many codes: places that exist first, whom the API knows by name, then places that do not."""
    real = [code for code in LOCATIONS if code != "WORLD"][:regions]
    return (*real, *synthetic.region_codes(regions - len(real)))


def publish_again(application: Application, *, holder: str, slot: datetime | None = None) -> EditionHeader:
    """Publish the tables of the current edition as the next one, which takes a commit, and return its header.

    Raises:
        RuntimeError: If there is no edition.
    """
    last = application.editions.get()
    if last is None:
        raise RuntimeError("there is no edition to publish again")
    header = last.header
    draft = Draft(
        provider=header.provider,
        lock_number=application.lock.state().number,
        inputs_digest=header.inputs_digest,
        cutoff=header.cutoff,
        timestamp=application.clock.now(),
        tables=last.tables,
        replies=tuple(range(1, len(last.tables) + 1)),
        refused=last.refused,
        slot=slot,
    )
    return application.editions.publish(draft, holder=holder)
