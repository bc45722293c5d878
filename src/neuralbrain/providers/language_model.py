"""A provider over the network: a language model that is asked for forecasts, one bounded call at a time."""

from __future__ import annotations

import contextlib
import hashlib
import json
import threading
from dataclasses import dataclass, replace

from neuralbrain.domain.call import CallAnswered, CallBegun, CallReading, Purpose, with_upper_bounds
from neuralbrain.domain.failure import Failure, FailureKind
from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.domain.provider_check import ProbeResult
from neuralbrain.domain.request import Answer, ForecastRequest
from neuralbrain.domain.request_split import split
from neuralbrain.errors import NothingKnownError
from neuralbrain.outgoing.message import Headers, NotReceived, Outcome, OutgoingRequest, Received
from neuralbrain.outgoing.transport import Transport
from neuralbrain.ports import Calls, Clock
from neuralbrain.providers.answer_findings import findings_of
from neuralbrain.providers.answer_schema import schema_of
from neuralbrain.providers.answer_worth import worth_of
from neuralbrain.providers.completion import Completion
from neuralbrain.providers.dialect import Dialect
from neuralbrain.providers.failures import Verdict, classify
from neuralbrain.providers.form_steps import FormSteps
from neuralbrain.providers.model_names import is_same_model
from neuralbrain.providers.probe import PROBE_SECONDS, probe
from neuralbrain.providers.prompt import PROMPT_VERSION, Prompt, prompt_of, shape_of
from neuralbrain.providers.prompt_repair import repair_prompt
from neuralbrain.providers.prompt_size import most_series_for, tokens_of, tokens_of_answer
from neuralbrain.providers.request_body import body_of
from neuralbrain.providers.secrets import HIDDEN, Secret
from neuralbrain.providers.service import Service
from neuralbrain.providers.spending import midnight, over_limit

MOST_BYTES = 2_000_000  # of an answer; the longest that can be used has a tenth of that
MOST_THOUGHT_TOKENS = 4_000  # set aside for thinking; at low effort some hundred to two thousand are used
SHORTEST_HIDDEN = 8  # characters of a key that is blanked; a shorter one guards nothing and stands in many words
LONGEST_VERSION = 128
OTHER_MODEL = "model-other"


class LanguageModel:
    """One service's model, asked through its chat completions.

    Nothing is tried again here: who holds the lock decides that. Several threads may ask at once.

    Args:
        service: Whom to ask, and how.
        key: Sent with each request; None sends none.
        account: Number of the account, where the base URL has a place for it.
        transport: The one way out.
        calls: Where each call is kept before it is made.
        clock: Tells the time.
        call_seconds: How long one call may take.
        most_series: How many series a question is about at most.
    """

    def __init__(
        self,
        service: Service,
        *,
        key: Secret | None,
        account: Secret | None = None,
        transport: Transport,
        calls: Calls,
        clock: Clock,
        call_seconds: float,
        most_series: int,
    ) -> None:
        self.name = service.name
        self.version = f"{PROMPT_VERSION}/{service.model.name}"[:LONGEST_VERSION]
        self._service = service
        self._key = key
        self._account = account
        self._transport = transport
        self._calls = calls
        self._clock = clock
        self._call_seconds = call_seconds
        self._most_series = most_series
        self._steps = FormSteps(service.dialect, service.model.name)
        self._spending = threading.Lock()

    def parts(self, request: ForecastRequest) -> tuple[ForecastRequest, ...]:
        """Return a request as questions that fit the model and can be answered within a call.

        Where not even one series fits, the questions are as small as they can be, and ``forecast`` says that.
        """
        most, _ = self._fitting(request) or (1, False)
        return split(request, most)

    def forecast(self, request: ForecastRequest) -> Answer | Failure:
        """Return the model's words, or why there are none; one call at most.

        An answer that is cut short, empty or half a character is an answer: ``repair`` asks for it again. A model
        that is too small for one series is a provider that only a setting can mend, so it hands the lock on.

        Args:
            request: One of ``parts``.
        """
        fitting = self._fitting(request)
        if fitting is None:
            return self._too_small(request)
        try:
            prompt = prompt_of(request, points_only=fitting[1])
        except NothingKnownError as nothing:
            return Failure(kind=FailureKind.OUR_REQUEST, rule="nothing-to-ask", message=nothing.happened)
        return self._ask(prompt, purpose=Purpose.FORECAST, series=len(request.panel.series))

    def repair(self, request: ForecastRequest, answer: Answer) -> Answer | Failure | None:
        """Return the better of an answer and of what the model says when it is told what is wrong with it.

        None where nothing is wrong. A second answer that is no better leaves the first one, with the calls of both.
        """
        _, points_only = self._fitting(request) or (1, False)
        shape = shape_of(request, points_only=points_only)
        findings = findings_of(answer.body, shape)
        if not findings:
            return None
        prompt = prompt_of(request, points_only=points_only)
        again = repair_prompt(prompt, answer.body.decode("utf-8", "replace"), findings)
        asked = self._ask(again, purpose=Purpose.REPAIR, series=len(request.panel.series))
        if isinstance(asked, Failure):
            if asked.kind is not FailureKind.UNUSABLE_ANSWER or asked.call is None:
                return asked
            return replace(answer, calls=(*answer.calls, asked.call))  # what the provider itself kept back is no better
        better = worth_of(findings_of(asked.body, shape), shape) > worth_of(findings, shape)
        return replace(asked if better else answer, calls=answer.calls + asked.calls)

    def probe(self) -> ProbeResult:
        """Return whether it can be asked, as far as that can be seen without paying for a token."""
        return probe(
            self._service,
            self._service.address(self._account),
            ask=lambda url: self._transport.send(
                OutgoingRequest(
                    method="GET",
                    url=url,
                    headers=self._headers(),
                    total_seconds=min(PROBE_SECONDS, self._call_seconds),
                    most_bytes=MOST_BYTES,
                )
            ),
            now=self._clock.now,
            secrets=self._hidden(),
        )

    def _fitting(self, request: ForecastRequest) -> tuple[int, bool] | None:
        """Return how many series a question may have and whether it asks for medians alone; None where none fits.

        Quantiles go first: a smaller question with a spread is worth more than a larger one without. A series and
        its deaths are never parted, so two must fit wherever a signal has deaths.
        """
        needed = 2 if any(one.signal.deaths for one in request.panel.series) else 1
        model = self._service.model
        for points_only in (False, True):
            most = most_series_for(
                context_tokens=model.context_tokens,
                answer_tokens=model.answer_tokens,
                cadence=request.panel.cadence,
                horizons=len(request.horizons),
                points_only=points_only,
                reasoning_tokens=self._thought_tokens(),
                completeness=request.completeness is not None,
            )
            if most >= needed:
                return min(most, max(self._most_series, needed)), points_only
        return None

    def _too_small(self, request: ForecastRequest) -> Failure:
        model = self._service.model
        return Failure(
            kind=FailureKind.UNCONFIGURED,
            rule="model-too-small",
            message=f"Not one series fits {model.name}: {model.context_tokens} tokens of context and "
            f"{model.answer_tokens} of answer are too few for {len(request.horizons)} horizons. Set a larger model, or "
            f"its true limits, in [providers.{self.name}] of the settings.",
        )

    def _thought_tokens(self) -> int:
        return min(MOST_THOUGHT_TOKENS, self._service.model.answer_tokens // 4)

    def _ask(self, prompt: Prompt, *, purpose: Purpose, series: int) -> Answer | Failure:
        spoken = self._steps.dialect
        question = self._question(prompt, spoken, purpose=purpose, series=series)
        number = self._begin(question.begun)
        if isinstance(number, Failure):
            return number
        outcome = self._blanked(self._transport.send(self._outgoing(question.body)))
        self._calls.answered(number, _as_answered(outcome))
        now = self._clock.now()
        verdict = classify(self._service.dialect.name, outcome, now=now, secrets=self._hidden())
        self._calls.read(number, self._reading(verdict, question.begun))
        if verdict.completion is not None and verdict.kind in {None, FailureKind.UNUSABLE_ANSWER}:
            return self._answer(verdict.completion, prompt, number)
        return Failure(
            kind=verdict.kind or FailureKind.UNUSABLE_ANSWER,
            rule=verdict.rule,
            message=verdict.message,
            wait_seconds=verdict.wait_seconds,
            resets_at=verdict.resets_at,
            sent=verdict.sent,
            reached=outcome.reached if isinstance(outcome, NotReceived) else True,
            asks_otherwise=self._steps.refused(spoken, verdict.rule),
            call=number,
        )

    def _question(self, prompt: Prompt, spoken: Dialect, *, purpose: Purpose, series: int) -> _Question:
        model = self._service.model
        answer_tokens = min(model.answer_tokens, tokens_of_answer(prompt.shape) + self._thought_tokens())
        body = body_of(prompt, model=model.name, dialect=spoken, answer_tokens=answer_tokens)
        schema = tokens_of(json.dumps(schema_of(prompt.shape, bounded=True)))
        prompt_tokens = sum(tokens_of(turn.text) for turn in prompt.turns) + schema
        return _Question(
            body=body,
            begun=CallBegun(
                provider=self.name,
                model=model.name,
                purpose=purpose,
                prompt_digest=hashlib.sha256(body).hexdigest(),
                series=series,
                prompt_tokens=prompt_tokens,
                most_tokens=prompt_tokens + answer_tokens,
                most_cost_usd=model.cost_usd(tokens_in=prompt_tokens, tokens_out=answer_tokens),
            ),
        )

    def _begin(self, begun: CallBegun) -> int | Failure:
        """Keep that the call is about to be made, unless a limit of one's own stands against it."""
        limited = self._service.daily_tokens is not None or self._service.daily_usd is not None
        # Two threads that read the same sum would both fit under the limit.
        with self._spending if limited else contextlib.nullcontext():
            if limited:
                now = self._clock.now()
                spent = self._calls.spent(self.name, since=midnight(now))
                over = over_limit(self._service, begun, spent, now=now)
                if over is not None:
                    return over
            return self._calls.begin(begun)

    def _outgoing(self, body: bytes) -> OutgoingRequest:
        return OutgoingRequest(
            method="POST",
            url=f"{self._service.address(self._account)}/chat/completions",
            headers=(("content-type", "application/json"), *self._headers()),
            body=body,
            total_seconds=self._call_seconds,
            most_bytes=MOST_BYTES,
        )

    def _headers(self) -> Headers:
        accepted = (("accept", "application/json"),)
        return accepted if self._key is None else (*accepted, ("authorization", f"Bearer {self._key.reveal()}"))

    def _hidden(self) -> tuple[str, ...]:
        """Return what must not stand in anything that is kept: the key and the account, also as JSON writes them."""
        given = [one.reveal() for one in (self._key, self._account) if one is not None]
        written = [json.dumps(one)[1:-1] for one in given]
        slashed = [one.replace("/", "\\/") for one in written]
        return tuple(one for one in dict.fromkeys((*given, *written, *slashed)) if len(one) >= SHORTEST_HIDDEN)

    def _blanked(self, outcome: Outcome) -> Outcome:
        """Return what came without the key in it: some servers say back what they were sent."""
        if isinstance(outcome, NotReceived):
            return outcome
        body, request_id = outcome.body, outcome.request_id
        for one in self._hidden():
            body = body.replace(one.encode(), HIDDEN.encode())
            request_id = request_id.replace(one, HIDDEN)
        return replace(outcome, body=body, request_id=request_id)

    def _reading(self, verdict: Verdict, begun: CallBegun) -> CallReading:
        said = verdict.completion or Completion(text="")
        told = said.prompt_tokens is not None or said.completion_tokens is not None
        read, written = with_upper_bounds(
            begun, prompt_tokens=said.prompt_tokens, completion_tokens=said.completion_tokens
        )
        cost = self._service.model.cost_usd(tokens_in=read, tokens_out=written)
        return CallReading(
            kind=verdict.kind,
            rule=verdict.rule,
            message=verdict.message,
            model=said.model,
            prompt_tokens=said.prompt_tokens,
            completion_tokens=said.completion_tokens,
            reasoning_tokens=said.reasoning_tokens,
            cost_usd=cost if told else None,
        )

    def _answer(self, said: Completion, prompt: Prompt, number: int) -> Answer:
        asked = self._service.model.name
        notes = prompt.omitted
        if not is_same_model(asked, said.model):
            message = f"{said.model} answered where {asked} was asked."
            notes = (*notes, Finding(code=OTHER_MODEL, severity=Severity.NOTE, message=message))
        return Answer(
            body=said.text.encode("utf-8", "replace"),
            media_type="application/json",
            model=said.model or asked,
            calls=(number,),
            notes=notes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """What is about to be sent, and how it is kept."""

    body: bytes
    begun: CallBegun


def _as_answered(outcome: Outcome) -> CallAnswered:
    if isinstance(outcome, Received):
        return CallAnswered(
            seconds=outcome.seconds,
            status=outcome.status,
            request_id=outcome.request_id,
            sent=True,
            body=outcome.body,
        )
    return CallAnswered(
        seconds=outcome.seconds, status=outcome.status, request_id="", sent=outcome.sent, why=outcome.why
    )
