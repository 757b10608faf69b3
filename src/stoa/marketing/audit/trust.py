"""What a shop must say of itself before anybody trusts it: who sells, how to ask, what holds, how to pay."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoa.marketing.audit.rules import Found
from stoa.marketing.pages import pages
from stoa.operations.payments.queries import payment_methods
from stoa.operations.tax.regimes import EU

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

# Asked for everywhere; in the EU also who sells, on a page of its own (Directive 2000/31/EC, article 5).
POLICIES = ("delivery", "returns", "terms", "privacy")
POLICIES_IN_THE_EU = (*POLICIES, "imprint")


@dataclass(frozen=True, slots=True)
class Trust:
    """What the settings say. ``seller``: legal name and address; ``policies``: kinds that have a page."""

    country: str
    has_seller: bool
    has_email: bool
    has_phone: bool
    has_hours: bool
    has_payment: bool
    policies: Collection[str]


def trust_of(market: Market) -> Trust:
    return Trust(
        country=market.default_country,
        has_seller=bool(market.legal_name.strip() and market.address.strip()),
        has_email=bool(market.email.strip()),
        has_phone=bool(market.phone.strip()),
        has_hours=bool(market.support_hours),
        has_payment=bool(payment_methods(market, market.default_country, is_pickup=False)),
        policies=pages().policies().keys(),
    )


def trust_findings(trust: Trust) -> Iterator[Found]:
    present = {
        "no_seller": trust.has_seller, "no_email": trust.has_email, "no_phone": trust.has_phone,
        "no_hours": trust.has_hours, "no_payment": trust.has_payment,
    }  # fmt: skip
    yield from (Found(code) for code, is_there in present.items() if not is_there)
    wanted = POLICIES_IN_THE_EU if trust.country in EU else POLICIES
    yield from (Found("no_policy", kind) for kind in wanted if kind not in trust.policies)
