"""The calls about tokens; written by ``make docs``."""

from __future__ import annotations

from neuralbrain.client.call import Call, asking, method
from neuralbrain.client.shapes import RevokedShape, TokensShape


class TokensCalls:
    """The calls about tokens."""

    @method
    def tokens(self) -> Call[TokensShape]:
        """Every token that was ever made, without itself.

        ``GET /api/tokens``. Needs a token.
        """
        return asking("GET", "/api/tokens")

    @method
    def revoke_token(self, name: str, *, reason: str) -> Call[RevokedShape]:
        """Refuse a token from now on, for ever.

        ``POST /api/tokens/{name}/revoke``. Needs a token.

        Args:
            name: Its name.
            reason: Why, in one sentence; the audit trail keeps it.
        """
        return asking("POST", "/api/tokens/{name}/revoke", where={"name": name}, body={"reason": reason})
