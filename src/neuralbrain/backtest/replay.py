"""One cutoff: remember what was known, ask, normalise; the steps of the cycle without lock, journal and edition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from time import process_time
from typing import cast

import polars as pl

from neuralbrain.backtest.asking import Asking, InMemory, ProviderStoppedError, Words
from neuralbrain.backtest.budget import BudgetSpentError
from neuralbrain.backtest.known_by import KnownBy
from neuralbrain.domain.calibration import Calibration
from neuralbrain.domain.edition import Draft
from neuralbrain.domain.forecast_table import ForecastTable
from neuralbrain.domain.request import Answer
from neuralbrain.errors import NeuralBrainError, StoreError
from neuralbrain.evaluate.forecast_frame import frame_of
from neuralbrain.ports import Provider
from neuralbrain.source_ports import Observations, Source
from neuralbrain.stages import draft_of, remember

UNFORESEEN = "This is a fault of NeuralBrain: please report it with this sentence."


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What a cutoff is worked on with.

    Args:
        sources: The feeds that are asked about, by name.
        observations: What was observed, ever.
        provider: Who is asked.
        wait: Lets so many seconds pass.
    """

    sources: Sequence[str]
    observations: Observations
    provider: Provider
    wait: Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Named:
    """A feed of which nothing is needed but its name: it is not read."""

    name: str


OpenBench = Callable[[], AbstractContextManager[Bench]]
"""Opens what a cutoff is worked on with; a process or a machine that it is sent to opens its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a cutoff has no forecasts."""

    code: str
    message: str
    remedy: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replayed:
    """What came of one cutoff.

    Args:
        cutoff: Which.
        draft: The forecasts, None where there are none or where only words were wanted.
        answers: What the provider said, by the digest of what it was asked.
        fault: Why there is nothing, None where all went well.
        ends: Whether the fault is one of the disk or the database, and the run ends with it.
        cpu_seconds: Processor time of this process that it took.
    """

    cutoff: datetime
    draft: Draft | None = None
    answers: dict[str, Answer]
    fault: Fault | None = None
    ends: bool = False
    cpu_seconds: float


def replay(cutoff: datetime, *, open_bench: OpenBench, words: Words | None = None, normalised: bool = True) -> Replayed:
    """Return what comes of one cutoff; whatever goes wrong with it is a fault, and no other cutoff's.

    What the disk or the database refuses would meet each other cutoff too, and is marked as what ends the run: an error
    cannot be raised here, for it may have to come from another process.

    Args:
        cutoff: The last moment of knowledge.
        open_bench: What to work with.
        words: What the provider said before; None to ask everything.
        normalised: Whether forecasts are wanted, or only words.
    """
    began = process_time()
    memory = InMemory()
    draft: Draft | None = None
    fault: Fault | None = None
    ends = False
    try:
        with open_bench() as bench:
            draft = draft_at(cutoff, bench=bench, words=memory if words is None else words, normalised=normalised)
    except NeuralBrainError as error:
        fault, ends = fault_of(error), isinstance(error, StoreError)
    except (BudgetSpentError, ProviderStoppedError):
        raise
    except Exception as error:  # noqa: BLE001 - one cutoff's fault is written down, and the others go on
        fault = Fault(code=NeuralBrainError.code, message=f"{type(error).__name__}: {error}", remedy=UNFORESEEN)
    taken = process_time() - began
    return Replayed(cutoff=cutoff, draft=draft, answers=memory.said, fault=fault, ends=ends, cpu_seconds=taken)


def fault_of(error: NeuralBrainError) -> Fault:
    """Return an error as why a cutoff has no forecasts."""
    return Fault(code=error.error_code, message=error.happened, remedy=error.remedy)


def draft_at(
    cutoff: datetime,
    *,
    bench: Bench,
    words: Words,
    calibration: Calibration | None = None,
    normalised: bool = True,
) -> Draft | None:
    """Return the draft edition of a cutoff, made from what was known then; None where only words are wanted.

    Args:
        cutoff: The last moment of knowledge.
        bench: What to work with.
        words: What the provider said before.
        calibration: How its quantiles are corrected, None for not at all.
        normalised: Whether forecasts are wanted, or only words.

    Raises:
        NeuralBrainError: If nothing was known, nobody answers, or nothing can be accepted.
        ProviderStoppedError: If no cutoff can be asked about now.
        BudgetSpentError: If the next call could pass the budget.
    """
    sources = [cast("Source", _Named(name)) for name in bench.sources]
    requests = remember(sources, KnownBy(bench.observations, cutoff=cutoff), cutoff=cutoff)
    asked = Asking(bench.provider, words, wait=bench.wait).ask(requests)
    return draft_of(requests, asked, now=cutoff, calibration=calibration) if normalised else None


def frame_at(tables: Sequence[ForecastTable], *, contaminated: bool) -> pl.DataFrame:
    """Return all forecasts of a cutoff in long form, and whether the provider may have read the outcomes."""
    frames = [frame_of(table) for table in tables]
    return pl.concat(frames).with_columns(pl.lit(contaminated).alias("contaminated"))
