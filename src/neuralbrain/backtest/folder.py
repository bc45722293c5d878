"""The folder of a backtest's result: what was asked, one Parquet file a cutoff, and which cutoffs failed."""

from __future__ import annotations

import contextlib
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from neuralbrain.backtest.atomic import UNFINISHED, write_whole
from neuralbrain.backtest.plan import KNOWLEDGE, Plan
from neuralbrain.backtest.replay import Fault
from neuralbrain.backtest.words import KeptWords
from neuralbrain.domain.calendar import utc_text
from neuralbrain.errors import RunnerBusyError, SettingsError
from neuralbrain.evaluate.forecast_frame import KEYS, QUANTILES

MANIFEST = "backtest.json"
FAILED = "failed"  # folder of faults
ASKED = "asked"  # folder of marks: all words of that cutoff are kept
ABOUT = "neuralbrain.backtest"  # key of what each Parquet file says about itself


class ResultFolder:
    """Where a backtest is kept; whatever is in it stands there whole, or is done again.

    Args:
        path: The folder; it is made if it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.words = KeptWords(path)

    @contextlib.contextmanager
    def taken(self, plan: Plan) -> Iterator[None]:
        """Take the folder for one process and one plan until the block ends.

        Raises:
            SettingsError: If it holds another backtest, or cannot be written.
            RunnerBusyError: If another process works on it.
        """
        lock = FileLock(self.path / ".taken")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock.acquire(timeout=0)
        except Timeout:
            raise RunnerBusyError(
                f"Another process runs the backtest in {self.path}.",
                remedy="Wait until it has ended, or name another folder with --output.",
            ) from None
        except OSError as error:
            raise SettingsError(
                f"The folder {self.path} cannot be used ({error.strerror}).",
                remedy="Name another one with --output.",
            ) from error
        try:
            for left in self.path.rglob(f"{UNFINISHED}*"):
                left.unlink()
            self._require_same(plan)
            yield
        finally:
            lock.release()

    def _require_same(self, plan: Plan) -> None:
        """Write down what is asked, or refuse what differs from what was asked here before."""
        asked = plan.as_plain()
        if not (self.path / MANIFEST).exists():
            if any(self.path.glob("*.parquet")):
                raise SettingsError(
                    f"{self.path} holds Parquet files, and nothing says what they are.",
                    remedy="Name an empty folder with --output.",
                )
            write_whole(self.path / MANIFEST, json.dumps(asked, indent=2).encode())
            return
        known = self.manifest()
        different = [name for name in asked if known.get(name) != asked[name]]
        if different == [KNOWLEDGE]:
            raise self._known_otherwise(known.get(KNOWLEDGE), asked[KNOWLEDGE])
        different = [name for name in different if name != KNOWLEDGE]  # other cutoffs or feeds: of course
        if different:
            raise SettingsError(
                f"{self.path} holds another backtest: its {' and '.join(different)} {_verb(different)} not the same.",
                remedy="Name another folder with --output; two backtests are never mixed.",
            )

    def _known_otherwise(self, before: object, now: Mapping[str, str]) -> SettingsError:
        known = before if isinstance(before, dict) else {}
        feeds = [name for name, digest in now.items() if known.get(name) != digest]
        return SettingsError(
            f"The backtest in {self.path} was begun when something else was known of {' and '.join(feeds)} up to its "
            "last cutoff.",
            remedy="Use the database that it was begun with. If releases of that time were read since, name another "
            "folder with --output: some of its forecasts would know them and others not.",
        )

    def manifest(self) -> dict[str, Any]:
        """Return what was asked.

        Raises:
            SettingsError: If the folder does not say.
        """
        try:
            said = json.loads((self.path / MANIFEST).read_bytes())
        except (OSError, ValueError):
            said = None
        if not isinstance(said, dict):
            raise self._no_backtest()
        return said

    def cutoffs(self) -> tuple[datetime, ...]:
        """Return the cutoffs that were asked for, ascending.

        Raises:
            SettingsError: If the folder does not say.
        """
        said = self.manifest().get("cutoffs")
        try:
            return tuple(sorted(datetime.fromisoformat(one) for one in said or ()))
        except (TypeError, ValueError):
            raise self._no_backtest() from None

    def write(self, cutoff: datetime, frame: pl.DataFrame, *, about: Mapping[str, Any]) -> None:
        """Keep the forecasts of a cutoff, durably.

        Args:
            cutoff: Which.
            frame: In long form.
            about: What else is to be known of them, JSON-ready.
        """
        file = io.BytesIO()
        said = json.dumps({"cutoff": utc_text(cutoff), "rows": len(frame), **about}, sort_keys=True)
        frame.write_parquet(file, compression="zstd", statistics=False, metadata={ABOUT: said})
        write_whole(self._file(cutoff), file.getvalue())
        self._fault_file(cutoff).unlink(missing_ok=True)

    def read(self, cutoff: datetime) -> pl.DataFrame | None:
        """Return the forecasts of a cutoff, None where there are none or the file is damaged."""
        about = self.about(cutoff)
        if about is None:
            return None
        try:
            frame = pl.read_parquet(self._file(cutoff), memory_map=False)
        except (OSError, pl.exceptions.PolarsError):
            return None
        whole = len(frame) == about.get("rows") and {*KEYS, *QUANTILES, "contaminated"} <= set(frame.columns)
        return frame if whole and frame["cutoff"].unique().to_list() in ([], [cutoff]) else None

    def about(self, cutoff: datetime) -> dict[str, Any] | None:
        """Return what the file of a cutoff says about itself, None where there is none or it is damaged."""
        try:
            said = json.loads(pl.read_parquet_metadata(self._file(cutoff))[ABOUT])
        except (OSError, KeyError, ValueError, pl.exceptions.PolarsError):
            return None
        return said if isinstance(said, dict) and said.get("cutoff") == utc_text(cutoff) else None

    def frame(self, plan: Plan) -> pl.DataFrame | None:
        """Return the whole table in the order of the cutoffs, None where no cutoff has forecasts."""
        frames = [one for one in map(self.read, plan.cutoffs) if one is not None]
        return pl.concat(frames) if frames else None

    def note_fault(self, cutoff: datetime, fault: Fault) -> None:
        """Write down why a cutoff has no forecasts; the next run tries it again."""
        said = {"cutoff": utc_text(cutoff), **asdict(fault)}
        write_whole(self._fault_file(cutoff), json.dumps(said, indent=2).encode())
        self._file(cutoff).unlink(missing_ok=True)

    def note_asked(self, cutoff: datetime) -> None:
        """Write down that all words of a cutoff are kept."""
        write_whole(self.path / ASKED / _stem(cutoff), b"")

    def is_asked(self, cutoff: datetime) -> bool:
        """Return whether all words of a cutoff are kept."""
        return (self.path / ASKED / _stem(cutoff)).exists()

    def _no_backtest(self) -> SettingsError:
        return SettingsError(
            f"{self.path} is no backtest: its {MANIFEST} is missing or cannot be read.",
            remedy="Name the folder that `neuralbrain backtest --output` was given.",
        )

    def _file(self, cutoff: datetime) -> Path:
        return self.path / f"{_stem(cutoff)}.parquet"

    def _fault_file(self, cutoff: datetime) -> Path:
        return self.path / FAILED / f"{_stem(cutoff)}.json"


def _stem(cutoff: datetime) -> str:
    """Return the name of a cutoff's files: they sort as the cutoffs do.

    >>> from datetime import UTC
    >>> _stem(datetime(2025, 1, 8, 23, 59, 59, 999999, tzinfo=UTC))
    '20250108T235959.999999Z'
    """
    return f"{cutoff:%Y%m%dT%H%M%S}{f'.{cutoff.microsecond:06d}' if cutoff.microsecond else ''}Z"


def _verb(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"
