"""The shop of a new installation: empty, open for business in euros from Germany, and changed in Settings."""

from __future__ import annotations

from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction

from stoa.backoffice.roles import sync_roles
from stoa.catalogue.markets.actions import create_market
from stoa.catalogue.markets.queries import all_markets
from stoa.config.environment import Environment
from stoa.inventory.stock.places import create_location
from stoa.kernel.actors import Actor
from stoa.operations.payments.actions import configure_method
from stoa.operations.shipping.actions import MethodData, create_method, create_zone
from stoa.operations.tax.actions import load_rates

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

FOUNDING = Actor("system", "first-shop", "Stoa")
HOME = "DE"
EU = "AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()


def ensure_shop() -> Market:
    """The default market; where there is none yet, a first one with all that selling needs, through the usual actions.

    Two processes that start together make one shop. Not for use inside a transaction.
    """
    if markets := all_markets():
        return markets[0]
    try:
        with transaction.atomic():
            # Asked again under the write lock of SQLite; PostgreSQL's unique codes say it below.
            return (all_markets() or [_found()])[0]
    except IntegrityError:
        with transaction.atomic():
            if markets := all_markets():
                return markets[0]
        raise


def _found() -> Market:
    sync_roles()
    load_rates()
    market = create_market(
        "default",
        shop_name="My shop",
        email=_email(Environment()),
        currency="EUR",
        default_country=HOME,
        countries=[HOME, *(country for country in EU if country != HOME)],
        actor=FOUNDING,
    )
    create_location("main", "Main stock", market_ids=[market.pk], actor=FOUNDING)
    _deliver(market)
    _take_payments(market)
    return market


def _deliver(market: Market) -> None:
    home = create_zone(market.pk, "Germany", [HOME], actor=FOUNDING)
    create_method(home.pk, MethodData("standard", "Standard delivery", 490), actor=FOUNDING)
    abroad = create_zone(market.pk, "European Union", [country for country in EU if country != HOME], actor=FOUNDING)
    create_method(
        abroad.pk, MethodData("standard", "Standard delivery", 990, min_days=3, max_days=6), actor=FOUNDING
    )


def _take_payments(market: Market) -> None:
    # A transfer needs an account, and only the merchant knows it; Settings switches it on.
    configure_method(market.pk, "bank_transfer", actor=FOUNDING, is_active=False, position=1)
    configure_method(market.pk, "cash_on_delivery", actor=FOUNDING, position=2)
    # Offered only where the test provider is switched on, whatever stands here.
    configure_method(market.pk, "sandbox", actor=FOUNDING, position=3)


def _email(environment: Environment) -> str:
    """The sender of mails, else an address at the shop's own domain."""
    if sender := parseaddr(environment["STOA_MAIL_FROM"])[1]:
        return sender
    host = urlsplit(environment.base_url).hostname or ""
    is_public = "." in host and not host.replace(".", "").isdigit()
    return f"shop@{host}" if is_public else "shop@example.com"
