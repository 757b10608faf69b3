"""Which country's tax a sale bears, and whether it bears any. Pure: no rates, no database.

A seller says where the shop sits and where else it is registered. Everything else follows from where the goods go and
who buys. Not covered: Northern Ireland's special position, the import one-stop shop, and margin schemes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EU = frozenset({
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
})  # fmt: skip
# Parts of member states outside of the common system of VAT (Directive 2006/112/EC, article 6), by postal code: the
# Canary Islands, Ceuta and Melilla; French overseas; Helgoland and Büsingen; Livigno and Campione; Åland; Mount Athos.
OUTSIDE = {
    "ES": ("35", "38", "51", "52"),
    "FR": ("971", "972", "973", "974", "975", "976", "977", "978", "986", "987", "988"),
    "DE": ("27498", "78266"),
    "IT": ("23041", "22061"),
    "FI": ("22",),
    "GR": ("63086",),
}


class Treatment(StrEnum):
    DOMESTIC = "domestic"
    # Distance sale in the EU: the destination's tax, declared through the one-stop shop.
    OSS = "oss"
    # Distance sale in the EU below the threshold: the tax of the country that the goods leave.
    ORIGIN = "origin"
    # Taxed where it goes, because the shop is registered there.
    REGISTERED = "registered"
    REVERSE_CHARGE = "reverse_charge"
    EXPORT = "export"
    EXEMPT = "exempt"
    US_STATE = "us_state"
    # To a state in which the shop has no nexus.
    NO_NEXUS = "no_nexus"
    CANADA = "canada"


UNTAXED = frozenset({Treatment.REVERSE_CHARGE, Treatment.EXPORT, Treatment.EXEMPT, Treatment.NO_NEXUS})


@dataclass(frozen=True, slots=True)
class Seller:
    """``registrations``: "GB" for a country, "US-NY" or "CA-BC" for a state or province. ``is_oss``: registered for the
    one-stop shop, which a shop above the threshold must be."""

    country: str
    region: str = ""
    postal_code: str = ""
    registrations: frozenset[str] = frozenset()
    is_oss: bool = True
    taxes_at_origin: bool = False
    export_deducts: bool = False


@dataclass(frozen=True, slots=True)
class Buyer:
    """``is_checked_business``: has a VAT id of ``country`` that its register confirms."""

    country: str
    region: str = ""
    postal_code: str = ""
    is_checked_business: bool = False
    is_exempt: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Whose rates hold. ``levies``: which registrations count for taxes of a state or province; None for all.

    ``deducts``: prices that include tax are lowered by the tax of home, which nobody owes. ``is_unclear``: the address
    does not say enough to be sure.
    """

    treatment: Treatment
    country: str
    region: str = ""
    postal_code: str = ""
    levies: frozenset[str] | None = None
    deducts: bool = False
    is_unclear: bool = False

    @property
    def is_taxed(self) -> bool:
        return self.treatment not in UNTAXED


def place_of(seller: Seller, buyer: Buyer) -> Place:
    """Where a sale is taxed."""
    if buyer.is_exempt:
        return Place(Treatment.EXEMPT, buyer.country, deducts=True)
    if buyer.country == "US":
        return _in_the_us(seller, buyer)
    if buyer.country == "CA":
        return _in_canada(seller, buyer)
    if is_outside(buyer.country, buyer.postal_code) and not is_outside(seller.country, seller.postal_code):
        return _export(seller, buyer)
    if buyer.country == seller.country:
        return _local(Treatment.DOMESTIC, buyer)
    if seller.country in EU and buyer.country in EU:
        return _in_the_eu(seller, buyer)
    return _local(Treatment.REGISTERED, buyer) if buyer.country in seller.registrations else _export(seller, buyer)


def is_outside(country: str, postal_code: str) -> bool:
    code = "".join(character for character in postal_code.upper() if character.isalnum()).removeprefix(country)
    return bool(code) and code.startswith(OUTSIDE.get(country, ()))


def _in_the_eu(seller: Seller, buyer: Buyer) -> Place:
    if buyer.is_checked_business:
        return Place(Treatment.REVERSE_CHARGE, buyer.country, deducts=True)
    if buyer.country in seller.registrations:
        return _local(Treatment.REGISTERED, buyer)
    if seller.is_oss:
        return _local(Treatment.OSS, buyer)
    return Place(Treatment.ORIGIN, seller.country, seller.region, seller.postal_code)


def _in_the_us(seller: Seller, buyer: Buyer) -> Place:
    """Sales tax where the shop has nexus; from state to state always the destination's."""
    is_home = seller.country == "US" and bool(seller.region) and buyer.region == seller.region
    nexus = seller.registrations | ({f"US-{seller.region}"} if seller.country == "US" and seller.region else set())
    if not buyer.region:
        has_any = any(one.startswith("US-") for one in nexus)
        return Place(Treatment.NO_NEXUS, "US", is_unclear=has_any)
    if f"US-{buyer.region}" not in nexus:
        return Place(Treatment.NO_NEXUS, "US", buyer.region)
    code = seller.postal_code if is_home and seller.taxes_at_origin else buyer.postal_code
    return Place(Treatment.US_STATE, "US", buyer.region, code, frozenset(nexus))


def _in_canada(seller: Seller, buyer: Buyer) -> Place:
    """GST or HST of the province that it goes to, and its own tax where the shop is registered for that."""
    is_home = seller.country == "CA"
    if not is_home and "CA" not in seller.registrations:
        return _export(seller, buyer)
    levies = seller.registrations | ({f"CA-{seller.region}"} if is_home and seller.region else set())
    return Place(
        Treatment.CANADA, "CA", buyer.region, buyer.postal_code, frozenset(levies), is_unclear=not buyer.region
    )


def _local(treatment: Treatment, buyer: Buyer) -> Place:
    return Place(treatment, buyer.country, buyer.region, buyer.postal_code)


def _export(seller: Seller, buyer: Buyer) -> Place:
    return Place(Treatment.EXPORT, buyer.country, deducts=seller.export_deducts)
