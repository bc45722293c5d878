"""How a question is put otherwise where its form was refused: a step at a time, and never back."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace

from neuralbrain.providers.dialect import Dialect, StructuredOutput

LESS_STRICT: Mapping[StructuredOutput, StructuredOutput] = {
    StructuredOutput.JSON_SCHEMA: StructuredOutput.JSON_OBJECT,
    StructuredOutput.BARE_SCHEMA: StructuredOutput.JSON_OBJECT,
    StructuredOutput.JSON_OBJECT: StructuredOutput.NONE,
}
OTHER_LIMIT_FIELD: Mapping[str, str] = {
    "max_tokens": "max_completion_tokens",
    "max_completion_tokens": "max_tokens",
}


class FormSteps:
    """The dialect that a client speaks at the moment; shared by its threads.

    There are five steps at most: one without the length of lists, two to a looser form of the answer, one without an
    effort, and one to the other name of the limit. Then a refusal is what it says.

    Args:
        dialect: The dialect to begin with.
        model: The model that is asked.
    """

    def __init__(self, dialect: Dialect, model: str) -> None:
        self._dialect = dialect
        self._first = dialect
        self._model = model
        self._lock = threading.Lock()

    @property
    def dialect(self) -> Dialect:
        """Return the dialect to ask in now."""
        with self._lock:
            return self._dialect

    def refused(self, spoken: Dialect, rule: str) -> bool:
        """Take note that a form was refused, and return whether the next question is put otherwise.

        Args:
            spoken: The dialect of the question that was refused. Where another thread has stepped on since, nothing
                is left to do.
            rule: Which row of the table of failures decided.
        """
        step = _STEPS.get(rule)
        if step is None:
            return False
        with self._lock:
            if self._dialect != spoken:
                return True
            following = step(self._dialect, self._first, self._model)
            if following is None:
                return False
            self._dialect = following
            return True


def _looser(spoken: Dialect, _first: Dialect, model: str) -> Dialect | None:
    if spoken.bounded and spoken.structured_for(model) is not StructuredOutput.JSON_OBJECT:
        return replace(spoken, bounded=False)
    following = LESS_STRICT.get(spoken.structured_for(model))
    return None if following is None else replace(spoken, structured=following, schema_models="")


def _without_effort(spoken: Dialect, _first: Dialect, model: str) -> Dialect | None:
    return None if spoken.effort_for(model) is None else replace(spoken, reasoning_models=None)


def _other_limit(spoken: Dialect, first: Dialect, _model: str) -> Dialect | None:
    if spoken.limit_field != first.limit_field:
        return None
    return replace(spoken, limit_field=OTHER_LIMIT_FIELD[spoken.limit_field])


_STEPS: Mapping[str, Callable[[Dialect, Dialect, str], Dialect | None]] = {
    "form-refused": _looser,
    "effort-refused": _without_effort,
    "limit-refused": _other_limit,
}
