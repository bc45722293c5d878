"""Tells requests that a web page elsewhere had a browser make: such a page must change nothing here."""

from __future__ import annotations

from neuralbrain.api.asgi import Scope, values_of
from neuralbrain.errors import RequestRefusedError

OURS = (b"same-origin", b"none")  # a page of this service, or the person at the browser


def require_same_site(scope: Scope) -> None:
    """Refuse a request that a page of another site made.

    A browser says where it comes from in ``Sec-Fetch-Site``, an older one in ``Origin``; a page cannot change either.
    What says neither is no browser.

    Args:
        scope: The request, of a method that changes something.

    Raises:
        RequestRefusedError: If it comes from elsewhere, or says several things.

    Source: https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
    """
    sites, origins = values_of(scope, b"sec-fetch-site"), values_of(scope, b"origin")
    if sites:
        fits = all(one in OURS for one in sites)
    else:
        hosts = [one.lower() for one in values_of(scope, b"host")]
        fits = all([one.lower().partition(b"://")[2]] == hosts for one in origins)
    if not fits:
        raise RequestRefusedError(
            "A page of another site had a browser send this, so nothing was done.",
            remedy="Use the pages of this service itself, or a program that is no browser.",
        )
