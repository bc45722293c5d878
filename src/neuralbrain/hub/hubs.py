"""What is known of each hub that we can submit to: its targets, places, dates and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from neuralbrain.domain.calendar import HUB_DEADLINE, HUB_ZONE
from neuralbrain.domain.observation import Unit
from neuralbrain.errors import HubError
from neuralbrain.hub.places import EUROPE, UNITED_STATES

SATURDAY, SUNDAY, WEDNESDAY = 5, 6, 2  # as ``date.weekday`` counts


class FileFormat(StrEnum):
    """As what a file of model output is written; also the ending of its name."""

    CSV = "csv"
    PARQUET = "parquet"


class Output(StrEnum):
    """What is said about a target."""

    QUANTILES = "quantile"
    RATE_CHANGE = "pmf"  # FluSight's five classes of change


@dataclass(frozen=True, slots=True, kw_only=True)
class HubTarget:
    """One target of a hub that our forecasts can answer.

    Args:
        name: As the hub calls it.
        signal: Our signal of the same thing.
        unit: In which both are.
        horizons: The hub's horizons, in weeks.
        expected: Those of them that a forecast in time has: the others lie before its first week.
        decimals: To how many values are rounded; 0 where the hub takes whole numbers only.
        output: What is said about it.
        median: Whether the median is written as a row of its own besides.
    """

    name: str
    signal: str
    unit: Unit
    horizons: tuple[int, ...]
    expected: tuple[int, ...]
    decimals: int
    output: Output = Output.QUANTILES
    median: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HubProfile:
    """One hub.

    Args:
        name: Ours, as it is typed.
        repository: Where it lives.
        date_column: Its column with the date of the round.
        round_weekday: On which day of the week rounds are dated.
        offset_days: From the date of the round to the end of the week of horizon 0.
        opens_days: From the date of the round to the first day on which files are taken.
        closes_days: The same to the last day.
        closes_at: Until when on that day.
        zone: In whose time.
        columns: The columns of a file, in our order.
        targets: What we can answer.
        places: Its code of a place to our code, in its order.
        formats: Which files it takes, the best first.
        longest_name: How many characters a team's or a model's short name may have; None where nothing is said.
        not_made: What it also takes and we do not make.
    """

    name: str
    repository: str
    date_column: str
    round_weekday: int
    offset_days: int
    opens_days: int
    closes_days: int
    closes_at: time
    zone: ZoneInfo
    columns: tuple[str, ...]
    targets: tuple[HubTarget, ...]
    places: Mapping[str, str]
    formats: tuple[FileFormat, ...]
    longest_name: int | None = None
    not_made: str = ""


_WEEKS = (-1, 0, 1, 2, 3)
_IN_TIME = (0, 1, 2, 3)  # the newest week that is known on Wednesday ended on the Saturday before: it is horizon -1
_EUROPEAN_WEEKS = (-1, 0, 1, 2, 3, 4)
_EUROPEAN_IN_TIME = (1, 2, 3, 4)  # a week is published on the Friday after it, so the newest one is horizon 0
_VALUES = ("output_type", "output_type_id", "value")
_SATURDAY_COLUMNS = ("reference_date", "target", "horizon", "target_end_date", "location", *_VALUES)
_WEDNESDAY_COLUMNS = ("origin_date", "target", "target_end_date", "horizon", "location", *_VALUES)


def _admissions(disease: str, *, decimals: int) -> HubTarget:
    return HubTarget(
        name=f"wk inc {disease} hosp",
        signal=f"{disease}_admissions",
        unit=Unit.COUNT,
        horizons=_WEEKS,
        expected=_IN_TIME,
        decimals=decimals,
    )


def _visits(disease: str) -> HubTarget:
    return HubTarget(
        name=f"wk inc {disease} prop ed visits",
        signal=f"{disease}_ed_visits",
        unit=Unit.SHARE,
        horizons=_WEEKS,
        expected=_IN_TIME,
        decimals=6,  # a ten-thousandth of a percent: the sources give two decimals of a percent
    )


def _american(name: str, *, repository: str, targets: tuple[HubTarget, ...], **more: object) -> HubProfile:
    return HubProfile(
        name=name,
        repository=repository,
        date_column="reference_date",
        round_weekday=SATURDAY,
        offset_days=0,
        opens_days=-6,
        closes_days=-3,
        closes_at=HUB_DEADLINE,
        zone=HUB_ZONE,
        columns=_SATURDAY_COLUMNS,
        targets=targets,
        places=UNITED_STATES,
        formats=(FileFormat.CSV, FileFormat.PARQUET),
        **more,  # type: ignore[arg-type]
    )


def _european(name: str, *, repository: str, targets: tuple[HubTarget, ...]) -> HubProfile:
    return HubProfile(
        name=name,
        repository=repository,
        date_column="origin_date",
        round_weekday=WEDNESDAY,
        offset_days=-10,  # to the Sunday before last
        opens_days=-6,
        closes_days=0,
        closes_at=time(23, 59),
        zone=ZoneInfo("Europe/Paris"),  # Central European Time
        columns=_WEDNESDAY_COLUMNS,
        targets=targets,
        places=EUROPE,
        formats=(FileFormat.CSV,),
    )


def _european_target(name: str, *, signal: str, unit: Unit, decimals: int) -> HubTarget:
    return HubTarget(
        name=name,
        signal=signal,
        unit=unit,
        horizons=_EUROPEAN_WEEKS,
        expected=_EUROPEAN_IN_TIME,
        decimals=decimals,
        median=True,
    )


_SAMPLES = "samples"
FLUSIGHT = _american(
    "flusight",
    repository="https://github.com/cdcepi/FluSight-forecast-hub",
    targets=(
        _admissions("flu", decimals=0),
        HubTarget(
            name="wk flu hosp rate change",
            signal="flu_admissions",
            unit=Unit.COUNT,
            horizons=_IN_TIME,
            expected=_IN_TIME,
            decimals=6,
            output=Output.RATE_CHANGE,
        ),
        _visits("flu"),
    ),
    longest_name=14,
    not_made=f"{_SAMPLES}, peak inc flu hosp, peak week inc flu hosp",
)
COVID = _american(
    "covid",
    repository="https://github.com/CDCgov/covid19-forecast-hub",
    targets=(_admissions("covid", decimals=2), _visits("covid")),
    not_made=_SAMPLES,
)
RSV = _american(
    "rsv",
    repository="https://github.com/CDCgov/rsv-forecast-hub",
    targets=(_admissions("rsv", decimals=2), _visits("rsv")),
    not_made=_SAMPLES,
)
RESPICAST = _european(
    "respicast",
    repository="https://github.com/european-modelling-hubs/RespiCast-SyndromicIndicators",
    targets=(
        _european_target("ILI incidence", signal="ili_rate", unit=Unit.PER_100K, decimals=3),
        _european_target("ARI incidence", signal="ari_rate", unit=Unit.PER_100K, decimals=3),
    ),
)
RESPICAST_COVID = _european(
    "respicast-covid19",
    repository="https://github.com/european-modelling-hubs/RespiCast-Covid19",
    targets=(_european_target("hospital admissions", signal="covid_admissions", unit=Unit.COUNT, decimals=2),),
)
HUBS: Mapping[str, HubProfile] = MappingProxyType(
    {one.name: one for one in (FLUSIGHT, COVID, RSV, RESPICAST, RESPICAST_COVID)}
)
"""Every hub by its name."""


def hub_of(name: str) -> HubProfile:
    """Return a hub by its name.

    Raises:
        HubError: If there is none of that name.

    >>> hub_of("flusight").date_column
    'reference_date'
    """
    found = HUBS.get(name.strip().lower())
    if found is None:
        raise HubError(f"No hub is called {name[:40]!r}.", remedy=f"Name one of {', '.join(HUBS)}.", code="hub-unknown")
    return found
