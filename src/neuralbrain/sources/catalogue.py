"""The table of feeds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from neuralbrain.domain.feed import FeedFacts
from neuralbrain.feed_settings import FeedSettings
from neuralbrain.sources import nhsn
from neuralbrain.sources.cholera_africa import CholeraAfrica
from neuralbrain.sources.delphi_epidata import ILINET, DelphiEpidata
from neuralbrain.sources.disease_sh import DiseaseSh
from neuralbrain.sources.erviss import Erviss
from neuralbrain.sources.feed import Feed
from neuralbrain.sources.flunet import FluNet
from neuralbrain.sources.hub_target_data import COVID, FLUSIGHT, OWN, RSV, HubTargetData
from neuralbrain.sources.nssp import NSSP
from neuralbrain.sources.own_file import OwnFile
from neuralbrain.sources.pertussis_us import PertussisUnitedStates
from neuralbrain.sources.socrata_feed import SocrataFeed
from neuralbrain.sources.who_covid import WhoCovid


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What a feed is made from.

    Args:
        name: Its name in the settings.
        settings: What the settings say of it.
        key: Its key, empty where there is none.
        sample_until: The setting of that name.
    """

    name: str
    settings: FeedSettings
    key: str = ""
    sample_until: date | None = None


def read_over_network(making: Making) -> dict[str, Any]:
    """Return what the settings say of a feed as keyword arguments; what they leave open is the adapter's own."""
    settings = making.settings
    said = {
        "base_url": settings.base_url or None,
        "path": settings.path or None,
        "since": settings.since,
        "every_seconds": None if settings.every_hours is None else settings.every_hours * 3600,
        "most_bytes": None if settings.most_megabytes is None else settings.most_megabytes * 2**20,
        "call_seconds": settings.call_seconds,
        "most_withdrawn": settings.most_withdrawn,
    }
    return {"name": making.name} | {name: value for name, value in said.items() if value is not None}


FEEDS: Mapping[str, Callable[[Making], Feed]] = {
    "cholera-africa": lambda making: CholeraAfrica(name=making.name, until=making.sample_until),
    "pertussis-us": lambda making: PertussisUnitedStates(name=making.name, until=making.sample_until),
    "erviss": lambda making: Erviss(**read_over_network(making)),
    "who-covid": lambda making: WhoCovid(**read_over_network(making)),
    "flunet": lambda making: FluNet(**read_over_network(making)),
    "flusight-hub": lambda making: HubTargetData(FLUSIGHT, **read_over_network(making)),
    "covid-hub": lambda making: HubTargetData(COVID, **read_over_network(making)),
    "rsv-hub": lambda making: HubTargetData(RSV, **read_over_network(making)),
    "hub": lambda making: HubTargetData(OWN, **read_over_network(making)),
    "nhsn": lambda making: SocrataFeed(nhsn.FINAL, key=making.key, **read_over_network(making)),
    "nhsn-preliminary": lambda making: SocrataFeed(nhsn.PRELIMINARY, key=making.key, **read_over_network(making)),
    "nssp": lambda making: SocrataFeed(NSSP, key=making.key, **read_over_network(making)),
    "disease-sh": lambda making: DiseaseSh(**read_over_network(making)),
    "delphi-ilinet": lambda making: DelphiEpidata(ILINET, key=making.key, **read_over_network(making)),
    "file": lambda making: OwnFile(mapping=making.settings.mapping, **read_over_network(making)),
}
"""Name of an adapter to how a feed is made of it."""

FACTS: tuple[FeedFacts, ...] = tuple(
    make(Making(name=name, settings=FeedSettings())).facts for name, make in FEEDS.items()
)
"""What is known of each feed of the catalogue beforehand, as it is unless the settings say otherwise."""

KEY_VARIABLES: Mapping[str, str] = {one.name: one.key_variable for one in FACTS if one.key_variable}
"""Name of an adapter to the environment variable of its key."""
