"""A feed with everything around it that is real: its adapter, the way out, a server on loopback, a store."""

from __future__ import annotations

import hashlib
import shutil
import ssl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from feed_samples import Sample
from feed_server import FeedServer
from sqlalchemy import select

from neuralbrain.domain.feed import Fetched, Intake
from neuralbrain.errors import SourceError
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.reading import read_feed
from neuralbrain.settings import Settings
from neuralbrain.sources.building import build
from neuralbrain.sources.catalogue import KEY_VARIABLES
from neuralbrain.sources.feed_reader import FeedReader
from neuralbrain.store.database import Database
from neuralbrain.store.feed_schema import rejected_row, release
from neuralbrain.store.feeds import StoredFeeds
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.opening import open_database
from neuralbrain.store.schema import observation, payload, series
from neuralbrain.store.upgrade import upgrade
from neuralbrain.wiring import AGENT
from stand_ins import StillClock

CANARY = "canary-key-of-a-feed-0001"
TRUST = ssl.create_default_context()  # nobody here is spoken to over TLS
Row = tuple[Any, ...]


@dataclass(kw_only=True)
class FeedWorld:
    """One feed, and what is known of it.

    Args:
        reader: The feed and the way to it.
        clock: Moves only when it is told to, or waited with.
        database: Where all is kept.
        intakes: What came of each part that was read so far.
    """

    reader: FeedReader
    clock: StillClock
    database: Database
    intakes: list[tuple[Fetched, Intake]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.observations = StoredObservations(self.database, clock=self.clock)
        self.feeds = StoredFeeds(self.database, clock=self.clock)

    @property
    def name(self) -> str:
        """Return the feed's name."""
        return self.reader.name

    def read(self, **how: Any) -> int:
        """Read it as the cycle does, and return how many values are new or revised."""
        return read_feed(
            self.reader,
            self.observations,
            self.feeds,
            now=self.clock.now(),
            on_part=lambda fetched, intake: self.intakes.append((fetched, intake)),
            **how,
        )

    def fault(self, **how: Any) -> SourceError | None:
        """Read it, and return why that failed."""
        try:
            self.read(**how)
        except SourceError as error:
            return error
        return None

    def later(self) -> None:
        """Let so much time pass that the feed may be asked again."""
        self.clock.forward(seconds=self.reader.facts.every_seconds + 3600)

    def values(self) -> list[Row]:
        """Return what is known now: place, signal, day and value of everything that is not withdrawn."""
        cutoff = self.clock.now() + timedelta(days=2)
        return sorted(
            (one.location, one.signal.name, str(day), value)
            for panel in self.observations.panels(self.name, cutoff=cutoff, every_signal=True)
            for one, row in zip(panel.series, panel.values.tolist(), strict=True)
            for day, value in zip(panel.dates, row, strict=True)
            if value == value  # noqa: PLR0124 - not NaN
        )

    def rows(self) -> list[Row]:
        """Return every row of values, with when it became known and the digest of the payload it is from."""
        question = (
            select(
                series.c.location,
                series.c.signal,
                observation.c.target_date,
                observation.c.as_of,
                observation.c.value,
                payload.c.sha256,
            )
            .join(series, series.c.number == observation.c.series_number)
            .join(payload, payload.c.number == observation.c.payload_number)
        )
        with self.database.read() as connection:
            return sorted((tuple(row) for row in connection.execute(question)), key=repr)

    def taken_in(self) -> dict[str, list[Row]]:
        """Return all that was taken in: values, releases, rows that could not be used."""
        with self.database.read() as connection:
            kept = {
                table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
                for table in (release, rejected_row)
            }
        return {"observation": self.rows(), **kept}

    def payloads(self) -> dict[str, bytes]:
        """Return the words that were kept, by their digest."""
        with self.database.read() as connection:
            kept = connection.execute(select(payload.c.sha256, payload.c.body)).all()
        return {row.sha256: zlib.decompress(row.body) for row in kept}


def sha256(body: bytes) -> str:
    """Return the digest that a payload is kept under."""
    return hashlib.sha256(body).hexdigest()


def reader_of(sample: Sample, *, clock: StillClock, base_url: str, **settings: Any) -> FeedReader:
    """Return a sample's feed as the application builds it, with a key where it takes one."""
    said = FeedSettings.model_validate({"base_url": base_url, **sample.settings, **settings})
    variable = KEY_VARIABLES.get(said.adapter or sample.name, "")
    return build(
        sample.name,
        Settings().model_copy(update={"feeds": {sample.name: said}}),
        environment={variable: CANARY},
        clock=clock,
        agent=AGENT,
        tls=TRUST,
    )


class Stores:
    """Makes fresh databases, each a copy of one that was made once.

    Args:
        folder: Where they are put.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made = 0
        empty = self._path(0)
        first = open_database(empty, address="", busy_timeout_seconds=20)
        upgrade(first)
        first.close()

    def _path(self, number: int) -> Path:
        return self._folder / f"{number}.sqlite3"

    @contextmanager
    def fresh(self) -> Iterator[Database]:
        """Yield an empty database."""
        self._made += 1
        path = self._path(self._made)
        shutil.copyfile(self._path(0), path)
        path.chmod(0o600)
        database = open_database(path, address="", busy_timeout_seconds=20)
        try:
            yield database
        finally:
            database.close()
            for one in self._folder.glob(f"{path.name}*"):
                one.unlink()


@contextmanager
def world_of(sample: Sample, server: FeedServer, stores: Stores, **settings: Any) -> Iterator[FeedWorld]:
    """Yield a sample's feed over a fresh store, at the time when it is read."""
    clock = StillClock(sample.read_at)
    reader = reader_of(sample, clock=clock, base_url=server.address, **settings)
    with stores.fresh() as database:
        yield FeedWorld(reader=reader, clock=clock, database=database)


MakeWorld = Callable[..., FeedWorld]
