"""Scores what was published, in a process of its own, and stops in the middle of writing where it is told to.

Called with the data folder and how many tables are kept before it waits for its end inside the next transaction.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from neuralbrain.clock import SystemClock
from neuralbrain.scoring import score_published
from neuralbrain.store import scores as stored
from neuralbrain.store.editions import StoredEditions
from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.opening import open_database


def main() -> None:
    """Score until the transaction after so many, say so, and wait to be killed."""
    home, left = Path(sys.argv[1]), int(sys.argv[2])
    database, clock = open_database(home / "neuralbrain.sqlite3", busy_timeout_seconds=20), SystemClock()
    insert = stored._insert

    def wait_inside(*given: Any, **named: Any) -> dict[str, int]:
        nonlocal left
        kept = insert(*given, **named)
        if not left:
            sys.stdout.write("inside\n")
            sys.stdout.flush()
            time.sleep(600)
        left -= 1
        return kept

    stored._insert = wait_inside
    editions, observations = StoredEditions(database, clock=clock), StoredObservations(database, clock=clock)
    score_published(stored.StoredScores(database, clock=clock), editions, observations, now=clock.now())


main()
