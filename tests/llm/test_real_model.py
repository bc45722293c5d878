"""A real language model, small enough for this machine, is asked in one whole cycle: `make test-llm` runs it."""

from __future__ import annotations

import json
import os
import subprocess
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import select

from neuralbrain.domain.call import Purpose
from neuralbrain.domain.feed import Payload
from neuralbrain.domain.journal import CycleReport, CycleStart, Outcome
from neuralbrain.domain.lock import PRIORITY
from neuralbrain.domain.observation import ObservationBatch
from neuralbrain.errors import AnswerError
from neuralbrain.settings import load_settings
from neuralbrain.sources.cholera_africa import CholeraAfrica
from neuralbrain.store.call_schema import reply_call
from neuralbrain.store.schema import reply
from neuralbrain.wiring import Application

VARIABLE = "NEURALBRAIN_TEST_LLM_PYTHON"
PYTHON = os.environ.get(VARIABLE, "")  # read now: the test takes it away, because settings know no such variable
SERVER = Path(__file__).with_name("llama_server.py")
NAME, MODEL = "small", "smollm2-135m-instruct"
CONTEXT_TOKENS = 4096
REGIONS = ("MOZ",)
# 300 tokens of answer are too few for intervals, so medians alone are asked for: half a minute a call on a busy core.
SETTINGS = """
call_seconds = 240
lease_seconds = 300
sample_until = 2023-09-30
disabled_providers = {others}
[providers.{name}]
base_url = "{address}/v1"
model = "{model}"
context_tokens = {context_tokens}
answer_tokens = 300
"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON, reason="the model and its server are installed and run by `make test-llm` alone"),
    pytest.mark.timeout(1800),  # three calls and their repairs, each as long as it may be
]


class FewRegions(CholeraAfrica):
    """The embedded sample, a few regions of it."""

    def parse(self, pages: Sequence[Payload]) -> tuple[ObservationBatch, ...]:
        """Return the rows of the regions that are asked about."""
        (whole,) = super().parse(pages)
        kept = [place for place, one in enumerate(whole.series) if one.location in REGIONS]
        rows = np.isin(whole.series_index, kept)
        few = replace(
            whole,
            series=tuple(whole.series[place] for place in kept),
            series_index=np.searchsorted(kept, whole.series_index[rows]),
            target_date=whole.target_date[rows],
            value=whole.value[rows],
        )
        return (few,)


@pytest.fixture
def address(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the address of the model's server, a process of its own."""
    monkeypatch.delenv(VARIABLE)
    with subprocess.Popen(
        [PYTHON, str(SERVER), str(CONTEXT_TOKENS)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            line = process.stdout.readline().strip()
            assert line.startswith("http://127.0.0.1:"), f"the server ended with {process.wait()} before it was ready"
            yield line
        finally:
            process.kill()  # it has nothing to finish


@pytest.fixture
def application(home: Path, address: str) -> Iterator[Application]:
    """Yield an application whose one provider is the model's server, as the settings name any other."""
    home.mkdir(parents=True)
    written = SETTINGS.format(
        others=json.dumps(PRIORITY), name=NAME, address=address, model=MODEL, context_tokens=CONTEXT_TOKENS
    )
    (home / "neuralbrain.toml").write_text(written, encoding="utf-8")
    here = Application(load_settings())
    yield here
    here.close()


def run(application: Application) -> CycleReport:
    """Return what came of one cycle over a few regions."""
    few = FewRegions(until=application.settings.sample_until)
    sources = (replace(application.source("cholera-africa"), feed=few),)
    cycle = replace(application.cycle(lambda _name, _record: None), sources=sources)
    with application.lease() as lease:
        return cycle.run(CycleStart(trigger="manual", holder=lease.holder))


def kept_words(application: Application) -> list[tuple[str, list[int]]]:
    """Return the words of each reply as they were kept, with the numbers of their calls."""
    rows = select(reply.c.number, reply.c.body).order_by(reply.c.number)
    calls = select(reply_call.c.call_number).order_by(reply_call.c.position)
    with application.database.read() as connection:
        return [
            (
                zlib.decompress(row.body).decode(),
                list(connection.execute(calls.where(reply_call.c.reply_number == row.number)).scalars()),
            )
            for row in connection.execute(rows).all()
        ]


def test_a_real_model_ends_in_an_edition_or_an_honest_refusal(application: Application) -> None:
    """A cycle that asks a real model publishes an edition by it or says why not, and keeps every word of it."""
    assert application.settings.enabled_providers == (NAME,)
    assert application.probe(NAME).kind is None

    report = run(application)

    steps = {step.name: step for step in report.steps}
    assert steps["ask"].outcome is Outcome.DONE, steps["ask"].message
    failures = application.lock.get_status()["consecutive_failures"]
    if report.outcome is Outcome.DONE:
        edition = application.editions.get()
        assert edition.header == report.edition
        assert edition.header.provider == NAME
        assert {region for table in edition.tables for region in table.regions} <= set(REGIONS)
        assert failures == 0
    else:
        refused = steps["normalise"]
        assert (refused.outcome, refused.code) == (Outcome.FAILED, AnswerError.code)
        assert refused.message
        assert steps["publish"].outcome is Outcome.SKIPPED
        assert application.editions.get() is None
        refusals = [one for one in application.lock.get_audit_trail() if one["event_type"] == "answer_refused"]
        assert [one["details"]["in_a_row"] for one in refusals] == [1]
        assert failures == 0, "an unusable answer has a counter of its own"

    state = application.lock.state()
    assert (state.provider, state.number, state.runner) == (NAME, 1, None)
    assert application.damages() == []


def test_every_call_to_a_real_model_is_on_record(application: Application) -> None:
    """Each call has its question, its bytes and its tokens; the kept words are those of one call of each question."""
    run(application)

    calls = {call.number: call for call in application.calls.last(100)}
    words = kept_words(application)
    assert calls
    assert calls[min(calls)].begun.purpose is Purpose.FORECAST
    assert sorted(number for _, numbers in words for number in numbers) == sorted(calls)
    for call in calls.values():
        assert (call.begun.provider, call.begun.model) == (NAME, MODEL)
        assert call.answered.status == 200
        assert call.reading.model == MODEL
        assert 0 < call.reading.prompt_tokens <= call.begun.prompt_tokens
        assert 0 < call.reading.completion_tokens <= call.begun.most_tokens - call.begun.prompt_tokens
        assert not call.possibly_billed
    for said, numbers in words:
        came = [json.loads(application.calls.body(number)) for number in numbers]
        assert said in [one["choices"][0]["message"]["content"] for one in came]
