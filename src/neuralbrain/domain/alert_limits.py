"""From where on alerts are raised and cleared, as the settings say; which rules are on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from neuralbrain.domain.alert import AlertRule


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLimits:
    """Levels of the rules. Each raises at one level and clears at another, so that what lies between changes nothing.

    Args:
        enabled: The rules that are on.
        red_until: Risk score down to which an alert stays that is raised at RED.
        outbreak_from: Outbreak probability from which one is raised.
        outbreak_until: Outbreak probability down to which it stays.
        rising_from: Probability of a rising trend from which it counts as rising.
        rising_until: Down to which it does.
        raise_editions: In how many editions in a row the level must be reached.
        clear_editions: In how many in a row it must be left.
        stale_slack_days: A feed's alert clears once its newest value is so many days younger than it may be.
        old_days: Age of the edition from which on an alert is raised, days.
        old_until_days: Age down to which it stays.
        expires_after: An alert that nothing confirmed for so long ends by itself.
    """

    enabled: frozenset[AlertRule]
    red_until: float = 70.0
    outbreak_from: float = 0.8
    outbreak_until: float = 0.7
    rising_from: float = 0.6
    rising_until: float = 0.4
    raise_editions: int = 1
    clear_editions: int = 2
    stale_slack_days: int = 1
    old_days: float = 9.0
    old_until_days: float = 1.0
    expires_after: timedelta = timedelta(days=28)
