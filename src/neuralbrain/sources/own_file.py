"""A file of one's own: CSV, JSON lines or Parquet, on this machine or at an address."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import polars as pl

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload, Vintages
from neuralbrain.domain.observation import ObservationBatch, Scope
from neuralbrain.errors import SourceError, SourceMissingError, SourceSchemaError
from neuralbrain.sources.long_form import batch_of
from neuralbrain.sources.own_file_guess import guess, in_words
from neuralbrain.sources.own_file_mapping import THERE, FileMapping, read_mapping
from neuralbrain.sources.own_file_releases import require_whole_releases
from neuralbrain.sources.own_file_rows import read_rows
from neuralbrain.sources.own_file_table import read_table

ADDRESS_SECONDS = 6 * 3600.0  # how often an address is asked; a file on this machine costs nothing to look at
MOST_WITHDRAWN = 0.2


class OwnFile:
    """Aggregated values, one a place and day or week, as its mapping file says or as its columns are usually called.

    A mapping that cannot be used keeps this feed from being read, and no other one. A changed mapping has the file read
    again.

    Args:
        name: Name of the feed in the settings.
        path: The file on this machine; empty for an address.
        base_url: The address of the file; empty for one on this machine.
        mapping: The mapping file; empty to go by the usual names of columns.
        since: Leave out target dates before this day.
        most_bytes: How long the file may be, packed and unpacked.
        call_seconds: How long getting it may take.
        every_seconds: How often it is asked for at most; None for each cycle on this machine, else every six hours.
        most_withdrawn: Which share of the known values one reading may lack; None for 0.2, or for any where the file
            says itself when it was published.
    """

    def __init__(
        self,
        *,
        name: str,
        path: str = "",
        base_url: str = "",
        mapping: str = "",
        since: date | None = None,
        most_bytes: int = 64 * 2**20,
        call_seconds: float = 120.0,
        every_seconds: float | None = None,
        most_withdrawn: float | None = None,
    ) -> None:
        self._path, self._base_url = path, base_url
        self._file = Path(path).name[:100] if path else unquote(urlsplit(base_url).path.rpartition("/")[2])[:100]
        self._since = since
        self._most_bytes, self._call_seconds = most_bytes, call_seconds
        self._most_withdrawn = most_withdrawn
        self._mapping: FileMapping | None = None
        self._fault: SourceError | None = None
        try:
            self._mapping = read_mapping(Path(mapping).expanduser().absolute()) if mapping else None
        except SourceError as error:
            self._fault = error
        self.facts = self._described(name, every_seconds)

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return what asks for the file; read by another mapping, it is another part.

        Raises:
            SourceError: If the mapping cannot be used, or no file is set.
        """
        del now
        if self._fault is not None:
            raise self._fault
        if not (self._path or self._base_url):
            raise SourceMissingError(
                f"The feed {self.facts.name} names no file.",
                remedy=f"Set path or base_url in [feeds.{self.facts.name}] of neuralbrain.toml.",
            )
        url = Path(self._path).expanduser().absolute().as_uri() if self._path else self._base_url
        part = self._file or "file"
        if self._mapping is not None:
            part += f", mapping {sha256(self._mapping.model_dump_json().encode()).hexdigest()[:12]}"
        part += f", since {self._since}" if self._since else ""
        return (FeedRequest(part=part, url=url, most_bytes=self._most_bytes, total_seconds=self._call_seconds),)

    def older(self, *, since: date, until: date) -> tuple[FeedRequest, ...]:
        """Return nothing: what a file knows of its past is in it."""
        del since, until
        return ()

    def following(self, request: FeedRequest, page: Payload) -> None:
        """Return nothing: a file is one page."""
        del request, page

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one release, or one a time of publication where the file has a column of these.

        Raises:
            SourceError: If the mapping cannot be used, or the file is not as it says. The message names the column and
                the row, and says what to write in the mapping.
        """
        if self._fault is not None:
            raise self._fault
        (page,) = pages
        may_be_cut = bool(self._base_url and not self._path)
        table = read_table(page, self._mapping, most_bytes=self._most_bytes, may_be_cut=may_be_cut)
        mapping = self._mapping or guess(table, feed=self.facts.name, origin=page.origin)
        try:
            found, signals = read_rows(table, mapping, now=page.retrieved_at, since=self._since, origin=page.origin)
            if self._mapping is None:
                _require_counts(found.kept, page.origin)
            if mapping.as_of and "complete" not in mapping.model_fields_set:
                require_whole_releases(found.kept, page.origin)
        except SourceSchemaError as error:
            if self._mapping is not None:
                raise
            guessed = f"Write there, too, what was guessed: {in_words(mapping)}."
            raise SourceSchemaError(error.happened, remedy=f"{error.remedy} {guessed}") from error
        scope = self._scope(mapping)
        parts = found.kept.sort("as_of", maintain_order=True).partition_by("as_of")
        return tuple(
            batch_of(
                part,
                source=self.facts.name,
                signals=signals,
                as_of=part["as_of"][0],
                scope=scope,
                rejected=found.rejected if number == len(parts) else (),  # known from when the file was read last
            )
            for number, part in enumerate(parts, start=1)
        )

    def _scope(self, mapping: FileMapping) -> Scope | None:
        """Return what each release says everything about; None for one that mentions, and does not say when."""
        if not mapping.complete:
            # Of no signals: each value holds from its own time of publication on, whenever its row is added.
            return Scope(signals=frozenset()) if mapping.as_of else None
        return Scope(signals=frozenset(mapping.signals), first=self._since, most_withdrawn=self._may_lack(mapping))

    def _may_lack(self, mapping: FileMapping) -> float:
        if self._most_withdrawn is not None:
            return self._most_withdrawn
        return 1.0 if mapping.as_of else MOST_WITHDRAWN

    def _described(self, name: str, every_seconds: float | None) -> FeedFacts:
        said = self._mapping
        return FeedFacts(
            name=name,
            title=(said and said.title) or "A file of your own" + (f", {self._file}" if self._file else ""),
            home=said.home if said else "",
            licence=(said and said.licence) or "As its owner says",
            attribution=(said and said.attribution) or "The owner of the file",
            signals=said.signals_at(said.cadence_said or Cadence.WEEKLY) if said else (),
            vintages=Vintages.OWN if said and said.as_of else Vintages.RETRIEVAL,
            every_seconds=(ADDRESS_SECONDS if self._base_url else 0.0) if every_seconds is None else every_seconds,
            redistribute=said.redistribute if said else False,
            network=bool(self._base_url),
            note=self._fault.happened if self._fault else "Read as its mapping file says, or by the names of columns.",
        )


def _require_counts(kept: pl.DataFrame, origin: str) -> None:
    """Refuse to guess that a fraction is a count.

    Raises:
        SourceSchemaError: Naming the first one.
    """
    broken = kept.filter(pl.col("value") != pl.col("value").floor())
    if broken.height:
        first = broken.row(0, named=True)
        raise SourceSchemaError(
            f"Row {first['row']}, column {first['column']} of {origin} holds {first['text']}, which is no count.",
            remedy=f'Write its unit ("per_100k", "percent" or "share"; "count" if it is one) below [signals], such '
            f'as {first["signal"]} = {{ column = "{first["column"]}", unit = "…" }}, {THERE}.',
        )
