"""The forecast itself: learn from all series at once, then look ahead from each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Floats, Integers, aligned_to_last
from neuralbrain.domain.quantiles import LEVELS
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.providers.local.completing import completing
from neuralbrain.providers.local.features import Frame, shared_changes
from neuralbrain.providers.local.fitting import fit_pooled
from neuralbrain.providers.local.history import history_of, usual_steps
from neuralbrain.providers.local.pooling import canonical_order, groups_of, teachers_of
from neuralbrain.providers.local.stabilise import LARGEST, Scale, Strings, scale_of
from neuralbrain.providers.local.weekday import share_ahead, weekday_shares, without_weekday

LONGEST = {Cadence.WEEKLY: 260, Cadence.DAILY: 400}  # periods: what is older teaches little and costs memory
SEASON_DAYS = 728  # two years: one alone cannot tell a season from an epidemic
CHUNK = 2_000  # series looked ahead from at a time, which bounds the memory


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A request as arrays, in canonical order."""

    values: Floats  # (S, P), at least 0, NaN where nothing can be used
    units: Strings  # (S,)
    last_period: Integers  # (S,)
    last_day: Integers  # (S,), days since 1970
    group: Integers  # (S,)
    groups: int
    span: int  # T, periods looked back
    cadence: Cadence

    def frame(self, chosen: Integers, *, shared: Floats) -> Frame:
        return Frame(
            cadence=self.cadence,
            seasonal=self.span * self.cadence.days >= SEASON_DAYS,
            last_period=self.last_period[chosen],
            last_day=self.last_day[chosen],
            group=self.group[chosen],
            shared=shared,
        )

    def stabilised(self, chosen: Integers) -> tuple[Floats, Scale, Floats]:
        """Return chosen series, right-aligned and stabilised, with their scale and weekday shares."""
        aligned = aligned_to_last(self.values[chosen], self.last_period[chosen])[:, -self.span :]
        shares = np.ones((len(chosen), 7))
        if self.cadence is Cadence.DAILY:
            shares = weekday_shares(aligned)
            aligned = without_weekday(aligned, shares)
        scale = scale_of(aligned, units=self.units[chosen])
        return scale.stabilised(aligned), scale, shares


def forecast_quantiles(request: ForecastRequest) -> Floats:
    """Return the quantiles of every series of a request at each of its horizons.

    Args:
        request: What is asked; only what it holds is used.

    Returns:
        Shape (S, H, 23), in the unit of each series: finite, at least 0, at most 1 for a share, not decreasing along
        the last axis; NaN for a series without a value.
    """
    series = len(request.panel.series)
    horizons = np.array(request.horizons, dtype=np.int64)
    quantiles = np.full((series, len(horizons), len(LEVELS)), np.nan)
    if not request.incidence.size or not len(horizons):
        return quantiles
    order = canonical_order(request.panel.series)
    question = _question(request, order)
    teachers = teachers_of(question.group)
    values, scale, _ = question.stabilised(teachers)
    usual = usual_steps(values, group=question.group[teachers], groups=question.groups)
    history = history_of(values, scale=scale, usual=usual[question.group[teachers]])
    shared = shared_changes(
        history,
        last_period=question.last_period[teachers],
        group=question.group[teachers],
        groups=question.groups,
        periods=question.values.shape[1],
    )
    frame = question.frame(teachers, shared=shared)
    model = fit_pooled(history, frame, horizons=horizons, groups=question.groups)
    growing = completing(request, horizons)[order]
    for start in range(0, series, CHUNK):
        chosen = np.arange(start, min(start + CHUNK, series))
        values, scale, shares = question.stabilised(chosen)
        history = history_of(values, scale=scale, usual=usual[question.group[chosen]])
        ahead = model.quantiles(history, question.frame(chosen, shared=shared), least_noise=scale.least_noise)
        # The share comes before the limit: a weekday must not lift a share above 1.
        natural = scale.natural(ahead) * (share_ahead(shares, horizons) * growing[chosen])[:, :, None]
        natural = np.minimum(natural, scale.limit[:, None, None])
        spoken = history.known[:, -1] > 0
        quantiles[order[chosen]] = np.where(spoken[:, None, None], natural, np.nan)
    return quantiles


def _question(request: ForecastRequest, order: Integers) -> _Question:
    panel = request.panel
    series = [panel.series[position] for position in order]
    incidence = request.incidence[order]
    # A negative count is a correction of earlier periods, not news about this one.
    values = np.where(np.isfinite(incidence) & (incidence >= 0), np.minimum(incidence, LARGEST), np.nan)
    last_period = panel.last_index[order]
    group, groups = groups_of(series)
    known = np.isfinite(values)
    lengths = np.where(known.any(axis=1), last_period - np.argmax(known, axis=1) + 1, 1)
    days = panel.dates.astype("datetime64[D]").astype(np.int64)
    return _Question(
        values=values,
        units=np.array([one.signal.unit.value for one in series], dtype=np.str_),
        last_period=last_period,
        last_day=days[np.maximum(last_period, 0)],
        group=group,
        groups=groups,
        span=int(min(max(lengths.max(), 1), LONGEST[panel.cadence])),
        cadence=panel.cadence,
    )
