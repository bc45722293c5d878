"""What `verify` finds wrong with the structure of a database on a server, whose files it cannot read."""

from __future__ import annotations

import pytest

from neuralbrain.store.structure import structure
from vandals import vandalise

pytestmark = pytest.mark.slow


@pytest.fixture
def backend() -> str:
    """Return the one kind of database that these tests are about."""
    return "postgresql"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        ((), []),
        (
            ("INSERT INTO withdrawal VALUES (7, '2026-01-01', '', ''), (8, '2026-01-01', '', '')",),
            ["2 rows refer to rows that are not there."],
        ),
        (
            ("ALTER TABLE lock ADD CONSTRAINT later CHECK (number >= 0) NOT VALID",),
            ["The constraint later was never checked."],
        ),
        (
            ("ALTER TABLE edition DISABLE TRIGGER edition_refuses_change",),
            ["A trigger of the table edition is switched off."],
        ),
    ],
    ids=["untouched", "dangling", "unchecked", "switched off"],
)
def test_each_fault_is_named(database, statements, said):
    """A dangling reference, an unchecked constraint and a trigger that is switched off are named, and nothing else."""
    vandalise(database, *statements)
    with database.read() as connection:
        assert structure(connection) == said
