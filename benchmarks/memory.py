"""How large the kept forecasts are: the edition as a process holds it once it was read from the database."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, replace

from benchmarks import synthetic
from benchmarks.figure import Figure, Goal, Unit
from benchmarks.workspace import application_over, temporary_home
from benchmarks.world import engine_over, world_request, world_table
from neuralbrain.domain.edition import Draft
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.request import Answer
from neuralbrain.reading import read_feed
from neuralbrain.store.replies import StoredReplies
from neuralbrain.wiring import Application

WITH_QUANTILES = Goal(most=2_048)
WITHOUT_QUANTILES = Goal(most=1_000)  # about 1 MB per 1,000 forecasts


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Bytes per forecast: of all that is kept, and of its quantiles among them."""

    whole: float
    quantiles: float


def figures(*, regions: int = 10_000, by_hand: int = 1_000) -> list[Figure]:
    """Return bytes per kept forecast, with deaths and without, with quantiles and without, and put in by hand.

    Args:
        regions: How many forecasts the edition has.
        by_hand: How many are put in by hand; each copies the list of those before.
    """
    both = _of_edition(regions, with_deaths=True)
    cases = _of_edition(regions, with_deaths=False)
    put = _by_hand(by_hand)
    return [
        *_rows(f"kept forecast, cases and deaths, of {regions:,}", both, goals=(WITH_QUANTILES, WITHOUT_QUANTILES)),
        *_rows(f"kept forecast, cases only, of {regions:,}", cases, goals=(WITH_QUANTILES, WITHOUT_QUANTILES)),
        *_rows(f"forecast put in by hand, cases and deaths, of {by_hand:,}", put, goals=()),
    ]


def _rows(name: str, size: Size, *, goals: tuple[Goal, ...]) -> list[Figure]:
    return [
        Figure(
            name=name,
            value=size.whole,
            unit=Unit.BYTES,
            reference_name="its quantiles",
            reference=size.quantiles,
            goals=goals[:1],
        ),
        Figure(name=f"{name}, without quantiles", value=size.whole - size.quantiles, unit=Unit.BYTES, goals=goals[1:]),
    ]


def _of_edition(regions: int, *, with_deaths: bool) -> Size:
    """Return the size of the forecasts of an edition that was published and is read by another process's engine."""
    codes = synthetic.region_codes(regions)
    table = world_table(world_request(codes, with_deaths=with_deaths))
    arrays = table.quantiles.nbytes + table.deaths_quantiles.nbytes
    with temporary_home() as home:
        with application_over(home) as writer:
            _publish(writer, table, codes=codes, with_deaths=with_deaths)
        del table
        with application_over(home) as reader:
            engine = reader.engine
            reader.editions.headers(1)  # opens the database: what that takes is not the forecasts'
            whole = _traced(lambda: engine.get_cached_forecast(codes[0]))
            if len(engine.get_all_cached_forecasts()) != regions:
                raise RuntimeError("not every made-up forecast is kept")
    return Size(whole=whole / regions, quantiles=arrays / regions)


def _by_hand(count: int) -> Size:
    table = world_table(world_request(synthetic.region_codes(count), with_deaths=True))
    engine = engine_over(None)

    def put_all() -> None:
        for position, code in enumerate(table.regions):
            engine.cache_forecast(code, table.row(position))

    arrays = table.quantiles.nbytes + table.deaths_quantiles.nbytes
    return Size(whole=_traced(put_all) / count, quantiles=arrays / count)


def _publish(writer: Application, table: ForecastTable, *, codes: tuple[str, ...], with_deaths: bool) -> None:
    """Publish a table as the first edition, of a feed whose last week alone is in the database."""
    source = synthetic.SyntheticSource(codes, with_deaths=with_deaths, weeks=1)
    now = writer.clock.now()
    read_feed(source, writer.observations, writer.feeds, now=now)
    writer.lock.acquire_lock("local")
    number = writer.lock.state().number
    reply = StoredReplies(writer.database, clock=writer.clock).keep(
        "question",
        provider="local",
        version="1",
        lock_number=number,
        answer=Answer(body=b"answer", media_type="text/plain", model="1"),
    )
    with writer.lease() as lease:
        writer.editions.publish(
            Draft(
                provider="local",
                lock_number=number,
                inputs_digest="inputs",
                cutoff=now,
                timestamp=now,
                tables=(replace(table, lock_number=number),),
                replies=(reply.identity,),
                refused=(),
            ),
            holder=lease.holder,
        )


def _traced(action: Callable[[], object]) -> int:
    """Return how many bytes an action leaves behind."""
    gc.collect()
    tracemalloc.start()
    try:
        action()
        gc.collect()
        left, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return left
