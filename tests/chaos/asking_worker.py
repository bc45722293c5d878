"""A process that asks again and again, as cycles do, until standard input is closed or it is killed.

How a round ended stands at once in the file `ends` of the data folder, a line a round, so that a killed process has
told of all rounds but its last.
"""

from __future__ import annotations

import sys
import threading
from datetime import UTC, datetime

import numpy as np

from neuralbrain.domain.calendar import Cadence
from neuralbrain.domain.observation import Panel, Series, Signal
from neuralbrain.domain.request import ForecastRequest
from neuralbrain.errors import NeuralBrainError
from neuralbrain.settings import load_settings
from neuralbrain.wiring import Application

PLACES = (
    "AGO",
    "BDI",
    "CMR",
    "COD",
    "ETH",
    "KEN",
    "MOZ",
    "MWI",
    "NGA",
    "SDN",
    "SOM",
    "TZA",
    "UGA",
    "ZMB",
    "ZWE",
    "GHA",
)


def main() -> None:
    """Ask sixteen questions a round, each round about other numbers, and write down how each round ended."""
    application = Application(load_settings())
    ends = application.settings.home / "ends"
    ended = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), ended.set()), daemon=True).start()
    print("begun", flush=True)
    chance = np.random.default_rng(int(sys.argv[1]))
    while not ended.is_set():
        try:
            with application.lease() as lease:
                asked = application.orchestrator.ask([_request(chance)], runner=lease.holder)
            outcome = "answered" if {one.lock_number for one in asked.replies} == {asked.lock_number} else "mixed"
        except NeuralBrainError as error:
            outcome = error.error_code
        with ends.open("a", encoding="ascii") as file:
            file.write(f"{outcome}\n")
        ended.wait(0.01 if outcome == "runner-busy" else 0.002)


def _request(chance: np.random.Generator) -> ForecastRequest:
    values = chance.integers(1, 500, (len(PLACES), 20)).astype(np.float64)
    panel = Panel(
        series=tuple(Series(source="s", location=place, signal=Signal(name="cholera_cases")) for place in PLACES),
        dates=np.datetime64("2026-01-04") + 7 * np.arange(values.shape[1]),
        values=values,
        cadence=Cadence.WEEKLY,
        cutoff=datetime(2026, 6, 1, tzinfo=UTC),
        populations=np.full(len(PLACES), 1e7),
    )
    return ForecastRequest(panel=panel, incidence=values, horizons=(1,))


if __name__ == "__main__":
    main()
