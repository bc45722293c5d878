"""Tests of what a calibration is."""

from __future__ import annotations

import numpy as np
import pytest

from neuralbrain.domain.calibration import FURTHEST, SCORES, Calibration, no_calibration

KEY = ("feed", "cases", 1)


def made(correction, *, provider="local", weeks=8, key=KEY):
    """Return a calibration with one correction."""
    return Calibration(provider=provider, corrections={key: np.array(correction, dtype=float)}, counts={key: weeks})


def test_none_corrects_nothing():
    """A provider without a record has no correction, and one of zeros is none."""
    assert not no_calibration("local").corrects
    assert not made(np.zeros(23)).corrects
    assert made(np.full(23, 0.1)).corrects


def test_the_digest_is_of_what_is_corrected():
    """Another provider, key, count or correction is another digest; a key without a correction is not in it."""
    digests = {
        one.digest()
        for one in (
            no_calibration("local"),
            no_calibration("openai"),
            made(np.full(23, 0.1)),
            made(np.full(23, 0.1), weeks=9),
            made(np.full(23, 0.1), key=("feed", "cases", 2)),
            made(np.full(23, 0.1), provider="openai"),
            made(np.full(23, 0.2)),
        )
    }
    assert len(digests) == 7
    short = Calibration(provider="local", corrections={}, counts={KEY: 3})
    assert short.digest() == made(np.zeros(23)).digest() == no_calibration("local").digest()


def test_the_digest_does_not_depend_on_the_order_of_the_keys():
    """Two calibrations that say the same have one digest."""
    first, second = np.full(23, 0.1), np.full(23, 0.2)
    keys = (KEY, ("feed", "cases", 2))
    counts = dict.fromkeys(keys, 8)
    one = Calibration(provider="local", corrections=dict(zip(keys, (first, second), strict=True)), counts=counts)
    other = Calibration(
        provider="local", corrections=dict(zip(keys[::-1], (second, first), strict=True)), counts=counts
    )
    assert one.digest() == other.digest()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (np.zeros(22), "23 numbers"),
        (np.full(23, FURTHEST + 0.01), "within"),
        (np.full(23, np.nan), "within"),
        (np.where(np.arange(23) == 11, 0.5, 0.0), "cross"),
    ],
)
def test_what_cannot_be_a_correction_is_refused(wrong, says):
    """Another shape, too far, not a number, or levels that would cross."""
    with pytest.raises(ValueError, match=says):
        made(wrong)


def test_a_correction_says_on_what_it_rests():
    """One without a count is refused."""
    with pytest.raises(ValueError, match="how many weeks"):
        Calibration(provider="local", corrections={KEY: np.zeros(23)}, counts={})


def test_what_was_learnt_cannot_change():
    """The corrections are read-only."""
    with pytest.raises(ValueError, match="read-only"):
        made(np.zeros(23)).corrections[KEY][0] = 1


def test_the_scores_are_those_of_the_normal_distribution():
    """The normal scores of 0.025, 0.5 and 0.975 are -1.96, 0 and 1.96."""
    np.testing.assert_allclose(SCORES[[1, 11, 21]], [-1.959964, 0, 1.959964], atol=1e-6)
