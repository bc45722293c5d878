"""The story, from feeds to a published edition: read this first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from neuralbrain.domain.journal import CycleReport, CycleStart, Outcome
from neuralbrain.domain.step import Deadlines
from neuralbrain.orchestrator import Orchestrator
from neuralbrain.ports import Clock, Editions, Journal
from neuralbrain.reading import in_reading_order, read_feed
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
    journal: Journal
    clock: Clock
    on_step: OnStep
    deadlines: Deadlines

    def run(self, started: CycleStart) -> CycleReport:
        """Read, remember, ask, normalise, publish; ask nobody when nothing changed, unless told to ask again."""
        now, ask, holder = self.clock.now, self.orchestrator.ask, started.holder
        with Steps.begin(self.journal, self.clock, self.on_step, deadlines=self.deadlines, start=started) as steps:
            for source in in_reading_order(self.sources, self.feeds):
                read = partial(read_feed, observations=self.observations, feeds=self.feeds, now=now())
                steps.run(f"read {source.name}", read, source)

            requests = steps.run("remember", lambda: remember(self.sources, self.observations, cutoff=now()))
            unchanged = steps.run(
                "compare",
                lambda asked: is_unchanged(asked, orchestrator=self.orchestrator, editions=self.editions),
                requests,
            )
            if unchanged and not started.again:
                return steps.end(Outcome.UNCHANGED, self.editions.current)

            said = steps.run("ask", lambda asked: ask(asked, runner=holder, again=started.again), requests)
            draft = steps.run(
                "normalise",
                lambda asked, heard: draft_or_refusal(asked, heard, self.orchestrator, now=now(), slot=started.slot),
                requests,
                said,
            )
            published = steps.run("publish", lambda made: self.editions.publish(made, holder=holder), draft)

            outcome = Outcome.FAILED if published is None else Outcome.DONE
            return steps.end(outcome, self.editions.current)
