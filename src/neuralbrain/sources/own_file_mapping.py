"""What the columns of a file of one's own mean: a small TOML file that may leave out much and says nothing twice."""

from __future__ import annotations

import codecs
import difflib
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.location import location, resolve
from neuralbrain.domain.observation import Measure, Signal, Unit
from neuralbrain.errors import SourceUnusableError
from neuralbrain.settings_file import why_refused

EVERY_OTHER_COLUMN = "*"
THERE = "in the mapping file, the one that mapping in [feeds.NAME] names"
"""Where somebody writes what a message asks for."""

TAB = "tab"
NOT_REPORTED = ("", "NA", "N/A", "NaN", "nan", "null", "None", "-", "..")
"""What stands for a value that was not reported, in columns of values; in a column of places ``NA`` is Namibia."""

_SIGNAL = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_LONGEST_SIGNAL = 64
_WEEKS = ("iso-week", "mmwr-week")
_FROZEN = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class SignalMapping(BaseModel):
    """What one column of values means."""

    model_config = _FROZEN

    column: str = Field(min_length=1, description='The column of its values; `"*"` for every column that is not named.')
    unit: Literal["count", "per_100k", "percent", "share"] = Field(
        default="count", description="`count`, `per_100k`, `percent` (kept as a share) or `share` (0 to 1)."
    )
    measure: Literal["incident", "cumulative"] = Field(
        default="incident", description="`incident` (new ones in each day or week) or `cumulative` (all so far)."
    )
    deaths: str = Field(default="", description="Name of the signal that counts the deaths of the same disease.")
    primary: bool | None = Field(
        default=None, description="Whether a place answers with it; the first that is not another one's deaths does."
    )
    asked: bool = Field(default=True, description="Whether it is forecast.")


class FileMapping(BaseModel):
    """What a file of one's own means; every key may be left out but ``signals``, a place and a date."""

    model_config = _FROZEN

    title: str = Field(default="", description="What it is, in one line.")
    licence: str = Field(default="", description="Licence of its values.")
    attribution: str = Field(default="", description="Whom to credit, as shown beside every table.")
    home: str = Field(default="", description="Web page that describes it.")
    redistribute: bool = Field(default=False, description="Whether its licence allows to hand its values on.")

    location: str = Field(default="", description="The column of places, by name or code.")
    location_is: str = Field(default="", description="The one place that the file is about, instead of a column.")
    within: str | None = Field(
        default=None, description='Country that all places are in, such as `"USA"`: then `CA` is California.'
    )
    locations: Mapping[str, str] = Field(
        default_factory=dict, description='Table of own names and their codes, such as `"Nordland" = "GB-SCT"`.'
    )

    date: str = Field(default="", description="The column of dates.")
    year: str = Field(default="", description="The column of years, with `week` instead of `date`.")
    week: str = Field(default="", description="The column of week numbers.")
    date_means: Literal["", "day", "week-end", "week-start", "iso-week", "mmwr-week"] = Field(
        default="",
        description="`day`, `week-end`, `week-start`, `iso-week` (2026-W14, ends on Sunday) or `mmwr-week` (ends on "
        "Saturday). Unless set, what the days of the week tell: Saturdays end weeks, Mondays begin them.",
    )
    date_format: str = Field(
        default="", description="Form of days, such as `%d.%m.%Y`. Unless set, the one that all dates have."
    )
    cadence: Literal["", "daily", "weekly"] = Field(
        default="", description="`daily` or `weekly`, where `date_means` does not say it."
    )

    as_of: str = Field(
        default="", description="The column of when a value was published; each of these times is a release."
    )
    as_of_format: str = Field(default="", description="Its form. Unless set, 2026-04-03 or 2026-04-03T18:00:00Z.")
    complete: bool = Field(
        default=True,
        description="Whether the file, or each of its releases, has every value that is known: then a value that it no "
        "longer has was withdrawn. It must be said where a release lacks values of an earlier one of the same file.",
    )
    only: Mapping[str, str] = Field(
        default_factory=dict, description='Table of columns and the one text that is read, such as `age = "all"`.'
    )
    ignore: tuple[str, ...] = Field(
        default=(), description='Columns that are no places, where a signal has the column `"*"`.'
    )

    separator: str = Field(
        default="", description='What separates columns; `"tab"` for a tabulator. Unless set, told by the first row.'
    )
    decimal: Literal[".", ","] = Field(default=".", description="What stands before decimals.")
    thousands: Literal["", ".", ",", " ", "'"] = Field(default="", description="What groups thousands.")
    encoding: str = Field(default="utf-8", description='How letters are written, such as `"latin-1"`.')
    skip_rows: int = Field(default=0, ge=0, le=1000, description="How many lines stand above the names of columns.")
    missing: tuple[str, ...] = Field(
        default=(), description="What stands for a value that was not reported, beside blanks, `NA`, `-` and the like."
    )

    signals: Mapping[str, SignalMapping] = Field(
        description='Table of signals: `flu_cases = "column"`, or the table below.'
    )

    @field_validator("signals", mode="before")
    @classmethod
    def _column_alone(cls, given: object) -> object:
        """Take ``cases = "column"`` for ``cases = { column = "column" }``."""
        if not isinstance(given, Mapping):
            return given
        return {name: {"column": one} if isinstance(one, str) else one for name, one in given.items()}

    @property
    def is_wide(self) -> bool:
        """Return whether each place has a column of its own."""
        return any(one.column == EVERY_OTHER_COLUMN for one in self.signals.values())

    @property
    def not_values(self) -> tuple[str, ...]:
        """Return the columns that say where, when and of which kind a row is."""
        named = (self.location, self.date, self.year, self.week, self.as_of, *self.only)
        return tuple(dict.fromkeys(name for name in named if name))

    def signals_at(self, cadence: Cadence) -> tuple[Signal, ...]:
        """Return the signals; the first that is not another one's deaths answers for a place unless one says so."""
        deaths = {one.deaths for one in self.signals.values()}
        chosen = [name for name, one in self.signals.items() if one.primary]
        chosen += [
            name for name, one in self.signals.items() if one.primary is None and one.asked and name not in deaths
        ]
        return tuple(
            Signal(
                name=name,
                unit=Unit.SHARE if one.unit == "percent" else Unit(one.unit),
                measure=Measure(one.measure),
                cadence=cadence,
                deaths=one.deaths or None,
                primary=name in chosen[:1],
                asked=one.asked,
            )
            for name, one in self.signals.items()
        )

    @property
    def cadence_said(self) -> Cadence | None:
        """Return how often the file reports, None where only its dates tell."""
        if self.cadence:
            return Cadence(self.cadence)
        return {"": None, "day": Cadence.DAILY}.get(self.date_means, Cadence.WEEKLY)


def read_mapping(path: Path) -> FileMapping:
    """Return what a mapping file says.

    Raises:
        SourceUnusableError: If it cannot be read, or says something that is unknown or contradicts itself.
    """
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        raise _unusable(path, "it is not written in UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        # The place is the one thing that only the parser knows; Python 3.11 gives it nowhere but in its sentence.
        place = re.search(r"at line \d+, column \d+|at end of document", str(error))
        why = f"it is no TOML {place[0] if place else ''} (names with a space or an accent stand in quotation marks)"
        raise _unusable(path, why) from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no path"
        raise _unusable(path, f"it cannot be read ({reason})") from error
    try:
        return mapping_of(given)
    except ValueError as error:
        raise _unusable(path, str(error)) from error


def mapping_of(given: Mapping[str, Any]) -> FileMapping:
    """Return what a mapping says.

    Raises:
        ValueError: If a key is unknown, a value cannot be used, or two of them contradict each other.

    >>> mapping_of({"location": "country", "date": "week", "signals": {"cases": "new_cases"}}).signals["cases"].unit
    'count'
    """
    _refuse_unknown(given, FileMapping, "the mapping")
    signals = given.get("signals")
    if not isinstance(signals, Mapping) or not signals:
        raise ValueError('it names no signal: write [signals] and below it cases = "the column of the cases"')
    for name, one in signals.items():
        if isinstance(one, Mapping):
            _refuse_unknown(one, SignalMapping, f"signals.{name}")
    try:
        mapping = FileMapping.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        model = SignalMapping if first["loc"][0] == "signals" else FileMapping
        field = model.model_fields.get(str(first["loc"][-1]))
        raise ValueError(f"{place}: {why_refused(first, field.annotation if field else None)}") from None
    for contradiction in _contradictions(mapping):
        raise ValueError(contradiction)
    return mapping


def _refuse_unknown(given: Mapping[str, Any], model: type[BaseModel], place: str) -> None:
    for key in given:
        if key not in model.model_fields:
            nearest = difflib.get_close_matches(key, model.model_fields, n=1, cutoff=0.0)[0]
            raise ValueError(f"{key[:40]!r} is no key of {place}; did you mean {nearest}?")


def _contradictions(mapping: FileMapping) -> Iterator[str]:
    """Yield what cannot hold together, and what to write instead."""
    yield from _about_places(mapping)
    yield from _about_dates(mapping)
    yield from _about_signals(mapping)
    yield from _about_writing(mapping)


def _about_places(mapping: FileMapping) -> Iterator[str]:
    ways = [bool(mapping.location), bool(mapping.location_is), mapping.is_wide]
    if sum(ways) == 0:
        yield 'it does not say where: write location = "the column of places", or location_is = "KEN"'
    if sum(ways) > 1:
        yield 'it says twice where: only one of location, location_is and a signal with the column "*" can hold'
    country = None if mapping.within is None else location(mapping.within)
    if mapping.within is not None and (country is None or country.parent != "WORLD"):
        yield f'within = "{mapping.within}" is no country: write its code of three letters, such as "USA"'
        return
    for own, code in {**mapping.locations, **({"location_is": mapping.location_is} if ways[1] else {})}.items():
        if resolve(code, within=mapping.within) is None:
            yield f'"{own}" = "{code}" is no place: write a code such as "KEN", "US-CA" or "GB-ENG", or its name'


def _about_dates(mapping: FileMapping) -> Iterator[str]:
    if bool(mapping.year) != bool(mapping.week):
        yield "year and week are columns that stand together: write both, or date alone"
    if not (mapping.date or mapping.year):
        yield 'it does not say when: write date = "the column of dates", or year and week'
    if mapping.date and mapping.year:
        yield "it says twice when: write date, or year and week"
    if mapping.year and mapping.date_means not in _WEEKS:
        yield 'year and week need date_means = "iso-week" (ends on Sunday) or "mmwr-week" (ends on Saturday)'
    if mapping.date_means in _WEEKS and mapping.date_format:
        yield f'date_format is for days, and date_means = "{mapping.date_means}" reads weeks such as 2026-W14'
    if mapping.as_of_format and not mapping.as_of:
        yield "as_of_format needs as_of, the column of when a value was published"
    if mapping.cadence == "daily" and mapping.date_means not in {"", "day"}:
        yield f'cadence = "daily" contradicts date_means = "{mapping.date_means}"'
    if mapping.cadence == "weekly" and mapping.date_means == "day":
        yield 'cadence = "weekly" contradicts date_means = "day": write "week-end" or "week-start"'


def _about_signals(mapping: FileMapping) -> Iterator[str]:
    columns = [one.column for one in mapping.signals.values()]
    for name, one in mapping.signals.items():
        if not _SIGNAL.fullmatch(name) or len(name) > _LONGEST_SIGNAL:
            yield f"{name[:80]!r} is no name of a signal: small letters and digits, joined by _, such as flu_cases"
        if one.deaths == name or (one.deaths and one.deaths not in mapping.signals):
            yield f'signals.{name} has deaths = "{one.deaths}", which is no other signal of the mapping'
        if one.column in mapping.not_values:
            yield f'signals.{name} reads the column "{one.column}", which says where or when'
    if mapping.is_wide and len(columns) > 1:
        yield 'a file with a column a place has one signal, the one with the column "*"'
    if len(set(columns)) < len(columns):
        yield "two signals read the same column"
    if sum(one.primary is True for one in mapping.signals.values()) > 1:
        yield "two signals are primary, and a place answers with one"


def _about_writing(mapping: FileMapping) -> Iterator[str]:
    separator = "\t" if mapping.separator == TAB else mapping.separator
    if len(separator) > 1:
        yield f'separator = "{mapping.separator}" is more than one character; a tabulator is "tab"'
    if separator and separator in {mapping.decimal, mapping.thousands}:
        yield f'"{separator}" cannot separate columns and stand in numbers, too'
    if mapping.thousands == mapping.decimal:
        yield f'decimal and thousands are both "{mapping.decimal}"'
    try:
        codecs.lookup(mapping.encoding)
    except (LookupError, ValueError):
        yield f'encoding = "{mapping.encoding}" is unknown: write "utf-8", "latin-1" or "utf-16"'


def _unusable(path: Path, why: str) -> SourceUnusableError:
    return SourceUnusableError(
        f"The mapping {path} cannot be used: {why}.",
        remedy="Mend it; the README, under Your own data, has three examples.",
        code="source-mapping",
    )
