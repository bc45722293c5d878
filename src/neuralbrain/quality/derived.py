"""Series that follow from others: weeks from days, new events from running totals, wholes from their parts."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from neuralbrain.domain.calendar import Cadence, WeekSystem
from neuralbrain.domain.incidence import incidence_of
from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Dates, Floats, Measure, Panel, Series, Signal, Unit

LAST_WEEKDAY = {WeekSystem.MMWR: 5, WeekSystem.ISO: 6}  # Saturday, Sunday; Monday is 0
DAYS = 7
NAMED = 5  # missing parts named in a sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """How the values of a derived series were made, and what is missing from them.

    Args:
        text: One sentence or several, for people; empty where the feed reports the series itself.
        parts: Codes of the regions that were added or averaged, in the order of their codes; empty where the region
            itself reports.
        missing: Codes of the parts that have no value at the last date, or none at all. While there are any, the last
            value is unknown.
        population_share: Which share of the inhabitants of all parts live in those that have a value at the last date;
            1 where none is missing, None where nothing was added up.
    """

    text: str = ""
    parts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    population_share: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derived:
    """A series that was reported, or follows from others that were.

    Args:
        series: Which place and signal; the signal says measure and cadence of the values below.
        dates: Shape (T,), datetime64[D], ascending, one period apart.
        values: Shape (T,), in the signal's unit; NaN where it is not reported, or a part, day or step is missing.
        statement: How they were made.
    """

    series: Series
    dates: Dates
    values: Floats
    statement: Statement


def derived_series(
    panel: Panel, *, location: str, signal: str, weekly: WeekSystem | None = None, incident: bool = False
) -> Derived | None:
    """Return one series of a panel, or what follows from the series of its parts.

    A region that reports the signal itself is returned as it reports. One that does not is put together from all of its
    parts: of a country its first-level subdivisions as ``LOCATIONS`` lists them, of ``WORLD`` its inhabited countries.

    - Counts are added, date by date, and only where every part has a value: a sum of some would look like a fall. At
      other dates the value is NaN, and ``statement.missing`` names who is missing at the last date.
    - Rates and shares are never added. They are averaged, each part weighing as much as its inhabitants; where the
      population of a part is unknown there is no value at all. That is exact for rates per inhabitant; of shares of
      visits or tests it is not, because those are not as many everywhere, and the statement says so.

    Then, if asked, days become weeks (``weekly_panel``) and running totals new events (``incidence_of``: the first
    period, those next to a gap and those of a falling total are NaN). Weeks are made before parts are added, so that a
    day which one part lacks costs that part's week and no more.

    Args:
        panel: What was known of a feed at a cutoff, of one cadence; nothing else is looked at.
        location: Code of the region.
        signal: Name of the signal.
        weekly: Whose weeks days are to become; None to leave them. Of a weekly panel it changes nothing.
        incident: Whether running totals are to become new events.

    Returns:
        Dates as in the panel (or its whole weeks), values, and a statement of what was done; None where neither the
        region nor any part of it reports the signal in this panel.
    """
    chosen = panel if weekly is None or panel.cadence is Cadence.WEEKLY else weekly_panel(panel, system=weekly)
    rows = {one.location: row for row, one in enumerate(panel.series) if one.signal.name == signal}
    said = [] if chosen is panel else [_weekly_text(panel, rows)]
    found = _own(chosen, rows[location]) if location in rows else _from_parts(chosen, rows, location=location)
    if found is None:
        return None
    if incident and found.series.signal.measure is Measure.CUMULATIVE:
        kind = replace(found.series.signal, measure=Measure.INCIDENT)
        found = replace(found, series=replace(found.series, signal=kind), values=incidence_of(found.values[None])[0])
        said.append(
            "New events are the steps of the running total; next to a gap, and where it falls, they are unknown."
        )
    text = " ".join(one for one in (found.statement.text, *said) if one)
    return replace(found, statement=replace(found.statement, text=text))


def weekly_panel(panel: Panel, *, system: WeekSystem) -> Panel:
    """Return a daily panel by weeks, each dated by its last day; a panel of weeks as it is.

    A week has a value only where each of its seven days has one; weeks at either end that the panel does not hold whole
    are left out. New events, also per 100,000 inhabitants, are added. Of running totals the last day counts. Of shares
    the mean of the seven days is taken, each day weighing the same, for want of what they are shares of.

    Args:
        panel: S series, T days.
        system: Whose weeks: MMWR weeks end on Saturday, ISO weeks on Sunday.

    Returns:
        The same series, weekly; a panel with no whole week has no dates.
    """
    if panel.cadence is Cadence.WEEKLY:
        return panel
    days = panel.dates.astype("datetime64[D]").astype(np.int64)
    weekday = (days + 3) % DAYS  # 1970-01-01 was a Thursday
    skipped = int(np.argmax(weekday == (LAST_WEEKDAY[system] + 1) % DAYS)) if len(days) else 0
    weeks = (len(days) - skipped) // DAYS if len(days) >= DAYS else 0
    shaped = panel.values[:, skipped : skipped + DAYS * weeks].reshape(len(panel.series), weeks, DAYS)
    kinds = [one.signal for one in panel.series]
    total = np.array([one.measure is Measure.CUMULATIVE for one in kinds], dtype=bool)[:, None]
    share = np.array([one.unit is Unit.SHARE for one in kinds], dtype=bool)[:, None]
    whole = np.isfinite(shaped).all(axis=2)
    sums = shaped.sum(axis=2)
    values = np.where(total, shaped[:, :, -1], np.where(share, sums / DAYS, sums))
    return replace(
        panel,
        series=tuple(replace(one, signal=replace(one.signal, cadence=Cadence.WEEKLY)) for one in panel.series),
        dates=panel.dates[skipped + DAYS - 1 : skipped + DAYS * weeks : DAYS],
        values=np.where(whole, values, np.nan),
        cadence=Cadence.WEEKLY,
    )


def parts_of(location: str) -> tuple[str, ...]:
    """Return the codes of all inhabited parts of a country or of ``WORLD``, sorted; empty for a region without parts.

    >>> parts_of("GBR")
    ('GB-ENG', 'GB-NIR', 'GB-SCT', 'GB-WLS')
    """
    return tuple(
        sorted(code for code, one in LOCATIONS.items() if one.parent == location and one.population is not None)
    )


def _own(panel: Panel, row: int) -> Derived:
    return Derived(series=panel.series[row], dates=panel.dates, values=panel.values[row], statement=Statement())


def _from_parts(panel: Panel, rows: dict[str, int], *, location: str) -> Derived | None:
    parts = parts_of(location)
    reporting = [code for code in parts if code in rows]
    if not reporting:
        return None
    values = panel.values[[rows[code] for code in reporting]]
    kind = panel.series[rows[reporting[0]]].signal
    populations = np.array([LOCATIONS[code].population for code in parts], dtype=np.float64)
    place = {code: position for position, code in enumerate(parts)}
    weight = populations[[place[code] for code in reporting]]
    everywhere = len(reporting) == len(parts) and np.isfinite(values).all(axis=0)
    sums, mean = values.sum(axis=0), (values * weight[:, None]).sum(axis=0) / weight.sum()
    together = sums if kind.unit is Unit.COUNT else mean
    last = _last_told(values)
    told = {code for code, row in zip(reporting, values, strict=True) if last >= 0 and np.isfinite(row[last])}
    missing = tuple(code for code in parts if code not in told)
    share = float(sum(populations[place[code]] for code in told) / populations.sum())
    return Derived(
        series=Series(source=panel.series[rows[reporting[0]]].source, location=location, signal=kind),
        dates=panel.dates,
        values=np.where(everywhere, together, np.nan),
        statement=Statement(
            text=_parts_text(kind, location, parts=parts, missing=missing, share=share),
            parts=parts,
            missing=missing,
            population_share=share,
        ),
    )


def _last_told(values: Floats) -> int:
    """Return the last date at which any part has a value, -1 where none has."""
    known = np.flatnonzero(np.isfinite(values).any(axis=0))
    return int(known[-1]) if len(known) else -1


def _parts_text(kind: Signal, location: str, *, parts: tuple[str, ...], missing: tuple[str, ...], share: float) -> str:
    name = LOCATIONS[location].name
    if kind.unit is Unit.COUNT:
        text = f"{name} is the sum of its {len(parts)} parts where all of them report."
    else:
        text = f"{name} is the mean of its {len(parts)} parts by population where all of them report."
        if kind.unit is Unit.SHARE:
            text += " Shares need not rest on as many visits or tests everywhere, so it is an approximation."
    if location == "USA":
        text += " The parts are the states and the District of Columbia, without the territories."
    if missing:
        named = ", ".join(missing[:NAMED]) + (f" and {len(missing) - NAMED} more" if len(missing) > NAMED else "")
        text += (
            f" There is no value at the newest date: {named} lack it; the others have {share:.1%} of the population."
        )
    return text


def _weekly_text(panel: Panel, rows: dict[str, int]) -> str:
    kind = next((panel.series[row].signal for row in rows.values()), None)
    if kind is None:
        return ""
    if kind.measure is Measure.CUMULATIVE:
        how = "the total of its last day"
    else:
        how = "the mean of its days" if kind.unit is Unit.SHARE else "the sum of its days"
    return f"A week is {how}, where all seven are known."
