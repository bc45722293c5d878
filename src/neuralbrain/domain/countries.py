"""The countries: ISO 3166-1 codes, short English names, populations and the other names feeds call them by.

All 249 entries of ISO 3166-1, and XKX for Kosovo, a user-assigned code in wide use that has no number.

Populations: GeoNames (CC BY 4.0), https://www.geonames.org, country table; most of its figures are of 2018. Empty where
nobody lives there all year or the table has no figure. Three are younger, so that a country and its parts are of one
source: the United States and Puerto Rico (US Census Bureau, 2023) and the United Kingdom (Office for National
Statistics, mid-2023).
"""

from __future__ import annotations

COLUMNS = ("code", "alpha2", "numeric", "population", "name", "aliases")
"""What stands between the bars of a row; aliases are separated by semicolons."""

TABLE = """\
ABW|AW|533|105845|Aruba|
AFG|AF|004|37172386|Afghanistan|Islamic Republic of Afghanistan
AGO|AO|024|30809762|Angola|Republic of Angola
AIA|AI|660|13254|Anguilla|
ALA|AX|248|26711|Åland Islands|Åland
ALB|AL|008|2866376|Albania|Republic of Albania
AND|AD|020|77006|Andorra|Principality of Andorra
ARE|AE|784|9630959|United Arab Emirates|UAE
ARG|AR|032|44494502|Argentina|Argentine Republic
ARM|AM|051|3090500|Armenia|Republic of Armenia
ASM|AS|016|55465|American Samoa|American Samoa, USA
ATA|AQ|010||Antarctica|
ATF|TF|260|140|French Southern Territories|French Southern and Antarctic Lands
ATG|AG|028|96286|Antigua and Barbuda|
AUS|AU|036|24992369|Australia|
AUT|AT|040|8847037|Austria|Republic of Austria
AZE|AZ|031|10224900|Azerbaijan|Republic of Azerbaijan
BDI|BI|108|11175378|Burundi|Republic of Burundi
BEL|BE|056|11422068|Belgium|Kingdom of Belgium
BEN|BJ|204|11485048|Benin|Republic of Benin
BES|BQ|535|18012|Bonaire, Sint Eustatius and Saba|Bonaire, Saint Eustatius and Saba; Caribbean Netherlands; BES Islands
BFA|BF|854|19751535|Burkina Faso|
BGD|BD|050|161356039|Bangladesh|People's Republic of Bangladesh
BGR|BG|100|7000039|Bulgaria|Republic of Bulgaria
BHR|BH|048|1569439|Bahrain|Kingdom of Bahrain
BHS|BS|044|385640|Bahamas|Commonwealth of the Bahamas
BIH|BA|070|3323929|Bosnia and Herzegovina|Republic of Bosnia and Herzegovina; Bosnia
BLM|BL|652|8450|Saint Barthélemy|Saint Barts
BLR|BY|112|9485386|Belarus|Republic of Belarus; Byelorussia
BLZ|BZ|084|383071|Belize|
BMU|BM|060|63968|Bermuda|
BOL|BO|068|11353142|Bolivia|Plurinational State of Bolivia
BRA|BR|076|209469333|Brazil|Federative Republic of Brazil
BRB|BB|052|286641|Barbados|
BRN|BN|096|428962|Brunei|Brunei Darussalam
BTN|BT|064|754394|Bhutan|Kingdom of Bhutan
BVT|BV|074||Bouvet Island|
BWA|BW|072|2254126|Botswana|Republic of Botswana
CAF|CF|140|4666377|Central African Republic|CAR
CAN|CA|124|37058856|Canada|
CCK|CC|166|628|Cocos (Keeling) Islands|Cocos Islands; Keeling Islands
CHE|CH|756|8516543|Switzerland|Swiss Confederation
CHL|CL|152|18729160|Chile|Republic of Chile
CHN|CN|156|1411778724|China|People's Republic of China; Mainland China; PRC; China mainland
CIV|CI|384|25069229|Côte d'Ivoire|Republic of Côte d'Ivoire; Ivory Coast
CMR|CM|120|25216237|Cameroon|Republic of Cameroon
COD|CD|180|84068091|Democratic Republic of the Congo|DRC; DR Congo; Congo, Dem. Rep.; Congo DR; Congo DRC; Congo-Kinshasa; Zaire
COG|CG|178|5244363|Congo|Republic of the Congo; Congo, Rep.; Congo-Brazzaville
COK|CK|184|21388|Cook Islands|
COL|CO|170|49648685|Colombia|Republic of Colombia
COM|KM|174|832322|Comoros|Union of the Comoros
CPV|CV|132|543767|Cabo Verde|Republic of Cabo Verde; Cape Verde
CRI|CR|188|4999441|Costa Rica|Republic of Costa Rica
CUB|CU|192|11338138|Cuba|Republic of Cuba
CUW|CW|531|159849|Curaçao|
CXR|CX|162|1500|Christmas Island|
CYM|KY|136|64174|Cayman Islands|Caymans
CYP|CY|196|1189265|Cyprus|Republic of Cyprus
CZE|CZ|203|10625695|Czechia|Czech Republic
DEU|DE|276|82927922|Germany|Federal Republic of Germany
DJI|DJ|262|958920|Djibouti|Republic of Djibouti
DMA|DM|212|71625|Dominica|Commonwealth of Dominica
DNK|DK|208|5797446|Denmark|Kingdom of Denmark
DOM|DO|214|10627165|Dominican Republic|
DZA|DZ|012|42228429|Algeria|People's Democratic Republic of Algeria
ECU|EC|218|17084357|Ecuador|Republic of Ecuador
EGY|EG|818|98423595|Egypt|Arab Republic of Egypt
ERI|ER|232|6209262|Eritrea|State of Eritrea
ESH|EH|732|273008|Western Sahara|Sahrawi Arab Democratic Republic
ESP|ES|724|46723749|Spain|Kingdom of Spain
EST|EE|233|1320884|Estonia|Republic of Estonia
ETH|ET|231|109224559|Ethiopia|Federal Democratic Republic of Ethiopia
FIN|FI|246|5518050|Finland|Republic of Finland
FJI|FJ|242|883483|Fiji|Republic of Fiji
FLK|FK|238|2638|Falkland Islands|Falkland Islands (Malvinas); Falklands; Malvinas
FRA|FR|250|66987244|France|French Republic
FRO|FO|234|48497|Faroe Islands|Faeroe Islands; Faroes
FSM|FM|583|112640|Micronesia|Federated States of Micronesia; Fed. States of Micronesia; Micronesia, Fed. Sts.
GAB|GA|266|2119275|Gabon|Gabonese Republic
GBR|GB|826|68265209|United Kingdom|United Kingdom of Great Britain and Northern Ireland; UK; Great Britain; Britain
GEO|GE|268|3704500|Georgia|Republic of Georgia
GGY|GG|831|65228|Guernsey|
GHA|GH|288|29767108|Ghana|Republic of Ghana
GIB|GI|292|33718|Gibraltar|
GIN|GN|324|12414318|Guinea|Republic of Guinea
GLP|GP|312|443000|Guadeloupe|
GMB|GM|270|2280102|Gambia|Republic of the Gambia
GNB|GW|624|1874309|Guinea-Bissau|Republic of Guinea-Bissau
GNQ|GQ|226|1308974|Equatorial Guinea|Republic of Equatorial Guinea
GRC|GR|300|10727668|Greece|Hellenic Republic; EL
GRD|GD|308|111454|Grenada|
GRL|GL|304|56025|Greenland|
GTM|GT|320|17247807|Guatemala|Republic of Guatemala
GUF|GF|254|195506|French Guiana|Guyane
GUM|GU|316|165768|Guam|Guam, USA
GUY|GY|328|779004|Guyana|Republic of Guyana
HKG|HK|344|7396076|Hong Kong|Hong Kong Special Administrative Region of China; Hong Kong SAR; Hong Kong SAR, China; Hong Kong, China
HMD|HM|334||Heard Island and McDonald Islands|Heard and McDonald Islands
HND|HN|340|9587522|Honduras|Republic of Honduras
HRV|HR|191|3871833|Croatia|Republic of Croatia
HTI|HT|332|11123176|Haiti|Republic of Haiti
HUN|HU|348|9768785|Hungary|
IDN|ID|360|267663435|Indonesia|Republic of Indonesia
IMN|IM|833|84077|Isle of Man|
IND|IN|356|1352617328|India|Republic of India
IOT|IO|086|4000|British Indian Ocean Territory|
IRL|IE|372|4853506|Ireland|Republic of Ireland
IRN|IR|364|81800269|Iran|Islamic Republic of Iran; Iran, Islamic Rep.
IRQ|IQ|368|38433600|Iraq|Republic of Iraq
ISL|IS|352|353574|Iceland|Republic of Iceland
ISR|IL|376|8883800|Israel|State of Israel
ITA|IT|380|60431283|Italy|Italian Republic
JAM|JM|388|2934855|Jamaica|
JEY|JE|832|90812|Jersey|
JOR|JO|400|9956011|Jordan|Hashemite Kingdom of Jordan
JPN|JP|392|126529100|Japan|
KAZ|KZ|398|18276499|Kazakhstan|Republic of Kazakhstan
KEN|KE|404|51393010|Kenya|Republic of Kenya
KGZ|KG|417|6315800|Kyrgyzstan|Kyrgyz Republic
KHM|KH|116|16249798|Cambodia|Kingdom of Cambodia; Kampuchea
KIR|KI|296|115847|Kiribati|Republic of Kiribati
KNA|KN|659|52441|Saint Kitts and Nevis|
KOR|KR|410|51635256|South Korea|Korea, Republic of; Republic of Korea; ROK; S. Korea; Korea Rep.
KWT|KW|414|4137309|Kuwait|State of Kuwait
LAO|LA|418|7061507|Laos|Lao People's Democratic Republic; Lao PDR
LBN|LB|422|6848925|Lebanon|Lebanese Republic
LBR|LR|430|4818977|Liberia|Republic of Liberia
LBY|LY|434|6678567|Libya|Libyan Arab Jamahiriya; State of Libya
LCA|LC|662|181889|Saint Lucia|
LIE|LI|438|37910|Liechtenstein|Principality of Liechtenstein
LKA|LK|144|21670000|Sri Lanka|Democratic Socialist Republic of Sri Lanka; Ceylon
LSO|LS|426|2108132|Lesotho|Kingdom of Lesotho
LTU|LT|440|2789533|Lithuania|Republic of Lithuania
LUX|LU|442|607728|Luxembourg|Grand Duchy of Luxembourg
LVA|LV|428|1926542|Latvia|Republic of Latvia
MAC|MO|446|631636|Macao|Macao Special Administrative Region of China; Macau; Macao SAR; Macao SAR, China; Macao, China; Macau SAR
MAF|MF|663|37264|Saint Martin|Saint Martin (French part)
MAR|MA|504|36029138|Morocco|Kingdom of Morocco
MCO|MC|492|38682|Monaco|Principality of Monaco
MDA|MD|498|3545883|Moldova|Republic of Moldova
MDG|MG|450|26262368|Madagascar|Republic of Madagascar
MDV|MV|462|515696|Maldives|Republic of Maldives
MEX|MX|484|126190788|Mexico|United Mexican States
MHL|MH|584|58413|Marshall Islands|Republic of the Marshall Islands
MKD|MK|807|2082958|North Macedonia|Republic of North Macedonia; Macedonia; FYROM; former Yugoslav Republic of Macedonia; FYR Macedonia
MLI|ML|466|19077690|Mali|Republic of Mali
MLT|MT|470|483530|Malta|Republic of Malta
MMR|MM|104|53708395|Myanmar|Republic of Myanmar; Burma; Republic of the Union of Myanmar
MNE|ME|499|622345|Montenegro|
MNG|MN|496|3170208|Mongolia|
MNP|MP|580|56882|Northern Mariana Islands|Commonwealth of the Northern Mariana Islands; Northern Marianas; CNMI
MOZ|MZ|508|29495962|Mozambique|Republic of Mozambique
MRT|MR|478|4403319|Mauritania|Islamic Republic of Mauritania
MSR|MS|500|9341|Montserrat|
MTQ|MQ|474|432900|Martinique|
MUS|MU|480|1265303|Mauritius|Republic of Mauritius
MWI|MW|454|17563749|Malawi|Republic of Malawi
MYS|MY|458|31528585|Malaysia|
MYT|YT|175|279471|Mayotte|
NAM|NA|516|2448255|Namibia|Republic of Namibia
NCL|NC|540|284060|New Caledonia|
NER|NE|562|22442948|Niger|Republic of the Niger
NFK|NF|574|1828|Norfolk Island|
NGA|NG|566|195874740|Nigeria|Federal Republic of Nigeria
NIC|NI|558|6465513|Nicaragua|Republic of Nicaragua
NIU|NU|570|2166|Niue|
NLD|NL|528|17231017|Netherlands|Kingdom of the Netherlands; Holland
NOR|NO|578|5314336|Norway|Kingdom of Norway
NPL|NP|524|28087871|Nepal|Federal Democratic Republic of Nepal
NRU|NR|520|12704|Nauru|Republic of Nauru
NZL|NZ|554|4885500|New Zealand|Aotearoa
OMN|OM|512|4829483|Oman|Sultanate of Oman
PAK|PK|586|212215030|Pakistan|Islamic Republic of Pakistan
PAN|PA|591|4176873|Panama|Republic of Panama
PCN|PN|612|46|Pitcairn|Pitcairn Islands
PER|PE|604|31989256|Peru|Republic of Peru
PHL|PH|608|106651922|Philippines|Republic of the Philippines
PLW|PW|585|17907|Palau|Republic of Palau
PNG|PG|598|8606316|Papua New Guinea|Independent State of Papua New Guinea
POL|PL|616|37978548|Poland|Republic of Poland
PRI|PR|630|3205691|Puerto Rico|Puerto Rico, USA
PRK|KP|408|25549819|North Korea|Democratic People's Republic of Korea; DPRK; DPR Korea; N. Korea; Korea, Dem. People's Rep.
PRT|PT|620|10281762|Portugal|Portuguese Republic
PRY|PY|600|6956071|Paraguay|Republic of Paraguay
PSE|PS|275|4569087|Palestine|State of Palestine; Palestinian Territory; Palestinian Territories; Occupied Palestinian Territory; occupied Palestinian territory, including east Jerusalem; West Bank and Gaza
PYF|PF|258|277679|French Polynesia|
QAT|QA|634|2781677|Qatar|State of Qatar
REU|RE|638|776948|Réunion|La Réunion
ROU|RO|642|19473936|Romania|Rumania
RUS|RU|643|144478050|Russia|Russian Federation
RWA|RW|646|12301939|Rwanda|Rwandese Republic
SAU|SA|682|33699947|Saudi Arabia|Kingdom of Saudi Arabia; KSA
SDN|SD|729|41801533|Sudan|Republic of the Sudan
SEN|SN|686|15854360|Senegal|Republic of Senegal
SGP|SG|702|5638676|Singapore|Republic of Singapore
SGS|GS|239|30|South Georgia and the South Sandwich Islands|
SHN|SH|654|7460|Saint Helena, Ascension and Tristan da Cunha|Saint Helena
SJM|SJ|744|2550|Svalbard and Jan Mayen|Svalbard and Jan Mayen Islands
SLB|SB|090|652858|Solomon Islands|
SLE|SL|694|7650154|Sierra Leone|Republic of Sierra Leone
SLV|SV|222|6420744|El Salvador|Republic of El Salvador
SMR|SM|674|33785|San Marino|Republic of San Marino
SOM|SO|706|15008154|Somalia|Federal Republic of Somalia
SPM|PM|666|7012|Saint Pierre and Miquelon|
SRB|RS|688|6982084|Serbia|Republic of Serbia
SSD|SS|728|8260490|South Sudan|Republic of South Sudan
STP|ST|678|197700|São Tomé and Príncipe|Democratic Republic of Sao Tome and Principe
SUR|SR|740|575991|Suriname|Republic of Suriname
SVK|SK|703|5447011|Slovakia|Slovak Republic
SVN|SI|705|2067372|Slovenia|Republic of Slovenia
SWE|SE|752|10183175|Sweden|Kingdom of Sweden
SWZ|SZ|748|1136191|Eswatini|Kingdom of Eswatini; Swaziland
SXM|SX|534|40654|Sint Maarten|Sint Maarten (Dutch part); St. Maarten
SYC|SC|690|96762|Seychelles|Republic of Seychelles
SYR|SY|760|16906283|Syria|Syrian Arab Republic
TCA|TC|796|37665|Turks and Caicos Islands|Turks and Caicos
TCD|TD|148|15477751|Chad|Republic of Chad
TGO|TG|768|7889094|Togo|Togolese Republic
THA|TH|764|69428524|Thailand|Kingdom of Thailand
TJK|TJ|762|9100837|Tajikistan|Republic of Tajikistan
TKL|TK|772|1466|Tokelau|
TKM|TM|795|5850908|Turkmenistan|
TLS|TL|626|1267972|Timor-Leste|Democratic Republic of Timor-Leste; East Timor
TON|TO|776|103197|Tonga|Kingdom of Tonga
TTO|TT|780|1389858|Trinidad and Tobago|Republic of Trinidad and Tobago
TUN|TN|788|11565204|Tunisia|Republic of Tunisia
TUR|TR|792|82319724|Türkiye|Republic of Türkiye; Turkey; Republic of Turkey
TUV|TV|798|11508|Tuvalu|
TWN|TW|158|23451837|Taiwan|Taiwan, Province of China; Taiwan, China; Chinese Taipei
TZA|TZ|834|56318348|Tanzania|United Republic of Tanzania
UGA|UG|800|42723139|Uganda|Republic of Uganda
UKR|UA|804|40000000|Ukraine|
UMI|UM|581||US Minor Outlying Islands|United States Minor Outlying Islands
URY|UY|858|3449299|Uruguay|Eastern Republic of Uruguay
USA|US|840|334914895|United States|United States of America; U.S.A.; U.S.
UZB|UZ|860|32955400|Uzbekistan|Republic of Uzbekistan
VAT|VA|336|921|Vatican City|Vatican; Holy See (Vatican City State); Holy See
VCT|VC|670|110211|Saint Vincent and the Grenadines|St. Vincent
VEN|VE|862|28870195|Venezuela|Bolivarian Republic of Venezuela; Venezuela, RB
VGB|VG|092|29802|British Virgin Islands|Virgin Islands (UK)
VIR|VI|850|106977|US Virgin Islands|Virgin Islands of the United States; United States Virgin Islands; USVI
VNM|VN|704|95540395|Vietnam|Socialist Republic of Viet Nam
VUT|VU|548|292680|Vanuatu|Republic of Vanuatu
WLF|WF|876|16025|Wallis and Futuna|Wallis and Futuna Islands
WSM|WS|882|196130|Samoa|Independent State of Samoa; Western Samoa
XKX|XK||1845300|Kosovo|Republic of Kosovo; Kosovo (in accordance with UN Security Council resolution 1244 (1999))
YEM|YE|887|28498687|Yemen|Republic of Yemen; Yemen, Rep.
ZAF|ZA|710|57779622|South Africa|Republic of South Africa
ZMB|ZM|894|17351822|Zambia|Republic of Zambia
ZWE|ZW|716|16868409|Zimbabwe|Republic of Zimbabwe
"""
