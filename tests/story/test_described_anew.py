"""Editions stay as they were published when a feed's series are described otherwise later."""

from __future__ import annotations

from dataclasses import replace

import pytest

from neuralbrain.domain.journal import Outcome
from neuralbrain.store.verify import damages_of
from vandals import vandalise

pytestmark = pytest.mark.both_databases(slow=True)


def test_each_edition_keeps_the_description_it_was_made_under(world):
    """Each edition says what it said when it was published; the next one says what is said now; none is damaged."""
    began = world.source.signal
    published = []
    for number, signal in enumerate((began, replace(began, primary=False), replace(began, deaths="died"), began)):
        world.source.signal = signal
        world.revise(90.0 + number)
        assert world.run().outcome is Outcome.DONE
        published.append(signal)
        for edition, said in enumerate(published, start=1):
            assert {one for table in world.editions.get(edition).tables for one in table.signals} == {said}
    assert damages_of(world.database, world.editions) == []


def test_a_changed_description_is_damage(world):
    """An edition whose description was changed behind our back is named."""
    world.source.signal = replace(world.source.signal, primary=False)
    world.run()
    world.source.signal = replace(world.source.signal, primary=True)
    world.revise(90.0)
    world.run()
    vandalise(world.database, "UPDATE series_description SET deaths = 'died'")
    (damage,) = damages_of(world.database, world.editions)
    assert damage.startswith("Edition 2 is not what was published")
