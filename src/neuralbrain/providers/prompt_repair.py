"""The second question, where an answer is not in the form that was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from neuralbrain.domain.finding import Finding
from neuralbrain.providers.prompt import Prompt, Turn
from neuralbrain.providers.prompt_size import tokens_of, tokens_of_answer

MOST_FINDINGS = 20  # said back; who made more mistakes than that made one of them many times


def repair_prompt(prompt: Prompt, answer_text: str, findings: Sequence[Finding]) -> Prompt:
    """Return the same question with the answer and what is wrong with it, to be asked once more.

    The answer is shown to the model that gave it, as its own turn and nowhere else, so that what was right stays. One
    that is much longer than a right one could be is left out: it would not fit, and holds nothing to keep.

    Args:
        prompt: What was asked.
        answer_text: What was said.
        findings: What is wrong with it (``answer_findings.findings_of``); only their messages are said.

    Raises:
        ValueError: If nothing is wrong.
    """
    if not findings:
        raise ValueError("an answer without findings needs no repair")
    said = [f"- {one.message}" for one in findings[:MOST_FINDINGS]]
    if len(findings) > MOST_FINDINGS:
        said.append(f"- and {len(findings) - MOST_FINDINGS} more like these.")
    ask = "\n".join(
        ["The answer cannot be used:", *said, "Send the whole answer again, corrected, as one JSON object."]
    )
    shown = tokens_of(answer_text) <= 2 * tokens_of_answer(prompt.shape)
    answer = (Turn(role="assistant", text=answer_text),) if shown and answer_text else ()
    return replace(prompt, later=(*prompt.later, *answer, Turn(role="user", text=ask)))
