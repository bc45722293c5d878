"""Every error the project raises: one tree, each with a code, a transience and a remedy.

NeuralBrainError               internal
├── SettingsError              settings-invalid, settings-unknown-key, address-taken, address-unguarded
│   └── ProviderUnfitError     provider-unconfigured, provider-disabled
├── StoreError                 store-rule-broken
│   ├── StoreUnsafeError       store-sqlite-unsafe, store-permissions, store-too-new
│   ├── StoreUnavailableError  store-unavailable, store-read-only, store-outcome-unknown (transient)
│   ├── StoreFullError         store-full (transient)
│   └── StoreDamagedError      store-damaged, store-rewound
├── LockError                  lock
│   ├── RunnerBusyError        runner-busy (transient)
│   ├── FencedError            lock-number-old (transient)
│   ├── LockFreeError          lock-free
│   └── LockContentionError    lock-contention (transient)
├── SourceError                source
│   ├── SourceMissingError     source-missing
│   ├── SourceRefusedError     source-refused, source-moved, source-address-refused
│   ├── SourceUnusableError    source-too-large, source-empty, source-not-data, source-pages-repeat, source-mapping
│   ├── SourceAwayError        source-unreachable, source-timeout, source-broken-off, source-no-room, step-deadline (transient)
│   ├── SourceBusyError        source-server-error, source-rate-limited (transient)
│   └── SourceSchemaError      source-schema, source-clock, source-shrunk
├── NothingKnownError          nothing-known
├── ProviderError              provider-failed (transient)
│   ├── NetworkDownError       network-down (transient)
│   └── NoProviderError        provider-none-left (transient)
├── AnswerError                answer-unreadable
├── UnknownRegionError         region-unknown, region-not-covered, signal-unknown
├── AccessError                token-missing, token-refused, token-scope, control-off
│   ├── RequestRefusedError    cross-site, host-unknown, method-not-allowed, body-too-large, body-too-slow
│   └── TooOftenError          too-many-requests (transient)
├── ServiceBusyError           service-busy, request-deadline, cycle-not-begun (transient)
├── TokenError                 token-name-taken
├── HubError                   hub-file, hub-config, hub-unknown, hub-date, hub-model-id, hub-nothing
├── QueryError                 query-contradiction, cursor-unreadable, field-unknown, parameter-unusable
└── NotFoundError              edition-unknown, edition-none, cycle-unknown, provider-unknown, source-unknown, alert-unknown
    ├── AddressUnknownError    address-unknown
    └── TokenUnknownError      token-unknown

Expected outcomes are values, not exceptions: a bad forecast is a refusal with findings (``domain.finding``).
"""  # noqa: E501 - a kind and its codes stand in one line

from __future__ import annotations

from typing import ClassVar

LONGEST_SENTENCE = 2000  # characters of what a feed's fault says: a server may quote itself at any length


def printable(text: str, *, longest: int) -> str:
    r"""Return foreign words so that they can be kept in any database and shown on any screen.

    Args:
        text: The words.
        longest: How many characters are kept.

    >>> printable("a\x00b\ud800", longest=200) == "a\ufffdb\ufffd"
    True
    >>> printable("abcdef", longest=4)
    'abc…'
    """
    short = text if len(text) <= longest else f"{text[: longest - 1]}…"
    return short if short.isprintable() else "".join(one if one.isprintable() else "\ufffd" for one in short)


def _sentence(text: str) -> str:
    """Return a sentence that can be kept and shown; one that is cut still ends in a full stop."""
    short = printable(text, longest=LONGEST_SENTENCE)
    return short if len(text) <= LONGEST_SENTENCE else f"{short[:-2]}…."


class NeuralBrainError(Exception):
    """The root: what happened, to what, and what to do.

    Args:
        happened: One sentence, ending in a full stop, about what happened to what.
        remedy: One sentence that says what to do.
        code: The stable name used by logs, the command line and the docs; the class's own by default.
    """

    code: ClassVar[str] = "internal"
    transient: ClassVar[bool] = False

    def __init__(self, happened: str, *, remedy: str, code: str | None = None) -> None:
        super().__init__(happened)
        self.happened = happened
        self.remedy = remedy
        self.error_code = code or self.code

    def __str__(self) -> str:
        return f"{self.happened} {self.remedy}"


class SettingsError(NeuralBrainError):
    """A setting has a value that cannot be used, or is not known at all."""

    code = "settings-invalid"


class ProviderUnfitError(SettingsError):
    """The provider cannot be asked as things are set: it lacks something, or the settings leave it out."""

    code = "provider-unconfigured"


class StoreError(NeuralBrainError):
    """The database refused a change that would break its rules."""

    code = "store-rule-broken"


class StoreUnsafeError(StoreError):
    """The database could be opened, but not without endangering what it holds."""

    code = "store-sqlite-unsafe"


class StoreUnavailableError(StoreError):
    """The database file cannot be opened, is read-only or stayed locked."""

    code = "store-unavailable"
    transient = True


class StoreFullError(StoreError):
    """The disk has no space left; reading goes on."""

    code = "store-full"
    transient = True


class StoreDamagedError(StoreError):
    """What the database holds is not what was written."""

    code = "store-damaged"


class LockError(NeuralBrainError):
    """The lock does not allow what was asked; only its kinds are raised."""

    code = "lock"


class RunnerBusyError(LockError):
    """Another process runs the cycle."""

    code = "runner-busy"
    transient = True


class FencedError(LockError):
    """The lock has moved on since the work began; its result is not used."""

    code = "lock-number-old"
    transient = True


class LockFreeError(LockError):
    """No provider holds the lock, so there is nothing to release."""

    code = "lock-free"


class LockContentionError(LockError):
    """Too many writers at once; the change was not made."""

    code = "lock-contention"
    transient = True


class SourceError(NeuralBrainError):
    """A feed could not be read; only its kinds are raised.

    What a feed calls its columns stands in its faults, and those are kept and shown: here, at the one place that all
    pass, characters that do something are taken out.

    Args:
        happened: One sentence, ending in a full stop, about what happened to what.
        remedy: One sentence that says what to do.
        code: The stable name; the class's own by default.
    """

    code = "source"

    def __init__(self, happened: str, *, remedy: str, code: str | None = None) -> None:
        super().__init__(_sentence(happened), remedy=_sentence(remedy), code=code)


class SourceMissingError(SourceError):
    """What the feed reads from is not there."""

    code = "source-missing"


class SourceRefusedError(SourceError):
    """The feed may not be read, or not from there."""

    code = "source-refused"


class SourceUnusableError(SourceError):
    """What the feed sends cannot be used; nothing of it is."""

    code = "source-not-data"


class SourceAwayError(SourceError):
    """The feed could not be had this time."""

    code = "source-unreachable"
    transient = True


class SourceBusyError(SourceError):
    """The feed's server cannot answer now."""

    code = "source-server-error"
    transient = True


class SourceSchemaError(SourceError):
    """The feed's payload is not of the documented shape; nothing of it is used."""

    code = "source-schema"


class NothingKnownError(NeuralBrainError):
    """Nothing is known of any series, so there is nothing to ask."""

    code = "nothing-known"


class ProviderError(NeuralBrainError):
    """The provider gave no answer."""

    code = "provider-failed"
    transient = True


class NetworkDownError(ProviderError):
    """No provider can be connected to, so the fault is on this side; nobody is blamed."""

    code = "network-down"


class NoProviderError(ProviderError):
    """Every enabled provider was tried or skipped; the last good edition stays up."""

    code = "provider-none-left"
    transient = True


class AnswerError(NeuralBrainError):
    """A provider's answer holds nothing that can be read as a forecast."""

    code = "answer-unreadable"


class UnknownRegionError(NeuralBrainError):
    """No region of that name or code is known or forecast."""

    code = "region-unknown"


class QueryError(NeuralBrainError):
    """A request asks for what cannot be given, whatever is known."""

    code = "query-contradiction"


class AccessError(NeuralBrainError):
    """A request was not let in: it gave no token where one is needed."""

    code = "token-missing"


class RequestRefusedError(AccessError):
    """A page of another site had a browser send the request."""

    code = "cross-site"


class TooOftenError(AccessError):
    """Somebody asked more often than one client or token may.

    Args:
        happened: One sentence, ending in a full stop, about what happened to what.
        remedy: One sentence that says what to do.
        code: The stable name; the class's own by default.
        seconds: After how many it may be asked again.
    """

    code = "too-many-requests"
    transient = True

    def __init__(self, happened: str, *, remedy: str, code: str | None = None, seconds: int = 60) -> None:
        super().__init__(happened, remedy=remedy, code=code)
        self.seconds = seconds


class ServiceBusyError(NeuralBrainError):
    """The service is at work on as many requests as it can be."""

    code = "service-busy"
    transient = True


class TokenError(NeuralBrainError):
    """A token of that name was made before; a name is given once, so that the audit trail is clear for ever."""

    code = "token-name-taken"


class HubError(NeuralBrainError):
    """A file of a forecast hub cannot be read, or not be made from what there is."""

    code = "hub-file"


class NotFoundError(NeuralBrainError):
    """Nothing of that number exists."""

    code = "edition-unknown"


class AddressUnknownError(NotFoundError):
    """Nothing is at the address that was asked for."""

    code = "address-unknown"


class TokenUnknownError(NotFoundError):
    """No token of that name was ever made."""

    code = "token-unknown"
