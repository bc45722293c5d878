"""A provider over the network beside a bare client: one call, a thousand regions, and a whole cycle.

The provider stands in for real ones in a process of its own. The bare client sends the same bytes to it in the same
run, over a connection a call as ours does; so do client libraries of others, where their environment is there. They
are given the question ready made; ours makes it in each call, which has a row of its own. Of many calls ours sends
the first one alone, as it always does, where the bare client sends all of them so many at a time.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from benchmarks.asking import (
    NAME,
    Forgetful,
    Tap,
    asked_all,
    asking_application,
    in_turn,
    parts_of,
    post,
    post_all,
    questions_about,
    said,
    sent_for,
    timed_here,
    warmed,
)
from benchmarks.figure import Figure, Goal, timed
from benchmarks.measure import Sample
from benchmarks.peer import PYTHON, peers
from benchmarks.publishing import run_once
from benchmarks.stand_in import StandIn, stand_in
from benchmarks.workspace import temporary_home

BARE = "a bare client"
OURS, UNKEPT, MADE = "ours with its record", "ours without its record", "ours, making the question alone"
FORECAST = Goal(most=15.0)
A_QUESTION = 25  # regions: what one question is about, unless the settings say otherwise
WALL, WORK = "waited for", "processor time"


def figures(
    *,
    rounds: int = 100,
    series: Sequence[int] = (1, A_QUESTION),
    regions: int = 1_000,
    repeats: int = 3,
    seconds: float = 2.0,
    slow_calls: Sequence[tuple[int, int]] = ((1, 5), (4, 20)),
    peer_python: Path = PYTHON,
) -> list[Figure]:
    """Return what a call costs, how many regions are asked about in which time, and how long a forecast takes.

    Args:
        rounds: How often one call is timed.
        series: How many regions such a call is about.
        regions: How many are asked about where the provider answers at once.
        repeats: How often they are.
        seconds: How long a slow provider thinks before each answer.
        slow_calls: Calls at a time, and how many calls in all, at the slow provider: as many as fit into ten seconds.
        peer_python: The interpreter of the environment of other libraries, which need not exist.
    """
    rows: list[Figure] = []
    with temporary_home() as folder:
        with stand_in() as quick:
            for count in series:
                rows += _one_call(folder, quick, regions=count, rounds=rounds, peer_python=peer_python)
            for concurrency, _ in slow_calls:
                rows.append(_many(folder, quick, regions, "at once", concurrency=concurrency, repeats=repeats))
        with stand_in(seconds=seconds) as slow:
            after = f"after {seconds:g} s"
            for concurrency, calls in slow_calls:
                rows.append(_many(folder, slow, calls * A_QUESTION, after, concurrency=concurrency, repeats=1))
            rows += _whole_cycle(folder / "cycle", slow, seconds=seconds)
    return rows


def _one_call(folder: Path, server: StandIn, *, regions: int, rounds: int, peer_python: Path) -> list[Figure]:
    """Return the rows of one call: ours with and without its record, and those of others, beside the bare one."""
    home, requests = folder / f"call-{regions}", questions_about(regions)
    (sent,) = sent_for(home, server, requests)
    with (
        asking_application(home, server) as application,
        asking_application(home, server, calls=Forgetful()) as forgetful,
        asking_application(home, server, calls=Forgetful(), transport=Tap()) as silent,
    ):
        ours, unkept, unsent = (one.provider(NAME) for one in (application, forgetful, silent))
        (question,) = parts_of(ours, requests)
        with peers(sent, python=peer_python) as others:
            taken = in_turn(
                {
                    BARE: timed_here(lambda: post(sent)),
                    OURS: timed_here(lambda: said(ours, question)),
                    UNKEPT: timed_here(lambda: said(unkept, question)),
                    MADE: timed_here(lambda: unsent.forecast(question)),
                    **others,
                },
                rounds=rounds,
            )
        if len(application.calls.last(rounds)) != rounds:
            raise RuntimeError("calls were made of which there is no record")
    title = f"a call about {regions} region{'s' if regions > 1 else ''}, {len(sent.body):,} B"
    bare = taken.pop(BARE)
    return [
        timed(f"{title}, {name}: {clock}", sample[place], beside=BARE, reference=bare[place])
        for place, clock in enumerate((WALL, WORK))
        for name, sample in taken.items()
    ]


def _many(folder: Path, server: StandIn, regions: int, answered: str, *, concurrency: int, repeats: int) -> Figure:
    """Return the time a region where many are asked about, each time in a data folder of its own."""
    requests = questions_about(regions)
    sent = sent_for(folder / "sent", server, requests)
    ours: list[float] = []
    bare: list[float] = []
    for number in range(repeats):
        home = folder / f"{regions}-{concurrency}-{number}-{answered}"
        with asking_application(home, server, concurrency=concurrency) as application:
            warmed(application)
            began = perf_counter()
            post_all(sent, concurrency=concurrency)
            between = perf_counter()
            asked = asked_all(application, requests)
            ours.append((perf_counter() - between) / regions)
            bare.append((between - began) / regions)
        if len(asked.parts) != len(sent):
            raise RuntimeError(f"{len(asked.parts)} questions were asked, and {len(sent)} by the bare client")
    a_second = 1 / statistics.median(ours)
    sizes = f"{regions:,} regions in {len(sent)} calls answered {answered}, {concurrency} at a time"
    return timed(
        f"{sizes}: time a region, {a_second:,.3g} a second",
        Sample(seconds=tuple(ours)),
        beside=BARE,
        reference=Sample(seconds=tuple(bare)),
    )


def _whole_cycle(home: Path, server: StandIn, *, seconds: float) -> list[Figure]:
    """Return how long a forecast takes over the network, from the feed to the edition, and what of it is ours."""
    with asking_application(home, server) as application:
        warmed(application)
        server.forget()
        began = perf_counter()
        run_once(application)
        whole = perf_counter() - began
        header = application.editions.current()
    calls = server.asked()
    if header is None or header.provider == "local" or not calls:
        raise RuntimeError("the edition is not one of a provider over the network")
    theirs = sum(call["ended"] - call["started"] for call in calls)
    title = f"a cycle over the sample's cholera, {len(calls)} calls answered after {seconds:g} s"
    own = "the provider's own time"
    return [
        Figure(name=f"{title}: feed to edition", value=whole, reference_name=own, reference=theirs, goals=(FORECAST,)),
        Figure(name=f"{title}: not the provider's", value=whole - theirs, reference_name=own, reference=theirs),
    ]
