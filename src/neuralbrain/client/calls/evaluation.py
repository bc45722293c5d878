"""The calls about evaluation; written by ``make docs``."""

from __future__ import annotations

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import By, CoverageShape, RecordShape, ReliabilityShape, ScoresShape


class EvaluationCalls:
    """The calls about evaluation."""

    @method
    def record(
        self,
        *,
        provider: str | None = None,
        source: str | None = None,
        signal: str | None = None,
        region: str | None = None,
        by: By | None = None,
    ) -> Call[RecordShape]:
        """The record in short: how much was scored, what it was worth, what stands apart, and what waits for its truth.

        Of several editions by one provider that start from the same day the newest counts.

        ``GET /api/evaluation/record``.

        Args:
            provider: Only by this provider.
            source: Only from this source.
            signal: Only of this signal.
            region: Only of this region, by any name or code.
            by: What to split by; weeks are those of the target dates, to Sunday.
        """
        return asking(
            "GET",
            "/api/evaluation/record",
            query={"provider": provider, "source": source, "signal": signal, "region": region, "by": by},
        )

    @method
    def scores(
        self,
        *,
        provider: str | None = None,
        source: str | None = None,
        signal: str | None = None,
        region: str | None = None,
        by: By | None = None,
    ) -> Call[ScoresShape]:
        """Weighted interval score with its parts, relative to the hub baseline, error of the median, bias, coverage.

        ``GET /api/evaluation/scores``.

        Args:
            provider: Only by this provider.
            source: Only from this source.
            signal: Only of this signal.
            region: Only of this region, by any name or code.
            by: What to split by; weeks are those of the target dates, to Sunday.
        """
        return asking(
            "GET",
            "/api/evaluation/scores",
            query={"provider": provider, "source": source, "signal": signal, "region": region, "by": by},
        )

    @method
    def coverage(
        self,
        *,
        provider: str | None = None,
        source: str | None = None,
        signal: str | None = None,
        region: str | None = None,
        by: By | None = None,
    ) -> Call[CoverageShape]:
        """How often values fell into each central interval, and under each quantile.

        ``GET /api/evaluation/coverage``.

        Args:
            provider: Only by this provider.
            source: Only from this source.
            signal: Only of this signal.
            region: Only of this region, by any name or code.
            by: What to split by; weeks are those of the target dates, to Sunday.
        """
        return asking(
            "GET",
            "/api/evaluation/coverage",
            query={"provider": provider, "source": source, "signal": signal, "region": region, "by": by},
        )

    @method
    def reliability(
        self,
        *,
        provider: str | None = None,
        source: str | None = None,
        signal: str | None = None,
        region: str | None = None,
        by: By | None = None,
    ) -> Call[ReliabilityShape]:
        """The claims confidence, outbreak, growth, trend and risk: probabilities against what came true.

        ``GET /api/evaluation/reliability``.

        Args:
            provider: Only by this provider.
            source: Only from this source.
            signal: Only of this signal.
            region: Only of this region, by any name or code.
            by: What to split by; weeks are those of the target dates, to Sunday.
        """
        return asking(
            "GET",
            "/api/evaluation/reliability",
            query={"provider": provider, "source": source, "signal": signal, "region": region, "by": by},
        )
