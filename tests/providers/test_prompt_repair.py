"""The second question says what was wrong, and nothing else that is new."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prompt_examples import answer_for, request_for, text_of

from neuralbrain.providers.answer_findings import findings_of
from neuralbrain.providers.prompt import Turn, prompt_of
from neuralbrain.providers.prompt_repair import MOST_FINDINGS, repair_prompt

PROMPT = prompt_of(request_for("AGO", "BEN"))


def answer_without(code: str) -> str:
    """Return a good answer without one region."""
    answer = answer_for(PROMPT.shape)
    answer["forecasts"] = [one for one in answer["forecasts"] if one["region"] != code]
    return text_of(answer)


def test_the_second_question_word_for_word():
    """The first question stays as it was; the answer follows as the model's own turn, then what is wrong with it."""
    text = answer_without("BEN")
    again = repair_prompt(PROMPT, text, findings_of(text, PROMPT.shape))
    assert (again.system, again.user, again.shape) == (PROMPT.system, PROMPT.user, PROMPT.shape)
    assert again.turns[2:] == (
        Turn(role="assistant", text=text),
        Turn(
            role="user",
            text="The answer cannot be used:\n- BEN is not answered.\n"
            "Send the whole answer again, corrected, as one JSON object.",
        ),
    )
    assert again.digest() != PROMPT.digest()
    assert again.tokens > PROMPT.tokens


# An object that stands inside of a text is read as the answer, and is wrong in its own way.
@given(st.text(min_size=1, max_size=100).filter(lambda text: "{" not in text))
def test_the_answer_stands_in_its_own_turn_only(text):
    """Whatever a model said, the turn after its own is the same as after any other answer that was wrong like it."""
    for form in ("{0}", '{{"forecasts":[{{"region":{0}}}],{0}:1}}', '{{"forecasts":{0}}}'):
        answers = [form.format(json.dumps(word)) for word in (text, "x")]
        again = [repair_prompt(PROMPT, one, findings_of(one, PROMPT.shape)) for one in answers]
        assert again[0].later[0] == Turn(role="assistant", text=answers[0])
        assert again[0].later[1] == again[1].later[1]


def test_an_endless_answer_is_left_out():
    """An answer much longer than a right one, or an empty one, is not shown again."""
    for text in ("7" * 100_000, ""):
        again = repair_prompt(PROMPT, text, findings_of(text, PROMPT.shape))
        assert [one.role for one in again.later] == ["user"]


def test_many_findings_are_counted():
    """Twenty findings are said; the rest are counted."""
    findings = findings_of(answer_without("BEN"), PROMPT.shape) * 30
    lines = repair_prompt(PROMPT, "{}", findings).later[-1].text.splitlines()
    assert len(lines) == MOST_FINDINGS + 3
    assert lines[-2] == "- and 10 more like these."


def test_a_third_question_follows_the_second():
    """A repair of a repair keeps everything that was said before."""
    text = answer_without("AGO")
    findings = findings_of(text, PROMPT.shape)
    second = repair_prompt(PROMPT, text, findings)
    third = repair_prompt(second, text, findings)
    assert third.turns[:4] == second.turns
    assert len(third.turns) == 6


def test_what_is_right_is_not_repaired():
    """Asking again without a finding is an error of the caller."""
    with pytest.raises(ValueError, match="needs no repair"):
        repair_prompt(PROMPT, "{}", ())
