from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from stoa.kernel.errors import DomainError
from stoa.operations.cart.queries import units_in
from stoa.operations.checkout import queries as checkout
from stoa.operations.checkout.actions import PlaceOrder, place_order
from stoa.operations.checkout.errors import (
    DeliveryUnavailableError,
    EmptyCartError,
    FieldErrors,
    PaymentMethodUnavailableError,
)
from stoa.storefront.cart import cookies
from stoa.storefront.checkout import page
from stoa.storefront.problems import Problem, problem_of
from stoa.storefront.responses import SeeOther, private
from stoa.storefront.shop import market_of
from stoa.storefront.visitor import actor_of, cart_of, customer_of

if TYPE_CHECKING:
    from stoa.operations.cart.models import Cart

TYPED = ("email", *page.ADDRESS, "vat_id", "note", "delivery", "payment")


@require_http_methods(["GET", "HEAD", "POST"])
@private
def checkout_page(request: HttpRequest) -> HttpResponse:
    return _submit(request) if request.method == "POST" else _form(request)


def _form(request: HttpRequest) -> HttpResponse:
    cart = cart_of(request)
    if cart is None or not units_in(cart):
        return SeeOther("/cart/")
    typed = page.prefilled(request)
    # The script asks for another country or way of delivery; everything else stays in the browser.
    typed |= {name: request.GET[name] for name in ("country", "delivery") if name in request.GET}
    return page.show(request, cart, typed)


def _submit(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "") for name in TYPED}
    cart = cart_of(request)
    if cart is not None and (problem := _total_rose(request, cart, typed)):
        return page.show(request, cart, typed, problem=problem, status=problem.status)
    customer = customer_of(request)
    try:
        placed = place_order(
            _wish(request, typed, cart),
            market=market_of(request),
            actor=actor_of(request),
            user_customer=customer,
            client=getattr(request, "client_ip", ""),
        )
    except EmptyCartError:
        return SeeOther("/cart/")
    except DomainError as error:
        return _refused(request, cart, typed, error)
    response = SeeOther(placed.next_url)
    cookies.forget(response)
    return response


def _wish(request: HttpRequest, typed: dict[str, str], cart: Cart | None) -> PlaceOrder:
    names = ("email", *page.ADDRESS, "vat_id", "note")
    is_known = customer_of(request) is not None
    return PlaceOrder(
        **{name: typed[name] for name in names},
        delivery_code=typed["delivery"],
        payment_method=typed["payment"],
        # A customer's cart is gone from the log-in once it is an order; the page's own key finds it, and the order.
        cart_id=(page.cart_id_of(request.POST.get("cart", "")) or (cart.pk if cart else None)) if is_known else None,
        cart_token="" if is_known else cookies.token_of(request),
        seen_goods_minor=_minor(request.POST.get("seen_goods", "")),
        seen_credit_minor=_minor(request.POST.get("seen_credit", "")),
        language=market_of(request).language,
    )


def _minor(seen: str) -> int | None:
    return int(seen) if seen.isascii() and seen.isdigit() and len(seen) <= 15 else None


def _total_rose(request: HttpRequest, cart: Cart, typed: dict[str, str]) -> Problem | None:
    """Without a script, the page still shows the delivery to the country that was chosen before. Nobody pays more than
    the page has said: a dearer delivery is shown first."""
    seen, now = request.POST.get("seen_country", ""), typed["country"]
    market = market_of(request)
    if not seen or seen == now or seen not in market.countries or now not in market.countries:
        return None
    before = checkout.summary(cart, market, seen, typed["delivery"])
    after = checkout.summary(cart, market, now, typed["delivery"])
    if after.delivery is None or after.total <= before.total:
        return None
    return Problem("total-changed", _("Delivery to this country has another price. Please look at the new total."))


def _refused(request: HttpRequest, cart: Cart | None, typed: dict[str, str], error: DomainError) -> HttpResponse:
    if cart is None:
        return SeeOther("/cart/")
    errors: dict[str, str] = {}
    problem: Problem | None = problem_of(error)
    if isinstance(error, FieldErrors):
        errors, problem = error.errors, None
    elif isinstance(error, DeliveryUnavailableError):
        errors = {"delivery": error.message}
    elif isinstance(error, PaymentMethodUnavailableError):
        errors = {"payment": error.message}
    return page.show(
        request, cart, typed, errors=errors, problem=problem, status=problem.status if problem else 422,
        email=typed["email"],
    )  # fmt: skip
