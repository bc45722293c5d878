"""The providers: who they are, what they cost, what they lack; never a key or an address."""

from __future__ import annotations

from fastapi import APIRouter

from neuralbrain.api.problems import problems
from neuralbrain.api.provider_shapes import ProviderShape, ProvidersShape
from neuralbrain.api.view import ServiceView
from neuralbrain.health.provider_report import facts_as_json


def providers(view: ServiceView) -> APIRouter:
    """Return the address of the list of providers."""
    router = APIRouter(tags=["providers"])
    application = view.application

    @router.get("/api/providers", responses=problems(503))
    def list_providers() -> ProvidersShape:
        """Every provider in the order of priority: model, prices, limits, what it lacks, and how it is doing."""
        return ProvidersShape(
            providers=[
                ProviderShape(
                    **one,
                    configured=one["lacks"] is None,
                    status=application.providers_health.status(one["name"]).value,
                )
                for one in map(facts_as_json, application.provider_facts())
            ]
        )

    return router
