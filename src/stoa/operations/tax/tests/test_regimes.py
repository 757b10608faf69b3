from __future__ import annotations

import pytest

from stoa.operations.tax.regimes import Buyer, Place, Seller, Treatment, place_of
from stoa.operations.tax.regions import region_code

DE = Seller("DE")


def treated(seller: Seller, buyer: Buyer) -> tuple[str, str, bool]:
    place = place_of(seller, buyer)
    return place.treatment.value, place.country, place.is_taxed


@pytest.mark.parametrize(
    ("seller", "buyer", "expected"),
    [
        (DE, Buyer("DE"), ("domestic", "DE", True)),
        (DE, Buyer("DE", is_checked_business=True), ("domestic", "DE", True)),
        (DE, Buyer("FR"), ("oss", "FR", True)),
        (Seller("DE", is_oss=False), Buyer("FR"), ("origin", "DE", True)),
        (Seller("DE", is_oss=False, registrations=frozenset({"FR"})), Buyer("FR"), ("registered", "FR", True)),
        (DE, Buyer("FR", is_checked_business=True), ("reverse_charge", "FR", False)),
        (DE, Buyer("GB"), ("export", "GB", False)),
        (Seller("DE", registrations=frozenset({"GB"})), Buyer("GB"), ("registered", "GB", True)),
        (DE, Buyer("CH"), ("export", "CH", False)),
        (Seller("DE", registrations=frozenset({"NO", "CH"})), Buyer("NO"), ("registered", "NO", True)),
        (Seller("CH"), Buyer("CH"), ("domestic", "CH", True)),
        (Seller("CH"), Buyer("DE", is_checked_business=True), ("export", "DE", False)),
        (Seller("ES"), Buyer("ES", postal_code="35001"), ("export", "ES", False)),
        (Seller("ES", postal_code="35001"), Buyer("ES", postal_code="38001"), ("domestic", "ES", True)),
        (DE, Buyer("FR", postal_code="97400"), ("export", "FR", False)),
        (DE, Buyer("DE", postal_code="DE-27498"), ("export", "DE", False)),
        (DE, Buyer("DE", postal_code="27498"), ("export", "DE", False)),
        (DE, Buyer("DE", is_exempt=True), ("exempt", "DE", False)),
        (Seller("US", "NY"), Buyer("US", "NY"), ("us_state", "US", True)),
        (Seller("US", "NY"), Buyer("US", "NJ"), ("no_nexus", "US", False)),
        (DE, Buyer("US", "NJ"), ("no_nexus", "US", False)),
        (Seller("US", "NY", registrations=frozenset({"US-NJ"})), Buyer("US", "NJ"), ("us_state", "US", True)),
        (DE, Buyer("CA", "ON"), ("export", "CA", False)),
        (Seller("CA", "BC"), Buyer("CA", "ON"), ("canada", "CA", True)),
    ],
)  # fmt: skip
def test_where_a_sale_is_taxed(seller: Seller, buyer: Buyer, expected: tuple[str, str, bool]) -> None:
    assert treated(seller, buyer) == expected


def test_the_state_of_the_shop_may_tax_where_it_ships_from() -> None:
    seller = Seller("US", "TX", "78701", registrations=frozenset({"US-NY"}), taxes_at_origin=True)
    assert place_of(seller, Buyer("US", "TX", "75001")).postal_code == "78701"
    # From another state it is always the destination.
    assert place_of(seller, Buyer("US", "NY", "10001")).postal_code == "10001"


def test_provincial_tax_needs_a_registration_there() -> None:
    seller = Seller("CA", "BC", registrations=frozenset({"CA-QC"}))
    assert place_of(seller, Buyer("CA", "QC")) == Place(Treatment.CANADA, "CA", "QC", "", frozenset({"CA-BC", "CA-QC"}))


def test_an_address_that_says_too_little_is_marked() -> None:
    assert place_of(Seller("US", "NY"), Buyer("US")).is_unclear
    assert not place_of(DE, Buyer("US")).is_unclear
    assert place_of(Seller("CA", "BC"), Buyer("CA")).is_unclear


@pytest.mark.parametrize(
    ("country", "typed", "postal_code", "code"),
    [
        ("US", "new york", "", "NY"),
        ("US", " ny ", "", "NY"),
        ("US", "US-NY", "", "NY"),
        ("US", "Bavaria", "", ""),
        ("CA", "Québec", "", "QC"),
        ("CA", "", "V6B 1A1", "BC"),
        ("CA", "", "X0A 0H0", ""),
        ("DE", "bayern", "", "BAYERN"),
    ],
)
def test_regions_as_buyers_write_them(country: str, typed: str, postal_code: str, code: str) -> None:
    assert region_code(country, typed, postal_code) == code
