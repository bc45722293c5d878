"""Writes everything that follows from the OpenAPI document: docs/api.md, and the generated half of the client.

Run as ``python -m docs.api``.
"""

from __future__ import annotations

from docs.api_page import PAGE, api_page
from docs.client_code import write_client
from docs.openapi_document import served_document


def main() -> None:
    """Write the page and the client."""
    document = served_document()
    write_client(document)
    PAGE.write_text(api_page(document), encoding="utf-8")


if __name__ == "__main__":
    main()
