"""Tests of the check for levels around the median."""

from __future__ import annotations

import pytest
from bottleneck_examples import evidence_for

from neuralbrain.bottleneck.checks.too_few_levels import too_few_levels


@pytest.mark.parametrize("levels", [{"0.9": 7}, {"0.6": 7, "0.9": 8}, {"0.1": 7}])
def test_levels_on_one_side_are_refused(levels):
    """Quantiles that all lie on one side of the median do not tell where it is."""
    (finding,) = too_few_levels(evidence_for([levels, levels]))
    assert (finding.code, finding.severity) == ("levels-too-few", "refuse")
    assert "no median" in finding.message


@pytest.mark.parametrize("levels", [7, {"0.5": 7}, {"0.1": 7, "0.9": 8}])
def test_levels_around_the_median_are_enough(levels):
    """A point, a median or an interval around it are enough."""
    assert too_few_levels(evidence_for([levels, levels])) == ()
