"""How much of an answer can be used, so that of two answers to one question the better is kept."""

from __future__ import annotations

from collections.abc import Sequence

from neuralbrain.domain.finding import Finding
from neuralbrain.providers.answer_schema import AnswerShape

UNREADABLE = frozenset({"answer-unreadable", "answers-many"})
AGAINST_ALL = frozenset({"region-missing", "region-repeated"})  # name a region, but the bottleneck refuses the whole


def worth_of(findings: Sequence[Finding], shape: AnswerShape) -> tuple[int, int]:
    """Return how much of an answer can be used; of two answers the greater is the better.

    A region that is as it was asked for counts two, one that is answered with a finding one, a missing one nothing.
    For what the bottleneck refuses as a whole, a missing region among it, each region counts as one with a finding:
    an answer that names fewer regions is never the better. Equal answers are told apart by how many findings they
    have, unless neither answers any region.

    Args:
        findings: What is wrong with it (``answer_findings.findings_of``).
        shape: What it must hold.

    Returns:
        The count, 0 to twice the number of regions, -1 where the answer cannot be read; then minus the findings.

    >>> shape = AnswerShape(regions=("AGO", "BEN"), horizons=1)
    >>> worth_of((), shape)
    (4, 0)
    """
    codes = {one.code for one in findings}
    if codes & UNREADABLE:
        return -1, 0
    if "forecasts-missing" in codes:
        return 0, 0
    answered = set(shape.regions) - {one.region for one in findings if one.code == "region-missing"}
    against_all = any(not one.region or one.code in AGAINST_ALL for one in findings)
    flawed = answered if against_all else answered & {one.region for one in findings}
    worth = 2 * len(answered) - len(flawed)
    return worth, -len(findings) if worth else 0
