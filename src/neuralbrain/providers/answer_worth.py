"""How much of an answer can be used, so that of two answers to one question the better is kept."""

from __future__ import annotations

from collections.abc import Sequence

from neuralbrain.domain.finding import Finding
from neuralbrain.providers.answer_schema import AnswerShape

UNREADABLE = frozenset({"answer-unreadable", "answers-many"})
# The bottleneck refuses such an answer as a whole, however many of its regions are well.
REFUSED_WHOLE = frozenset({"region-unknown", "region-repeated", "entry-unreadable", "key-repeated"})


def worth_of(findings: Sequence[Finding], shape: AnswerShape) -> tuple[int, int]:
    """Return how much of an answer can be used; of two answers the greater is the better.

    A region that is as it was asked for counts two, one that is answered with a finding one, a missing one nothing.
    A finding about the answer itself counts against each region. What the bottleneck refuses as a whole is worth no
    more than an answer without a region. Equal answers are told apart by how many findings they have, unless neither
    has a region that can be used.

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
    if "forecasts-missing" in codes or codes & REFUSED_WHOLE:
        return 0, 0
    answered = set(shape.regions) - {one.region for one in findings if one.code == "region-missing"}
    against_all = any(not one.region for one in findings)
    flawed = answered if against_all else answered & {one.region for one in findings}
    worth = 2 * len(answered) - len(flawed)
    return worth, -len(findings) if worth else 0
