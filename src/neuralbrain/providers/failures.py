"""Says what an answer of a provider means to us: words to read, or one of the reasons to fail over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from neuralbrain.domain.failure import FailureKind
from neuralbrain.outgoing.message import NotReceived, Outcome, Received
from neuralbrain.outgoing.retry_after import told_in_a_sentence, told_in_headers
from neuralbrain.providers.completion import CUT_SHORT, FILTERED, Completion, read_completion
from neuralbrain.providers.failure_table import ROWS, WITHOUT_ANSWER, Row
from neuralbrain.providers.fault import SILENT, Fault, Json, NotJsonError, find_fault, page_fault, read_json
from neuralbrain.providers.redaction import redacted
from neuralbrain.providers.resets import Reset, reset_moment

LONGEST_CODE = 100  # characters; a code that is longer is a message
MAY_WAIT = frozenset({FailureKind.RATE_LIMITED, FailureKind.UNAVAILABLE, FailureKind.QUOTA_SUSPECTED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What an answer means.

    Args:
        kind: Why it failed; None where it went well.
        rule: Which row of the table, or which look at the answer, decided.
        status: The HTTP status, None where not even that came.
        raw_code: The provider's own code, empty where it gives none.
        raw_type: Its own type or status word.
        message: Its own words: one line, at most 500 characters, without keys.
        wait_seconds: How long it asks us to wait; None where it does not, or where waiting does not help.
        resets_at: When an allowance is given again, None where nobody says.
        sent: Whether the request may have been worked on, and billed.
        request_id: The provider's own number of the call.
        completion: What the model wrote. Also there where it went wrong after writing, such as cut short.
    """

    kind: FailureKind | None
    rule: str
    status: int | None = None
    raw_code: str = ""
    raw_type: str = ""
    message: str = ""
    wait_seconds: float | None = None
    resets_at: datetime | None = None
    sent: bool = True
    request_id: str = ""
    completion: Completion | None = None

    @property
    def went_well(self) -> bool:
        """Return whether there are words to read, or the probe was answered."""
        return self.kind is None

    @property
    def confirmed(self) -> bool:
        """Return whether the provider itself says that an allowance is used up."""
        return self.kind is FailureKind.QUOTA_CONFIRMED


def classify(provider: str, outcome: Outcome, *, now: datetime, secrets: Sequence[str] = ()) -> Verdict:
    """Return what the answer to a request for a completion means.

    Args:
        provider: Name of the dialect; one that the table does not know has the rows of everybody.
        outcome: What the transport returned.
        now: When it came, aware.
        secrets: Keys and account numbers that must not stand in the message, whatever they look like.
    """
    if isinstance(outcome, NotReceived):
        return _without_answer(outcome)
    said = _said(outcome)
    if not isinstance(said, Fault):
        return _of_completion(read_completion(said), outcome, secrets)
    return _of_fault(provider, said, outcome, now=now, secrets=secrets)


def classify_probe(provider: str, outcome: Outcome, *, now: datetime, secrets: Sequence[str] = ()) -> Verdict:
    """Return what the answer to a question that costs nothing means: any JSON without an error in it is well.

    Args:
        provider: As for ``classify``.
        outcome: What the transport returned.
        now: When it came, aware.
        secrets: As for ``classify``.
    """
    if isinstance(outcome, NotReceived):
        return _without_answer(outcome)
    said = _said(outcome)
    if isinstance(said, Fault):
        return _of_fault(provider, said, outcome, now=now, secrets=secrets)
    return Verdict(kind=None, rule="probed", status=outcome.status, request_id=outcome.request_id)


def _said(received: Received) -> Json | Fault:
    """Return what an answer says; a fault where it is one, is no JSON, or has a status of one."""
    try:
        answer = read_json(received.body)
    except NotJsonError:
        return page_fault(received.body)
    fault = find_fault(answer)
    if fault is None and not 200 <= received.status < 300:
        return Fault(message=SILENT)
    return fault or answer


def _without_answer(failed: NotReceived) -> Verdict:
    return Verdict(
        kind=WITHOUT_ANSWER[failed.kind.value],
        rule=failed.kind.value,
        status=failed.status,
        message=redacted(failed.why),
        sent=failed.sent,
    )


def _of_fault(provider: str, fault: Fault, received: Received, *, now: datetime, secrets: Sequence[str]) -> Verdict:
    wait = _wait(fault, received, now=now)
    row = next(row for row in ROWS if _fits(row, provider, fault, received, wait=wait))
    heeded = row.kind in MAY_WAIT or row.reset is Reset.AS_TOLD
    return Verdict(
        kind=row.kind,
        rule=row.name,
        status=received.status,
        raw_code=redacted(fault.code, known=secrets)[:LONGEST_CODE],
        raw_type=redacted(fault.error_type or fault.status_word, known=secrets)[:LONGEST_CODE],
        message=redacted(fault.message, known=secrets),
        wait_seconds=wait if heeded else None,
        resets_at=reset_moment(row.reset, now=now, wait_seconds=wait),
        request_id=received.request_id,
    )


def _wait(fault: Fault, received: Received, *, now: datetime) -> float | None:
    """Return how long we are asked to wait; what is written for programs goes before what is for people."""
    told = told_in_headers(received.headers, now=now)
    if told is None:
        told = fault.wait_seconds
    return told_in_a_sentence(fault.message) if told is None else told


def _fits(row: Row, provider: str, fault: Fault, received: Received, *, wait: float | None) -> bool:
    return (
        (not row.providers or provider in row.providers)
        and (row.statuses is None or received.status in row.statuses)
        and (not row.words or bool(row.words & fault.words))
        and (row.says is None or any(row.says.search(text) for text in (fault.message, *fault.details)))
        and (row.header is None or received.header(row.header[0]) == row.header[1])
        and (row.waits_longer_than is None or (wait is not None and wait > row.waits_longer_than))
    )


def _of_completion(completion: Completion | None, received: Received, secrets: Sequence[str]) -> Verdict:
    kind: FailureKind | None = None
    rule, message = "answered", ""
    if completion is None:
        kind, rule, message = FailureKind.UNAVAILABLE, "no-choice", "a success without a choice in it"
    elif completion.refusal:
        kind, rule, message = FailureKind.OUR_REQUEST, "refusal", completion.refusal
    elif completion.finish_reason in FILTERED:
        kind, rule, message = FailureKind.OUR_REQUEST, "content-filtered", "the provider filtered its answer"
    elif completion.finish_reason == "error":
        kind, rule, message = FailureKind.UNAVAILABLE, "error-in-choice", "the provider broke off while writing"
    elif completion.finish_reason in CUT_SHORT:
        kind, rule, message = FailureKind.UNUSABLE_ANSWER, "cut-short", "the answer reached its limit of tokens"
    elif not completion.text.strip():
        kind, rule, message = FailureKind.UNUSABLE_ANSWER, "no-content", "the answer has no words in it"
    elif not _is_text(completion.text):
        kind, rule, message = FailureKind.UNUSABLE_ANSWER, "not-text", "the answer holds half a character"
    return Verdict(
        kind=kind,
        rule=rule,
        status=received.status,
        message=redacted(message, known=secrets),
        request_id=received.request_id,
        completion=completion,
    )


def _is_text(text: str) -> bool:
    """Return whether text can be stored: JSON can name one half of a pair of surrogates."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
