"""What each provider says when it fails, case by case, and what that must mean to us."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from neuralbrain.domain.failure import FailureKind as Kind

PROVIDERS = ("openai", "gemini", "groq", "cloudflare", "huggingface")
JSON_TYPE = ("content-type", "application/json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One answer as a provider sends it, and its verdict.

    Args:
        status: The HTTP status.
        body: The bytes.
        headers: Beside the content type.
        kind: What it must mean; None for a success.
        rule: The row that must decide.
        wait: The seconds to wait that must be told.
        reset: Whether the moment of the reset must be known.
        code: The raw code that must be kept.
    """

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    kind: Kind | None
    rule: str
    wait: float | None = None
    reset: bool = False
    code: str = ""
    content_type: str = field(default="application/json")


def openai_error(
    message: str, *, kind: str = "invalid_request_error", code: str | None = None, param: str | None = None
) -> bytes:
    """Return the envelope of OpenAI, also of Groq and others."""
    return json.dumps({"error": {"message": message, "type": kind, "param": param, "code": code}}).encode()


def google_error(code: int, status: str, message: str, *details: Mapping[str, Any], listed: bool = True) -> bytes:
    """Return Google's envelope, by default in a list of one."""
    error = {"error": {"code": code, "message": message, "status": status, "details": list(details)}}
    return json.dumps([error] if listed else error).encode()


def cloudflare_error(code: int, message: str, *chain: Mapping[str, Any]) -> bytes:
    """Return Cloudflare's envelope, with the errors behind the error where there are some."""
    error = {"code": code, "message": message} | ({"error_chain": chain} if chain else {})
    return json.dumps({"result": None, "success": False, "errors": [error], "messages": []}).encode()


def word_error(message: str) -> bytes:
    """Return an envelope whose error is a sentence."""
    return json.dumps({"error": message}).encode()


def completion(content: Any, **changes: Any) -> bytes:
    """Return a chat completion; ``finish_reason``, ``refusal`` and ``model`` can be given."""
    message = {"role": "assistant", "content": content}
    if "refusal" in changes:
        message["refusal"] = changes["refusal"]
    choice = {"index": 0, "message": message, "finish_reason": changes.get("finish_reason", "stop")}
    usage = {
        "prompt_tokens": 11,
        "completion_tokens": 7,
        "total_tokens": 18,
        "completion_tokens_details": {"reasoning_tokens": 3},
    }
    model = changes.get("model", "m-1")
    return json.dumps(
        {"id": "c-1", "object": "chat.completion", "model": model, "choices": [choice], "usage": usage}
    ).encode()


REASON = "type.googleapis.com/google.rpc.ErrorInfo"
QUOTA = "type.googleapis.com/google.rpc.QuotaFailure"
RETRY = "type.googleapis.com/google.rpc.RetryInfo"


def _invalid_google_key(message: str) -> bytes:
    return google_error(400, "INVALID_ARGUMENT", message, {"@type": REASON, "reason": "API_KEY_INVALID"})


def _google_quota(quota_id: str, delay: str) -> bytes:
    return google_error(
        429,
        "RESOURCE_EXHAUSTED",
        "You exceeded your current quota, please check your plan and billing details.",
        {"@type": QUOTA, "violations": [{"quotaMetric": "generate_requests", "quotaId": quota_id}]},
        {"@type": RETRY, "retryDelay": delay},
    )


PAGE = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head><body><h1>no</h1></body></html>"
EDGE_PAGE = b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body></body></html>"
GROQ_DAY = (
    "Rate limit reached for model `openai/gpt-oss-120b` in organization `org_x` service tier `on_demand` on tokens per "
    "day (TPD): Limit 200000, Used 199900, Requested 4000. Please try again in 47m12s. Need more tokens? Upgrade."
)
NEURONS = "you have used up your daily free allocation of 10,000 neurons, please upgrade to continue usage."
CREDITS = "You have exceeded your monthly included credits for Inference Providers. Subscribe to PRO to get more."

_OPENAI = {
    "invalid_key": Case(
        status=401,
        body=openai_error("Incorrect API key provided: sk-abc***xyz.", code="invalid_api_key"),
        kind=Kind.AUTHENTICATION,
        rule="key-refused",
        code="invalid_api_key",
    ),
    "not_a_member": Case(
        status=401,
        body=openai_error("You must be a member of an organization to use the API."),
        kind=Kind.AUTHENTICATION,
        rule="key-refused",
    ),
    "country": Case(
        status=403,
        body=openai_error("Country, region, or territory not supported", code="unsupported_country_region_territory"),
        kind=Kind.AUTHENTICATION,
        rule="not-permitted",
        code="unsupported_country_region_territory",
    ),
    "quota": Case(
        status=429,
        body=openai_error("You exceeded your current quota.", kind="insufficient_quota", code="insufficient_quota"),
        headers=(("retry-after", "7"),),
        kind=Kind.QUOTA_CONFIRMED,
        rule="credit-used-up",
        code="insufficient_quota",
    ),
    **{
        f"quota_{code}": Case(
            status=429,
            body=openai_error("Stop.", kind="insufficient_quota", code=code),
            kind=Kind.QUOTA_CONFIRMED,
            rule="credit-used-up",
            code=code,
        )
        for code in (
            "credit_balance_exhausted",
            "organization_spend_limit_exceeded",
            "project_spend_limit_exceeded",
            "organization_usage_limit_exceeded",
            "billing_hard_limit_reached",
        )
    },
    "quota_by_type_only": Case(
        status=429,
        body=openai_error("You exceeded your current quota.", kind="insufficient_quota"),
        kind=Kind.QUOTA_CONFIRMED,
        rule="credit-used-up",
    ),
    "rate_limit": Case(
        status=429,
        body=openai_error("Rate limit reached for gpt on requests.", kind="requests", code="rate_limit_exceeded"),
        headers=(("retry-after", "20"), ("retry-after-ms", "19500"), ("x-ratelimit-remaining-requests", "0")),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        wait=19.5,
        code="rate_limit_exceeded",
    ),
    "rate_limit_in_words": Case(
        status=429,
        body=openai_error("Limit 3, Used 3. Please try again in 6ms.", kind="tokens", code="rate_limit_exceeded"),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        wait=0.006,
        code="rate_limit_exceeded",
    ),
    "slow_down": Case(
        status=429,
        body=openai_error("Slow down.", code="slow_down"),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        code="slow_down",
    ),
    "model_gone": Case(
        status=404,
        body=openai_error("The model `gpt-0` does not exist or you do not have access to it.", code="model_not_found"),
        kind=Kind.AUTHENTICATION,
        rule="model-gone",
        code="model_not_found",
    ),
    "too_long": Case(
        status=400,
        body=openai_error("This model's maximum context length is 8192 tokens.", code="context_length_exceeded"),
        kind=Kind.OUR_REQUEST,
        rule="context-too-long",
        code="context_length_exceeded",
    ),
    "server": Case(
        status=500,
        body=openai_error("The server had an error.", kind="server_error"),
        kind=Kind.UNAVAILABLE,
        rule="server-error",
    ),
    "overloaded": Case(
        status=503,
        body=openai_error("Overloaded.", kind="server_error", code="server_is_overloaded"),
        headers=(("retry-after", "9"),),
        kind=Kind.UNAVAILABLE,
        rule="server-error",
        wait=9.0,
        code="server_is_overloaded",
    ),
    "content_filter": Case(
        status=400,
        body=openai_error("The response was filtered due to our content management policy.", code="content_filter"),
        kind=Kind.OUR_REQUEST,
        rule="content-filtered",
        code="content_filter",
    ),
    "content_filter_403": Case(
        status=403,
        body=openai_error("Your request was rejected by our safety system."),
        kind=Kind.OUR_REQUEST,
        rule="content-filtered-in-words",
    ),
    "schema": Case(
        status=400,
        body=openai_error("Invalid schema for response_format 'forecasts'.", code="invalid_json_schema"),
        kind=Kind.OUR_REQUEST,
        rule="form-refused",
        code="invalid_json_schema",
    ),
    "schema_by_field": Case(
        status=400,
        body=openai_error("Invalid parameter.", code="invalid_value", param="response_format"),
        kind=Kind.OUR_REQUEST,
        rule="form-refused",
        code="invalid_value",
    ),
    "effort": Case(
        status=400,
        body=openai_error("Unsupported value: 'low'.", code="unsupported_value", param="reasoning_effort"),
        kind=Kind.OUR_REQUEST,
        rule="effort-refused",
        code="unsupported_value",
    ),
    "limit_field": Case(
        status=400,
        body=openai_error(
            "Unsupported parameter: 'max_completion_tokens' is not supported with this model.",
            code="unsupported_parameter",
            param="max_completion_tokens",
        ),
        kind=Kind.OUR_REQUEST,
        rule="limit-refused",
        code="unsupported_parameter",
    ),
    "limit_too_high": Case(
        status=400,
        body=openai_error("max_completion_tokens is too large: 99999. This model supports at most 4096."),
        kind=Kind.OUR_REQUEST,
        rule="request-refused",
    ),
}
_GEMINI = {
    "invalid_key": Case(
        status=400,
        body=_invalid_google_key("API key not valid. Please pass a valid API key."),
        kind=Kind.AUTHENTICATION,
        rule="key-refused-by-code",
        code="400",
    ),
    "invalid_key_in_words": Case(
        status=400,
        body=google_error(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
        kind=Kind.AUTHENTICATION,
        rule="key-refused-in-words",
        code="400",
    ),
    "expired_key": Case(
        status=400,
        body=google_error(400, "INVALID_ARGUMENT", "API key expired. Please renew the API key."),
        kind=Kind.AUTHENTICATION,
        rule="key-refused-in-words",
        code="400",
    ),
    "leaked_key": Case(
        status=403,
        body=google_error(403, "PERMISSION_DENIED", "Your API key was reported as leaked. Please use another API key."),
        kind=Kind.AUTHENTICATION,
        rule="key-refused-in-words",
        code="403",
    ),
    "billing": Case(
        status=400,
        body=google_error(400, "FAILED_PRECONDITION", "User location is not supported for the API use."),
        kind=Kind.AUTHENTICATION,
        rule="account-not-ready",
        code="400",
    ),
    "quota": Case(
        status=429,
        body=_google_quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier", "18s"),
        kind=Kind.QUOTA_CONFIRMED,
        rule="day-used-up",
        reset=True,
        code="429",
    ),
    "rate_limit": Case(
        status=429,
        body=_google_quota("GenerateRequestsPerMinutePerProjectPerModel-FreeTier", "26s"),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        wait=26.0,
        code="429",
    ),
    "rate_limit_bare": Case(
        status=429,
        body=google_error(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        code="429",
    ),
    "model_gone": Case(
        status=404,
        body=google_error(404, "NOT_FOUND", "models/gemini-0 is not found for API version v1main."),
        kind=Kind.AUTHENTICATION,
        rule="nothing-there",
        code="404",
    ),
    "too_long": Case(
        status=400,
        body=google_error(
            400,
            "INVALID_ARGUMENT",
            "The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).",
        ),
        kind=Kind.OUR_REQUEST,
        rule="context-too-long-in-words",
        code="400",
    ),
    "server": Case(
        status=500,
        body=google_error(500, "INTERNAL", "An internal error has occurred."),
        kind=Kind.UNAVAILABLE,
        rule="server-error",
        code="500",
    ),
    "overloaded": Case(
        status=503,
        body=google_error(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
        kind=Kind.UNAVAILABLE,
        rule="server-error",
        code="503",
    ),
    "timed_out_there": Case(
        status=504,
        body=google_error(504, "DEADLINE_EXCEEDED", "Deadline expired."),
        kind=Kind.UNAVAILABLE,
        rule="server-error",
        code="504",
    ),
    "schema": Case(
        status=400,
        body=google_error(
            400, "INVALID_ARGUMENT", "The specified schema produces a constraint that has too many states for serving."
        ),
        kind=Kind.OUR_REQUEST,
        rule="form-refused",
        code="400",
    ),
    "unlisted_envelope": Case(
        status=503,
        body=google_error(503, "UNAVAILABLE", "The service is currently unavailable.", listed=False),
        kind=Kind.UNAVAILABLE,
        rule="server-error",
        code="503",
    ),
    "interactions_envelope": Case(
        status=400,
        body=json.dumps({"error": {"code": "invalid_request", "message": "no"}}).encode(),
        kind=Kind.OUR_REQUEST,
        rule="request-refused",
        code="invalid_request",
    ),
}
_GROQ = {
    "invalid_key": Case(
        status=401,
        body=openai_error("Invalid API Key", code="invalid_api_key"),
        kind=Kind.AUTHENTICATION,
        rule="key-refused",
        code="invalid_api_key",
    ),
    "restricted": Case(
        status=403,
        body=openai_error("Organization has been restricted."),
        kind=Kind.AUTHENTICATION,
        rule="not-permitted",
    ),
    "restricted_400": Case(
        status=400,
        body=openai_error("Organization has been restricted.", code="organization_restricted"),
        kind=Kind.AUTHENTICATION,
        rule="account-restricted",
        code="organization_restricted",
    ),
    "quota": Case(
        status=429,
        body=openai_error(GROQ_DAY, kind="tokens", code="rate_limit_exceeded"),
        headers=(("retry-after", "2832"),),
        kind=Kind.QUOTA_CONFIRMED,
        rule="day-used-up-as-told",
        wait=2832.0,
        reset=True,
        code="rate_limit_exceeded",
    ),
    "quota_without_header": Case(
        status=429,
        body=openai_error(GROQ_DAY, kind="tokens"),
        kind=Kind.QUOTA_CONFIRMED,
        rule="day-used-up-as-told",
        wait=2832.0,
        reset=True,
    ),
    "quota_suspected": Case(
        status=429,
        body=openai_error("Rate limit reached.", kind="requests", code="rate_limit_exceeded"),
        headers=(("x-ratelimit-remaining-requests", "0"), ("retry-after", "30")),
        kind=Kind.QUOTA_SUSPECTED,
        rule="no-request-left",
        wait=30.0,
        reset=True,
        code="rate_limit_exceeded",
    ),
    "rate_limit": Case(
        status=429,
        body=openai_error(
            "Rate limit reached on tokens per minute (TPM): Limit 8000. Please try again in 7.66s.",
            kind="tokens",
            code="rate_limit_exceeded",
        ),
        headers=(("retry-after", "8"), ("x-ratelimit-remaining-requests", "14369")),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        wait=8.0,
        code="rate_limit_exceeded",
    ),
    "flex_capacity": Case(
        status=498,
        body=openai_error("Flex tier capacity exceeded.", code="capacity_exceeded"),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        code="capacity_exceeded",
    ),
    "model_gone": Case(
        status=404,
        body=openai_error("The model `llama-0` does not exist.", code="model_not_found"),
        kind=Kind.AUTHENTICATION,
        rule="model-gone",
        code="model_not_found",
    ),
    "model_decommissioned": Case(
        status=400,
        body=openai_error("The model has been decommissioned.", code="model_decommissioned"),
        kind=Kind.AUTHENTICATION,
        rule="model-gone",
        code="model_decommissioned",
    ),
    "too_long": Case(
        status=400,
        body=openai_error("Please reduce the length of the messages.", code="context_length_exceeded"),
        kind=Kind.OUR_REQUEST,
        rule="context-too-long",
        code="context_length_exceeded",
    ),
    "larger_than_a_minute": Case(
        status=413,
        body=openai_error(
            "Request too large on tokens per minute (TPM): Limit 8000, Requested 9000.",
            kind="tokens",
            code="rate_limit_exceeded",
        ),
        kind=Kind.OUR_REQUEST,
        rule="request-too-large",
        code="rate_limit_exceeded",
    ),
    "server": Case(
        status=502,
        body=openai_error("Bad gateway", kind="internal_server_error"),
        kind=Kind.UNAVAILABLE,
        rule="server-error",
    ),
    "failed_dependency": Case(
        status=424, body=openai_error("Failed dependency"), kind=Kind.UNAVAILABLE, rule="other-error"
    ),
    "schema": Case(
        status=400,
        body=openai_error("This model does not support response format `json_schema`.", param="response_format"),
        kind=Kind.OUR_REQUEST,
        rule="form-refused",
    ),
    "limit_field": Case(
        status=400,
        body=openai_error("property 'max_completion_tokens' is unsupported"),
        kind=Kind.OUR_REQUEST,
        rule="limit-refused",
    ),
    "effort": Case(
        status=400,
        body=openai_error("`reasoning_effort` is not supported with this model"),
        kind=Kind.OUR_REQUEST,
        rule="effort-refused",
    ),
    "form": Case(
        status=400,
        body=openai_error("Failed to validate JSON.", code="json_validate_failed"),
        kind=Kind.UNUSABLE_ANSWER,
        rule="form-not-met",
        code="json_validate_failed",
    ),
}
_CLOUDFLARE = {
    "invalid_key": Case(
        status=401,
        body=cloudflare_error(10000, "Authentication error"),
        kind=Kind.AUTHENTICATION,
        rule="key-refused",
        code="10000",
    ),
    "invalid_key_403": Case(
        status=403,
        body=cloudflare_error(10000, "Authentication error"),
        kind=Kind.AUTHENTICATION,
        rule="key-refused-by-number",
        code="10000",
    ),
    "malformed_key": Case(
        status=400,
        body=cloudflare_error(
            6003,
            "Invalid request headers",
            {"code": 6111, "message": "Invalid format for Authorization header"},
        ),
        kind=Kind.AUTHENTICATION,
        rule="key-refused-by-number",
        code="6003",
    ),
    "malformed_key_behind_another_number": Case(
        status=400,
        body=cloudflare_error(1, "no", {"code": 6103, "message": "Invalid format for X-Auth-Key header"}),
        kind=Kind.AUTHENTICATION,
        rule="key-refused-by-number",
        code="1",
    ),
    "malformed_key_by_itself": Case(
        status=400,
        body=cloudflare_error(6111, "Invalid format for Authorization header"),
        kind=Kind.AUTHENTICATION,
        rule="key-refused-by-number",
        code="6111",
    ),
    "wrong_account": Case(
        status=404,
        body=cloudflare_error(7003, "Could not route to /accounts/x/ai/v1, perhaps your object identifier is invalid?"),
        kind=Kind.AUTHENTICATION,
        rule="account-unknown",
        code="7003",
    ),
    "blocked_account": Case(
        status=403,
        body=cloudflare_error(3023, "Account blocked"),
        kind=Kind.AUTHENTICATION,
        rule="not-permitted",
        code="3023",
    ),
    "model_terms": Case(
        status=403,
        body=cloudflare_error(5016, "User has not agreed to model terms"),
        kind=Kind.AUTHENTICATION,
        rule="model-not-granted",
        code="5016",
    ),
    "no_access": Case(
        status=403,
        body=cloudflare_error(5018, "Account not allowed to access private model"),
        kind=Kind.AUTHENTICATION,
        rule="not-permitted",
        code="5018",
    ),
    "quota": Case(
        status=429,
        body=cloudflare_error(4006, NEURONS),
        kind=Kind.QUOTA_CONFIRMED,
        rule="day-used-up-by-number",
        reset=True,
        code="4006",
    ),
    "quota_as_documented": Case(
        status=429,
        body=cloudflare_error(3036, "Account limited"),
        kind=Kind.QUOTA_CONFIRMED,
        rule="day-used-up-by-number",
        reset=True,
        code="3036",
    ),
    "quota_in_words": Case(
        status=429,
        body=openai_error(f"AiError: {NEURONS}"),
        kind=Kind.QUOTA_CONFIRMED,
        rule="day-used-up-in-words",
        reset=True,
    ),
    "quota_unified_billing": Case(
        status=402,
        body=cloudflare_error(2021, "Insufficient credit"),
        kind=Kind.QUOTA_CONFIRMED,
        rule="payment-required",
        code="2021",
    ),
    "rate_limit": Case(
        status=429,
        body=cloudflare_error(3040, "Out of capacity"),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        code="3040",
    ),
    "out_of_capacity_500": Case(
        status=500,
        body=cloudflare_error(3040, "Out of capacity"),
        kind=Kind.RATE_LIMITED,
        rule="out-of-capacity",
        code="3040",
    ),
    "model_gone": Case(
        status=400,
        body=cloudflare_error(5007, "No such model @cf/none or task"),
        kind=Kind.AUTHENTICATION,
        rule="model-gone-by-number",
        code="5007",
    ),
    "model_gone_404": Case(
        status=404,
        body=cloudflare_error(3042, "No such model"),
        kind=Kind.AUTHENTICATION,
        rule="model-gone-by-number",
        code="3042",
    ),
    "too_long": Case(
        status=413,
        body=cloudflare_error(
            5021,
            "The estimated number of input and maximum output tokens (9) exceeded this model context window limit (8).",
        ),
        kind=Kind.OUR_REQUEST,
        rule="request-too-large",
        code="5021",
    ),
    "too_long_400": Case(
        status=400,
        body=cloudflare_error(3010, "Invalid or incomplete input"),
        kind=Kind.OUR_REQUEST,
        rule="request-too-large-by-number",
        code="3010",
    ),
    "timed_out_there": Case(
        status=408,
        body=cloudflare_error(3007, "Request timeout"),
        kind=Kind.UNAVAILABLE,
        rule="other-error",
        code="3007",
    ),
    "server": Case(status=502, body=PAGE, content_type="text/html", kind=Kind.UNAVAILABLE, rule="web-page"),
    "form": Case(
        status=400,
        body=cloudflare_error(5024, "JSON Mode couldn't be met"),
        kind=Kind.UNUSABLE_ANSWER,
        rule="form-not-met-in-words",
        code="5024",
    ),
    "form_in_success": Case(
        status=200,
        body=cloudflare_error(5024, "JSON Mode couldn't be met"),
        kind=Kind.UNUSABLE_ANSWER,
        rule="form-not-met-in-words",
        code="5024",
    ),
    "schema": Case(
        status=400,
        body=cloudflare_error(5025, "This model doesn't support JSON Schema."),
        kind=Kind.OUR_REQUEST,
        rule="form-refused",
        code="5025",
    ),
    "wrong_endpoint": Case(
        status=405,
        body=cloudflare_error(7001, "Method GET not available for that URI."),
        kind=Kind.AUTHENTICATION,
        rule="nothing-there",
        code="7001",
    ),
}
_HUGGING_FACE = {
    "invalid_key": Case(
        status=401,
        body=word_error("Invalid username or password."),
        kind=Kind.AUTHENTICATION,
        rule="key-refused",
    ),
    "invalid_key_object": Case(
        status=401,
        body=openai_error("Invalid credentials in Authorization header"),
        kind=Kind.AUTHENTICATION,
        rule="key-refused",
    ),
    "no_permission": Case(
        status=403,
        body=word_error(
            "This authentication method does not have sufficient permissions to call Inference Providers on behalf of x"
        ),
        kind=Kind.AUTHENTICATION,
        rule="not-permitted",
    ),
    "gated": Case(
        status=403,
        body=word_error("Cannot access gated repo for url. Access to model x is restricted."),
        kind=Kind.AUTHENTICATION,
        rule="model-not-granted",
    ),
    "quota": Case(status=402, body=word_error(CREDITS), kind=Kind.QUOTA_CONFIRMED, rule="month-used-up", reset=True),
    "rate_limit": Case(
        status=429,
        body=openai_error("Too many requests"),
        headers=(("retry-after", "5"),),
        kind=Kind.RATE_LIMITED,
        rule="rate-limited",
        wait=5.0,
    ),
    "model_gone": Case(
        status=400,
        body=openai_error(
            "The requested model 'x' is not supported by any provider you have enabled.", code="model_not_supported"
        ),
        kind=Kind.AUTHENTICATION,
        rule="model-gone",
        code="model_not_supported",
    ),
    "too_long": Case(
        status=400,
        body=openai_error("This request exceeds the model's context window.", code="400"),
        kind=Kind.OUR_REQUEST,
        rule="context-too-long-in-words",
        code="400",
    ),
    "server": Case(status=503, body=PAGE, content_type="text/html", kind=Kind.UNAVAILABLE, rule="web-page"),
    "schema": Case(
        status=422,
        body=word_error("response_format is not supported by this provider"),
        kind=Kind.OUR_REQUEST,
        rule="form-refused",
    ),
    "unprocessable": Case(
        status=422, body=word_error("Input validation error"), kind=Kind.OUR_REQUEST, rule="request-refused"
    ),
}


def _everywhere(content: str) -> dict[str, Case]:
    """Return what every provider may send."""
    whole = completion(content)
    return {
        "long_wait": Case(
            status=429,
            body=openai_error("Rate limit reached."),
            headers=(("retry-after", "7200"),),
            kind=Kind.QUOTA_SUSPECTED,
            rule="wait-too-long",
            wait=7200.0,
            reset=True,
        ),
        "odd_wait": Case(
            status=429,
            body=openai_error("Rate limit reached."),
            headers=(("retry-after", "-1"), ("retry-after-ms", "NaN")),
            kind=Kind.RATE_LIMITED,
            rule="rate-limited",
        ),
        "overloaded_529": Case(status=529, body=openai_error("Overloaded"), kind=Kind.UNAVAILABLE, rule="server-error"),
        "bad_gateway_page": Case(
            status=502, body=PAGE, content_type="text/html", kind=Kind.UNAVAILABLE, rule="web-page"
        ),
        **{
            f"edge_page_{status}": Case(
                status=status,
                body=EDGE_PAGE,
                content_type="text/html",
                kind=Kind.UNAVAILABLE,
                rule="web-page-refusing",
            )
            for status in (401, 403)
        },
        "refused_in_plain_text": Case(
            status=401,
            body=b"Invalid username or password.",
            content_type="text/plain",
            kind=Kind.AUTHENTICATION,
            rule="key-refused",
        ),
        "refused_in_xml": Case(
            status=403,
            body=b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
            content_type="application/xml",
            kind=Kind.AUTHENTICATION,
            rule="not-permitted",
        ),
        "server_without_a_word": Case(status=500, body=b"", kind=Kind.UNAVAILABLE, rule="server-error"),
        "error_in_success": Case(
            status=200, body=openai_error("Something broke upstream."), kind=Kind.UNAVAILABLE, rule="error-in-success"
        ),
        "sentence_in_success": Case(
            status=200, body=word_error("Model is loading"), kind=Kind.UNAVAILABLE, rule="error-in-success"
        ),
        "unsuccessful_success": Case(
            status=200, body=cloudflare_error(1, "no"), kind=Kind.UNAVAILABLE, rule="error-in-success", code="1"
        ),
        "page_in_success": Case(
            status=200, body=PAGE, content_type="text/html", kind=Kind.UNAVAILABLE, rule="web-page"
        ),
        "empty_success": Case(status=200, body=b"", kind=Kind.UNAVAILABLE, rule="error-in-success"),
        "cut_json": Case(status=200, body=whole[:-20], kind=Kind.UNAVAILABLE, rule="error-in-success"),
        "byte_order_mark": Case(
            status=200, body=b"\xef\xbb\xbf" + whole, kind=Kind.UNAVAILABLE, rule="error-in-success"
        ),
        "trailing_text": Case(status=200, body=whole + b" bye", kind=Kind.UNAVAILABLE, rule="error-in-success"),
        "not_utf8": Case(status=200, body=b'{"a":"\xff"}', kind=Kind.UNAVAILABLE, rule="error-in-success"),
        "deep_nesting": Case(status=200, body=b"[" * 100_000, kind=Kind.UNAVAILABLE, rule="error-in-success"),
        "not_a_number": Case(status=200, body=b'{"choices": NaN}', kind=Kind.UNAVAILABLE, rule="error-in-success"),
        "endless_number": Case(
            status=200, body=b'{"choices": ' + b"9" * 5000 + b"}", kind=Kind.UNAVAILABLE, rule="error-in-success"
        ),
        "no_choice": Case(status=200, body=b'{"choices": []}', kind=Kind.UNAVAILABLE, rule="no-choice"),
        "another_shape": Case(status=200, body=b'["a", "b"]', kind=Kind.UNAVAILABLE, rule="no-choice"),
        "redirect": Case(
            status=302,
            body=b"",
            headers=(("location", "http://127.0.0.1:1/elsewhere"),),
            kind=Kind.UNAVAILABLE,
            rule="redirected",
        ),
        "answer_filtered": Case(
            status=200,
            body=completion(None, finish_reason="content_filter"),
            kind=Kind.OUR_REQUEST,
            rule="content-filtered",
        ),
        "answer_refused": Case(
            status=200, body=completion(None, refusal="I can not help."), kind=Kind.OUR_REQUEST, rule="refusal"
        ),
        "answer_cut_short": Case(
            status=200,
            body=completion('{"fore', finish_reason="length"),
            kind=Kind.UNUSABLE_ANSWER,
            rule="cut-short",
        ),
        "answer_empty": Case(status=200, body=completion(""), kind=Kind.UNUSABLE_ANSWER, rule="no-content"),
        "answer_null": Case(status=200, body=completion(None), kind=Kind.UNUSABLE_ANSWER, rule="no-content"),
        "answer_half_a_character": Case(
            status=200, body=completion("\ud83d"), kind=Kind.UNUSABLE_ANSWER, rule="not-text"
        ),
        "answer_broke_off": Case(
            status=200, body=completion("{", finish_reason="error"), kind=Kind.UNAVAILABLE, rule="error-in-choice"
        ),
        "answered": Case(status=200, body=whole, kind=None, rule="answered"),
        "answered_in_parts": Case(
            status=200,
            body=completion([{"type": "text", "text": content[:3]}, {"type": "text", "text": content[3:]}]),
            kind=None,
            rule="answered",
        ),
        "answered_as_an_object": Case(status=200, body=completion(json.loads(content)), kind=None, rule="answered"),
        "answered_packed": Case(
            status=200,
            body=gzip.compress(whole),
            headers=(("content-encoding", "gzip"),),
            kind=None,
            rule="answered",
        ),
        "answered_natively": Case(
            status=200,
            body=json.dumps(
                {"result": {"response": json.loads(content)}, "success": True, "errors": [], "messages": []}
            ).encode(),
            kind=None,
            rule="answered",
        ),
    }


CONTENT = '{"forecasts": []}'
OWN: Mapping[str, Mapping[str, Case]] = {
    "openai": _OPENAI,
    "gemini": _GEMINI,
    "groq": _GROQ,
    "cloudflare": _CLOUDFLARE,
    "huggingface": _HUGGING_FACE,
}
EVERYWHERE = _everywhere(CONTENT)


def cases(provider: str) -> dict[str, Case]:
    """Return every case of a provider by name: its own and those of everybody."""
    return {**EVERYWHERE, **OWN[provider]}


def all_cases() -> Iterator[tuple[str, str]]:
    """Yield provider and name of every case."""
    for provider in PROVIDERS:
        for name in cases(provider):
            yield provider, name
