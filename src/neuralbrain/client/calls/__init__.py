"""Every call of the API in one class; written by ``make docs``."""

from __future__ import annotations

from neuralbrain.client.calls.alerts import AlertsCalls
from neuralbrain.client.calls.cycles import CyclesCalls
from neuralbrain.client.calls.editions import EditionsCalls
from neuralbrain.client.calls.evaluation import EvaluationCalls
from neuralbrain.client.calls.forecasts import ForecastsCalls
from neuralbrain.client.calls.health import HealthCalls
from neuralbrain.client.calls.lock import LockCalls
from neuralbrain.client.calls.providers import ProvidersCalls
from neuralbrain.client.calls.regions import RegionsCalls
from neuralbrain.client.calls.series import SeriesCalls
from neuralbrain.client.calls.signals import SignalsCalls
from neuralbrain.client.calls.sources import SourcesCalls
from neuralbrain.client.calls.tokens import TokensCalls


class Calls(
    ForecastsCalls,
    EditionsCalls,
    LockCalls,
    ProvidersCalls,
    CyclesCalls,
    HealthCalls,
    SourcesCalls,
    RegionsCalls,
    SignalsCalls,
    SeriesCalls,
    EvaluationCalls,
    TokensCalls,
    AlertsCalls,
):
    """Every call of the API."""
