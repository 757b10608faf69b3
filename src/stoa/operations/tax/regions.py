"""States and provinces whose taxes differ: what buyers write, as the code of ISO 3166-2 after the hyphen. Pure."""

from __future__ import annotations

_NAMES = {
    "US": (
        "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware|"
        "DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas|"
        "KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi|"
        "MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York|"
        "NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island|"
        "SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington|"
        "WV West Virginia|WI Wisconsin|WY Wyoming|PR Puerto Rico"
    ),
    "CA": (
        "AB Alberta|BC British Columbia|MB Manitoba|NB New Brunswick|NL Newfoundland and Labrador|"
        "NT Northwest Territories|NS Nova Scotia|NU Nunavut|ON Ontario|PE Prince Edward Island|QC Quebec|QC Québec|"
        "SK Saskatchewan|YT Yukon"
    ),
}
_CODES = {
    country: {
        word.casefold(): code
        for pair in names.split("|")
        for code, _, name in [pair.partition(" ")]
        for word in (code, name)
    }
    for country, names in _NAMES.items()
}
_SHOWN = {
    country: {code: name for pair in reversed(names.split("|")) for code, _, name in [pair.partition(" ")]}
    for country, names in _NAMES.items()
}
# The first letter of a Canadian postal code tells the province (X is two of them).
_BY_LETTER = {
    "A": "NL", "B": "NS", "C": "PE", "E": "NB", "G": "QC", "H": "QC", "J": "QC", "K": "ON", "L": "ON", "M": "ON",
    "N": "ON", "P": "ON", "R": "MB", "S": "SK", "T": "AB", "V": "BC", "Y": "YT",
}  # fmt: skip


def region_name(country: str, code: str) -> str:
    """ "British Columbia" for "BC"; the code itself where no table knows it."""
    return _SHOWN.get(country, {}).get(code, code)


def region_code(country: str, typed: str, postal_code: str = "") -> str:
    """The code, such as "BC" for "British Columbia" or "CA-BC"; blank for what is no region of the country.

    Where nothing was typed, a Canadian postal code answers. For countries without a table: as typed, in capitals.
    """
    text = typed.strip().casefold().removeprefix(f"{country.casefold()}-")
    known = _CODES.get(country)
    if known is None:
        return text.upper()[:10]
    if not text and country == "CA":
        return _BY_LETTER.get(postal_code.strip()[:1].upper(), "")
    return known.get(text, "")
