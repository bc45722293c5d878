"""The provider behind which the statistical forecaster stands."""

from __future__ import annotations

from neuralbrain.domain.request import Answer, ForecastRequest
from neuralbrain.providers.local.answer import MEDIA_TYPE, answer_body
from neuralbrain.providers.local.forecaster import forecast_quantiles

VERSION = "local-1"  # grows when the same request would be answered differently


class LocalProvider:
    """A statistical forecaster that needs no key, no network and no training service.

    The future of all series is forecast by one regression on a variance-stabilised scale, pooled over the series of
    the request and shrunk to persistence; its spread comes from the errors that the same regression makes in the
    past of the request. The same request is answered with the same bytes.
    """

    name = "local"
    version = VERSION

    def parts(self, request: ForecastRequest) -> tuple[ForecastRequest, ...]:
        """Return the request whole: the model is pooled over all of it, and nothing limits its length."""
        return (request,)

    def forecast(self, request: ForecastRequest) -> Answer:
        """Return 23 quantiles for each series and horizon, as columnar JSON.

        Args:
            request: What is asked.

        Returns:
            A body with ``series``, ``horizons``, ``levels`` and ``quantiles`` (``answer.answer_body``); the quantiles
            of a series without a value are ``null``.
        """
        return Answer(
            body=answer_body(request.panel.series, horizons=request.horizons, quantiles=forecast_quantiles(request)),
            media_type=MEDIA_TYPE,
            model=VERSION,
        )

    def repair(self, request: ForecastRequest, answer: Answer) -> None:
        """Return None: the form of its answers is made by code, and the same question has the same answer."""
