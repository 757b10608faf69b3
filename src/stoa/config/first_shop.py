"""The shop of a new installation: empty and open for business; in euros from Germany unless ``stoa shop`` says otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from babel import Locale
from django.db import IntegrityError, transaction

from stoa.backoffice.roles import sync_roles
from stoa.catalogue.markets.actions import create_market
from stoa.catalogue.markets.queries import all_markets
from stoa.config.environment import Environment
from stoa.inventory.stock.places import create_location
from stoa.kernel.actors import Actor
from stoa.kernel.money import Money
from stoa.operations.checkout.asked.actions import start_small
from stoa.operations.payments.actions import configure_method
from stoa.operations.shipping.actions import MethodData, create_method, create_zone
from stoa.operations.tax.actions import load_rates
from stoa.storefront.content.actions import name_site

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True, slots=True)
class Plan:
    """What cannot be changed once there are prices and orders, and a name to begin with."""

    name: str = "My shop"
    currency: str = "EUR"
    country: str = "DE"
    timezone: str = "Europe/Berlin"

    @property
    def abroad(self) -> list[str]:
        """A shop in the Union sells to all of it from the first day; another begins at home."""
        return [country for country in EU if country != self.country] if self.country in EU else []

    def price(self, amount: str) -> int:
        """A first price for delivery, in minor units; the merchant sets the real one."""
        return Money.of(amount, self.currency, rounding="half_up").minor


FOUNDING = Actor("system", "first-shop", "Stoa")
EU = "AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()


def ensure_shop(plan: Plan | None = None) -> Market:
    """The default market; where there is none yet, a first one with all that selling needs, through the usual actions.

    Two processes that start together make one shop. Not for use inside a transaction.
    """
    if markets := all_markets():
        return markets[0]
    try:
        with transaction.atomic():
            # Asked again under the write lock of SQLite; PostgreSQL's unique codes say it below.
            return (all_markets() or [_found(plan or Plan())])[0]
    except IntegrityError:
        with transaction.atomic():
            if markets := all_markets():
                return markets[0]
        raise


def _found(plan: Plan) -> Market:
    sync_roles()
    load_rates()
    market = create_market(
        "default",
        shop_name=plan.name,
        email=_email(Environment()),
        currency=plan.currency,
        timezone=plan.timezone,
        default_country=plan.country,
        countries=[plan.country, *plan.abroad],
        actor=FOUNDING,
    )
    create_location("main", "Main stock", market_ids=[market.pk], actor=FOUNDING)
    start_small(market, actor=FOUNDING)
    _deliver(market, plan)
    _take_payments(market)
    name_site(market.shop_name)
    return market


def _deliver(market: Market, plan: Plan) -> None:
    home = create_zone(market.pk, str(Locale("en").territories[plan.country]), [plan.country], actor=FOUNDING)
    create_method(home.pk, MethodData("standard", "Standard delivery", plan.price("4.90")), actor=FOUNDING)
    if plan.abroad:
        abroad = create_zone(market.pk, "European Union", plan.abroad, actor=FOUNDING)
        standard = MethodData("standard", "Standard delivery", plan.price("9.90"), min_days=3, max_days=6)
        create_method(abroad.pk, standard, actor=FOUNDING)


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
