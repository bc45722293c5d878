"""From what somebody typed to one series and one moment."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from neuralbrain.domain.location import LOCATIONS
from neuralbrain.domain.observation import Series, Signal
from neuralbrain.errors import NotFoundError, UnknownRegionError
from neuralbrain.publish.series_choice import chosen_series, cutoff_of, day_of, signal_or_error, source_or_error

CALIFORNIA = LOCATIONS["US-CA"]
FOUND = tuple(
    Series(source=source, location=place, signal=Signal(name=signal))
    for source, place, signal in (
        ("archive", "US-CA", "flu_admissions"),
        ("clinics", "US-CA", "flu_admissions"),
        ("clinics", "US-CA", "covid_admissions"),
        ("clinics", "US-NY", "rsv_admissions"),
    )
)


def choose(signal: str = "flu_admissions", *, source: str | None = None, place: str = "US-CA", order=("clinics",)):
    """Return the sources of the chosen series, in order."""
    found = chosen_series(FOUND, place=LOCATIONS[place], signal=signal, source=source, order=order)
    return [one.source for one in found]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-02-09", "2026-02-09T23:59:59.999999+00:00"),
        ("2024-02-29", "2024-02-29T23:59:59.999999+00:00"),
        ("2026-02-09T12:00:00Z", "2026-02-09T12:00:00+00:00"),
        ("2026-02-09 12:00+02:00", "2026-02-09T10:00:00+00:00"),
        ("9999-12-31", "9999-12-31T23:59:59.999999+00:00"),
    ],
)
def test_a_moment_is_the_end_of_a_day_or_a_time(typed: str, meant: str) -> None:
    """A day means its last microsecond in UTC; a time means itself, turned to UTC."""
    found = cutoff_of(typed)
    assert found.isoformat() == meant
    assert found.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "neither"),
        ("yesterday", "neither"),
        ("2026-02-30", "calendar"),
        ("2026-02-09T25:00:00Z", "neither"),
        ("2026-02-09T12:00:00", "zone"),
        ("0001-01-01T00:00:00+14:00", "neither"),
        ("20260209", "zone"),
        ("1767225600", "neither"),
    ],
)
def test_what_is_no_moment_is_refused(typed: str, why: str) -> None:
    """A day that does not exist, a time without a zone, and anything else are refused, each with its reason."""
    with pytest.raises(ValueError, match=why):
        cutoff_of(typed)


def test_a_day_is_written_one_way() -> None:
    """A day is YYYY-MM-DD; other ways of ISO 8601 and seconds since 1970 are not taken."""
    assert day_of("2026-02-09") == date(2026, 2, 9)
    for typed in ("2026-2-9", "20260209", "2026-W07-1", "1767225600", "2026-02-09T00:00:00Z", "٢٠٢٦-٠٢-٠٩", ""):
        with pytest.raises(ValueError, match="no day"):
            day_of(typed)


def test_sources_come_in_the_order_of_the_settings() -> None:
    """A source that is read comes before one that is not; strangers come by name."""
    assert choose() == ["clinics", "archive"]
    assert choose(order=()) == ["archive", "clinics"]
    assert choose(order=("archive", "clinics")) == ["archive", "clinics"]
    assert choose(source="archive") == ["archive"]


def test_what_is_not_reported_is_said_with_what_is() -> None:
    """A region of which nothing, not this signal, or not by this source is reported is an error that names what is."""
    with pytest.raises(UnknownRegionError) as nothing:
        choose(place="US-TX")
    assert nothing.value.error_code == "region-not-covered"
    with pytest.raises(UnknownRegionError) as other:
        choose("rsv_admissions")
    assert other.value.error_code == "signal-unknown"
    assert other.value.remedy == "Reported of it are: covid_admissions, flu_admissions."
    with pytest.raises(UnknownRegionError) as elsewhere:
        choose("covid_admissions", source="archive")
    assert elsewhere.value.remedy == "It is reported by: clinics."


def test_a_misspelt_name_meets_the_nearest() -> None:
    """A source or signal that is misspelt is answered with the nearest name; one that is nothing, with all."""
    assert source_or_error("clinics", ("clinics",)) == "clinics"
    with pytest.raises(NotFoundError, match=r"Did you mean clinics\?") as near:
        source_or_error("Clinic", ("clinics", "archive"))
    assert near.value.error_code == "source-unknown"
    with pytest.raises(NotFoundError, match="There are: archive, clinics"):
        source_or_error("zzz", ("clinics", "archive"))
    assert signal_or_error("flu_admissions", {"flu_admissions"}) == "flu_admissions"
    with pytest.raises(UnknownRegionError, match=r"Did you mean flu_admissions\?"):
        signal_or_error("flu_admission", {"flu_admissions", "cases"})
    with pytest.raises(UnknownRegionError, match="Reported are: none"):
        signal_or_error("flu", ())


def test_a_long_name_is_cut_and_many_are_counted() -> None:
    """What somebody typed is shown and compared in part only; of many names the first are shown."""
    with pytest.raises(UnknownRegionError) as refused:
        signal_or_error("x" * 100_000, {f"signal_{number:03}" for number in range(100)})
    assert len(refused.value.happened) < 120
    assert refused.value.remedy.endswith("signal_019 and 80 more.")


def test_a_moment_has_the_day_it_was_typed_with() -> None:
    """The end of a day is still that day."""
    assert cutoff_of("2026-02-09").date() == date(2026, 2, 9)
    assert cutoff_of("2026-02-09") < datetime.fromisoformat("2026-02-10T00:00:00+00:00")
