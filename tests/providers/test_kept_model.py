"""What a provider calls its model is kept, whatever its length."""

from __future__ import annotations

import pytest

from neuralbrain.domain.request import Answer
from neuralbrain.store.replies import LONGEST_MODEL, StoredReplies
from neuralbrain.store.schema import reply

pytestmark = pytest.mark.both_databases


def test_a_long_name_of_a_model_is_cut_before_it_is_kept(database, clock, lock) -> None:
    """A path of 200 characters fits its column, and the reply says the same at once and when it is read again."""
    assert reply.c.model.type.length == LONGEST_MODEL
    lock.acquire_lock("openai")
    replies, number = StoredReplies(database, clock=clock), lock.state().number
    answer = Answer(body=b"words", media_type="text/plain", model="/models/" + "m" * 192)
    kept = replies.keep("d", provider="openai", version="1", lock_number=number, answer=answer)
    assert kept.answer.model == answer.model[:LONGEST_MODEL]
    again = replies.find("d", provider="openai", version="1", lock_number=number)
    assert again is not None
    assert again.answer.model == kept.answer.model
