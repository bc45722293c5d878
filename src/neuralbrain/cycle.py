"""The story, from feeds to a published edition: read this first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from neuralbrain.domain.calibration import Calibration
from neuralbrain.domain.journal import CycleReport, CycleStart, Outcome
from neuralbrain.domain.record_here import ProviderRecord
from neuralbrain.domain.step import Deadlines
from neuralbrain.orchestrator import Orchestrator
from neuralbrain.ports import Clock, Editions, Journal, Scores
from neuralbrain.reading import in_reading_order, read_feed
from neuralbrain.scoring import score_published
from neuralbrain.source_ports import Feeds, Observations, Source
from neuralbrain.stages import draft_or_refusal, is_unchanged, remember
from neuralbrain.steps import OnStep, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One run of the story. Each step stands alone; one that fails leaves the last good edition up."""

    sources: Sequence[Source]
    observations: Observations
    feeds: Feeds
    orchestrator: Orchestrator
    editions: Editions
    scores: Scores
    calibration_of: Callable[[str], Calibration]
    record_of: Callable[[str, datetime], ProviderRecord]
    journal: Journal
    clock: Clock
    on_step: OnStep
    deadlines: Deadlines

    def run(self, started: CycleStart) -> CycleReport:
        """Read, remember, score, ask, normalise, publish; ask nobody when nothing changed, unless told to ask again."""
        now, editions, orchestrator, learnt = self.clock.now, self.editions, self.orchestrator, self.calibration_of
        with Steps.begin(self.journal, self.clock, self.on_step, deadlines=self.deadlines, start=started) as steps:
            for source in in_reading_order(self.sources, self.feeds):
                read = partial(read_feed, observations=self.observations, feeds=self.feeds, now=now())
                steps.run(f"read {source.name}", read, source)

            requests = steps.run("remember", lambda: remember(self.sources, self.observations, cutoff=now()))
            steps.run("score", lambda: score_published(self.scores, editions, self.observations, now=now()))

            same = partial(is_unchanged, orchestrator=orchestrator, editions=editions, calibration_of=learnt)
            unchanged = steps.run("compare", same, requests)
            if unchanged and not started.again:
                return steps.end(Outcome.UNCHANGED, editions.current)

            said = steps.run("ask", partial(orchestrator.ask, runner=started.holder, again=started.again), requests)
            accept = partial(draft_or_refusal, orchestrator=orchestrator, slot=started.slot, calibration_of=learnt)
            draft = steps.run("normalise", partial(accept, now=now(), record_of=self.record_of), requests, said)
            published = steps.run("publish", partial(editions.publish, holder=started.holder), draft)

            outcome = Outcome.FAILED if published is None else Outcome.DONE
            return steps.end(outcome, editions.current)
