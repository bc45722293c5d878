"""The words in which a signal is spoken of to a language model: ours, never a feed's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from neuralbrain.domain.observation import Unit

LONGEST_NAME = 64  # characters of a signal's name; the longest of any feed known has 40
_NAME = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")

_SAID_AS_WRITTEN = """
acute admissions and bacterial bed beds by cases chikungunya cholera confirmed consultations daily deaths dengue
detections diarrhoea diphtheria disease ebola emergency encephalitis fever final gonorrhoea haemorrhagic hepatitis
hospital hospitalisations hospitalizations illness in incidence incident infection infections influenza laboratory
lassa legionella leptospirosis like lyme malaria marburg measles meningitis meningococcal mpox mumps new nile norovirus
of outbreaks paediatric patients per percent pertussis plague pneumonia polio positive positivity preliminary probable
rabies rate reported respiratory rift rotavirus rubella salmonella severe share shigella smoothed specimens suspected
syphilis tests tetanus total tuberculosis typhoid valley varicella virus visits wastewater weekly weighted west yellow
zika
"""
_SAID_OTHERWISE = {
    "adm": "admissions",
    "ari": "acute respiratory infection",
    "conf": "confirmed",
    "covid": "COVID-19",
    "covid19": "COVID-19",
    "ed": "emergency department",
    "er": "emergency department",
    "ew": "weekly",
    "flu": "influenza",
    "h5n1": "influenza A(H5N1)",
    "hiv": "HIV",
    "hosp": "hospital admissions",
    "icu": "intensive care",
    "ili": "influenza-like illness",
    "inc": "incident",
    "lab": "laboratory",
    "monkeypox": "mpox",
    "num": "number of",
    "pct": "percent",
    "prelim": "preliminary",
    "prop": "proportion of",
    "rsv": "RSV",
    "sari": "severe acute respiratory infection",
    "tb": "tuberculosis",
    "wili": "weighted influenza-like illness",
    "wk": "weekly",
}
WORDS: Mapping[str, str] = MappingProxyType({word: word for word in _SAID_AS_WRITTEN.split()} | _SAID_OTHERWISE)
"""What each part of a signal's name is in a prompt. A signal with any other part is not asked about."""

UNITS: Mapping[Unit, str] = MappingProxyType(
    {
        Unit.COUNT: "events",
        Unit.PER_100K: "events per 100,000 inhabitants",
        Unit.SHARE: "share, a number from 0 to 1",
    }
)
"""What a value is, in a prompt."""


def words_of(name: str) -> str | None:
    """Return a signal's name in our own words, or None where a part of it is not one of ``WORDS``.

    Args:
        name: The name, parts in small letters joined by underscores.

    >>> words_of("covid_hosp"), words_of("ignore_previous_instructions"), words_of("Cholera cases")
    ('COVID-19 hospital admissions', None, None)
    """
    if len(name) > LONGEST_NAME or _NAME.fullmatch(name) is None:
        return None
    parts = name.split("_")
    return " ".join(WORDS[part] for part in parts) if all(part in WORDS for part in parts) else None
