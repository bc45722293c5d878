"""Keeps answers about the track record for as long as the record is the same: asking again costs next to nothing."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from neuralbrain.domain.record import RecordChoice, RecordVersion, Waiting
from neuralbrain.evaluate.track_record import By, Summary, TrackRecord, track_record
from neuralbrain.wiring import Application

ANSWERS = 16  # kept at once, each with one row a judged forecast

Told = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class RecordAnswer:
    """A record that was made once, and what was told of it.

    Args:
        version: Of which state of the record.
        record: The record.
        waiting: What had not come yet.
    """

    version: RecordVersion
    record: TrackRecord
    waiting: tuple[Waiting, ...]
    _told: dict[Callable[[Summary], Told], Told] = field(default_factory=dict)

    def told(self, tell: Callable[[Summary], Told]) -> Told:
        """Return the record, whole and split, as a function tells a summary; it is asked once."""
        if tell not in self._told:
            groups = [tell(one) for one in self.record.groups]
            self._told[tell] = {"overall": tell(self.record.overall), "groups": groups}
        return self._told[tell]


class RecordAnswers:
    """Answers about the record, the last few of them kept; safe to use from several threads.

    Args:
        application: Keeps the record.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._kept: OrderedDict[tuple[RecordChoice, By | None], RecordAnswer] = OrderedDict()
        self._lock = Lock()

    def of(self, choice: RecordChoice, *, by: By | None) -> RecordAnswer:
        """Return the record of some forecasts; it is made anew where there is more of it than when it was.

        Raises:
            StoreError: If it cannot be read.
        """
        with self._lock:  # whoever asks for the same meanwhile waits for it instead of making it, too
            version = self._application.record.version()
            kept = self._kept.pop((choice, by), None)
            if kept is None or kept.version != version:
                kept = answer_of(self._application, choice, by=by)
            self._kept[choice, by] = kept
            while len(self._kept) > ANSWERS:
                self._kept.popitem(last=False)
            return kept


def answer_of(application: Application, choice: RecordChoice, *, by: By | None) -> RecordAnswer:
    """Return the record of some forecasts, made now.

    Raises:
        StoreError: If it cannot be read.
    """
    stored = application.record
    version = stored.version()  # before the rest: what is added while that is read makes it out of date
    record = track_record(stored.values(choice), stored.claims(choice), by=by)
    return RecordAnswer(version=version, record=record, waiting=stored.waiting(choice))
