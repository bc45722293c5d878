"""The states of the United States, with the postal and FIPS codes that US feeds and hubs use.

Fifty states and the District of Columbia. The five inhabited territories have ISO 3166-1 codes of their own and stand
in ``countries``; here are only the FIPS and postal codes they go by at home.

Populations: US Census Bureau, Vintage 2023 estimates of 1 July 2023, as the FluSight hub uses them.
"""

from __future__ import annotations

STATE_COLUMNS = ("fips", "postal", "population", "name")
"""What stands between the bars of a row of STATES; the ISO 3166-2 code is ``US-`` and the postal code."""

STATES = """\
01|AL|5108468|Alabama
02|AK|733406|Alaska
04|AZ|7431344|Arizona
05|AR|3067732|Arkansas
06|CA|38965193|California
08|CO|5877610|Colorado
09|CT|3617176|Connecticut
10|DE|1031890|Delaware
11|DC|678972|District of Columbia
12|FL|22610726|Florida
13|GA|11029227|Georgia
15|HI|1435138|Hawaii
16|ID|1964726|Idaho
17|IL|12549689|Illinois
18|IN|6862199|Indiana
19|IA|3207004|Iowa
20|KS|2940546|Kansas
21|KY|4526154|Kentucky
22|LA|4573749|Louisiana
23|ME|1395722|Maine
24|MD|6180253|Maryland
25|MA|7001399|Massachusetts
26|MI|10037261|Michigan
27|MN|5737915|Minnesota
28|MS|2939690|Mississippi
29|MO|6196156|Missouri
30|MT|1132812|Montana
31|NE|1978379|Nebraska
32|NV|3194176|Nevada
33|NH|1402054|New Hampshire
34|NJ|9290841|New Jersey
35|NM|2114371|New Mexico
36|NY|19571216|New York
37|NC|10835491|North Carolina
38|ND|783926|North Dakota
39|OH|11785935|Ohio
40|OK|4053824|Oklahoma
41|OR|4233358|Oregon
42|PA|12961683|Pennsylvania
44|RI|1095962|Rhode Island
45|SC|5373555|South Carolina
46|SD|919318|South Dakota
47|TN|7126489|Tennessee
48|TX|30503301|Texas
49|UT|3417734|Utah
50|VT|647464|Vermont
51|VA|8715698|Virginia
53|WA|7812880|Washington
54|WV|1770071|West Virginia
55|WI|5910955|Wisconsin
56|WY|584057|Wyoming
"""

TERRITORIES = {
    "ASM": ("60", "AS"),
    "GUM": ("66", "GU"),
    "MNP": ("69", "MP"),
    "PRI": ("72", "PR"),
    "VIR": ("78", "VI"),
}
"""FIPS and postal code of each territory, by its ISO 3166-1 code."""
