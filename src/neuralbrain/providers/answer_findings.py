"""What is wrong with the form of an answer, in words that can be said back to the model that gave it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import isfinite
from typing import Any

from neuralbrain.domain.finding import Finding, Severity
from neuralbrain.providers.answer_schema import EXPLANATION, AnswerShape

_FENCE = re.compile(r"^\s*(?:```\w*\s*)?")


class _Object(dict[str, Any]):
    """A JSON object that knows whether it said a key twice."""

    repeats = False


def findings_of(answer: str | bytes, shape: AnswerShape) -> tuple[Finding, ...]:
    """Return what in an answer is not as it was asked for; empty where all of it is.

    Text and fences around the JSON are let pass, as the bottleneck lets them pass. The bottleneck may still read an
    answer with findings, and judges values this does not: it has the last word, this only says what to ask again.

    Args:
        answer: The model's words.
        shape: What they must hold.

    Returns:
        Findings in the order of the answer, at most one a list of numbers. Their messages hold our own words, codes
        and counts, and nothing of the answer.
    """
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    found = _first_object(text)
    if found is None:
        return (_finding("answer-unreadable", "The answer is not one whole JSON object; it may have been cut off."),)
    document, rest = found
    if "{" in rest:
        return (_finding("answers-many", "The answer holds more than one JSON object."),)
    return tuple(_of_document(document, shape))


def _first_object(text: str) -> tuple[_Object, str] | None:
    """Return the first JSON object of a text and what stands after it; None where that is no whole object."""
    text = _FENCE.sub("", text)
    start = text.find("{")
    if start < 0 or text.startswith("["):  # a list is another form than was asked for
        return None
    decoder = json.JSONDecoder(object_pairs_hook=_noting_repeats, parse_int=float, parse_constant=float)
    try:
        document, end = decoder.raw_decode(text, start)
    except (ValueError, RecursionError):
        return None
    return (document, text[end:]) if isinstance(document, _Object) else None


def _noting_repeats(pairs: list[tuple[str, Any]]) -> _Object:
    made = _Object(pairs)
    made.repeats = len(made) != len(pairs)
    return made


def _of_document(document: _Object, shape: AnswerShape) -> Iterator[Finding]:
    yield from _fields(document, ("forecasts", EXPLANATION), where="The answer")
    entries = document.get("forecasts")
    if not isinstance(entries, list):
        yield _finding("forecasts-missing", 'The answer has no list "forecasts".')
        return
    seen: set[str] = set()
    for order, entry in enumerate(entries, start=1):
        where = f"Entry {order} of the list"
        code = entry.get("region") if isinstance(entry, _Object) else None
        if not isinstance(entry, _Object):
            yield _finding("entry-unreadable", f"{where} is not an object.")
        elif not isinstance(code, str) or code not in shape.regions:
            yield _finding("region-unknown", f"{where} is not about a region that was asked for.")
        elif code in seen:
            yield _finding("region-repeated", f"{code} is answered more than once.", code)
        else:
            seen.add(code)
            yield from _of_entry(entry, code, shape)
    for code in shape.regions:
        if code not in seen:
            yield _finding("region-missing", f"{code} is not answered.", code)


def _of_entry(entry: _Object, code: str, shape: AnswerShape) -> Iterator[Finding]:
    names = ("region", "cases", "deaths") if shape.with_deaths else ("region", "cases")
    yield from _fields(entry, names, where=f"The entry of {code}", code=code)
    yield from _of_signal(entry.get("cases"), f"cases of {code}", code, shape)
    if code in shape.with_deaths:
        yield from _of_signal(entry.get("deaths"), f"deaths of {code}", code, shape)
    elif entry.get("deaths") is not None:
        yield _finding("deaths-not-asked", f"deaths of {code} must be null.", code)


def _of_signal(signal: object, where: str, code: str, shape: AnswerShape) -> Iterator[Finding]:
    if not isinstance(signal, _Object):
        yield _finding("signal-missing", f"{where} is not an object of {len(shape.fields)} lists.", code)
        return
    yield from _fields(signal, shape.fields, where=where, code=code)
    whole = True
    for name in shape.fields:
        why = _why_not(signal.get(name), shape.horizons)
        if why is not None:
            whole = False
            yield _finding(why[0], f"{name} in {where} {why[1]}.", code)
    if whole:
        yield from _crossing(signal, where, code, shape)


def _fields(found: _Object, names: tuple[str, ...], *, where: str, code: str = "") -> Iterator[Finding]:
    if found.repeats:
        yield _finding("key-repeated", f"{where} says a key more than once.", code)
    if set(found) - {*names, EXPLANATION}:  # words in the wrong place are no reason to ask for the numbers again
        yield _finding("field-unknown", f"{where} has fields other than {', '.join(names)}.", code)


def _why_not(listed: object, horizons: int) -> tuple[str, str] | None:
    """Return code and words of what is wrong with a list of numbers, None where nothing is."""
    if not isinstance(listed, list):
        return "levels-missing", "is not a list of numbers"
    if len(listed) != horizons:
        return "horizons-wrong", f"has {len(listed)} numbers, not {horizons}"
    for horizon, value in enumerate(listed, start=1):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return "not-a-number", f"is not a number at horizon {horizon}"
        if not isfinite(value):
            return "not-finite", f"is not finite at horizon {horizon}"
        if value < 0:
            return "negative", f"is negative at horizon {horizon}"
    return None


def _crossing(signal: _Object, where: str, code: str, shape: AnswerShape) -> Iterator[Finding]:
    for horizon in range(shape.horizons):
        for lower, upper in zip(shape.ascending[:-1], shape.ascending[1:], strict=True):
            if signal[lower][horizon] > signal[upper][horizon]:
                yield _finding(
                    "quantiles-cross", f"{lower} is above {upper} in {where} at horizon {horizon + 1}.", code
                )
                return


def _finding(code: str, message: str, region: str = "") -> Finding:
    return Finding(code=code, severity=Severity.REFUSE, message=message, region=region)
