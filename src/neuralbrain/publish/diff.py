"""What one edition says otherwise than another: regions, values, forecasts, claims, refusals and author."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from math import isfinite, log1p
from typing import Any

from neuralbrain.domain.claims import RISK_LEVELS, RiskLevel, Trend
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.finding import Finding
from neuralbrain.domain.forecast import ForecastData
from neuralbrain.domain.quantiles import MEDIAN
from neuralbrain.publish.as_json import header_as_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What one edition says of one series.

    Args:
        actual: The latest value, in the unit of the signal; None where it is missing.
        last_date: Of which period.
        median: Forecast at the last horizon, same unit; None where it is no finite number.
        target_date: Of which period.
        risk_level: As published.
        risk_score: 0 to 100.
        outbreak_probability: 0 to 1.
        trend: As published.
        confidence_score: 0 to 1.
    """

    actual: float | None
    last_date: date
    median: float | None
    target_date: date
    risk_level: RiskLevel | None
    risk_score: float | None
    outbreak_probability: float | None
    trend: Trend | None
    confidence_score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesChange:
    """One region and signal in two editions.

    Args:
        region: Its code.
        signal: Its name.
        unit: Of the values: count, per_100k or share.
        cadence: daily or weekly.
        before: What the first edition says, None where it has no forecast of it.
        after: What the second says, None where it has none.
    """

    region: str
    signal: str
    unit: str
    cadence: str
    before: Standing | None
    after: Standing | None

    @property
    def kind(self) -> str:
        """Return ``new``, ``gone``, ``changed`` or ``same``."""
        if self.before is None:
            return "new"
        if self.after is None:
            return "gone"
        return "same" if self.before == self.after else "changed"

    @property
    def level_steps(self) -> int:
        """Return by how many levels the risk rose; negative where it fell, 0 where one of the two has none.

        GREEN to RED is 2.
        """
        before, after = _level(self.before), _level(self.after)
        return 0 if before is None or after is None else RISK_LEVELS.index(after) - RISK_LEVELS.index(before)


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionDiff:
    """Two editions compared.

    Args:
        before: Header of the first.
        after: Header of the second.
        changes: One a series that either has, the largest change first.
        refusals_new: Findings of series that only the second refuses.
        refusals_gone: Findings of series that only the first refuses.
    """

    before: EditionHeader
    after: EditionHeader
    changes: tuple[SeriesChange, ...]
    refusals_new: tuple[Finding, ...]
    refusals_gone: tuple[Finding, ...]

    def of_kind(self, *kinds: str) -> tuple[SeriesChange, ...]:
        """Return the series that are new, gone, changed or the same, in order."""
        return tuple(one for one in self.changes if one.kind in kinds)


def diff(before: Edition, after: Edition) -> EditionDiff:
    """Return what the second edition says otherwise than the first.

    Series are ordered by change of risk level (the more steps the earlier, upwards before downwards), then those that
    are new or gone, then by change of risk score, then by change of the median on a logarithmic scale, then by name.
    """
    old, new = _rows(before), _rows(after)
    changes = [_change(key, old.get(key), new.get(key)) for key in old.keys() | new.keys()]
    return EditionDiff(
        before=before.header,
        after=after.header,
        changes=tuple(sorted(changes, key=_size)),
        refusals_new=tuple(_only_in_first(after, before)),
        refusals_gone=tuple(_only_in_first(before, after)),
    )


def diff_as_json(compared: EditionDiff) -> dict[str, Any]:
    """Return two compared editions as plain values: every series, unchanged ones too, the largest change first."""
    before, after = compared.before, compared.after
    return {
        "before": header_as_json(before),
        "after": header_as_json(after),
        "provider_changed": before.provider != after.provider,
        "lock_number_changed": before.lock_number != after.lock_number,
        "inputs_changed": before.inputs_digest != after.inputs_digest,
        "counts": {kind: len(compared.of_kind(kind)) for kind in ("new", "gone", "changed", "same")},
        "series": [_change_as_json(one) for one in compared.changes],
        "refusals_new": [_finding_as_json(one) for one in compared.refusals_new],
        "refusals_gone": [_finding_as_json(one) for one in compared.refusals_gone],
    }


def difference(before: float | None, after: float | None) -> float | None:
    """Return by how much a number grew, None where either is missing.

    >>> difference(2.0, 5.0), difference(None, 5.0)
    (3.0, None)
    """
    return None if before is None or after is None else after - before


def _rows(edition: Edition) -> dict[tuple[str, str, str], ForecastData]:
    return {(row.context.source, row.region, row.context.signal): row for row in edition.rows()}


def _change(key: tuple[str, str, str], old: ForecastData | None, new: ForecastData | None) -> SeriesChange:
    known = new or old
    assert known is not None  # noqa: S101 - the key is of one of the two
    _, region, signal = key
    return SeriesChange(
        region=region,
        signal=signal,
        unit=known.context.unit,
        cadence=known.context.cadence,
        before=None if old is None else _standing(old),
        after=None if new is None else _standing(new),
    )


def _standing(row: ForecastData) -> Standing:
    median = float(row.context.quantiles[-1][MEDIAN])
    return Standing(
        actual=row.actual_cases,
        last_date=row.context.last_date,
        median=median if isfinite(median) else None,
        target_date=row.context.target_dates[-1],
        risk_level=row.risk_level,
        risk_score=row.risk_score,
        outbreak_probability=row.outbreak_probability,
        trend=row.trend,
        confidence_score=row.confidence_score,
    )


def _size(change: SeriesChange) -> tuple[int, int, int, float, float, str, str]:
    """Return what orders changes: the largest has the smallest key."""
    steps = change.level_steps
    lone = change.kind in {"new", "gone"}
    score = median = 0.0
    if change.before is not None and change.after is not None:
        score = abs(difference(change.before.risk_score, change.after.risk_score) or 0.0)
        was, will = change.before.median, change.after.median
        median = 0.0 if was is None or will is None else abs(log1p(max(will, 0.0)) - log1p(max(was, 0.0)))
    return (-abs(steps), -steps, not lone, -score, -median, change.region, change.signal)


def _only_in_first(first: Edition, second: Edition) -> Iterator[Finding]:
    known = {(one.region, one.signal, one.code) for one in second.refused}
    return (one for one in first.refused if (one.region, one.signal, one.code) not in known)


def _level(standing: Standing | None) -> RiskLevel | None:
    return None if standing is None else standing.risk_level


def _change_as_json(change: SeriesChange) -> dict[str, Any]:
    before, after = change.before, change.after
    both = before is not None and after is not None
    numbers = ("actual", "median", "risk_score", "outbreak_probability", "confidence_score")
    return {
        "region": change.region,
        "signal": change.signal,
        "unit": change.unit,
        "kind": change.kind,
        "risk_level_steps": change.level_steps,
        "before": _standing_as_json(before),
        "after": _standing_as_json(after),
        "difference": {name: difference(getattr(before, name), getattr(after, name)) for name in numbers}
        if both
        else None,
    }


def _standing_as_json(standing: Standing | None) -> dict[str, Any] | None:
    if standing is None:
        return None
    return {
        "actual": standing.actual,
        "last_date": standing.last_date.isoformat(),
        "median": standing.median,
        "target_date": standing.target_date.isoformat(),
        "risk_level": None if standing.risk_level is None else standing.risk_level.value,
        "risk_score": standing.risk_score,
        "outbreak_probability": standing.outbreak_probability,
        "trend": None if standing.trend is None else standing.trend.value,
        "confidence_score": standing.confidence_score,
    }


def _finding_as_json(finding: Finding) -> dict[str, Any]:
    return {
        "region": finding.region,
        "signal": finding.signal,
        "code": finding.code,
        "message": finding.message,
    }
