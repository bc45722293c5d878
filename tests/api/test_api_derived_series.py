"""Series that nobody reports, over HTTP: put together from all parts of a region, and said so."""

from __future__ import annotations

import pytest
from served import Service

from neuralbrain.api.feed_shapes import SeriesShape
from neuralbrain.domain.location import LOCATIONS

STATES = sorted(code for code, one in LOCATIONS.items() if one.parent == "USA")


def told(reading: Service, path: str) -> SeriesShape:
    """Return an answer, whole."""
    return SeriesShape.model_validate_json(reading.get(path).content, strict=True)


def test_a_national_rate_is_the_mean_of_all_states(reading: Service) -> None:
    """The rate of the nation is that of its states, weighed by who lives there, in weeks that all of them reported."""
    nation = told(reading, "/api/series/USA/pertussis_rate?since=1990-01-01")
    assert (nation.region, nation.source, nation.unit) == ("USA", "pertussis-us", "per_100k")
    assert nation.derived is not None
    assert nation.derived.parts == STATES
    week = nation.values[-1]
    assert week.as_of is None

    def rate(code: str) -> float:
        values = told(reading, f"/api/series/{code}/pertussis_rate?since={week.target_date}").values
        return next(one.value for one in values if one.target_date == week.target_date)

    people = {code: LOCATIONS[code].population for code in STATES}
    expected = sum(rate(code) * people[code] for code in STATES) / sum(people.values())
    assert week.value == pytest.approx(expected)
    assert told(reading, "/api/series/US-OH/pertussis_rate").derived is None


def test_a_sum_of_some_is_no_sum(reading: Service) -> None:
    """Fifteen countries are not the world: no value is told, and who is missing is named."""
    world = told(reading, "/api/series/WORLD/cholera_cases")
    assert world.values == []
    assert world.derived is not None
    assert "USA" in world.derived.missing
    assert world.derived.population_share < 0.2
    assert world.derived.how


@pytest.mark.parametrize("path", ["/api/series/DEU/cholera_cases", "/api/series/USA/cholera_cases"])
def test_nothing_follows_from_nothing(reading: Service, path: str) -> None:
    """Where no part of a region reports the signal either, the answer is that nobody does."""
    assert reading.get(path).status == 404
