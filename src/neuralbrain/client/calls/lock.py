"""The calls about lock; written by ``make docs``."""

from __future__ import annotations

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import AuditShape, LockChangeShape, LockShape


class LockCalls:
    """The calls about lock."""

    @method
    def lock(self) -> Call[LockShape]:
        """Who holds the provider lock, since when and why, and each provider's state.

        ``GET /api/lock``.
        """
        return asking("GET", "/api/lock")

    @method
    def audit(self, *, limit: int | None = None, before: int | None = None) -> Call[AuditShape]:
        """The last events of the audit trail, or those before an event; page by page, all that is kept of it.

        ``GET /api/lock/audit``.

        Args:
            limit: How many, the last ones, oldest first.
            before: Only events with a lower number.
        """
        return asking("GET", "/api/lock/audit", query={"limit": limit, "before": before})

    @method
    def switch(self, *, provider: str, reason: str, expected_number: int | None = None) -> Call[LockChangeShape]:
        """Give the lock to another provider: it forecasts from the next cycle on.

        ``POST /api/lock/switch``. Needs a token.

        Args:
            provider: Its name, as in the order of priority.
            reason: Why, in one sentence; the audit trail keeps it.
            expected_number: The lock number that this decision was made under; refused with 409 where it is another by
                now. Null decides under whichever it is.
        """
        return asking(
            "POST",
            "/api/lock/switch",
            body={"provider": provider, "reason": reason, "expected_number": expected_number},
        )

    @method
    def release(self, *, reason: str, expected_number: int | None = None) -> Call[LockChangeShape]:
        """Take the lock from its holder: the next cycle gives it to the next provider that can be asked.

        ``POST /api/lock/release``. Needs a token.

        Args:
            reason: Why, in one sentence; the audit trail keeps it.
            expected_number: The lock number that this decision was made under; refused with 409 where it is another by
                now. Null decides under whichever it is.
        """
        return asking("POST", "/api/lock/release", body={"reason": reason, "expected_number": expected_number})
