"""Takes a made-up feed in, again and again, until it is killed; run by a test in a process of its own."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from made_up_releases import FIRST_MOMENT, PLACES, SIGNALS, WEEKS, Release, take_in

from neuralbrain.store.observations import StoredObservations
from neuralbrain.store.opening import open_database
from stand_ins import StillClock

RELEASES = 60


def releases(seed: int) -> tuple[Release, ...]:
    """Return a history by chance, the same for the same seed, oldest first."""
    chance = random.Random(seed)
    return tuple(
        Release(
            hour=hour,
            signal=SIGNALS[hour % 2],
            first=0,
            last=WEEKS - 1,
            values=tuple(
                (place, week, float(chance.randrange(3)))
                for place in PLACES
                for week in range(WEEKS)
                if chance.random() < 0.8
            ),
        )
        for hour in range(RELEASES)
    )


def shuffled(seed: int) -> list[Release]:
    """Return that history in the order in which it is taken in."""
    order = list(releases(seed))
    random.Random(seed + 1).shuffle(order)
    return order


def main() -> None:
    """Take all of it in, one release after the other, and say when that begins."""
    path, seed = Path(sys.argv[1]), int(sys.argv[2])
    observations = StoredObservations(
        open_database(path, address="", busy_timeout_seconds=20), clock=StillClock(FIRST_MOMENT)
    )
    sys.stdout.write("begins\n")
    sys.stdout.flush()
    for one in shuffled(seed):
        take_in(observations, one)
    sys.stdout.write("ended\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
