"""Countries to choose from, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from stoa.backoffice.templatetags.backoffice import country_name

# ISO 3166-1: where a shop of ours can reasonably sell to.
EUROPE = (
    "AT BE BG CH CY CZ DE DK EE ES FI FR GB GR HR HU IE IS IT LI LT LU LV MT NL NO PL "
    "PT RO SE SI SK AL AD BA MC MD ME MK RS SM TR UA VA XK"
).split()
WORLD = (
    "AE AR AU BR CA CL CN CO EG HK ID IL IN JP KE KR KW MA MX MY NG NZ PE PH SA SG TH TN TW US UY VN ZA QA BH JO OM"
).split()


def country_choices(more: Iterable[str] = ()) -> list[tuple[str, str]]:
    """(code, name), by name; ``more`` are codes that must be there because they are in use."""
    codes = {*EUROPE, *WORLD, *more}
    return sorted(((code, country_name(code)) for code in codes), key=lambda pair: pair[1])
