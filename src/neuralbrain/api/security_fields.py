"""The header fields that every answer has: what a browser may do with it, and who may show it."""

from __future__ import annotations

from neuralbrain.api.asgi import Field, Scope, values_of
from neuralbrain.service_settings import ANY_ORIGIN, ServiceSettings

# By default a browser may do nothing with what comes from here but run our own files; of those only the dashboard has.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
IN_ANY_FRAME = b"frame-ancestors *"  # how a page says that it is made for embedding; the settings say where
YEAR_SECONDS = 365 * 86_400
PREFLIGHT_SECONDS = 600
EXPOSED = (
    "etag, retry-after, neuralbrain-edition, neuralbrain-provider, neuralbrain-lock-number, neuralbrain-cutoff, "
    "neuralbrain-edition-age, neuralbrain-withdrawn, link"
)
"""Fields that a page of another origin may read, where it may read at all."""


class SecurityFields:
    """The header fields of all answers, made once.

    Args:
        settings: Who else may read, and whether TLS stands in front.
    """

    def __init__(self, settings: ServiceSettings) -> None:
        self.origins = frozenset(one.encode() for one in settings.cors_origins)
        elsewhere = "cross-origin" if self.origins else "same-origin"
        fields = [
            (b"content-security-policy", POLICY.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", elsewhere.encode()),
        ]
        if settings.hsts:
            fields.append((b"strict-transport-security", f"max-age={YEAR_SECONDS}".encode()))
        self.always: tuple[Field, ...] = tuple(fields)
        ancestors = " ".join(settings.embed_ancestors) or "'none'"
        self._frames = f"frame-ancestors {ancestors}".encode()

    def completed(self, fields: list[Field], scope: Scope) -> list[Field]:
        """Return the header fields of an answer with those that every answer has.

        What says nothing about being kept is of this moment only. An answer may have a policy of its own; whether it
        may be shown in frames of others the settings alone say.
        """
        mended = [
            (name, value.replace(IN_ANY_FRAME, self._frames) if name == b"content-security-policy" else value)
            for name, value in fields
        ]
        named = {name for name, _ in fields}
        if b"cache-control" not in named:
            mended.append((b"cache-control", b"no-store"))
        mended += [field for field in self.always if field[0] not in named]
        return mended + self.of_origin(scope) if self.origins else mended

    def of_origin(self, scope: Scope) -> list[Field]:
        """Return the fields by which a page of another origin may read the answer; only where it may."""
        if ANY_ORIGIN.encode() in self.origins:
            return [(b"access-control-allow-origin", b"*"), (b"access-control-expose-headers", EXPOSED.encode())]
        given = values_of(scope, b"origin")
        varies = (b"vary", b"origin")
        if len(given) != 1 or given[0] not in self.origins:
            return [varies]
        return [
            varies,
            (b"access-control-allow-origin", given[0]),
            (b"access-control-expose-headers", EXPOSED.encode()),
        ]

    def preflight(self, scope: Scope) -> list[Field] | None:
        """Return the fields of the answer to a browser that asks whether a page may read; None where it may not ask."""
        wanted = values_of(scope, b"access-control-request-method")
        if not self.origins or wanted not in ([b"GET"], [b"HEAD"]):
            return None
        allowed = self.of_origin(scope)
        if not any(name == b"access-control-allow-origin" for name, _ in allowed):
            return None
        return [
            (b"access-control-allow-methods", b"GET, HEAD"),
            (b"access-control-allow-headers", b"authorization, if-none-match"),
            (b"access-control-max-age", str(PREFLIGHT_SECONDS).encode()),
        ]
