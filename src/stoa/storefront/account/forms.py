from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from stoa.customers.identity.rules import ADDRESS_LIMITS, AddressData, address_problems, tidy_address
from stoa.storefront import countries
from stoa.storefront.fields import WITH_REGIONS, Field, form

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.customers.identity.models import Address, Customer

FIELDS = ("name", "line1", "line2", "postal_code", "city", "region", "country", "phone")


def address_data(typed: Mapping[str, str], address_id: int | None) -> AddressData:
    """Only what an address has; anything else that was sent is not read."""
    values = {field: typed.get(field, "") for field in FIELDS}
    return AddressData(**values, is_default=bool(typed.get("is_default")), id=address_id)


def address_errors(data: AddressData, market: Market) -> dict[str, str]:
    """Field -> message; empty where it can be saved."""
    data = tidy_address(data)
    messages = {
        "missing": _("Please fill this in."),
        "too_long": _("This is too long."),
        "unknown": _("Please choose one of the countries."),
    }
    errors = {field: messages[problem] for field, problem in address_problems(data).items()}
    if "country" not in errors and data.country not in market.countries:
        errors["country"] = messages["unknown"]
    return errors


def address_form(
    filled: Mapping[str, str] | Address | None, market: Market, errors: Mapping[str, str]
) -> dict[str, Field]:
    if filled is None:
        values = {"country": market.default_country}
    elif isinstance(filled, Mapping):
        values = {field: filled.get(field, "") for field in ADDRESS_LIMITS}
    else:
        values = {field: getattr(filled, field) for field in ADDRESS_LIMITS}
    fields = form(FIELDS, values, errors, countries=countries.choices(market.countries, market.language))
    if not WITH_REGIONS.intersection(market.countries):
        del fields["region"]
    return fields


def profile_form(customer: Customer) -> dict[str, Field]:
    return form(("name", "phone"), {"name": customer.name, "phone": customer.phone})
