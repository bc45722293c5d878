"""The story of a backtest: ask at every cutoff, in any order; then, where it is calibrated, correct them in order."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from neuralbrain.backtest.asking import ProviderStoppedError
from neuralbrain.backtest.budget import BudgetSpentError
from neuralbrain.backtest.folder import ResultFolder
from neuralbrain.backtest.learning import Learning
from neuralbrain.backtest.plan import Plan
from neuralbrain.backtest.replay import Bench, Fault, OpenBench, Replayed, draft_at, fault_of, frame_at, replay
from neuralbrain.backtest.workers import each
from neuralbrain.domain.calibration import Calibration
from neuralbrain.domain.edition import Draft
from neuralbrain.errors import NeuralBrainError, StoreError
from neuralbrain.evaluate.forecast_frame import tables_of

HERE = 1  # workers: this process alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How far a backtest has come.

    Args:
        cutoff: Which cutoff has just ended.
        done: How many pieces of work of this run have.
        pieces: How many this run has.
        fault: Why this one failed, None where it did not.
    """

    cutoff: datetime
    done: int
    pieces: int
    fault: Fault | None


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of one run.

    Args:
        finished: Cutoffs that have forecasts now.
        already: Those of them that had before.
        faults: Why others have none.
        stopped: Why the provider was not asked any further, empty where it was.
        cpu_seconds: Processor time of asking and normalising, by cutoff.
    """

    finished: list[datetime] = field(default_factory=list)
    already: int = 0
    faults: dict[datetime, Fault] = field(default_factory=dict)
    stopped: str = ""
    cpu_seconds: dict[datetime, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """One run over what is left of a plan.

    Args:
        plan: What is asked.
        folder: Where it is kept.
        open_bench: Opens what cutoffs are worked on with.
        workers: Processes, -1 for one a core.
        cluster: Address of a Dask scheduler instead, empty for none.
        on_ended: Told when a cutoff has ended.
    """

    plan: Plan
    folder: ResultFolder
    open_bench: OpenBench
    workers: int = HERE
    cluster: str = ""
    on_ended: Callable[[Ended], None] = lambda _ended: None

    def run(self) -> Outcome:
        """Do what is not done yet; killed at any moment, the next run goes on from the last cutoff that was kept.

        Raises:
            SettingsError: If the folder holds another backtest, or the cluster cannot be used.
            RunnerBusyError: If another process works in the folder.
            StoreError: If the folder cannot be written or the database not be read: no other cutoff is tried then.
        """
        plan, folder, outcome = self.plan, self.folder, Outcome()
        with folder.taken(plan):
            kept = [one for one in plan.cutoffs if folder.read(one) is not None]
            outcome.already = len(kept)
            to_ask = [one for one in plan.cutoffs if one not in kept and not (plan.calibrate and folder.is_asked(one))]
            pieces = len(to_ask) + (len(plan.cutoffs) if plan.calibrate else 0)
            with contextlib.closing(self._asked(to_ask, outcome)) as asked:  # workers end before an error goes on
                for done, came in enumerate(asked, 1):
                    self._keep(came, outcome)
                    self.on_ended(Ended(cutoff=came.cutoff, done=done, pieces=pieces, fault=came.fault))
            if plan.calibrate:
                self._calibrate(outcome, done=len(to_ask))
            outcome.finished = [one for one in plan.cutoffs if folder.about(one) is not None]
        return outcome

    def _asked(self, cutoffs: Sequence[datetime], outcome: Outcome) -> Generator[Replayed, None, None]:
        """Yield what comes of cutoffs: on all workers; over the network here, one after the other."""
        work = partial(replay, open_bench=self.open_bench, normalised=not self.plan.calibrate)
        if not self.plan.over_network:
            yield from each(work, cutoffs, workers=self.workers, cluster=self.cluster)
            return
        if cutoffs:
            self.folder.words.require_room()
        try:
            yield from map(partial(work, words=self.folder.words), cutoffs)
        except (BudgetSpentError, ProviderStoppedError) as stop:
            outcome.stopped = str(stop)

    def _keep(self, came: Replayed, outcome: Outcome) -> None:
        """Keep what came of a cutoff, whole.

        Raises:
            StoreError: If it cannot be kept, or nothing came because something could not be read or kept.
        """
        outcome.cpu_seconds[came.cutoff] = came.cpu_seconds
        if came.fault is not None and came.ends:
            error = StoreError(came.fault.message, remedy=came.fault.remedy)
            error.error_code = came.fault.code  # of the kind that it was where it was met
            raise error
        if came.fault is not None:
            outcome.faults[came.cutoff] = came.fault
            self.folder.note_fault(came.cutoff, came.fault)
        elif came.draft is not None:
            self._write(came.cutoff, came.draft, calibration=None)
        else:
            for digest, answer in came.answers.items():
                self.folder.words.keep(digest, provider=self.plan.provider, version=self.plan.version, answer=answer)
            self.folder.note_asked(came.cutoff)

    def _calibrate(self, outcome: Outcome, *, done: int) -> None:
        """Correct cutoff after cutoff by what the earlier ones were worth; one that is kept so already stays."""
        plan = self.plan
        with self.open_bench() as bench:
            learning = Learning(provider=plan.provider, observations=bench.observations)
            for place, cutoff in enumerate(plan.cutoffs, done + 1):
                asked = self.folder.is_asked(cutoff) or self.folder.read(cutoff) is not None
                if cutoff in outcome.faults or not asked:
                    continue
                calibration = learning.calibration_at(cutoff)
                kept = self._is_kept(cutoff, calibration)
                if not kept and not self._correct(cutoff, calibration, bench=bench, outcome=outcome):
                    return
                frame = self.folder.read(cutoff)
                learning.add(() if frame is None else tables_of(frame))
                fault = outcome.faults.get(cutoff)
                self.on_ended(Ended(cutoff=cutoff, done=place, pieces=done + len(plan.cutoffs), fault=fault))

    def _is_kept(self, cutoff: datetime, calibration: Calibration) -> bool:
        """Return whether a cutoff's forecasts are kept under exactly this calibration."""
        about = self.folder.about(cutoff)
        same = about is not None and about.get("calibration") == calibration.digest()
        return same and self.folder.read(cutoff) is not None

    def _correct(self, cutoff: datetime, calibration: Calibration, *, bench: Bench, outcome: Outcome) -> bool:
        """Keep a cutoff's forecasts under a calibration, or why there are none; return whether others can be tried.

        Raises:
            StoreError: If something cannot be read or kept; what was kept of the cutoff before stays.
        """
        try:
            draft = draft_at(cutoff, bench=bench, words=self.folder.words, calibration=calibration)
        except StoreError:
            raise
        except NeuralBrainError as error:
            fault = fault_of(error)
            outcome.faults[cutoff] = fault
            self.folder.note_fault(cutoff, fault)
            return True
        except (BudgetSpentError, ProviderStoppedError) as stop:  # words that were kept are damaged, or data changed
            outcome.stopped = str(stop)
            return False
        if draft is not None:
            self._write(cutoff, draft, calibration=calibration)
        return True

    def _write(self, cutoff: datetime, draft: Draft, *, calibration: Calibration | None) -> None:
        refused = [[one.code, one.region, one.signal, one.message] for one in draft.refused]
        about: dict[str, Any] = {"inputs": draft.inputs_digest, "refused": refused}
        if calibration is not None:
            about["calibration"] = calibration.digest()
        frame = frame_at(draft.tables, contaminated=self.plan.is_contaminated(cutoff))
        self.folder.write(cutoff, frame, about=about)
