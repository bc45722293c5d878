"""The bottleneck: one region, each derived rule, 10,000 regions at once, and a read of what is kept.

It touches no disk and waits for nobody, so its goals are about processor time: on a busy machine the clock on the
wall counts the others' turns, too. How long one region was waited for stands beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from itertools import cycle
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks import synthetic
from benchmarks.figure import Figure, Goal, timed
from benchmarks.measure import Sample, interleaved
from benchmarks.synthetic import NOW, WEEKS
from benchmarks.world import edition_of, engine_over, world_request, world_table
from neuralbrain.bottleneck.confidence import confidence
from neuralbrain.bottleneck.derive import derive
from neuralbrain.bottleneck.level import levels_of
from neuralbrain.bottleneck.normalise import normalise_reading
from neuralbrain.bottleneck.outbreak import outbreak
from neuralbrain.bottleneck.read import read_answer
from neuralbrain.bottleneck.risk import risk
from neuralbrain.bottleneck.trend import trend_probabilities
from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.quantiles import LEVELS

ONE_REGION = Goal(most=5e-3)
CACHED_READ = Goal(most=20e-6)
WORLD = Goal(most=1.0)


def figures(*, regions: int = 10_000, rounds: int = 300, world_rounds: int = 5) -> list[Figure]:
    """Return one region, the rules, the world and the cached read.

    Args:
        regions: How many the world has.
        rounds: How often each small action is timed.
        world_rounds: How often the world is.
    """
    return [
        *_one_region(rounds),
        *_rules(rounds),
        *_world(regions, rounds=world_rounds),
        *_cached_read(rounds=10 * rounds),
    ]


def _one_region(rounds: int) -> list[Figure]:
    engine = engine_over(None)
    actual, history = _given()
    points = _points_answer()
    quantiles = _quantiles_answer()
    beside = "json.loads of its words"
    actions: dict[str, Callable[[], object]] = {
        "words of points": lambda: json.loads(points),
        "points": lambda: engine.normalize_forecast(points, "local", actual, history),
        "words of quantiles": lambda: json.loads(quantiles),
        "quantiles": lambda: engine.normalize_forecast(quantiles, "local", actual, history),
    }
    rows: list[Figure] = []
    for clock, how, goals in ((process_time, "", (ONE_REGION,)), (perf_counter, ", as waited for", ())):
        taken = interleaved(actions, rounds=rounds, warm_up=5, clock=clock)
        rows += [
            timed(
                f"one region, answered in {kind}{how}",
                taken[kind],
                beside=beside,
                reference=taken[f"words of {kind}"],
                goals=goals,
            )
            for kind in ("points", "quantiles")
        ]
    return rows


def _rules(rounds: int) -> list[Figure]:
    history = synthetic.wave_counts(1)
    quantiles = history[:, -1:, None] * np.exp((LEVELS - 0.5) * synthetic.SPREAD)[None, None, :]
    last, size = quantiles[:, -1], np.ones(1)
    levels = levels_of(history, Cadence.WEEKLY)
    now, days = levels[:, -1], 28
    rules: dict[str, Callable[[], object]] = {
        "trend": lambda: trend_probabilities(last, now, event_sizes=size, days=days, cadence=Cadence.WEEKLY),
        "outbreak": lambda: outbreak(last, levels, event_sizes=size),
        "confidence": lambda: confidence(last, event_sizes=size),
        "risk": lambda: risk(last, levels, event_sizes=size, days=days),
    }
    beside = "all eight derived numbers"
    taken = interleaved(
        {
            **rules,
            beside: lambda: derive(quantiles, history=history, horizons=(4,), cadence=Cadence.WEEKLY, event_sizes=size),
        },
        rounds=rounds,
        warm_up=5,
        clock=process_time,
    )
    whole = taken[beside]
    return [
        *(
            timed(f"rule {name}, one region", taken[name], beside=beside, reference=whole, goals=(ONE_REGION,))
            for name in rules
        ),
        timed(f"{beside}, one region", whole, goals=(ONE_REGION,)),
    ]


def _world(regions: int, *, rounds: int) -> list[Figure]:
    request = world_request(synthetic.region_codes(regions))
    body = synthetic.steady_answer(request)
    reading = read_answer(request, body)
    totals = np.zeros(regions, dtype=bool)
    taken = interleaved(
        {
            "json": lambda: json.loads(body),
            "read": lambda: read_answer(request, body),
            "array": lambda: normalise_reading(
                request, reading, provider="local", lock_number=1, now=NOW, totals=totals
            ),
        },
        rounds=rounds,
        clock=process_time,
    )
    whole = Sample(seconds=tuple(map(sum, zip(taken["read"].seconds, taken["array"].seconds, strict=True))))
    title = f"{regions:,} regions x {WEEKS} weeks x {len(request.horizons)} horizons"
    beside = "json.loads of its words"
    return [
        timed(f"{title}: array part", taken["array"], beside=beside, reference=taken["json"], goals=(WORLD,)),
        timed(f"{title}: reading its JSON into arrays", taken["read"], beside=beside, reference=taken["json"]),
        timed(f"{title}: both", whole, beside=beside, reference=taken["json"]),
    ]


def _cached_read(rounds: int) -> list[Figure]:
    codes = tuple(LOCATIONS)
    table = world_table(world_request(codes))
    engine, others = engine_over(edition_of(table)), engine_over(edition_of(table))
    plain = dict(zip(table.regions, range(len(table)), strict=True))
    beside = "read of a plain dict"
    in_turn = cycle(codes)  # more places than a process remembers the rows of
    taken = interleaved(
        {
            beside: lambda: plain.get("AGO"),
            "by code": lambda: engine.get_cached_forecast("AGO"),
            "by name": lambda: engine.get_cached_forecast("Angola"),
            "each region in turn": lambda: others.get_cached_forecast(next(in_turn)),
        },
        rounds=rounds,
        warm_up=10,
    )
    return [
        timed(f"cached read, {how}", sample, beside=beside, reference=taken[beside], goals=(CACHED_READ,))
        for how, sample in taken.items()
        if how != beside
    ]


def _given() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return one region's actual and its weeks before, as a person hands them in."""
    cases = synthetic.wave_counts(1)[0].tolist()
    last = synthetic.LAST.item()
    rows = [
        {
            "date": (last - timedelta(weeks=len(cases) - 1 - week)).isoformat(),
            "cases": count,
            "deaths": count // 50,
        }
        for week, count in enumerate(cases)
    ]
    return {"country": "Angola", "measure": "incident", **rows[-1]}, rows[:-1]


def _points_answer() -> str:
    last = float(synthetic.wave_counts(1)[0, -1])
    cases = [{"day": 7 * week, "value": last * (1 + week / 20)} for week in range(1, 5)]
    return json.dumps({"forecasted_cases": cases})


def _quantiles_answer() -> str:
    last = float(synthetic.wave_counts(1)[0, -1])
    spread = (last * np.exp((LEVELS - 0.5) * synthetic.SPREAD)).round(1).tolist()
    answer = {"series": [["AGO", "cases"]], "horizons": [1, 2, 3, 4], "levels": LEVELS.tolist()}
    return json.dumps({**answer, "quantiles": [[spread] * 4]})
