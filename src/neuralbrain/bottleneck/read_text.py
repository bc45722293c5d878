"""From a provider's words to a JSON document: strict about what is JSON, tolerant of what stands around it."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from neuralbrain.errors import AnswerError

REMEDY = "Ask again; if it happens again, look at the kept reply and at the provider's prompt or model."
SHOWN_CHARACTERS = 40  # of foreign text in a message: enough to recognise it, too little to carry anything


class _RepeatedKeyError(ValueError):
    """An object says the same key twice, so which value is meant is unknown."""


def document_of(body: object) -> object:
    """Return the JSON document that an answer holds.

    Bytes and text may have prose or code fences around the JSON, and may hold several JSON objects, which then are
    a list. Anything else is taken as a document already. ``NaN`` and infinities, which are not JSON but are written
    by many, are read as such, so that a check can name the region; an integer too long for a number is infinite.

    Args:
        body: What came: bytes in UTF-8, text, or a tree of dicts, lists and numbers.

    Raises:
        AnswerError: If there is no JSON in it, it is cut off, or an object says a key twice.

    >>> document_of('Here it is: {"cases": [1, 2]} - good luck')
    {'cases': [1, 2]}
    """
    if isinstance(body, (bytes, bytearray, memoryview)):
        try:
            body = bytes(body).decode("utf-8-sig")
        except UnicodeDecodeError as exc:
            raise AnswerError("The answer is not text in UTF-8.", remedy=REMEDY) from exc
    if not isinstance(body, str):
        return body
    try:
        document = _decode(body.strip().removeprefix("\ufeff"))
        return _decode(document.strip()) if isinstance(document, str) else document  # JSON that was quoted once more
    except _RepeatedKeyError as exc:
        raise AnswerError(f"An object of the answer says the key {exc} twice.", remedy=REMEDY) from exc
    except RecursionError as exc:
        raise AnswerError("The answer is nested too deeply to be a forecast.", remedy=REMEDY) from exc


def shown(text: object) -> str:
    r"""Return foreign text as it may stand in a message: short, quoted, plain ASCII.

    >>> shown("a\tb")
    "'a\\tb'"
    """
    try:
        return ascii(str(text)[:SHOWN_CHARACTERS])
    except ValueError:  # an integer of more than 4,300 digits
        return f"a {type(text).__name__} too long to show"


def _decode(text: str) -> object:
    try:
        return _documents(text, integer=int)
    except (_RepeatedKeyError, AnswerError):
        raise
    except ValueError:  # Python refuses integers of more than 4,300 digits
        return _documents(text, integer=float)


def _documents(text: str, *, integer: type) -> object:
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=float, parse_int=integer)
    try:
        return decoder.decode(text)
    except json.JSONDecodeError:
        found = _scan(text, decoder)
    objects = [one for one in found if isinstance(one, dict)]
    if not found:
        raise AnswerError(f"The answer holds no JSON; it begins with {shown(text)}.", remedy=REMEDY)
    if len(objects) == 1:
        return objects[0]
    return objects or max(found, key=len)


def _scan(text: str, decoder: json.JSONDecoder) -> list[Any]:
    """Return the JSON objects and lists that stand in a text.

    What was begun as JSON is never read again from within, so an answer that was cut off does not turn into the
    part of it that happens to be whole.
    """
    found: list[Any] = []
    position = _next_opening(text, 0)
    while position >= 0:
        try:
            document, end = decoder.raw_decode(text, position)
            found.append(document)
        except json.JSONDecodeError as exc:
            if exc.pos >= len(text) or exc.msg.startswith("Unterminated"):
                raise AnswerError("The answer is cut off in the middle of its JSON.", remedy=REMEDY) from exc
            end = max(exc.pos, position + 1)
        position = _next_opening(text, end)
    return found


def _next_opening(text: str, start: int) -> int:
    places = [place for place in (text.find("{", start), text.find("[", start)) if place >= 0]
    return min(places, default=-1)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) != len(pairs):
        times = Counter(key for key, _ in pairs)
        raise _RepeatedKeyError(shown(max(times, key=lambda key: times[key])))
    return document
