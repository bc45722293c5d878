"""The four nations of the United Kingdom, which European hubs forecast one by one.

Populations: Office for National Statistics, mid-2023 estimates, rounded to the next hundred.
"""

from __future__ import annotations

NATION_COLUMNS = ("code", "population", "name")
"""What stands between the bars of a row of NATIONS."""

NATIONS = """\
GB-ENG|57690300|England
GB-NIR|1920400|Northern Ireland
GB-SCT|5490100|Scotland
GB-WLS|3164400|Wales
"""
