"""Reads the error inside an answer: five providers wrap it in six ways, out of which comes one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from neuralbrain.outgoing.retry_after import told_as_duration

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

MOST_DETAILS = 50  # entries of a list of details that are looked at; real ones have up to four
LONGEST_WORD = 20_000  # characters of a message that are looked at
SILENT = "an error without a word about it"
HTML = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype|html|head|body)", re.IGNORECASE | re.DOTALL)
XML = re.compile(r"\s*(?:<!--.*?-->\s*)?<\?xml", re.IGNORECASE | re.DOTALL)
TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.IGNORECASE)


class NotJsonError(Exception):
    """A body is not JSON that can be used: caught by whoever classifies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """An error as it was written, in one shape.

    Args:
        code: ``error.code`` or ``errors[0].code``.
        error_type: ``error.type``.
        status_word: Google's ``error.status``.
        message: In the provider's words, not yet redacted.
        details: Reasons and names of allowances among Google's details; the field that OpenAI finds wrong; the codes
            behind Cloudflare's.
        wait_seconds: Google's ``RetryInfo``.
    """

    code: str = ""
    error_type: str = ""
    status_word: str = ""
    message: str = ""
    details: tuple[str, ...] = ()
    wait_seconds: float | None = None

    @property
    def words(self) -> frozenset[str]:
        """Return everything that is a name rather than a sentence, in small letters."""
        given = (self.code, self.error_type, self.status_word, *self.details)
        return frozenset(one.lower() for one in given if one)


def read_json(body: bytes) -> Json:
    """Return what a body says.

    Raises:
        NotJsonError: If it is not JSON in UTF-8, holds a number that is none, or is nested too deeply.
    """
    try:
        text = body.decode("utf-8")
        read: Json = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):  # ValueError: not UTF-8, not JSON, or a number of more than 4300 digits
        raise NotJsonError from None
    return read


def unwrapped(answer: Json) -> Json:
    """Return the only element of a list of one, else what was given: Google's errors come in a list."""
    return answer[0] if isinstance(answer, list) and len(answer) == 1 else answer


def find_fault(answer: Json) -> Fault | None:
    """Return the error that an answer holds, None where it holds none.

    >>> find_fault([{"error": {"code": 400, "status": "INVALID_ARGUMENT", "message": "no"}}]).words == {
    ...     "400", "invalid_argument"}
    True
    """
    answer = unwrapped(answer)
    if not isinstance(answer, dict):
        return None
    errors = answer.get("errors")
    error = answer.get("error") or (errors[0] if isinstance(errors, list) and errors else None)
    if isinstance(error, dict):
        return _from_object(error)
    if error:
        return Fault(message=_word(error), error_type=_word(answer.get("error_type")))
    if answer.get("success") is False:
        return Fault(message=_word(answer.get("message")) or SILENT)
    if not answer.keys() & {"choices", "result"} and isinstance(answer.get("message"), str):
        return Fault(code=_word(answer.get("code")), message=_word(answer["message"]))
    return None


def page_fault(body: bytes) -> Fault:
    """Return a fault for a body that is not JSON: the title of a page, or the kind of thing that came."""
    text = body[:4096].decode("utf-8", "replace")
    if not text.strip():
        return Fault(message="an empty body")
    if HTML.match(text):
        title = TITLE.search(text)
        return Fault(error_type="html", message=f"a web page: {title[1].strip() if title else 'without a title'}")
    if XML.match(text):
        return Fault(error_type="xml", message="a body of XML")
    return Fault(message="a body that is not JSON")


def _from_object(error: dict[str, Json]) -> Fault:
    details: list[str] = []
    wait: float | None = None
    given = error.get("details")
    for one in given[:MOST_DETAILS] if isinstance(given, list) else []:
        if not isinstance(one, dict):
            continue
        details += [_word(one["reason"])] if "reason" in one else []
        violations = one.get("violations")
        for violation in violations[:MOST_DETAILS] if isinstance(violations, list) else []:
            if isinstance(violation, dict):
                details.append(_word(violation.get("quotaId")))
        if str(one.get("@type", "")).endswith("RetryInfo"):
            wait = told_as_duration(_word(one.get("retryDelay")))
    chain = error.get("error_chain")
    for one in chain[:MOST_DETAILS] if isinstance(chain, list) else []:
        details += [_word(one.get("code"))] if isinstance(one, dict) else []
    if isinstance(error.get("param"), str):
        details.append(_word(error["param"]))
    metadata = error.get("metadata")
    if isinstance(metadata, dict) and isinstance(metadata.get("error_type"), str):
        details.append(_word(metadata["error_type"]))
    return Fault(
        code=_word(error.get("code")),
        error_type=_word(error.get("type")),
        status_word=_word(error.get("status")),
        message=_word(error.get("message")),
        details=tuple(one for one in details if one),
        wait_seconds=wait,
    )


def _word(value: Json) -> str:
    """Return text and whole numbers as text; anything else is no name."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value)[:LONGEST_WORD]


def _no_number(name: str) -> float:
    raise ValueError(name)
