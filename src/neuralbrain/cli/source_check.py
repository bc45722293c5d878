"""Asks feeds what they hold now and sees whether it can be read, without keeping anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import numpy as np

from neuralbrain.domain.feed import FeedRequest, FetchOutcome, Payload
from neuralbrain.errors import NeuralBrainError, SettingsError, SourceError

if TYPE_CHECKING:
    from neuralbrain.cli.progress import Progress
    from neuralbrain.wiring import Application

HOSTS_UNTIL_OFFLINE = 2  # so many different hosts in a row, and no other: then the fault is on this side
UNREACHABLE = "source-unreachable"


@dataclass(slots=True, kw_only=True)
class FeedCheck:
    """What a check of one feed found.

    Args:
        feed: Which feed.
        network: Whether it is read over the network.
        requests: What it would be asked for first.
        asked: Whether it was asked.
        reached: Whether somebody answered; None where it was not asked.
        parts: How many parts could be read.
        values: How many values they hold.
        rejected: How many rows of them could not be used.
        newest: The newest day, or last day of a week, that they tell of.
        age_days: From that day to today (UTC).
        faults: The part, and what is wrong with it; no part where it is the feed itself.
        left_out: Why parts, or all of it, were not asked; empty where nothing was left out.
    """

    feed: str
    network: bool = True
    requests: tuple[FeedRequest, ...] = ()
    asked: bool = False
    reached: bool | None = None
    parts: int = 0
    values: int = 0
    rejected: int = 0
    newest: date | None = None
    age_days: int | None = None
    faults: list[tuple[str, NeuralBrainError]] = field(default_factory=list)
    left_out: str = ""

    @property
    def failed(self) -> bool:
        """Return whether something is wrong with it, or was to be asked and could not be."""
        return bool(self.faults or self.left_out)


def check_feeds(here: Application, names: Sequence[str], *, network: bool, shown: Progress) -> tuple[FeedCheck, ...]:
    """Return what a check of each feed found, in the order given.

    Args:
        here: Everything.
        names: Which feeds.
        network: Whether anybody may be connected to.
        shown: Told what is worked on.
    """
    checks: list[FeedCheck] = []
    away: set[str] = set()  # hosts that could not be connected to, as long as no other could
    for name in names:
        check = FeedCheck(feed=name)
        checks.append(check)
        if not _say_requests(here, check):
            continue
        if check.network and not network:
            continue
        if check.network and len(away) >= HOSTS_UNTIL_OFFLINE:
            check.left_out = "This machine seems to be offline: it was not asked."
            continue
        shown.doing(f"asking {name}")
        _ask(here, check)
        if check.reached:
            away.clear() if check.network else None
        elif check.requests:
            away.add(urlsplit(check.requests[0].url).netloc)
    return tuple(checks)


def is_offline(checks: Sequence[FeedCheck]) -> bool:
    """Return whether feeds were asked over the network and nobody could be connected to at all."""
    asked = [one for one in checks if one.network and one.asked]
    return bool(asked) and not any(one.reached for one in asked)


def _say_requests(here: Application, check: FeedCheck) -> bool:
    try:
        reader = here.source(check.feed)
        check.network = reader.facts.network
        check.requests = tuple(reader.requests(now=here.clock.now()))
    except (SettingsError, SourceError) as error:
        check.faults.append(("", error))
        return False
    check.network = any(one.url.startswith("http") for one in check.requests)
    return True


def _ask(here: Application, check: FeedCheck) -> None:
    """Ask for each part and read it; once nobody can be connected to, the other parts are left."""
    reader, now = here.source(check.feed), here.clock.now()
    check.asked, check.reached = True, False
    try:
        for fetched in reader.fetch(now=now, known={}):
            unreachable = fetched.fault is not None and fetched.fault.error_code == UNREACHABLE
            check.reached = check.reached or not unreachable
            if fetched.fault is not None:
                check.faults.append((fetched.part, fetched.fault))
            elif fetched.outcome is FetchOutcome.NEW:
                _read(here, check, fetched.part, fetched.pages)
            if unreachable and not check.reached:
                rest = len(check.requests) - 1
                check.left_out = f"Its {rest} other parts were not asked for." if rest else ""
                break
    except SourceError as error:
        check.faults.append(("", error))
    if check.newest is not None:
        check.age_days = max(0, (now.date() - check.newest).days)


def _read(here: Application, check: FeedCheck, part: str, pages: Sequence[Payload]) -> None:
    try:
        for batch in here.source(check.feed).parse(pages):
            check.values += len(batch)
            check.rejected += len(batch.rejected)
            known = batch.target_date[np.isfinite(batch.value)]
            newest = known.max().astype("datetime64[D]").item() if len(known) else None
            check.newest = max((one for one in (check.newest, newest) if one is not None), default=None)
    except SourceError as error:
        check.faults.append((part, error))
        return
    check.parts += 1
