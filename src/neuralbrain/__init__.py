"""NeuralBrain: near-term forecasts of infectious disease, by one AI provider at a time.

The public face. Everything is loaded when it is first used:

    from neuralbrain import get_bottleneck_engine
    forecast = get_bottleneck_engine().get_cached_forecast("Angola")
    print(forecast.to_dict() if forecast else "no edition yet: run `neuralbrain run`")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuralbrain.bottleneck.engine import BottleneckForecastingEngine
    from neuralbrain.domain.forecast import ForecastData
    from neuralbrain.domain.lock import ProviderStatus
    from neuralbrain.health.provider_monitor import BackgroundHealthMonitor
    from neuralbrain.lock.provider_lock import ProviderLockManager

__all__ = [
    "BackgroundHealthMonitor",
    "BottleneckForecastingEngine",
    "ForecastData",
    "ProviderLockManager",
    "ProviderStatus",
    "get_bottleneck_engine",
    "get_health_monitor",
    "get_provider_lock_manager",
]

_HOME_OF = {
    "BackgroundHealthMonitor": "neuralbrain.health.provider_monitor",
    "BottleneckForecastingEngine": "neuralbrain.bottleneck.engine",
    "ForecastData": "neuralbrain.domain.forecast",
    "ProviderLockManager": "neuralbrain.lock.provider_lock",
    "ProviderStatus": "neuralbrain.domain.lock",
}


def __getattr__(name: str) -> object:
    """Return a public class, loading the module it stands in."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'neuralbrain' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return __all__


def get_provider_lock_manager() -> ProviderLockManager:
    """Return this process's provider lock, the same object every time.

    Raises:
        SettingsError: If a setting cannot be used.
        StoreError: If the database cannot be opened.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - importing the package must load nothing

    return application().lock


def get_bottleneck_engine() -> BottleneckForecastingEngine:
    """Return this process's bottleneck, the same object every time; its cache starts as the current edition.

    Raises:
        SettingsError: If a setting cannot be used.
        StoreError: If the database cannot be opened.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - importing the package must load nothing

    return application().engine


def get_health_monitor() -> BackgroundHealthMonitor:
    """Return this process's monitor of providers, the same object every time; it looks by itself once it is started.

    Raises:
        SettingsError: If a setting cannot be used.
        StoreError: If the database cannot be opened.
    """
    from neuralbrain.wiring import application  # noqa: PLC0415 - importing the package must load nothing

    return application().health_monitor
