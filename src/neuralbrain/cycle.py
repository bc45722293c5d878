"""The story, from feeds to a published edition: read this first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neuralbrain.domain.journal import CycleReport, Outcome
from neuralbrain.orchestrator import Orchestrator
from neuralbrain.ports import Clock, Editions, Journal, Observations, Source
from neuralbrain.stages import draft_of, is_unchanged, read_feed, remember
from neuralbrain.steps import OnStep, Steps


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle:
    """One run of the story. Each step stands alone; one that fails leaves the last good edition up."""

    sources: Sequence[Source]
    observations: Observations
    orchestrator: Orchestrator
    editions: Editions
    journal: Journal
    clock: Clock
    on_step: OnStep

    def run(self, *, trigger: str, holder: str) -> CycleReport:
        """Read, remember, ask, normalise, publish; ask nobody when nothing changed."""
        now, steps = self.clock.now, Steps.begin(self.journal, self.clock, self.on_step, trigger=trigger, holder=holder)

        for source in self.sources:
            steps.run(f"read {source.name}", lambda feed: read_feed(feed, self.observations, now=now()), source)

        requests = steps.run("remember", lambda: remember(self.sources, self.observations, cutoff=now()))
        if is_unchanged(requests, author=self.orchestrator.author(), editions=self.editions):
            return steps.end(Outcome.UNCHANGED, self.editions.current())

        asked = steps.run("ask", self.orchestrator.ask, requests)
        draft = steps.run("normalise", lambda *said: draft_of(*said, now=now()), requests, asked)
        published = steps.run("publish", lambda made: self.editions.publish(made, holder=holder), draft)

        if published is None:
            return steps.end(Outcome.FAILED, self.editions.current())
        return steps.end(Outcome.DONE, published)
