"""The calls about alerts; written by ``make docs``."""

from __future__ import annotations

from typing import Literal

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import AlertRecordShape, AlertRule, AlertsShape, WholeAlertShape


class AlertsCalls:
    """The calls about alerts."""

    @method
    def alerts(
        self,
        *,
        state: Literal["open", "ended", "all"] | None = None,
        rule: AlertRule | None = None,
        region: str | None = None,
        acknowledged: bool | None = None,
        limit: int | None = None,
        cursor: str | None = None,
    ) -> Call[AlertsShape]:
        """Alerts, newest first, each with its reason and the numbers; the cursor leads to those before them.

        ``GET /api/alerts``.

        Args:
            state: Only those that are open, or have ended.
            rule: Only of this rule.
            region: Only about this region, by any name or code.
            acknowledged: Only those that somebody acknowledged, or nobody.
            limit: How many, newest first.
            cursor: Where the list goes on: next_cursor of the page before.
        """
        return asking(
            "GET",
            "/api/alerts",
            query={
                "state": state,
                "rule": rule,
                "region": region,
                "acknowledged": acknowledged,
                "limit": limit,
                "cursor": cursor,
            },
        )

    @method
    def alerts_record(self) -> Call[AlertRecordShape]:
        """How often alerts about regions came true: judged by the forecast that each rests on, by the first truth.

        ``GET /api/alerts/record``.
        """
        return asking("GET", "/api/alerts/record")

    @method
    def alerts_feed(self) -> Call[str]:
        """The last alerts as an Atom feed (RFC 4287): an entry an alert, updated when it changes.

        ``GET /api/alerts/feed.atom``.
        """
        return asking("GET", "/api/alerts/feed.atom", reads="text")

    @method
    def alert(self, number: int) -> Call[WholeAlertShape]:
        """One alert with everything that happened to it.

        ``GET /api/alerts/{number}``.

        Args:
            number: Its number.
        """
        return asking("GET", "/api/alerts/{number}", where={"number": number})

    @method
    def acknowledge_alert(self, number: int, *, note: str) -> Call[WholeAlertShape]:
        """Say that somebody has seen an alert, and who; it stays open until its rule ends it.

        ``POST /api/alerts/{number}/acknowledge``. Needs a token.

        Args:
            number: Its number.
            note: In one sentence; it stays with the alert.
        """
        return asking("POST", "/api/alerts/{number}/acknowledge", where={"number": number}, body={"note": note})
