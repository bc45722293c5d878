"""Target data of forecast hubs: what hubs will score forecasts against, as it was known week by week."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload, Vintages
from neuralbrain.domain.observation import ObservationBatch, Signal, Unit
from neuralbrain.errors import SourceMissingError
from neuralbrain.sources.hub_rows import HubFile, releases

SIX_HOURS = 6 * 3600.0  # hubs publish once a week
FOLDER = "target-data"
ARCHIVE = "auxiliary-data/target-data-archive"
SERIES = ("time-series.parquet", "time-series.csv")
SINCE = " since "
_COPY = re.compile(r"(?P<stem>.+?)_(?P<day>\d{4}-\d{2}-\d{2})\.csv")
_WEEK = timedelta(days=7)


def _admissions(disease: str) -> Signal:
    return Signal(name=f"{disease}_admissions")


def _visits(disease: str) -> Signal:
    return Signal(name=f"{disease}_ed_visits", unit=Unit.SHARE, primary=False)


def _targets(*diseases: str) -> dict[str, Signal]:
    admissions = {f"wk inc {one} hosp": _admissions(one) for one in diseases}
    return admissions | {f"wk inc {one} prop ed visits": _visits(one) for one in diseases}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """What is known of one hub.

    Args:
        title: What it holds, in one line.
        home: Its page.
        base_url: Where its files are; any copy of it has the same paths below.
        licence: Licence of its data.
        attribution: Whom to credit.
        targets: The name of each target to the signal that it is; the first is that of a file that names no target.
        plain: Name, without ``.csv``, of a file that names no target and no ``as_of``; empty for a hub whose time
            series are read.
        copies_from: Week of the first dated copy of that file, None where none are kept.
        note: What whoever uses it should know.
    """

    title: str
    home: str
    base_url: str
    licence: str
    attribution: str
    targets: Mapping[str, Signal]
    plain: str = ""
    copies_from: date | None = None
    note: str = ""


_NHSN = "CDC National Healthcare Safety Network; CDC National Syndromic Surveillance Program"

FLUSIGHT = Hub(
    title="Influenza admissions in the United States, weekly (FluSight hub)",
    home="https://github.com/cdcepi/FluSight-forecast-hub",
    base_url="https://raw.githubusercontent.com/cdcepi/FluSight-forecast-hub/main",
    licence="MIT (hub); values are in the public domain of the United States",
    attribution=f"CDC FluSight forecast hub; {_NHSN}",
    targets=_targets("flu"),
    plain="target-hospital-admissions",
    copies_from=date(2023, 9, 23),
    note="Its dated copies bear the newest week that they hold; they count as known from the Wednesday after it on.",
)
COVID = Hub(
    title="COVID-19 admissions and visits in the United States, weekly, with revisions (COVID-19 hub)",
    home="https://github.com/CDCgov/covid19-forecast-hub",
    base_url="https://raw.githubusercontent.com/CDCgov/covid19-forecast-hub/main",
    licence="Apache-2.0 (hub); values are in the public domain of the United States",
    attribution=f"CDC COVID-19 Forecast Hub; {_NHSN}",
    targets=_targets("covid"),
)
RSV = Hub(
    title="RSV admissions and visits in the United States, weekly, with revisions (RSV hub)",
    home="https://github.com/CDCgov/rsv-forecast-hub",
    base_url="https://raw.githubusercontent.com/CDCgov/rsv-forecast-hub/main",
    licence="Apache-2.0 (hub); values are in the public domain of the United States",
    attribution=f"CDC RSV Forecast Hub; {_NHSN}",
    targets=_targets("rsv"),
)
OWN = Hub(
    title="Target data of a hub of one's own",
    home="https://docs.hubverse.io/",
    base_url="",
    licence="As its owner says",
    attribution="As its owner says",
    targets=_targets("flu", "covid", "rsv"),
    note="Set path to the hub's folder, or base_url to its address, in [feeds.NAME]; its weeks end on Saturday.",
)


class HubTargetData:
    """Weekly counts of admissions and shares of emergency-department visits, the nation, states and Puerto Rico.

    A hub's ``target-data/time-series`` holds every release with its ``as_of``. FluSight's plain file holds one, known
    from when it was read; it keeps dated copies of it. Rows of other targets than ours are not read. A blank is a
    week without a report.

    ``path`` may name a folder with the hub's files, or one file: that needs no column ``target`` where the hub's
    adapter is named, and its values are then admissions.

    Args:
        hub: Which one.
        name: Of the feed in the settings.
        base_url: Where its files are instead; empty for the hub's own address.
        path: A folder or a file on this machine to read instead; empty for none.
        since: From which week on values are read, None for all.
        most_bytes: How long one file may be.
        call_seconds: How long getting one file may take.
        every_seconds: How often it is asked at most.
        most_withdrawn: Which share of its values a release without an ``as_of`` may lack.
    """

    def __init__(
        self,
        hub: Hub,
        *,
        name: str,
        base_url: str = "",
        path: str = "",
        since: date | None = None,
        most_bytes: int = 64 * 2**20,
        call_seconds: float = 120.0,
        every_seconds: float = SIX_HOURS,
        most_withdrawn: float = 0.2,
    ) -> None:
        self._hub = hub
        self._base_url = (base_url or hub.base_url).rstrip("/")
        self._path = Path(path).expanduser().absolute() if path else None
        self._since = since
        self._most_bytes = most_bytes
        self._call_seconds = call_seconds
        self._most_withdrawn = most_withdrawn
        self.facts = FeedFacts(
            name=name,
            title=hub.title,
            home=hub.home,
            licence=hub.licence,
            attribution=hub.attribution,
            signals=tuple(hub.targets.values()),
            vintages=Vintages.SNAPSHOTS if hub.plain and not self._is_one_file else Vintages.OWN,
            every_seconds=every_seconds,
            network=self._path is None and self._base_url != "",
            note=hub.note,
        )

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return the newest files, or the one file that the settings name.

        Raises:
            SourceMissingError: If the settings name no place to read a hub of one's own from, or a folder without one.
        """
        del now
        if self._path is not None and self._is_one_file:
            return (self._request(self._path.name, at=self._path.name),)
        if self._hub.plain:
            return (self._request(f"{self._hub.plain}.csv", at=f"{FOLDER}/{self._hub.plain}.csv"),)
        name = self._series_file()
        return (self._request(name, at=f"{FOLDER}/{name}"),)

    def older(self, *, since: date, until: date) -> Iterator[FeedRequest]:
        """Return the dated copies, one a week, oldest first; most weeks of summer have none."""
        first = self._hub.copies_from
        if first is None or self._is_one_file:
            return
        weeks = max((since - first) // _WEEK, 0)
        week = first + weeks * _WEEK
        while week <= until:
            name = f"{self._hub.plain}_{week}.csv"
            yield self._request(name, at=f"{ARCHIVE}/{name}", may_be_missing=True)
            week += _WEEK

    def following(self, request: FeedRequest, page: Payload) -> None:
        """Return nothing: every file is one page."""
        del request, page

    def parse(self, pages: Sequence[Payload]) -> Iterator[ObservationBatch]:
        """Return the releases that a file holds.

        Raises:
            SourceSchemaError: If it is not of the documented shape.
        """
        (payload,) = pages
        copy = _COPY.fullmatch(payload.part.partition(SINCE)[0])
        dated = copy is not None and copy["stem"] == self._hub.plain
        return releases(
            payload,
            HubFile(
                source=self.facts.name,
                targets=self._hub.targets,
                signal=None if self._hub is OWN else next(iter(self._hub.targets.values())),
                copied_on=date.fromisoformat(copy["day"]) if copy is not None and dated else None,
                since=self._since,
                most_withdrawn=self._most_withdrawn,
            ),
        )

    @property
    def _is_one_file(self) -> bool:
        return self._path is not None and (self._path.suffix in {".csv", ".parquet"} or self._path.is_file())

    def _series_file(self) -> str:
        if self._path is None:
            if not self._base_url:
                raise SourceMissingError(
                    f"The feed {self.facts.name} does not say where its hub is.",
                    remedy=f"Set path to its folder, or base_url to its address, in [feeds.{self.facts.name}].",
                )
            return SERIES[0]
        found = next((one for one in SERIES if (self._path / FOLDER / one).is_file()), None)
        if found is None:
            raise SourceMissingError(
                f"There is no {' or '.join(SERIES)} in {self._path / FOLDER}.",
                remedy=f"Put it there, or set another path in [feeds.{self.facts.name}] of neuralbrain.toml.",
            )
        return found

    def _request(self, part: str, *, at: str, may_be_missing: bool = False) -> FeedRequest:
        """Return what asks for a file; read from another day on, it is another part, and read anew."""
        if self._path is not None:
            whole = self._path if self._is_one_file else self._path / at
            url = f"file:{quote(str(whole))}"
        else:
            url = f"{self._base_url}/{at}"
        return FeedRequest(
            part=part + (f"{SINCE}{self._since}" if self._since else ""),
            url=url,
            most_bytes=self._most_bytes,
            total_seconds=self._call_seconds,
            may_be_missing=may_be_missing,
        )
