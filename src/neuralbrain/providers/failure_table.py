"""What a provider's error means, as a table: the first row that fits decides."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass

from neuralbrain.domain.failure import FailureKind
from neuralbrain.providers.resets import Reset

HOPELESS_SECONDS = 600.0  # who tells us to wait longer has an allowance of hours or days in mind


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One meaning; it fits where everything that it names fits.

    Args:
        name: Stable, for logs and the audit trail.
        kind: What it means to us.
        providers: Of whom it is known; empty for everybody.
        statuses: HTTP statuses; None for any.
        words: Codes, types, status words or reasons in small letters, one of which must be there; empty for any.
        says: What the message or a detail must contain.
        header: A header and the value that it must have.
        waits_longer_than: Seconds that the answer must tell us to wait at least.
        reset: When an allowance is given again.
    """

    name: str
    kind: FailureKind
    providers: frozenset[str] = frozenset()
    statuses: Container[int] | None = None
    words: frozenset[str] = frozenset()
    says: re.Pattern[str] | None = None
    header: tuple[str, str] | None = None
    waits_longer_than: float | None = None
    reset: Reset = Reset.UNKNOWN


def _any(*names: str | int) -> frozenset[str]:
    return frozenset(str(name) for name in names)


def _says(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_OUR_REQUEST = FailureKind.OUR_REQUEST
_AUTHENTICATION = FailureKind.AUTHENTICATION
_CONFIRMED = FailureKind.QUOTA_CONFIRMED
_SUSPECTED = FailureKind.QUOTA_SUSPECTED
_RATE_LIMITED = FailureKind.RATE_LIMITED
_UNAVAILABLE = FailureKind.UNAVAILABLE
_UNUSABLE = FailureKind.UNUSABLE_ANSWER

_GEMINI, _GROQ, _CLOUDFLARE, _HUGGING_FACE = (_any(one) for one in ("gemini", "groq", "cloudflare", "huggingface"))
_REFUSING = frozenset({400, 403, 422})
_UNPROCESSABLE = frozenset({400, 422})
_CLIENT_ERRORS = range(400, 500)

_EDGE = (
    # Before the rows of access: a page that refuses comes from something in between, which knows nothing of keys.
    Row(name="web-page-refusing", kind=_UNAVAILABLE, statuses=frozenset({401, 403}), words=_any("html")),
)

_CONTENT = (
    # Before access, since some refuse content with 403, which otherwise means that we may not.
    Row(
        name="content-filtered",
        kind=_OUR_REQUEST,
        words=_any("content_filter", "content_policy_violation", "content_filtered", "moderation"),
    ),
    Row(
        name="content-filtered-in-words",
        kind=_OUR_REQUEST,
        statuses=_REFUSING,
        says=_says(r"content (?:management |usage )?polic|safety system|flagged by moderation|prohibited content"),
    ),
)

_ACCESS = (
    Row(name="key-refused", kind=_AUTHENTICATION, statuses=frozenset({401})),
    Row(
        name="key-refused-by-code",
        kind=_AUTHENTICATION,
        words=_any("invalid_api_key", "api_key_invalid", "invalid_authentication", "account_deactivated"),
    ),
    Row(
        name="key-refused-in-words",
        kind=_AUTHENTICATION,
        statuses=_REFUSING,
        says=_says(r"API_KEY_INVALID|API key (?:not valid|(?:is |has )?(?:invalid|expired))|reported as leaked"),
    ),
    # The last three are about a header that does not look like one with a key in it, and come with 400.
    Row(
        name="key-refused-by-number",
        kind=_AUTHENTICATION,
        providers=_CLOUDFLARE,
        words=_any(10000, 6003, 6103, 6111),
    ),
    Row(name="account-restricted", kind=_AUTHENTICATION, providers=_GROQ, words=_any("organization_restricted")),
    Row(
        name="account-unknown",
        kind=_AUTHENTICATION,
        providers=_CLOUDFLARE,
        statuses=frozenset({404}),
        words=_any(7003),
    ),
    # Billing switched off, or a country in which the free tier is not offered.
    Row(
        name="account-not-ready",
        kind=_AUTHENTICATION,
        providers=_GEMINI,
        statuses=frozenset({400}),
        words=_any("failed_precondition"),
    ),
    Row(
        name="model-not-granted",
        kind=_AUTHENTICATION,
        statuses=frozenset({403}),
        says=_says(r"\bgated\b|model (?:terms|agreement)|access to (?:the |this )?model"),
    ),
    Row(name="not-permitted", kind=_AUTHENTICATION, statuses=frozenset({403})),
)

_ALLOWANCE = (
    Row(
        name="month-used-up",
        kind=_CONFIRMED,
        providers=_HUGGING_FACE,
        statuses=frozenset({402}),
        reset=Reset.NEXT_MONTH,
    ),
    Row(name="payment-required", kind=_CONFIRMED, statuses=frozenset({402})),
    Row(
        name="credit-used-up",
        kind=_CONFIRMED,
        words=_any(
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
            "insufficient_quota",
            "billing_hard_limit_reached",
            "billing_not_active",
        ),
    ),
    # The wait that comes with it is the one of the minute, so it is not listened to.
    Row(
        name="day-used-up",
        kind=_CONFIRMED,
        providers=_GEMINI,
        statuses=frozenset({429}),
        says=re.compile(r"PerDay"),
        reset=Reset.MIDNIGHT_PACIFIC,
    ),
    Row(
        name="day-used-up-by-number",
        kind=_CONFIRMED,
        providers=_CLOUDFLARE,
        words=_any(3036, 4006),
        reset=Reset.MIDNIGHT_UTC,
    ),
    Row(
        name="day-used-up-in-words",
        kind=_CONFIRMED,
        providers=_CLOUDFLARE,
        says=_says(r"daily free allocation"),
        reset=Reset.MIDNIGHT_UTC,
    ),
    Row(
        name="day-used-up-as-told",
        kind=_CONFIRMED,
        providers=_GROQ,
        statuses=frozenset({429}),
        says=_says(r"(?:tokens|requests) per day|\bTPD\b|\bRPD\b"),
        reset=Reset.AS_TOLD,
    ),
    Row(
        name="month-used-up-in-words",
        kind=_CONFIRMED,
        providers=_HUGGING_FACE,
        says=_says(r"exceeded your monthly included credits"),
        reset=Reset.NEXT_MONTH,
    ),
    # Groq counts requests by the day; elsewhere the same header is about a minute.
    Row(
        name="no-request-left",
        kind=_SUSPECTED,
        providers=_GROQ,
        statuses=frozenset({429}),
        header=("x-ratelimit-remaining-requests", "0"),
        reset=Reset.AS_TOLD,
    ),
    Row(
        name="wait-too-long",
        kind=_SUSPECTED,
        statuses=frozenset({429}),
        waits_longer_than=HOPELESS_SECONDS,
        reset=Reset.AS_TOLD,
    ),
)

_RATE = (
    Row(name="rate-limited", kind=_RATE_LIMITED, statuses=frozenset({429, 498})),
    Row(name="out-of-capacity", kind=_RATE_LIMITED, providers=_CLOUDFLARE, words=_any(3040)),
)

_FORM = (
    Row(name="form-not-met", kind=_UNUSABLE, words=_any("json_validate_failed")),
    Row(
        name="form-not-met-in-words",
        kind=_UNUSABLE,
        providers=_CLOUDFLARE,
        says=_says(r"JSON Mode could(?: not|n.t) be met"),
    ),
)

_MODEL = (
    Row(
        name="model-gone",
        kind=_AUTHENTICATION,
        words=_any("model_not_found", "model_decommissioned", "model_not_supported", "model_not_available"),
    ),
    Row(name="model-gone-by-number", kind=_AUTHENTICATION, providers=_CLOUDFLARE, words=_any(5007, 3042)),
)

_REQUEST = (
    # Also where the request is larger than the allowance of a minute: it never fits, however long we wait.
    Row(name="request-too-large", kind=_OUR_REQUEST, statuses=frozenset({413})),
    Row(name="context-too-long", kind=_OUR_REQUEST, words=_any("context_length_exceeded", "string_above_max_length")),
    Row(
        name="context-too-long-in-words",
        kind=_OUR_REQUEST,
        statuses=_CLIENT_ERRORS,
        says=_says(r"exceed\w* (?:the maximum number of tokens|this model context|the (?:model's )?context)"),
    ),
    Row(
        name="request-too-large-by-number",
        kind=_OUR_REQUEST,
        providers=_CLOUDFLARE,
        statuses=_CLIENT_ERRORS,
        words=_any(3006, 3010, 5021),
    ),
)

_ASKED_OTHERWISE = (
    # The client puts the question in another way the next time (``form_steps``). The effort and the limit go before
    # the form: their names are telling, and sentences about them also say "schema".
    Row(
        name="effort-refused",
        kind=_OUR_REQUEST,
        statuses=_UNPROCESSABLE,
        says=_says(r"\breasoning[_ .]?effort\b|\bthinking[_ ](?:level|budget)\b"),
    ),
    Row(
        name="limit-refused",
        kind=_OUR_REQUEST,
        statuses=_UNPROCESSABLE,
        says=_says(
            r"(?:unsupported|unknown|unrecogni[sz]ed|unexpected|extra)\b.{0,100}\bmax_(?:completion_)?tokens\b"
            r"|\bmax_(?:completion_)?tokens\b.{0,100}\b(?:(?:not|n't) (?:supported|permitted|allowed|recogni[sz]ed)"
            r"|unsupported|unknown|extra)"
        ),
    ),
    Row(
        name="form-refused",
        kind=_OUR_REQUEST,
        statuses=_UNPROCESSABLE,
        says=_says(
            r"response[_ ](?:format|schema)|json[_ ](?:schema|object|mode)\b|invalid[_ ]schema|too many states"
            r"|structured outputs?\b|\bgrammar\b"
        ),
    ),
)

_REST = (
    # A page comes from something in between, not from the provider's own program.
    Row(name="web-page", kind=_UNAVAILABLE, words=_any("html", "xml")),
    Row(name="request-refused", kind=_OUR_REQUEST, statuses=frozenset({400, 422})),
    Row(name="nothing-there", kind=_AUTHENTICATION, statuses=frozenset({404, 405, 410})),
    Row(name="redirected", kind=_UNAVAILABLE, statuses=range(300, 400)),
    Row(name="server-error", kind=_UNAVAILABLE, statuses=range(500, 600)),
    Row(name="error-in-success", kind=_UNAVAILABLE, statuses=range(200, 300)),
    Row(name="other-error", kind=_UNAVAILABLE),
)

ROWS = (*_EDGE, *_CONTENT, *_ACCESS, *_ALLOWANCE, *_RATE, *_FORM, *_MODEL, *_REQUEST, *_ASKED_OTHERWISE, *_REST)
"""The order is the meaning: pages first, access before allowance, allowance before rate, a gone model before a wrong
request."""

WITHOUT_ANSWER: Mapping[str, FailureKind] = {
    "refused": FailureKind.UNCONFIGURED,  # our own rules or a key that cannot be sent: only a setting can mend it
    "unreachable": _UNAVAILABLE,
    "timeout": _UNAVAILABLE,
    "too_large": _UNAVAILABLE,
    "broken_off": _UNAVAILABLE,
}
"""What it means where no whole answer came, by ``NotReceivedKind``."""
