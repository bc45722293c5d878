"""The calls about providers; written by ``make docs``."""

from __future__ import annotations

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import ProvidersShape


class ProvidersCalls:
    """The calls about providers."""

    @method
    def providers(self) -> Call[ProvidersShape]:
        """Every provider in the order of priority: model, prices, limits, what it lacks, and how it is doing.

        ``GET /api/providers``.
        """
        return asking("GET", "/api/providers")
