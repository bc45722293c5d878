"""A made-up world that was asked, answered and published, without the database in between."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from benchmarks import synthetic
from benchmarks.synthetic import NOW, SyntheticSource
from neuralbrain.bottleneck.engine import BottleneckForecastingEngine
from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.edition import Edition, EditionHeader
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.location import resolve
from neuralbrain.domain.observation import Panel
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.stages import request_of

POPULATION = 1e7


def world_request(codes: Sequence[str], *, with_deaths: bool = False) -> ForecastRequest:
    """Return the question about the cases of some places, and their deaths where wanted."""
    source = SyntheticSource(codes, with_deaths=with_deaths)
    (fetched,) = source.fetch(now=NOW, known={})
    (batch,) = source.parse(fetched.pages)
    values = batch.value.reshape(len(batch.series), -1)
    return request_of(
        Panel(
            series=batch.series,
            dates=batch.target_date[: values.shape[1]],
            values=values,
            cadence=Cadence.WEEKLY,
            cutoff=NOW,
            populations=np.full(len(batch.series), POPULATION),
        )
    )


def world_table(request: ForecastRequest) -> ForecastTable:
    """Return the forecasts that a steady answer makes.

    Raises:
        RuntimeError: If one is refused: then less was measured than is said.
    """
    normalised = normalise_reply(request, synthetic.steady_answer(request), provider="local", lock_number=1, now=NOW)
    if normalised.refused:
        raise RuntimeError(f"the made-up answer is refused: {normalised.refused[0].message}")
    return normalised.table


def edition_of(table: ForecastTable) -> Edition:
    """Return an edition of one table."""
    header = EditionHeader(
        number=1,
        provider=table.provider,
        lock_number=1,
        inputs_digest="",
        cutoff=table.cutoff,
        timestamp=table.timestamp,
        forecasts=len(table),
        refused=0,
        digest="",
        previous_digest="",
    )
    return Edition(header=header, tables=(table,), refused=())


def engine_over(edition: Edition | None) -> BottleneckForecastingEngine:
    """Return a bottleneck whose cache starts with that edition."""

    def code_of(name: str) -> str | None:
        found = resolve(name)
        return None if found is None else found.code

    return BottleneckForecastingEngine(current=lambda: edition, now=lambda: NOW, code_of=code_of)
