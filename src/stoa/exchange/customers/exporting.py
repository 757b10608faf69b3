"""The shop's customers in the columns of Shopify: a row a person, with the default address. No passwords, no consent."""

from __future__ import annotations

from collections.abc import Iterator

from stoa.customers.identity.queries import find_customers

COLUMNS = (
    "Customer ID", "First Name", "Last Name", "Email", "Accepts Email Marketing", "Default Address Name",
    "Default Address Address1", "Default Address Address2", "Default Address City", "Default Address Province Code",
    "Default Address Country Code", "Default Address Zip", "Default Address Phone", "Phone", "Note", "Tags", "Language",
    "Group",
)  # fmt: skip
PIECE = 500


def customer_rows() -> Iterator[list[str]]:
    """Everybody who has an e-mail address, the first one first."""
    people = find_customers("").exclude(email="").order_by("pk").select_related("group").prefetch_related("addresses")
    for customer in people.iterator(chunk_size=PIECE):
        first, _, last = customer.name.partition(" ")
        address = next((one for one in customer.addresses.all() if one.is_default), None)
        where = (
            [
                address.name, address.line1, address.line2, address.city, address.region, address.country,
                address.postal_code, address.phone,
            ]
            if address
            else [""] * 8
        )  # fmt: skip
        group = customer.group.name if customer.group else ""
        yield [
            str(customer.pk), first, last, customer.email, "", *where, customer.phone, customer.note, "", customer.language,
            group,
        ]  # fmt: skip
