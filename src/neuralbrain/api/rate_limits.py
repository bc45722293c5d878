"""How often somebody may ask; counted in the memory of this process."""

from __future__ import annotations

from math import ceil

from limits import RateLimitItem, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from neuralbrain.domain.loopback import is_loopback
from neuralbrain.errors import TooOftenError
from neuralbrain.ports import Clock
from neuralbrain.service_settings import ServiceSettings


class RateLimits:
    """Counts over the last minute.

    Args:
        settings: How many of each are allowed.
        clock: Tells when the next one is.
    """

    def __init__(self, settings: ServiceSettings, *, clock: Clock) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._clock = clock
        self._reads = RateLimitItemPerMinute(settings.reads_per_minute, namespace="reads")
        self._changes = RateLimitItemPerMinute(settings.changes_per_minute, namespace="changes")
        self._failed = RateLimitItemPerMinute(settings.failed_attempts_per_minute, namespace="failed-tokens")

    def note_read(self, client: str, *, counted_as: str) -> None:
        """Count an answer that is not ready in memory; this machine itself may have as many as it likes.

        Args:
            client: The address that asks.
            counted_as: Whom it is counted as.

        Raises:
            TooOftenError: If that is one too many.
        """
        if not is_loopback(client) and not self._limiter.hit(self._reads, counted_as):
            raise self._too_often("This client asked for answers", self._reads, counted_as)

    def note_change(self, name: str) -> None:
        """Count a change by a token.

        Raises:
            TooOftenError: If that is one too many.
        """
        if not self._limiter.hit(self._changes, name):
            raise self._too_often("This token changed something", self._changes, name)

    def require_token_allowed(self, counted_as: str) -> None:
        """Let somebody try a token.

        Raises:
            TooOftenError: If they tried too many wrong ones.
        """
        if not self._limiter.test(self._failed, counted_as):
            raise self._too_often("This client gave a wrong token", self._failed, counted_as)

    def note_failed_token(self, counted_as: str) -> None:
        """Count a wrong token."""
        self._limiter.hit(self._failed, counted_as)

    def _too_often(self, what: str, item: RateLimitItem, key: str) -> TooOftenError:
        reset = self._limiter.get_window_stats(item, key).reset_time
        seconds = max(1, ceil(reset - self._clock.now().timestamp()))
        return TooOftenError(
            f"{what} more than {item.amount} times within a minute.",
            remedy=f"Wait {seconds} s, and ask less often.",
            seconds=seconds,
        )
