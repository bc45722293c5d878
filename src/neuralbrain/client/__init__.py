"""Asks a service from Python: typed, sync and async, with frames of pandas and Polars.

    from neuralbrain.client import Client, to_pandas
    with Client() as client:
        print(to_pandas(client.forecasts()))

It needs the extra ``client``; nothing of it is loaded before the first client is made.
"""

from __future__ import annotations

from neuralbrain.client.awaiting import AsyncClient
from neuralbrain.client.blocking import Client
from neuralbrain.client.call import Call
from neuralbrain.client.errors import (
    ClientError,
    ConflictError,
    InvalidError,
    MissingError,
    MisuseError,
    NotAllowedError,
    ProblemError,
    TooOftenError,
    UnavailableError,
    UnreachableError,
    UnreadableError,
)
from neuralbrain.client.events import Event
from neuralbrain.client.frames import to_pandas, to_polars
from neuralbrain.client.retries import Retries

__all__ = [
    "AsyncClient",
    "Call",
    "Client",
    "ClientError",
    "ConflictError",
    "Event",
    "InvalidError",
    "MissingError",
    "MisuseError",
    "NotAllowedError",
    "ProblemError",
    "Retries",
    "TooOftenError",
    "UnavailableError",
    "UnreachableError",
    "UnreadableError",
    "to_pandas",
    "to_polars",
]
