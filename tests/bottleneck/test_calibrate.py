"""Tests of the quantiles that a record moves."""

from __future__ import annotations

import json

import numpy as np
import pytest
from bottleneck_examples import NOW, request_for
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from neuralbrain.bottleneck.calibrate import calibrated
from neuralbrain.bottleneck.normalise import normalise_reply
from neuralbrain.domain.calibration import FURTHEST, SCORES, Calibration, no_calibration
from neuralbrain.domain.observation import Unit
from neuralbrain.domain.quantiles import LEVELS, MEDIAN

WIDER = 0.5 * SCORES
HIGHER = np.full(23, SCORES[MEDIAN + 1])  # each level of the middle is read off at the next one, or near it
NORMAL = np.expm1(5 + 0.4 * SCORES)  # log-normal: a straight line in normal scores, 5 at the median


def calibration(*, provider="openai", counts=12, **corrections):
    """Return a calibration of the source ``test``; a name such as ``cases_1`` gives signal and horizon."""
    keys = {name: ("test", name.rsplit("_", 1)[0], int(name.rsplit("_", 1)[1])) for name in corrections}
    return Calibration(
        provider=provider,
        corrections={keys[name]: np.array(one) for name, one in corrections.items()},
        counts=dict.fromkeys(keys.values(), counts),
    )


def one(quantiles, correction, *, ceiling=1e10):
    """Return one forecast's quantiles under one correction."""
    return calibrated(
        np.array(quantiles, dtype=float)[None, None],
        keys=[("test", "cases")],
        horizons=(1,),
        calibration=calibration(cases_1=correction),
        ceilings=np.array([ceiling]),
    )[0, 0]


def test_a_log_normal_stays_one():
    """Longhand: 5 + 0.4 z becomes 5 + 0.4 (1.5 z), and 5 + 0.4 (z + 0.2), beyond the outermost levels too."""
    np.testing.assert_allclose(one(NORMAL, WIDER), np.expm1(5 + 0.4 * (SCORES + WIDER)), rtol=1e-12)
    np.testing.assert_allclose(one(NORMAL, np.full(23, 0.2)), np.expm1(5.08 + 0.4 * SCORES), rtol=1e-12)


def test_a_level_moved_onto_another_takes_its_value():
    """The median moved to where 0.55 stands is the quantile at 0.55."""
    steps = np.arange(23.0) ** 2
    assert one(steps, HIGHER)[MEDIAN] == pytest.approx(steps[MEDIAN + 1])


def test_tails_go_on_from_the_median_and_no_further():
    """Longhand: 0.99 moved by 1.5 lies (2.326 + 1.5) / 2.326 times as far from the median, however steep it is."""
    steep = np.concatenate([np.full(22, np.e - 1), [np.e**3 - 1]])  # log(x + 1) is 1, and 3 at 0.99
    far = one(steep, np.full(23, FURTHEST))
    assert np.log1p(far[-1]) == pytest.approx(1 + 2 * (2.3263479 + 1.5) / 2.3263479)
    assert (2.3263479 + FURTHEST) / 2.3263479 < 1.65


def test_it_ends_at_zero_and_at_the_ceiling():
    """Nothing falls below 0 or rises above what a value can be; what was above it stays."""
    wide = one(np.expm1(np.clip(1 + SCORES, 0, None)), WIDER, ceiling=20.0)
    assert wide[0] == 0
    assert wide[-1] == pytest.approx(np.expm1(1 + SCORES[-1]))  # 26.8 was given, which is above the ceiling already
    assert one(NORMAL, WIDER, ceiling=500.0)[-1] == pytest.approx(500.0)


def test_one_value_stays_one_value():
    """A forecast that is certain of one value stays certain of it; so does a forecast of zeros."""
    for value in (0.0, 7.0):
        np.testing.assert_allclose(one(np.full(23, value), WIDER), value)


def test_without_a_correction_every_bit_stays():
    """No record, another signal, another source, another horizon, or zeros: the same bits."""
    quantiles = np.sort(np.random.default_rng(1).gamma(2, 9, (3, 2, 23)), axis=-1)
    quantiles[1] = np.nan
    for told in (
        no_calibration("openai"),
        calibration(deaths_1=WIDER),
        calibration(cases_3=WIDER),
        calibration(cases_1=np.zeros(23)),
    ):
        moved = calibrated(
            quantiles, keys=[("test", "cases")] * 3, horizons=(1, 2), calibration=told, ceilings=np.full(3, 1e10)
        )
        assert moved.tobytes() == quantiles.tobytes()


def test_only_the_key_that_is_corrected_moves():
    """Of two signals and two horizons one of each is moved; unknown stays unknown; what was given is not written to."""
    quantiles = np.tile(NORMAL, (3, 2, 1))
    quantiles[2] = np.nan
    before = quantiles.copy()
    moved = calibrated(
        quantiles,
        keys=[("test", "cases"), ("other", "cases"), ("test", "cases")],
        horizons=(1, 2),
        calibration=calibration(cases_2=WIDER),
        ceilings=np.full(3, 1e10),
    )
    np.testing.assert_array_equal(quantiles, before)
    np.testing.assert_array_equal(moved[:, 0], quantiles[:, 0])
    np.testing.assert_array_equal(moved[1], quantiles[1])
    assert np.isnan(moved[2]).all()
    assert moved[0, 1, -1] > quantiles[0, 1, -1]


CORRECTIONS = arrays(float, 23, elements=st.floats(-FURTHEST, FURTHEST)).map(
    lambda raw: np.clip(np.maximum.accumulate(SCORES + raw) - SCORES, -FURTHEST, FURTHEST)
)
QUANTILES = arrays(float, 23, elements=st.one_of(st.just(0.0), st.floats(0, 1e9))).map(np.sort)


@given(quantiles=QUANTILES, correction=CORRECTIONS)
def test_any_correction_gives_a_distribution(quantiles, correction):
    """Never below 0, never crossing, never NaN, never above the ceiling, never further than the rule says."""
    moved = one(quantiles, correction)
    assert np.isfinite(moved).all()
    assert (moved >= 0).all()
    assert (np.diff(moved) >= 0).all()
    assert moved[-1] <= 1e10 * (1 + 1e-9)
    logs, new = np.log1p(quantiles), np.log1p(moved)
    assert (new <= logs[MEDIAN] + 1.65 * (logs[-1] - logs[MEDIAN]) + 1e-9).all()
    assert (new >= np.maximum(logs[MEDIAN] - 1.65 * (logs[MEDIAN] - logs[0]), 0) - 1e-9).all()


def said(request, quantiles):
    """Return an answer in columns, as bytes."""
    spoken = [[series.location, series.signal.name] for series in request.panel.series]
    answer = {"series": spoken, "horizons": list(request.horizons), "levels": LEVELS.tolist(), "quantiles": quantiles}
    return json.dumps(answer).encode()


def normalised(request, quantiles, told):
    """Return the table that an answer of openai becomes under a calibration."""
    body = said(request, quantiles)
    return normalise_reply(request, body, provider="openai", lock_number=7, now=NOW, calibration=told).table


DEATHS = (1.0,) * 9 + (4.0,)
CASES = [(NORMAL / 10).tolist()] * 2
FEW = [(NORMAL / 40).tolist()] * 2


def test_what_is_derived_is_of_the_calibrated_distribution():
    """A wider distribution is less confident, a higher one grows more; the others of the answer stay as they are."""
    request = request_for("AGO", "BEN")
    plain = normalised(request, [CASES, CASES], None)
    wider = normalised(request, [CASES, CASES], calibration(cases_1=WIDER, cases_2=WIDER))
    higher = normalised(request, [CASES, CASES], calibration(cases_2=np.full(23, 0.5)))
    assert (wider.confidence < plain.confidence).all()
    assert (higher.growth_probability > plain.growth_probability).all()
    assert (higher.risk_score > plain.risk_score).all()
    np.testing.assert_array_equal(higher.quantiles[:, 0], plain.quantiles[:, 0])
    np.testing.assert_array_equal(wider.quantiles[..., MEDIAN], plain.quantiles[..., MEDIAN])


def test_deaths_have_their_own_record():
    """A correction of deaths moves deaths alone, one of cases cases alone."""
    request = request_for("AGO", deaths=DEATHS)
    plain = normalised(request, [CASES, FEW], None)
    deaths = normalised(request, [CASES, FEW], calibration(deaths_1=WIDER))
    np.testing.assert_array_equal(deaths.quantiles, plain.quantiles)
    assert deaths.deaths_quantiles[0, 0, -1] > plain.deaths_quantiles[0, 0, -1]
    np.testing.assert_array_equal(deaths.deaths_quantiles[:, 1], plain.deaths_quantiles[:, 1])


def test_a_note_says_how():
    """Each row that is corrected says by whose record, how long and how far; one that is not says nothing."""
    request = request_for("AGO", "BEN", deaths=DEATHS)
    table = normalised(request, [CASES, FEW, CASES, None], calibration(cases_1=WIDER, deaths_2=np.full(23, 0.25)))
    ago = [one for one in table.findings[0] if one.code == "calibrated"]
    assert [(one.region, one.signal, one.severity) for one in ago] == [
        ("AGO", "cases", "note"),
        ("AGO", "deaths", "note"),
    ]
    assert ago[0].message.endswith(
        "of AGO is calibrated by the record of openai, 12 weeks long: at 1 of 2 horizons levels are moved, by 1.16"
        " normal scores at most."
    )
    assert [one.signal for one in table.findings[1] if one.code == "calibrated"] == ["cases"]
    plain = normalised(request, [CASES, FEW, CASES, None], None)
    assert not [one for row in plain.findings for one in row if one.code == "calibrated"]


def test_no_provider_is_corrected_by_the_record_of_another():
    """The calibration of another provider is a mistake of ours, not a correction; even an empty one."""
    for told in (calibration(provider="local", cases_1=WIDER), no_calibration("local")):
        with pytest.raises(ValueError, match="by the record of local"):
            normalised(request_for(), [CASES], told)


def test_a_share_stays_a_share():
    """A higher share ends at 1."""
    request = request_for("AGO", unit=Unit.SHARE, history=(0.5,) * 10)
    shares = [np.linspace(0.5, 0.99, 23).tolist()] * 2
    table = normalised(request, [shares], calibration(cases_1=np.full(23, 1.0)))
    assert table.quantiles.max() == pytest.approx(1.0)
