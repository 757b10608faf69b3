from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db.models import Q, QuerySet

from stoa.kernel import clock
from stoa.kernel.money import Money
from stoa.kernel.prepared import Prepared, Slot
from stoa.operations.shipping import rules
from stoa.operations.shipping.models import DeliveryMethod

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


@dataclass(frozen=True, slots=True)
class DeliveryOption:
    """A way of delivery at its price for these goods.

    ``free_from``: worth of goods from which it costs nothing (None: never). ``min_days``/``max_days`` are working days,
    ``promised_from``/``promised_to`` the same as dates for an order of today. ``pickup_address`` is blank for parcels.
    """

    code: str
    name: str
    description: str
    price: Money
    is_pickup: bool
    min_days: int
    max_days: int
    free_from: Money | None
    tax_class_code: str
    promised_from: date
    promised_to: date
    pickup_address: str = ""


def options(market: Market, country: str, goods_minor: int) -> list[DeliveryOption]:
    """What is offered to ``country`` for goods worth ``goods_minor``: parcels first, the cheapest first; then pick-up.

    Empty where no zone of the market has the country. One query.
    """
    today = clock.today(market.timezone)
    methods = [method for method in _METHODS.all(market=market.pk) if country in method.zone.countries]
    offered = [(_option(method, market.currency, goods_minor, today), method.position, method.pk) for method in methods]
    offered.sort(key=lambda one: (one[0].is_pickup, one[0].price.minor, one[1], one[2]))
    return [option for option, _, _ in offered]


def _methods() -> QuerySet[DeliveryMethod]:
    """Active methods; a pick-up needs its location to be open."""
    is_open = ~Q(kind=DeliveryMethod.Kind.PICKUP) | Q(location__is_active=True)
    methods = DeliveryMethod.objects.filter(is_open, zone__market_id=Slot("market"), is_active=True)
    return methods.select_related("zone", "location")


_METHODS = Prepared(_methods)


def _option(method: DeliveryMethod, currency: str, goods_minor: int, today: date) -> DeliveryOption:
    is_pickup = method.kind == DeliveryMethod.Kind.PICKUP
    first, last = rules.promise(today, method.min_days, method.max_days)
    return DeliveryOption(
        code=method.code,
        name=method.name,
        description=method.description,
        price=Money(rules.price(method.price_minor, method.free_from_minor, goods_minor), currency),
        is_pickup=is_pickup,
        min_days=method.min_days,
        max_days=method.max_days,
        free_from=Money(method.free_from_minor, currency) if method.free_from_minor is not None else None,
        tax_class_code=method.tax_class_id,
        promised_from=first,
        promised_to=last,
        pickup_address=method.location.address if is_pickup and method.location else "",
    )
