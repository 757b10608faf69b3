"""Who lives in the shop under attack. Runs inside the shop's own process (``LiveShop.run_python``)."""

from __future__ import annotations

PASSWORD = "a long enough password"
ADA, BOB = "ada@example.com", "bob@example.com"
# Theirs are the passwords that are guessed at: after a few guesses nobody gets in for a while.
CARA, DORA, EVA = "cara@example.com", "dora@example.com", "eva@example.com"
# Things to buy: one for each test that changes what it sells.
GOODS = ("PLENTY", "PRICED", "COUNTED", "RENAMED")
ROLES = ("owner", "manager", "fulfilment", "support", "analyst")


def settle() -> None:
    """A filled shelf, two customers with an address and an order each, staff of every role."""
    from allauth.account.models import EmailAddress

    from stoa.backoffice.roles import sync_roles
    from stoa.catalogue.categories.actions import create_category
    from stoa.customers.identity.actions import create_staff, link_user, save_address
    from stoa.customers.identity.rules import AddressData
    from stoa.customers.models import User
    from stoa.kernel.actors import SYSTEM
    from stoa.storefront.content.actions import save_page, text_block
    from tests.stage import open_shop, sell_one

    open_shop()
    for sku in GOODS:
        sell_one(sku, units=100_000)
    create_category("Shelf", actor=SYSTEM)
    sync_roles()
    save_page("delivery", "Delivery", [text_block("<p>Two days.</p>")], actor=SYSTEM)
    for email in (ADA, BOB, CARA, DORA, EVA):
        user = User.objects.create_user(email, PASSWORD)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        customer = link_user(user, email)
        name = email.partition("@")[0]
        save_address(customer, AddressData(f"{name} Secretname", f"{name} secret street 1", "Berlin", "DE"), SYSTEM)
    for role in ROLES:
        create_staff(f"{role}@staff.example", PASSWORD, role, actor=SYSTEM, name=f"{role.title()} Person")
