"""The checkout page: what it shows, as asked for or as sent in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from stoa.customers.identity import queries as customers
from stoa.operations.checkout import queries as checkout
from stoa.operations.checkout.asked.queries import field_rules
from stoa.operations.tax import queries as tax
from stoa.operations.tax import vat
from stoa.operations.tax.deciding import TaxBuyer
from stoa.operations.tax.errors import VatIdError
from stoa.storefront import countries
from stoa.storefront.cart import lines
from stoa.storefront.fields import WITH_REGIONS, form, with_errors
from stoa.storefront.problems import Problem
from stoa.storefront.shop import market_of
from stoa.storefront.visitor import customer_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.money import Money
    from stoa.operations.cart.models import Cart
    from stoa.operations.shipping.queries import DeliveryOption

ADDRESS = ("name", "line1", "line2", "postal_code", "city", "region", "country", "phone")
# A new country has other ways of delivery and another total. It is asked for with nothing personal in the address.
_COUNTRY_SCRIPT = {
    "country": mark_safe(
        ' hx-get="/checkout/" hx-trigger="change" hx-include="#delivery input:checked" hx-target="#delivery"'
        ' hx-select="#delivery" hx-select-oob="#summary" hx-swap="outerHTML show:none"'
    )
}
# Where nothing is sent, only the tax depends on the country.
_TAX_SCRIPT = {
    "country": mark_safe(
        ' hx-get="/checkout/" hx-trigger="change" hx-target="#summary" hx-select="#summary" hx-swap="outerHTML show:none"'
    )
}
_CART_SALT = "stoa.storefront.checkout"


@dataclass(frozen=True, slots=True)
class ShownOption:
    code: str
    name: str
    text: str
    price: Money
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ShownMethod:
    code: str
    label: str
    description: str
    is_chosen: bool


def show(
    request: HttpRequest,
    cart: Cart,
    typed: Mapping[str, str],
    *,
    errors: Mapping[str, str] | None = None,
    problem: Problem | None = None,
    status: int = 200,
    email: str = "",
) -> HttpResponse:
    """The page with ``typed`` in its fields. Nothing is written.

    ``email``: the address that was sent in with an order: only then do promotions of a first order go by it.
    """
    market = market_of(request)
    where = _tax_buyer(request, typed)
    errors = {**where.errors, **(errors or {})}
    summary = checkout.summary(
        cart, market, typed.get("country", ""), typed.get("delivery", ""), buyer=where.buyer, email=email
    )
    values = {**typed, "country": summary.country if "country" not in errors else typed.get("country", "")}
    fields = form(
        ["email", *ADDRESS, "vat_id", "note"],
        values,
        errors,
        countries=countries.choices(market.countries, market.language),
        extra=_COUNTRY_SCRIPT if summary.needs_delivery else _TAX_SCRIPT,
    )
    rules = field_rules(market)
    required = rules.required(needs_delivery=summary.needs_delivery)
    for name in rules.off(needs_delivery=summary.needs_delivery):
        del fields[name]
    for name, field in fields.items():
        fields[name] = replace(field, kind=replace(field.kind, is_required=name in required))
    if not WITH_REGIONS.intersection(market.countries):
        del fields["region"]
    if not asks_vat_id(market):
        del fields["vat_id"]
    methods = summary.methods
    chosen = typed.get("payment", "")
    if chosen not in {method.code for method in methods}:
        chosen = methods[0].code if methods else ""
    context: dict[str, Any] = {
        "form": fields,
        "errors": with_errors(fields),
        "problem": problem,
        "cart": lines.shown(replace(summary.cart, outcome=summary.outcome)),
        "cart_key": cart_key(cart),
        "needs_delivery": summary.needs_delivery,
        "deliveries": [_option(option, summary.delivery) for option in summary.options],
        "delivery_error": errors.get("delivery", ""),
        "payments": [
            ShownMethod(method.code, method.label, method.description, method.code == chosen) for method in methods
        ],
        "payment_error": errors.get("payment", ""),
        "sums": {
            "goods": summary.goods,
            "discount": summary.discount if summary.discount else None,
            "delivery": summary.delivery_price if summary.delivery else None,
            "tax_added": summary.tax_added,
            "tax_included": summary.tax if summary.prices_include_tax else None,
            "total": summary.total,
            "credit": summary.credit,
            "due": summary.total - summary.credit if summary.credit else summary.total,
        },
    }
    return render(request, "storefront/checkout/checkout.html", context, status=status)


@dataclass(frozen=True, slots=True)
class _Where:
    buyer: TaxBuyer
    errors: dict[str, str]


def _tax_buyer(request: HttpRequest, typed: Mapping[str, str]) -> _Where:
    """What tax depends on. A VAT id that cannot be is told at its field, and the page goes on without it."""
    market, answer = market_of(request), None
    errors: dict[str, str] = {}
    country = typed.get("country", "") or market.default_country
    try:
        answer = vat.answer(typed.get("vat_id", ""), country, market, client=getattr(request, "client_ip", ""))
    except VatIdError as error:
        errors["vat_id"] = str(error.message)
    return _Where(TaxBuyer(typed.get("region", ""), typed.get("postal_code", ""), answer), errors)


def asks_vat_id(market: Market) -> bool:
    return tax.tax_settings(market).asks_vat_id


def cart_key(cart: Cart) -> str:
    """The cart of this page, signed, so that a form that is sent twice speaks of the same cart both times."""
    return signing.Signer(salt=_CART_SALT).sign(str(cart.pk))


def cart_id_of(key: str) -> int | None:
    """None for a key that this shop did not make."""
    try:
        return int(signing.Signer(salt=_CART_SALT).unsign(key))
    except (signing.BadSignature, ValueError):
        return None


def prefilled(request: HttpRequest) -> dict[str, str]:
    """What a customer's account knows; for a guest the market's country is all."""
    customer = customer_of(request)
    if customer is None:
        return {}
    values = {"email": customer.email, "name": customer.name, "phone": customer.phone}
    address = customers.addresses_of(customer).first()
    if address is not None:
        values |= {field: getattr(address, field) for field in ADDRESS if getattr(address, field)}
    return values


def _option(option: DeliveryOption, chosen: DeliveryOption | None) -> ShownOption:
    return ShownOption(
        option.code, option.name, delivery_text(option), option.price, chosen is not None and option.code == chosen.code
    )


def delivery_text(option: DeliveryOption) -> str:
    """How long it takes, and what the merchant says about it."""
    return " · ".join(part for part in (days_text(option.min_days, option.max_days), option.description) if part)


def days_text(min_days: int, max_days: int) -> str:
    if max_days <= 0:
        return _("today")
    if min_days == max_days or min_days <= 0:
        return ngettext("%(count)d working day", "%(count)d working days", max_days) % {"count": max_days}
    return _("%(min)d to %(max)d working days") % {"min": min_days, "max": max_days}
